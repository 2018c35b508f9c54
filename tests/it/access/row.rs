//! A row of *routes x people*: what each person gets from one route, for each kind of id. A feature's `rows.rs` lists its own.
//! Later rules win, so a row begins with what nearly everybody gets.

/// Who asks. Member, Admin and SuperAdmin belong to acme, Outsider is an admin of globex, Shared is a member of acme and an
/// admin of globex. Visiting is the super admin in a session that has entered globex, and Assuming the admin in a session that
/// acts as another admin of acme. The keys belong to acme's member and admin; the impersonator is a key that acts as the super admin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Nobody,
    Member,
    Admin,
    Outsider,
    Shared,
    SuperAdmin,
    Visiting,
    Assuming,
    MemberKey,
    AdminKey,
    Impersonator,
}

/// What the path names. The first four are asked of acme, by its slug where the path has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Something of acme that belongs to its member.
    Own,
    /// Something of globex.
    Foreign,
    /// An id that nothing has.
    Unknown,
    /// Something of acme that is not what the route is about.
    OtherKind,
    /// Something of globex, by the slug of globex.
    Elsewhere,
    /// Something of acme, by a slug that no org has.
    Nowhere,
}

/// What the id in a route's path, form or body is the id of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// There is no id.
    Nothing,
    /// A key.
    Key,
    /// A user.
    User,
    /// A membership.
    Membership,
    /// A user, by user ID or for a key by key ID.
    UserOrKey,
    /// An org, and a user of it.
    OrgAndUser,
    /// A session.
    Session,
    /// These words, one for each of Own, Foreign, Unknown and OtherKind.
    Words([&'static str; 4]),
}

/// What a route is sent. `{id}`, `{version}` and `{token}` stand for what fits the case.
#[derive(Clone, Copy, Debug)]
pub enum Body {
    /// Nothing.
    Empty,
    /// A form, with a good token of the person.
    Form(&'static [(&'static str, &'static str)]),
    /// JSON.
    Json(&'static str),
}

/// A route, and what it answers: a status (`404`), a status and the beginning of where it leads (`303 /login`), or a status
/// after which everything is as it was (`200 unchanged`).
pub struct Row {
    pub method: &'static str,
    pub path: &'static str,
    pub about: About,
    pub body: Body,
    pub query: &'static str,
    /// Whose forms are forged: a form that takes a token from people only is not forged for nobody.
    pub forged_for: &'static [Who],
    rules: Vec<(Vec<Who>, Vec<What>, &'static str)>,
}

pub const EVERYBODY: [Who; 11] = [
    Who::Nobody,
    Who::Member,
    Who::Admin,
    Who::Outsider,
    Who::Shared,
    Who::SuperAdmin,
    Who::Visiting,
    Who::Assuming,
    Who::MemberKey,
    Who::AdminKey,
    Who::Impersonator,
];
/// Who is signed in and themselves.
pub const PEOPLE: [Who; 6] = [Who::Member, Who::Admin, Who::Outsider, Who::Shared, Who::SuperAdmin, Who::Visiting];
pub const KEYS: [Who; 3] = [Who::MemberKey, Who::AdminKey, Who::Impersonator];
/// Who has an admin's rights in acme.
pub const ADMINS: [Who; 4] = [Who::Admin, Who::SuperAdmin, Who::Visiting, Who::Assuming];
/// Who has an admin's rights in globex.
pub const GLOBEX_ADMINS: [Who; 3] = [Who::Outsider, Who::Shared, Who::Visiting];
/// Who has a super admin's rights.
pub const SUPER_ADMINS: [Who; 2] = [Who::SuperAdmin, Who::Visiting];
/// Slugs of other orgs than the one that an impersonation is bound to.
const BEYOND: [What; 2] = [What::Elsewhere, What::Nowhere];
pub const EVERYTHING: [What; 6] =
    [What::Own, What::Foreign, What::Unknown, What::OtherKind, What::Elsewhere, What::Nowhere];

impl Row {
    fn new(method: &'static str, path: &'static str, answer: &'static str) -> Row {
        let rules = vec![(EVERYBODY.to_vec(), EVERYTHING.to_vec(), answer)];
        let forged_for = &[Who::Nobody, Who::Admin];
        Row { method, path, about: About::Nothing, body: Body::Empty, query: "", forged_for, rules }
    }

    /// A page: for nobody it leads to the sign-in, for a key it is no page, and for everybody else it is not there. Who acts as
    /// somebody else is told to stop first wherever that does not reach.
    pub fn page(path: &'static str) -> Row {
        let row = Row::new("GET", path, "404");
        let beyond: &[What] = if path.starts_with("/orgs/{slug}") { &BEYOND } else { &EVERYTHING };
        let row = row.when(&[Who::Assuming], beyond, "403");
        row.when(&[Who::Nobody], &EVERYTHING, "303 /login?next=").when(&KEYS, &EVERYTHING, "401")
    }

    /// A form: as a page, but a key has no token for it.
    pub fn form(path: &'static str, fields: &'static [(&'static str, &'static str)]) -> Row {
        let row = Row { method: "POST", body: Body::Form(fields), ..Row::page(path) };
        row.when(&[Who::Nobody], &EVERYTHING, "303 /login").when(&KEYS, &EVERYTHING, "403")
    }

    /// A REST call: nobody is asked who they are, and for everybody else nothing is there.
    pub fn api(method: &'static str, path: &'static str) -> Row {
        Row::new(method, path, "404").when(&[Who::Nobody], &EVERYTHING, "401")
    }

    /// Something that answers everybody alike.
    pub fn open(path: &'static str, answer: &'static str) -> Row {
        Row::new("GET", path, answer)
    }

    /// A form that answers everybody alike, but programs.
    pub fn open_form(path: &'static str, fields: &'static [(&'static str, &'static str)], answer: &'static str) -> Row {
        let row = Row { method: "POST", body: Body::Form(fields), ..Row::new("POST", path, answer) };
        row.when(&KEYS, &EVERYTHING, "403")
    }

    /// What its id is the id of.
    pub fn about(self, about: About) -> Row {
        Row { about, ..self }
    }

    /// What follows its path.
    pub fn query(self, query: &'static str) -> Row {
        Row { query, ..self }
    }

    /// Whose forms are forged.
    pub fn forged_for(self, forged_for: &'static [Who]) -> Row {
        Row { forged_for, ..self }
    }

    /// A page of the whole installation, for super admins, with or without an org in its path.
    pub fn of_installation(self, own: &'static str, elsewhere: &'static str) -> Row {
        let row = self.when(&[Who::Assuming], &EVERYTHING, "403");
        row.when(&SUPER_ADMINS, &[What::Own], own).when(&SUPER_ADMINS, &[What::Elsewhere], elsewhere)
    }

    /// What everybody gets who is signed in.
    pub fn people(self, answer: &'static str) -> Row {
        self.when(&PEOPLE, &[What::Own], answer)
    }

    /// What it is sent.
    pub fn json(self, body: &'static str) -> Row {
        Row { body: Body::Json(body), ..self }
    }

    /// What these people get for these ids.
    pub fn when(mut self, who: &[Who], what: &[What], answer: &'static str) -> Row {
        self.rules.push((who.to_vec(), what.to_vec(), answer));
        self
    }

    /// What admins get for what is their org's.
    pub fn admins(self, answer: &'static str) -> Row {
        self.when(&ADMINS, &[What::Own], answer).when(&GLOBEX_ADMINS, &[What::Elsewhere], answer)
    }

    /// The kinds of ids that can be asked for here.
    pub fn kinds(&self) -> Vec<What> {
        let (slug, id) = (self.path.contains("{slug}"), self.about != About::Nothing);
        let mut kinds = vec![What::Own];
        if id {
            kinds.extend([What::Foreign, What::Unknown, What::OtherKind]);
        }
        if slug {
            kinds.extend([What::Elsewhere, What::Nowhere]);
        }
        kinds
    }

    /// What this person gets.
    pub fn answer(&self, who: Who, what: What) -> &'static str {
        let mut fitting =
            self.rules.iter().rev().filter(|(people, ids, _)| people.contains(&who) && ids.contains(&what));
        fitting.next().unwrap().2
    }

    /// `GET /path`
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether it asks for a change.
    pub fn changes(&self) -> bool {
        self.method != "GET"
    }
}
