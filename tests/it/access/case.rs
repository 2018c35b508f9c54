//! One case of *routes x people*: who asks for what by which route, the request that does it, and what was answered.

use keyhouse::accounts::actions as accounts;
use keyhouse::id::{OrgId, UserId};
use keyhouse::users::membership_store;

use super::row::{About, Body, Row, What, Who};
use crate::support::client::{Ask, Reply};
use crate::support::people::World;
use crate::support::somebody::Somebody;

/// Of as many digits as the ids of a small world, so that answers that repeat it are as long.
const UNKNOWN: i64 = 987;

/// A case.
pub struct Case<'a> {
    pub world: &'a World,
    pub row: &'a Row,
    pub who: Who,
    pub what: What,
}

impl Case<'_> {
    /// Sends it as this person's browser or program does.
    pub async fn send(&self) -> Reply {
        self.ask(&caller(self.world, self.who, self.row)).send().await
    }

    /// The request, with a good token of whoever asks.
    pub fn ask(&self, somebody: &Somebody) -> Ask {
        self.ask_with_token(somebody, &somebody.form_token())
    }

    /// The request, with this token.
    pub fn ask_with_token(&self, somebody: &Somebody, token: &str) -> Ask {
        let ask = self.ask_bare(somebody, token);
        if self.row.changes() { ask.same_origin() } else { ask }
    }

    /// The request, without a word on which page it comes from.
    pub fn ask_bare(&self, somebody: &Somebody, token: &str) -> Ask {
        let ask = somebody.ask(self.row.method, &self.path());
        match self.row.body {
            Body::Empty => ask,
            Body::Json(text) => ask.body("application/json", self.fill(text)),
            Body::Form(fields) => {
                let mut fields: Vec<(&str, String)> =
                    fields.iter().map(|(name, value)| (*name, self.fill(value))).collect();
                fields.push(("csrf", token.to_owned()));
                ask.form(&fields)
            }
        }
    }

    /// The address that it is asked at.
    pub fn path(&self) -> String {
        let (org, slug) = match self.what {
            What::Elsewhere => (self.world.globex.id, "globex"),
            What::Nowhere => (self.world.acme.id, "nowhere"),
            What::Foreign => (self.world.globex.id, "acme"),
            What::Unknown => (UNKNOWN, "acme"),
            What::Own | What::OtherKind => (self.world.acme.id, "acme"),
        };
        let path = self.row.path.replace("{slug}", slug).replace("{orgId}", &org.to_string());
        let path = match self.row.about {
            About::Key => path.replace("{resource}", "apiKey"),
            _ => path,
        };
        let (id, path) = (self.id(), path + self.row.query);
        ["{id}", "{event}", "{userId}", "{resource}", "{token}", "{file}"]
            .iter()
            .fold(path, |path, name| path.replace(name, &id))
    }

    /// The id that the path or body names.
    pub fn id(&self) -> String {
        let world = self.world;
        let [own, foreign, other]: [i64; 3] = match self.row.about {
            About::Words(words) => return self.word(words).to_owned(),
            About::Nothing => return String::new(),
            About::Key => [world.member_key.id, world.foreign_key.id, world.member.user],
            About::User => [world.member.user, world.outsider.user, world.member.membership],
            About::UserOrKey => [world.member.user, world.foreign_key.id, world.member.membership],
            About::Session => self.sessions(),
            About::Membership => [world.member.membership, world.outsider.membership, world.member.user],
            About::OrgAndUser => [world.member.user, world.outsider.user, world.member_key.id],
        };
        let id = match self.what {
            What::Own | What::Nowhere => own,
            What::Foreign | What::Elsewhere => foreign,
            What::Unknown => UNKNOWN,
            What::OtherKind => other,
        };
        id.to_string()
    }

    /// A session of the member, one of the outsider, and what is none.
    fn sessions(&self) -> [i64; 3] {
        let of = |user: i64| self.world.number(&format!("SELECT id FROM sessions WHERE user_id = {user}"));
        [of(self.world.member.user), of(self.world.outsider.user), self.world.member.user]
    }

    fn word(&self, [own, foreign, unknown, other]: [&'static str; 4]) -> &'static str {
        match self.what {
            What::Own | What::Nowhere | What::Elsewhere => own,
            What::Foreign => foreign,
            What::Unknown => unknown,
            What::OtherKind => other,
        }
    }

    fn fill(&self, text: &str) -> String {
        let operation = format!("operation{:032x}", rand::random::<u128>());
        let filled = text.replace("{id}", &self.id()).replace("{operation}", &operation);
        filled.replace("{version}", &self.version()).replace("{account_version}", &self.account_version())
    }

    /// The version of the account that the id names; any number if it names none.
    fn account_version(&self) -> String {
        let id = self.id().parse().unwrap_or(0);
        let version = self.world.read(|conn| accounts::version(conn, UserId::new(id)).unwrap_or(1));
        version.to_string()
    }

    /// What Edit User's form was filled from.
    fn version(&self) -> String {
        let (org, user) = match self.what {
            What::Elsewhere => (self.world.globex.id, self.world.outsider.user),
            _ => (self.world.acme.id, self.world.member.user),
        };
        self.world.read(|conn| {
            let membership = membership_store::of_user(conn, OrgId::new(org), UserId::new(user)).unwrap();
            format!("u{}.m{}", membership.user_version, membership.version)
        })
    }
}

/// Whoever asks. A person of two orgs says to the REST API that acme is meant.
pub fn caller(world: &World, who: Who, row: &Row) -> Somebody {
    match who {
        Who::Nobody => world.visitor(),
        Who::Member => world.member(),
        Who::Admin => world.admin(),
        Who::Outsider => world.outsider(),
        Who::Shared if row.path.starts_with("/user/") => world.shared().sending("x-org-id", world.acme.id),
        Who::Shared => world.shared(),
        Who::SuperAdmin => world.owner(),
        Who::Visiting => world.signed_in(&world.visiting),
        Who::Assuming => world.signed_in(&world.assuming).on_a_page_as(Some(world.deputy.user)),
        Who::MemberKey => world.with_key(&world.member_key),
        Who::AdminKey => world.with_key(&world.admin_key),
        Who::Impersonator => world.with_key(&world.impersonating_key).sending("impersonate-user-id", world.owner.user),
    }
}

/// What was answered, in the way of a row: `200`, or `303 /orgs/acme/keys`.
pub fn answer_of(reply: &Reply) -> String {
    format!("{} {}", reply.status, reply.header("location")).trim_end().to_owned()
}

/// All of an answer but its request id, and the id asked for where it is said again: for comparing two.
pub fn bytes_of(case: &Case<'_>, reply: &Reply) -> String {
    let id = reply.header("x-request-id");
    assert_eq!(id.len(), 16, "{}: no request id", reply.url);
    let mut headers: Vec<String> = reply
        .headers
        .iter()
        .filter(|(name, _)| *name != "date")
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    let all = format!("{}\n{}\n\n{}", reply.status, headers.join("\n"), reply.text).replace(id, "(request id)");
    // masked afresh in every answer
    let tokens = reply.page().attributes("input[name=csrf]", "value");
    let all = tokens.iter().fold(all, |all, token| all.replace(token, "(token)"));
    match case.id() {
        asked if reply.status == 400 => all.replace(&asked, "(id)"),
        _ => all,
    }
}
