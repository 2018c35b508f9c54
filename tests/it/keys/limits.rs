//! How many keys a user and an org can have.

use serde_json::json;

use crate::support::both;
use crate::support::bulk::{self, Bulk};
use crate::support::client::Ask;
use crate::support::database::{Backend, Database};
use crate::support::server::Server;

/// Four users with 10 keys each and an admin with one, where a user can have 11 keys and the org 42.
struct Full {
    server: Server,
    database: Database,
    bulk: Bulk,
}

impl crate::support::Fixture for Full {
    async fn start(backend: Backend) -> Self {
        let database = Database::migrated(backend);
        let bulk = Bulk::write(&database, 4, 40);
        let limits = [("KEYHOUSE_MAX_KEYS_PER_USER", "11"), ("KEYHOUSE_MAX_KEYS_PER_ORG", "42")];
        Full { server: Server::start_with(&database, &limits), database, bulk }
    }
}

impl Full {
    fn ask(&self, method: &str, path: &str) -> Ask {
        self.server.client().ask(method, path).header("x-api-key", &self.bulk.token)
    }

    /// Creates a key for the n-th user.
    fn create(&self, n: i64) -> Ask {
        self.ask("POST", "/user/apiKey").json(&json!({"orgUserId": self.bulk.membership(n), "name": "new"}))
    }
}

both! {
    async fn beyond_a_limit_no_key_is_created_and_the_answer_names_the_limit(full: Full) {
        full.create(1).header("idempotency-key", "once").send().await.expect(201);
        full.create(1).header("idempotency-key", "once").send().await.expect(409);
        let user = full.create(1).send().await.expect(409);
        assert!(user.text.contains("A user of an org can have at most 11 keys"), "{}", user.text);
        let org = full.create(2).send().await.expect(409);
        assert!(org.text.contains("An org can have at most 42 keys"), "{}", org.text);
        assert_eq!(full.database.number("SELECT COUNT(*) FROM keys WHERE name = 'new'"), 1);
        full.ask("DELETE", &format!("/user/apiKey/{}", full.bulk.key(1))).send().await.expect(204);
        full.create(1).send().await.expect(201);
    }

    async fn the_page_names_the_limit_and_keeps_what_was_typed(full: Full) {
        full.create(1).send().await.expect(201);
        let mut admin = full.server.robot();
        bulk::sign_in(&mut admin).await;
        admin.open(&format!("/orgs/acme/users/{}/keys/new", full.bulk.user(1))).await.fill("Name", "billing-prod");
        admin.press("Create key").await.status(409).sees("A user of an org can have at most 11 keys.");
        assert_eq!(admin.page.attributes("#name", "value"), ["billing-prod"]);
        full.ask("DELETE", &format!("/user/apiKey/{}", full.bulk.key(1))).send().await.expect(204);
        admin.press("Create key").await.status(200).sees("You cannot see it again");
    }
}
