//! Fills an empty database.

pub use super::cast::Size;
use super::cast::{Cast, Member};
use super::keys::{self, Key};
use super::store::{self, Ids, Row};
use super::{events, store as rows};
use crate::access::Actor;
use crate::audit::{self, Change, Event, Tx};
use crate::clock::{Time, now};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::OrgId;
use crate::keys::model::Token;
use crate::secret::hex;
use crate::text::fold;
use crate::users::store as users;

/// What only this run knows: the hashes of the one password that is told and of one that nobody has, and the demo admin's key.
pub struct Random {
    /// Argon2id of the demo admin's password.
    pub admin_hash: String,
    /// Argon2id of nobody's password, for everybody else.
    pub nobody_hash: String,
    /// The demo admin's key, if there are keys at all.
    pub key: Token,
}

/// Fills an empty database, and tells how many percent are done. Returns the demo admin's email.
///
/// # Errors
/// `Conflict` if the database is not empty; `Invalid` for a size that cannot be; `NotFound` for anybody but the host.
pub fn fill(
    conn: &mut Conn,
    actor: &Actor,
    size: Size,
    random: &Random,
    told: &mut dyn FnMut(usize),
) -> Result<String> {
    if !actor.is_host() {
        return Err(Error::not_found());
    }
    if size.orgs == 0 || size.users < size.orgs {
        return Err(Error::field("users", "Each org needs an admin: make at least as many users as orgs, and one org"));
    }
    audit::change(conn, actor, |tx| {
        if users::any(tx.conn())? || store::any_org(tx.conn())? {
            return Err(Error::Conflict(
                "demo fills an empty database, and this one is not; nothing was changed".into(),
            ));
        }
        let now = now();
        let cast = Cast::new(size, now)?;
        let ids = store::take_ids(tx, cast.orgs.len(), cast.people.len(), cast.members.len(), size.keys)?;
        let bare = store::lay_bare(tx)?;
        add_everybody(tx, &cast, &ids, random)?;
        add_keys(tx, &cast, &ids, random, now, told)?;
        store::complete(tx, bare)?;
        store::mark_as_demo(tx)?;
        told(100);
        Ok(Change::Changed(cast.people[0].email.clone(), all_events(&cast, &ids, size)))
    })
}

fn all_events(cast: &Cast, ids: &Ids, size: Size) -> Vec<Event> {
    let orgs = cast.orgs.iter().zip(ids.orgs..).map(|(org, id)| events::org_created(OrgId::new(id), org));
    let last = ids.keys + size.keys as i64 - 1;
    std::iter::once(events::filled(size, (ids.orgs, last))).chain(orgs).collect()
}

type Add = fn(&mut Tx, &[String]) -> Result<()>;

/// Writes rows chunk by chunk.
fn add_all(tx: &mut Tx, add: Add, all: impl Iterator<Item = String>, told: &mut dyn FnMut(usize)) -> Result<()> {
    let mut all = all.peekable();
    let mut done = 0;
    while all.peek().is_some() {
        let chunk: Vec<String> = all.by_ref().take(store::CHUNK).collect();
        add(tx, &chunk)?;
        done += chunk.len();
        told(done);
    }
    Ok(())
}

fn add_everybody(tx: &mut Tx, cast: &Cast, ids: &Ids, random: &Random) -> Result<()> {
    let orgs = cast.orgs.iter().zip(ids.orgs..).map(|(org, id)| {
        Row::default().number(id).time(Some(org.created_at)).text(org.slug.as_str(), 60).rest(org.name.as_str())
    });
    add_all(tx, rows::add_orgs, orgs, &mut |_| ())?;
    let people = cast.people.iter().enumerate().map(|(at, person)| {
        let hash = match (at, person.accepted) {
            (0, _) => random.admin_hash.as_str(),
            (_, true) => &random.nobody_hash,
            (_, false) => "",
        };
        let row = Row::default().number(ids.users + at as i64).flag(at == 0).time(Some(person.created_at));
        row.text(person.first, 60).text(person.last, 60).text(hash, 120).rest(&person.email)
    });
    add_all(tx, rows::add_users, people, &mut |_| ())?;
    let members = cast.members.iter().zip(ids.memberships..).map(|(member, id)| membership(cast, ids, member, id));
    add_all(tx, rows::add_memberships, members, &mut |_| ())?;
    let terms = cast.members.iter().zip(ids.memberships..).flat_map(|(member, id)| terms(cast, ids, member, id));
    add_all(tx, rows::add_terms, terms, &mut |_| ())
}

fn membership(cast: &Cast, ids: &Ids, member: &Member, id: i64) -> String {
    let person = &cast.people[member.person];
    Row::default()
        .number(id)
        .number(ids.orgs + member.org as i64)
        .number(ids.users + member.person as i64)
        .flag(member.enabled)
        .flag(member.admin)
        .time(member.accepted_at)
        .time(member.last_seen_at)
        .time(Some(member.created_at))
        .text(person.first, 60)
        .text(person.last, 60)
        .text(&person.email, 200)
        .rest(&fold(&format!("{} {}", person.first, person.last)))
}

/// What finds a membership: the whole name, the last name, the email.
fn terms(cast: &Cast, ids: &Ids, member: &Member, id: i64) -> Vec<String> {
    let person = &cast.people[member.person];
    let mut terms = vec![fold(&format!("{} {}", person.first, person.last)), fold(person.last), fold(&person.email)];
    terms.sort_unstable();
    terms.dedup();
    let row = |term: String| Row::default().number(ids.orgs + member.org as i64).number(id).rest(&term);
    terms.into_iter().map(row).collect()
}

fn add_keys(
    tx: &mut Tx,
    cast: &Cast,
    ids: &Ids,
    random: &Random,
    now: Time,
    told: &mut dyn FnMut(usize),
) -> Result<()> {
    let (total, first_org) = (cast.orgs.iter().map(|org| org.keys).sum::<usize>(), cast.orgs[0].keys);
    let keys = keys::all(cast, now).zip(ids.keys..).enumerate().map(|(at, (mut key, id))| {
        if at + 1 == first_org {
            give_to_admin(&mut key, &random.key);
        }
        row(cast, ids, &key, id)
    });
    // the indexes at the end take the last tenth of the time
    add_all(tx, rows::add_keys, keys, &mut |done| told(done * 90 / total))
}

/// The newest key of the first org is the demo admin's, and it works.
fn give_to_admin(key: &mut Key, token: &Token) {
    key.name = "demo-admin".into();
    key.access_key = token.access_key().to_string();
    key.hash = token.hash();
    (key.owner, key.made_by, key.can_impersonate, key.last_used) = (0, 0, false, None);
}

fn row(cast: &Cast, ids: &Ids, key: &Key, id: i64) -> String {
    let others = cast.members[key.owner].person != key.made_by;
    Row::default()
        .number(id)
        .number(ids.orgs + key.org as i64)
        .number(ids.memberships + key.owner as i64)
        .number(ids.users + key.made_by as i64)
        .time(Some(key.created_at))
        .time(key.last_used)
        .flag(cast.members[key.owner].admin)
        .flag(key.can_impersonate)
        .number(if others { ids.users + key.made_by as i64 } else { 0 })
        .text(&key.access_key, 20)
        .text(&hex(&key.hash), 64)
        .rest(&key.name)
}
