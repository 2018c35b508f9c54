//! The API against its own document: schemathesis makes up calls, right ones and wrong ones, and checks every answer with all the
//! checks that it has.

use std::process::Command;

use keyhouse::keys::model::Token;
use keyhouse::secret::hex;
use tempfile::TempDir;

use crate::support::database::{Backend, Database};
use crate::support::server::Server;
use crate::support::{both, tool, trail};

/// Answers that are right for a right call, beside those that schemathesis expects: that there is no such membership is said of the
/// field `orgUserId`, and no schema can know which ones there are, nor which `Idempotency-Key` another call had. The key is ours, so
/// none is made up.
const SETTINGS: &str = r#"
[generation]
with-security-parameters = false

[[operations]]
include-name = "POST /user/apiKey"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "401", "403", "404", "409", "5xx"]

[[operations]]
include-name = "DELETE /user/apiKey/{id}"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "401", "403", "404", "409", "5xx"]
"#;

/// The ids that the document's examples name, so that the examples work. The key that we call with is somebody else's: a list of
/// the example's keys would lead to its end.
fn as_in_the_examples(database: &Database) -> String {
    let (token, admin) = (
        Token::new().unwrap(),
        "(id, org_id, user_id, first_name, last_name, email, sort_name, enabled, admin, accepted_at, version, created_at)",
    );
    let hash = match database.backend {
        Backend::Sqlite => format!("x'{}'", hex(&token.hash())),
        Backend::Postgres => format!("'\\x{}'", hex(&token.hash())),
    };
    let mut sql =
        "INSERT INTO orgs (id, name, slug, enabled, version, created_at) VALUES (1204, 'Acme', 'acme', TRUE, 1, 1);"
            .to_owned();
    for (user, membership, key, name, access) in
        [(1732, 93768, 130, "Tomasz", "x"), (99001, 99002, 99003, "Ada", token.access_key().as_str())]
    {
        let person = format!("'{name}', 'Lis', '{name}@acme.example'");
        sql += &format!(
            "INSERT INTO users (id, first_name, last_name, email, enabled, super_admin, session_epoch, version, created_at)
               VALUES ({user}, {person}, TRUE, FALSE, 1, 1, 1);
             INSERT INTO memberships {admin} VALUES ({membership}, 1204, {user}, {person}, '{name}', TRUE, TRUE, 1, 1, 1);
             INSERT INTO keys (id, org_id, membership_id, name, access_key, hash, can_impersonate, admin_when_made, made_by, created_at)
               VALUES ({key}, 1204, {membership}, 'API Token', '{access}', {hash}, TRUE, TRUE, {user}, 1);
             INSERT INTO key_usage (key_id, org_id) VALUES ({key}, 1204);"
        );
    }
    database.execute(&(sql + "UPDATE ids SET last = 100000"));
    trail::begin(database);
    token.reveal().to_owned()
}

both! {
    async fn whatever_is_called_is_answered_as_the_document_says(database: Database) {
        let token = as_in_the_examples(&database);
        let (server, folder) = (Server::start(&database), TempDir::new().unwrap());
        std::fs::write(folder.path().join("schemathesis.toml"), SETTINGS).unwrap();
        let mut run = Command::new(tool("schemathesis/bin/schemathesis"));
        run.current_dir(folder.path()).env("NO_COLOR", "1").args(["run", &format!("{}/openapi.json", server.url)]);
        run.args(["--header", &format!("x-api-key: {token}"), "--checks", "all", "--workers", "1", "--max-examples", "25"]);
        run.args(["--generation-deterministic", "--continue-on-failure", "--no-color"]);
        let output = tokio::task::block_in_place(|| run.output()).unwrap();
        let told = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(output.status.success() && told.contains(" passed") && !told.contains('❌'), "{told}");
        // it got somewhere: keys were made and deleted, and ours was good to the end
        let events = |action: &str| database.number(&format!("SELECT COUNT(*) FROM audit_events WHERE action = '{action}'"));
        assert!(events("key.created") > 1 && events("key.deleted") > 0, "{told}");
        server.client().ask("GET", "/user/users/me").header("x-api-key", &token).send().await.expect(200);
    }
}
