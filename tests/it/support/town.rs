//! An installation with people in it, as `keyhouse setup` and the pages make it: the org Acme, its admin Ada, who is super
//! admin, and Tomasz, who holds two keys.

use tempfile::TempDir;

use super::client::Client;
use super::database::{Backend, Database};
use super::robot::Robot;
use super::server::{self, Server, write_private};
use super::{App, Fixture, in_process};

/// The admin's email address.
pub const ADMIN: &str = "ada@example.com";
/// The admin's name.
pub const ADMIN_NAME: &str = "Ada Lovelace";
/// The email address of the person with the keys.
pub const HOLDER: &str = "tomasz@example.com";
/// The name of the person with the keys.
pub const HOLDER_NAME: &str = "Tomasz Lis";
/// Everybody's password.
pub const PASSWORD: &str = "seven quiet copper kettles";

/// A key, as its maker saw it.
#[derive(Clone, Debug)]
pub struct MadeKey {
    /// The name.
    pub name: String,
    /// The key's id.
    pub id: String,
    /// The whole API key.
    pub token: String,
}

/// The product inside the test's process, with people.
pub struct InsideTown(pub Town);

/// The real binary, with people.
pub struct OutsideTown(pub Town);

/// The people and where they are.
pub struct Town {
    /// `http://127.0.0.1:port`
    pub url: String,
    /// The user id of the person with the keys.
    pub holder: String,
    /// Their keys.
    pub keys: Vec<MadeKey>,
    product: Product,
}

enum Product {
    Inside(Box<App>),
    Outside(Box<Server>, Database),
}

impl Fixture for InsideTown {
    async fn start(backend: Backend) -> Self {
        let database = Database::migrated(backend);
        let folder = TempDir::new().unwrap();
        let password = password_file(&folder);
        let (status, printed) = server::command(folder.path(), &database, &setup(&password));
        assert!(status.success(), "{printed}");
        let running = in_process::start(&database);
        let url = running.url.clone();
        InsideTown(Town::people(url, Product::Inside(Box::new(App { running, database }))).await)
    }
}

impl Fixture for OutsideTown {
    async fn start(backend: Backend) -> Self {
        let database = Database::migrated(backend);
        let server = Server::start(&database);
        OutsideTown(Town::of(server, database).await)
    }
}

fn password_file(folder: &TempDir) -> String {
    let file = folder.path().join("password");
    write_private(&file, &format!("{PASSWORD}\n"));
    file.to_string_lossy().into_owned()
}

fn setup(password_file: &str) -> [&str; 11] {
    let name = ["--first", "Ada", "--last", "Lovelace"];
    let [a, b, c, d] = name;
    ["setup", "--org", "Acme", "--email", ADMIN, "--password-file", password_file, a, b, c, d]
}

impl Town {
    /// The same people in a binary that was started in some other way, on an empty database.
    pub async fn of(server: Server, database: Database) -> Town {
        let folder = TempDir::new().unwrap();
        let password = password_file(&folder);
        let (status, printed) = server.command(&setup(&password));
        assert!(status.success(), "{printed}");
        Town::people(server.url.clone(), Product::Outside(Box::new(server), database)).await
    }

    async fn people(url: String, product: Product) -> Town {
        let mut town = Town { url, holder: String::new(), keys: Vec::new(), product };
        let mut ada = town.signed_in(ADMIN).await;
        let (holder, link) = invite(&mut ada, "acme", HOLDER_NAME, HOLDER, "User").await;
        accept(&mut town.robot(), &link).await;
        for name in ["API Token", "billing-prod"] {
            town.keys.push(make_key(&mut ada, "acme", &holder, name).await);
        }
        Town { holder, ..town }
    }

    /// The database, for what no page shows.
    pub fn database(&self) -> &Database {
        match &self.product {
            Product::Inside(app) => &app.database,
            Product::Outside(_, database) => database,
        }
    }

    /// The binary, if this is one.
    pub fn server(&self) -> Option<&Server> {
        match &self.product {
            Product::Inside(_) => None,
            Product::Outside(server, _) => Some(server),
        }
    }

    /// The binary and its database, if this is one.
    pub fn outside(self) -> (Server, Database) {
        match self.product {
            Product::Inside(_) => panic!("this town has no binary"),
            Product::Outside(server, database) => (*server, database),
        }
    }

    /// A visitor with an empty cookie jar.
    pub fn client(&self) -> Client {
        Client::new(&self.url)
    }

    /// A robot with an empty cookie jar.
    pub fn robot(&self) -> Robot {
        Robot::new(&self.url)
    }

    /// A robot that has signed in.
    pub async fn signed_in(&self, email: &str) -> Robot {
        let mut robot = self.robot();
        robot.open("/login").await;
        sign_in(&mut robot, email).await;
        robot
    }

    /// What a request with this API key is answered.
    pub async fn whoami(&self, token: &str) -> u16 {
        self.client().ask("GET", "/user/users/me").header("x-api-key", token).send().await.status
    }

    /// Makes another org, whose first admin is Ada.
    pub async fn add_org(&self, name: &str) {
        let mut ada = self.signed_in(ADMIN).await;
        ada.open("/orgs").await.fill("Org name", name).fill("Email address of its first admin", ADMIN);
        ada.press("Create org").await.status(200).sees(name);
    }
}

/// Fills the sign-in page that the robot sees.
pub async fn sign_in(robot: &mut Robot, email: &str) {
    robot.sees("Sign in").fill("Email address", email).fill("Password", PASSWORD);
    robot.press("Sign in").await.status(200).sees_no("Email address or password");
}

/// Makes a user, as an admin: the user's id, and the link to hand over.
pub async fn invite(admin: &mut Robot, slug: &str, name: &str, email: &str, role: &str) -> (String, String) {
    let (first, last) = name.split_once(' ').unwrap();
    admin.open(&format!("/orgs/{slug}/users/new")).await;
    admin.fill("First name", first).fill("Last name (optional)", last).fill("Email address", email).tick(role);
    admin.press("Create user").await.status(200).sees("You cannot see it again");
    let link = admin.select("output").remove(0);
    admin.click("I have copied it").await.status(200);
    (user_in(&admin.path()), link)
}

/// Sets a password behind an invitation link.
pub async fn accept(robot: &mut Robot, link: &str) {
    robot.open(link).await.status(200).fill("Password", PASSWORD);
    robot.press("Set password and join").await.status(200);
}

/// Makes a key, as an admin.
pub async fn make_key(admin: &mut Robot, slug: &str, user: &str, name: &str) -> MadeKey {
    admin.open(&format!("/orgs/{slug}/users/{user}/keys/new")).await.fill("Name", name);
    admin.press("Create key").await.status(200).sees("You cannot see it again");
    let token = admin.select("output").remove(0);
    let path = admin.page.attributes("dl a", "href").into_iter().find(|href| href.contains("/keys/")).unwrap();
    MadeKey { name: name.to_owned(), id: path.rsplit('/').next().unwrap().to_owned(), token }
}

/// The user ID in the address of an Edit User page: its only segment of digits.
pub fn user_in(path: &str) -> String {
    let path = path.split('?').next().unwrap_or(path);
    let digits: Vec<&str> =
        path.split('/').filter(|part| part.bytes().all(|b| b.is_ascii_digit()) && !part.is_empty()).collect();
    assert_eq!(digits.len(), 1, "{path}");
    digits[0].to_owned()
}
