//! Every page of the running product, as a super admin, an admin, a member and nobody see it: filled and empty, after a mistake,
//! and where there is nothing.

use crate::support::page::Page;
use crate::support::robot::Robot;
use crate::support::town::{self, ADMIN, HOLDER, PASSWORD, Town};

/// A page as it came, under a name.
#[derive(Clone)]
pub struct Shot {
    /// Who saw it.
    pub who: &'static str,
    /// What it is.
    pub name: String,
    /// The status that it came with.
    pub status: u16,
    /// The page.
    pub page: Page,
}

/// Collects pages of one person.
pub struct Album {
    who: &'static str,
    /// What the person looks through.
    pub robot: Robot,
    /// The pages.
    pub shots: Vec<Shot>,
}

impl Album {
    /// Of this person, who looks through this robot.
    pub fn of(who: &'static str, robot: Robot) -> Album {
        Album { who, robot, shots: Vec::new() }
    }

    /// Whoever looks.
    pub fn robot(&mut self) -> &mut Robot {
        &mut self.robot
    }

    /// Keeps the page that the robot sees.
    pub fn keep(&mut self, name: &str, status: u16) -> &mut Robot {
        self.robot.status(status);
        let page = self.robot.page.clone();
        self.shots.push(Shot { who: self.who, name: name.to_owned(), status, page });
        &mut self.robot
    }

    /// Opens an address, and keeps what is there.
    pub async fn open(&mut self, path: &str, status: u16) -> &mut Robot {
        self.robot.open(path).await;
        self.keep(path, status)
    }

    /// Presses a button on the page that the robot sees, and keeps what comes.
    pub async fn press(&mut self, button: &str, name: &str, status: u16) {
        self.robot.press(button).await;
        self.keep(name, status);
    }
}

/// All of them.
pub async fn all(town: &Town) -> Vec<Shot> {
    town.add_org("Nordwind").await;
    let mut ada = Album::of("super admin", town.signed_in(ADMIN).await);
    let (invited, link) = town::invite(&mut ada.robot, "acme", "Noor Haddad", "noor@example.com", "Admin").await;
    let gone = delete_a_key(town, &mut ada.robot).await;
    reading(town, &mut ada, &invited, &gone).await;
    empty(&mut ada).await;
    trying(town, &mut ada).await;
    let mut noor = Album::of("nobody", town.robot());
    nobody(&mut noor, &link).await;
    let mut admin = Album::of("admin", town.robot());
    admin.robot.open("/login").await;
    town::sign_in(&mut admin.robot, "noor@example.com").await;
    for path in ["/orgs/acme", "/orgs/acme/users", "/orgs/acme/keys", "/profile"] {
        admin.open(path, 200).await;
    }
    admin.open(&format!("/orgs/acme/users/{}/edit", town.holder), 200).await;
    mistakes(town, &mut ada).await;
    confirming(town, &mut ada).await;
    making(town, &mut ada, &mut admin).await;
    super::assumed::installation(&mut ada).await;
    super::addresses::opening(town, &mut ada).await;
    super::assumed::visit(&mut ada).await;
    super::assumed::impersonation(town, &mut ada).await;
    leaving(&mut ada, &invited).await;
    disabled(&mut ada, &invited).await;
    interrupted(town, &mut ada).await;
    let mut member = Album::of("member", town.signed_in(HOLDER).await);
    member.open("/profile", 200).await;
    member.open("/profile/keys", 200).await;
    member.open(&format!("/profile/keys/{}/delete", town.keys[0].id), 200).await;
    super::addresses::wanting(town, &mut member, &mut ada).await;
    for path in ["/orgs/acme/users", "/orgs/acme/docs", "/orgs/acme/keys/1"] {
        member.robot.open(path).await;
        let status = member.robot.reply.status;
        member.keep(path, status);
    }
    [ada, noor, admin, member].into_iter().flat_map(|album| album.shots).collect()
}

/// A key that is no more: its id.
async fn delete_a_key(town: &Town, robot: &mut Robot) -> String {
    let key = town::make_key(robot, "acme", &town.holder, "old-portal").await;
    robot.open(&format!("/orgs/acme/keys/{}/delete", key.id)).await.press("Delete key").await.status(200);
    key.id
}

