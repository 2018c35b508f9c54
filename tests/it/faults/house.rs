//! The real binary on a database with one org in it, and how its people and programs ask.

use serde_json::json;

use crate::support::Fixture;
use crate::support::bulk::{Bulk, EMAIL, PASSWORD};
use crate::support::client::{Ask, Client, Reply};
use crate::support::database::{Backend, Database};
use crate::support::robot::Robot;
use crate::support::server::Server;

/// A running Keyhouse with an admin, four users and forty keys.
pub struct House {
    /// The process; before the database, so that it is dropped first.
    pub server: Server,
    /// Its database.
    pub database: Database,
    /// Who and what is in it.
    pub bulk: Bulk,
}

impl Fixture for House {
    async fn start(backend: Backend) -> Self {
        House::on(Database::migrated(backend), Server::start)
    }
}

impl House {
    /// On this database, migrated and empty.
    pub fn on(database: Database, start: impl FnOnce(&Database) -> Server) -> House {
        House::with(database, 40, start)
    }

    /// The same with so many keys.
    pub fn with(database: Database, keys: i64, start: impl FnOnce(&Database) -> Server) -> House {
        let bulk = Bulk::write(&database, 4, keys);
        House { server: start(&database), database, bulk }
    }

    /// The same with so many users, too.
    pub fn with_users(database: Database, users: i64, keys: i64) -> House {
        let bulk = Bulk::write(&database, users, keys);
        House { server: Server::start(&database), database, bulk }
    }

    /// A visitor who sends the admin's key along.
    pub fn ask(&self, method: &str, path: &str) -> Ask {
        self.ask_as(&self.server.client(), method, path)
    }

    /// The same by a client that is there already.
    pub fn ask_as(&self, client: &Client, method: &str, path: &str) -> Ask {
        client.ask(method, path).header("x-api-key", &self.bulk.token)
    }

    /// Makes a key by REST for the first user.
    pub fn create(&self, name: &str) -> Ask {
        self.ask("POST", "/user/apiKey").json(&json!({"orgUserId": self.bulk.membership(1), "name": name}))
    }

    /// Deletes the n-th key by REST.
    pub fn delete(&self, n: i64) -> Ask {
        self.ask("DELETE", &format!("/user/apiKey/{}", self.bulk.key(n)))
    }

    /// Who am I? Looks at nearly every table that a session or key stands on.
    pub async fn read(&self) -> Reply {
        self.ask("GET", "/user/users/me").send().await
    }

    /// The admin, signed in.
    pub async fn admin(&self) -> Robot {
        let mut robot = self.server.robot();
        robot.open("/login").await.fill("Email address", EMAIL).fill("Password", PASSWORD);
        robot.press("Sign in").await.status(200);
        robot
    }

    /// How many keys of this name there are, deleted ones too.
    pub fn named(&self, name: &str) -> i64 {
        self.database.number(&format!("SELECT COUNT(*) FROM keys WHERE name = '{name}'"))
    }

    /// Whether the n-th key is deleted.
    pub fn is_deleted(&self, n: i64) -> bool {
        let key = self.bulk.key(n);
        self.database.number(&format!("SELECT COUNT(*) FROM keys WHERE id = {key} AND deleted_at IS NOT NULL")) == 1
    }
}