async fn reading(town: &Town, ada: &mut Album, invited: &str, gone: &str) {
    let (user, key) = (format!("/orgs/acme/users/{}", town.holder), format!("/orgs/acme/keys/{}", town.keys[0].id));
    ada.robot.open("/orgs/acme/users").await.click(town::ADMIN_NAME).await;
    let own = ada.robot.path();
    ada.keep("own edit page", 200);
    ada.open(&own.replace("/edit", "/keys/new"), 200).await;
    for path in ["/orgs", "/orgs/acme", "/orgs/acme/first-steps", "/orgs/acme/users", "/orgs/acme/users/new"] {
        ada.open(path, 200).await;
    }
    for query in
        ["users?q=tomasz", "users?q=zebra", "users?status=no-keys", "keys?q=bill", "keys?q=zebra", "docs?q=zebra"]
    {
        ada.open(&format!("/orgs/acme/{query}"), 200).await;
    }
    for path in ["keys", "keys/new", "keys/new?q=zebra", "docs", "docs/apiKey", "docs/health?expand=1"] {
        ada.open(&format!("/orgs/acme/{path}"), 200).await;
    }
    for path in ["edit", "keys/new", "disable", "remove"] {
        ada.open(&format!("{user}/{path}"), 200).await;
    }
    ada.open(&format!("/orgs/acme/users/{invited}/edit"), 200).await;
    ada.open(&key, 200).await;
    ada.open(&format!("{key}/delete"), 200).await;
    ada.open(&format!("/orgs/acme/keys/{gone}/delete"), 200).await;
    ada.open("/profile", 200).await;
    ada.open("/operations/0123456789abcdef", 200).await;
    audit(ada, &town.holder).await;
    for (path, status) in
        [("/nowhere", 404), ("/orgs/acme/users/1/edit", 404), ("/logout", 405), ("/orgs/acme/keys?after=x", 400)]
    {
        ada.open(path, status).await;
    }
}

/// The audit trails, with their filters and one entry each.
async fn audit(ada: &mut Album, user: &str) {
    ada.open("/orgs/acme/audit", 200).await.click_first("tbody th a").await;
    ada.keep("an entry", 200);
    for query in [format!("target={user}"), "what=key.deleted".to_owned(), "who=1".to_owned(), "export".to_owned()] {
        let mark = if query == "export" { "/" } else { "?" };
        ada.open(&format!("/orgs/acme/audit{mark}{query}"), 200).await;
    }
    ada.open("/orgs/acme/audit?who=x&from=23.11.", 422).await;
    ada.open("/audit", 200).await.click_first("tbody th a").await;
    ada.keep("an entry of no org", 200);
    for path in ["/orgs/acme/audit/refusals", "/audit/refusals", "/audit?who=1", "/profile/activity"] {
        ada.open(path, 200).await;
    }
}

/// An org without anything in it.
async fn empty(ada: &mut Album) {
    for path in ["", "/users", "/users?status=disabled", "/keys", "/keys/new", "/first-steps"] {
        ada.open(&format!("/orgs/nordwind{path}"), 200).await;
    }
}

/// Answers of Swagger Docs.
async fn trying(town: &Town, ada: &mut Album) {
    ada.robot.open("/orgs/acme/docs/apiKey").await.within("#getApiKey").fill("id", &town.holder);
    ada.press("Try it out!", "docs, a reading call", 200).await;
    ada.robot.within("#getApiKey").fill("id", "1");
    ada.press("Try it out!", "docs, a reading call that finds nothing", 200).await;
    ada.robot.within("#deleteApiKey").fill("id", &town.holder);
    ada.press("Try it out!", "docs, a user ID in DELETE", 200).await;
    ada.robot.within("#createApiKey");
    ada.press("Try it out!", "docs, a creating call that is refused", 200).await;
}

/// Signing in, and a link that was handed over.
async fn nobody(noor: &mut Album, link: &str) {
    noor.open("/login", 200).await.fill("Email address", "nobody@example.com").fill("Password", "wrong wrong wrong");
    noor.robot.press("Sign in").await;
    let status = noor.robot.reply.status;
    noor.keep("sign-in refused", status);
    noor.open("/nowhere", 404).await;
    noor.open("/setup", 404).await;
    noor.open("/links", 404).await;
    noor.robot.open(&format!("{link}/x")).await;
    noor.keep("a damaged link", 404);
    noor.robot.open(link).await.fill("Password", "short");
    noor.keep("an invitation", 200);
    noor.press("Set password and join", "an invitation, password too short", 422).await;
    noor.robot.fill("Password", PASSWORD).press("Set password and join").await.status(200);
}

/// Forms that come back.
async fn mistakes(town: &Town, ada: &mut Album) {
    let user = format!("/orgs/acme/users/{}", town.holder);
    ada.robot.open("/orgs/acme/users/new").await;
    ada.press("Create user", "new user, mistakes", 422).await;
    ada.robot.open(&format!("{user}/keys/new")).await;
    ada.press("Create key", "new key, mistakes", 422).await;
    ada.robot.open(&format!("{user}/edit")).await.fill("First name", "").fill("Last name (optional)", &"x".repeat(200));
    ada.robot.press("Save changes").await;
    let status = ada.robot.reply.status;
    ada.keep("edit user, mistakes", status);
    ada.robot.open("/orgs/acme/keys").await.fill("API key", "kh_nothing");
    ada.press("Look up", "look up a key, mistakes", 422).await;
    ada.robot.open("/orgs").await.fill("Org name", "").fill("Email address of its first admin", "x");
    ada.press("Create org", "new org, mistakes", 422).await;
    ada.robot.open("/profile").await.fill("First name", "");
    ada.press("Save name", "profile, mistakes", 422).await;
    ada.robot.open("/profile").await.fill("Current password", "x").fill("New password", "short");
    ada.press("Change password", "password, mistakes", 422).await;
}

/// The password again.
async fn confirming(town: &Town, ada: &mut Album) {
    ada.open("/confirm?next=/profile", 200).await;
    ada.robot.open(&format!("/orgs/acme/users/{}/edit", town.holder)).await.fill("Email address", "t@example.com");
    town.database().execute("UPDATE sessions SET confirmed_at = 0");
    ada.press("Save changes", "confirm a change", 403).await;
    ada.press("Confirm and go on", "confirm a change, no password", 422).await;
    ada.robot.open("/confirm").await.fill("Your password", PASSWORD).press("Confirm").await.status(200);
}

/// What is shown once, and what a success says.
async fn making(town: &Town, ada: &mut Album, admin: &mut Album) {
    let user = format!("/orgs/acme/users/{}", town.holder);
    ada.robot.open("/orgs/acme/users/new").await.fill("First name", "Kai").fill("Email address", "kai@example.com");
    ada.press("Create user", "user created", 200).await;
    ada.robot.open(&format!("{user}/keys/new")).await.fill("Name", "shipping-eu").tick("Can impersonate");
    ada.press("Create key", "key created", 200).await;
    ada.robot
        .open("/orgs")
        .await
        .fill("Org name", "Südwind & Söhne")
        .fill("Email address of its first admin", "ola@example.com");
    ada.press("Create org", "org created", 200).await;
    ada.robot.open(&format!("{user}/edit")).await;
    admin.robot.open(&format!("{user}/edit")).await.fill("Last name (optional)", "Fuchs");
    let edited = admin.robot.press("Save changes").await.reply.status;
    admin.keep("edit user, saved", edited);
    ada.robot.fill("Last name (optional)", "Wolf").press("Save changes").await;
    let status = ada.robot.reply.status;
    ada.keep("edit user, changed meanwhile", status);
    ada.robot.open(&format!("{user}/edit")).await.within_row("shipping-eu").click("Delete").await;
    ada.press("Delete key", "edit user, a key deleted", 200).await;
}

/// What is asked before an admin is none any more, or leaves, who has seen keys of others.
async fn leaving(ada: &mut Album, user: &str) {
    let user = format!("/orgs/acme/users/{user}");
    ada.robot.open("/orgs/acme/users").await.click(town::ADMIN_NAME).await;
    let own = ada.robot.path().replace("/edit", "");
    for path in
        [format!("{own}/demote"), format!("{own}/shown-keys"), format!("{user}/demote"), format!("{user}/shown-keys")]
    {
        ada.open(&path, 200).await;
    }
    ada.robot.open(&format!("{own}/disable")).await;
    ada.robot.open(&format!("{own}/remove")).await;
    ada.keep("remove oneself", 200);
}

/// A session that ends while somebody types.
async fn interrupted(town: &Town, ada: &mut Album) {
    ada.robot.open("/orgs/acme/users/new").await.fill("First name", "Lena").fill("Email address", "lena@example.com");
    town.database().execute("DELETE FROM sessions");
    ada.press("Create user", "signed out while typing", 401).await;
    ada.robot.fill("Email address", ADMIN).fill("Password", PASSWORD);
    ada.press("Sign in", "review and send again", 200).await;
    ada.robot.press("Send again").await.status(200).sees("Lena");
}

/// A user who may not, and the way back.
async fn disabled(ada: &mut Album, user: &str) {
    let user = format!("/orgs/acme/users/{user}");
    ada.robot.open(&format!("{user}/disable")).await.press("Disable").await.status(200);
    ada.open(&format!("{user}/edit"), 200).await;
    ada.open(&format!("{user}/enable"), 200).await;
    ada.open("/orgs/acme/users?status=disabled", 200).await;
}
