//! One org with as many users and keys as a test wants, written by SQL past the product: the product's own ways would take
//! minutes for a million. What its triggers keep (the counts) is written too, and the triggers are back afterwards.

use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use keyhouse::keys::model::Token;
use keyhouse::sessions::password;
use keyhouse::users::model::Password;

use super::database::{Backend, Database};
use super::robot::Robot;

/// The slug of the org.
pub const SLUG: &str = "acme";
/// The admin's email address.
pub const EMAIL: &str = "ada@example.com";
/// The admin's password.
pub const PASSWORD: &str = "seven quiet copper kettles";

// 2025-06-15, in microseconds
const AT: i64 = 1_750_000_000_000_000;
const ORG: i64 = 101;
const ADMIN: i64 = 102;
const ADMIN_MEMBERSHIP: i64 = 103;
const ADMIN_KEY: i64 = 104;
const FIRST: i64 = 1000;

/// What was written, for tests to address it.
pub struct Bulk {
    /// How many users there are beside the admin.
    pub users: i64,
    /// How many keys there are beside the admin's; each user has `keys / users` of them.
    pub keys: i64,
    /// An API key of the admin.
    pub token: String,
}

impl Bulk {
    /// The user id of the admin, who made every key.
    pub fn admin(&self) -> i64 {
        ADMIN
    }

    /// The n-th user's id, from 1.
    pub fn user(&self, n: i64) -> i64 {
        FIRST + n
    }

    /// The n-th user's membership.
    pub fn membership(&self, n: i64) -> i64 {
        FIRST + self.users + n
    }

    /// The n-th key's id, from 1; it belongs to user `(n - 1) % users + 1`.
    pub fn key(&self, n: i64) -> i64 {
        FIRST + 2 * self.users + n
    }

    /// The event of the n-th key's making, from 1; its place in the chain is n + 1.
    pub fn event(&self, n: i64) -> i64 {
        FIRST + 2 * self.users + self.keys + n
    }

    /// Writes an org with one admin, `users` users, and `keys` keys that they share evenly, into a migrated database.
    pub fn write(database: &Database, users: i64, keys: i64) -> Bulk {
        let token = Token::new().unwrap();
        let bulk = Bulk { users, keys, token: token.reveal().to_owned() };
        let triggers = Triggers::off(database);
        for sql in [bulk.people(), bulk.keys(), bulk.terms()] {
            database.execute(&in_dialect(&sql, database.backend));
        }
        database.execute(&format!(
            "UPDATE memberships SET keys_count = (SELECT COUNT(*) FROM keys WHERE membership_id = memberships.id AND deleted_at IS NULL);
             INSERT INTO org_counts (org_id, users, disabled_users, keyless_users, admins, keys)
             VALUES ({ORG}, {users} + 1, 0, 0, 1, {keys} + 1);
             UPDATE ids SET last = {}",
            bulk.event(keys)
        ));
        triggers.on(database);
        bulk.arm(database, &token);
        super::trail::begin(database);
        if database.backend == Backend::Postgres {
            database.execute("VACUUM ANALYZE"); // what its own autovacuum does, which is off in the tests
        }
        bulk
    }

    fn people(&self) -> String {
        let Bulk { users, .. } = self;
        let columns =
            "id, first_name, last_name, email, password_hash, enabled, super_admin, session_epoch, version, created_at";
        let membership = "id, org_id, user_id, first_name, last_name, email, sort_name, enabled, admin, accepted_at, version, created_at";
        let first = "CASE n % 4 WHEN 0 THEN 'Anna' WHEN 1 THEN 'Bela' WHEN 2 THEN 'Carlos' ELSE 'Dewi' END";
        let low = "CASE n % 4 WHEN 0 THEN 'anna' WHEN 1 THEN 'bela' WHEN 2 THEN 'carlos' ELSE 'dewi' END";
        let n = series(*users);
        format!(
            "INSERT INTO orgs (id, name, slug, enabled, version, created_at) VALUES ({ORG}, 'Acme', '{SLUG}', BOOL(1), 1, {AT});
             INSERT INTO users ({columns}) VALUES ({ADMIN}, 'Ada', 'Admin', '{EMAIL}', NULL, BOOL(1), BOOL(0), 1, 1, {AT});
             INSERT INTO memberships ({membership}) VALUES ({ADMIN_MEMBERSHIP}, {ORG}, {ADMIN}, 'Ada', 'Admin', '{EMAIL}', 'ada admin', BOOL(1), BOOL(1), {AT}, 1, {AT});
             INSERT INTO users ({columns}) {n} SELECT {FIRST} + n, {first}, 'Nr' || n, 'nr' || n || '@example.com', NULL, BOOL(1), BOOL(0), 1, 1, {AT} + n FROM s;
             INSERT INTO memberships ({membership}) {n} SELECT {FIRST} + {users} + n, {ORG}, {FIRST} + n, {first}, 'Nr' || n, 'nr' || n || '@example.com', {low} || ' nr' || n, BOOL(1), BOOL(0), {AT}, 1, {AT} + n FROM s;"
        )
    }

    fn keys(&self) -> String {
        let Bulk { users, keys, .. } = self;
        let columns = "id, org_id, membership_id, name, access_key, hash, can_impersonate, admin_when_made, made_by, shown_to, created_at";
        let name =
            "CASE n % 4 WHEN 0 THEN 'billing' WHEN 1 THEN 'fleet' WHEN 2 THEN 'portal' ELSE 'reports' END || '-' || n";
        let n = series(*keys);
        let key = format!("{FIRST} + 2 * {users} + n");
        format!(
            "INSERT INTO keys ({columns}) VALUES ({ADMIN_KEY}, {ORG}, {ADMIN_MEMBERSHIP}, 'admin', 'x', BYTES(32), BOOL(0), BOOL(1), {ADMIN}, NULL, {AT});
             INSERT INTO key_usage (key_id, org_id) VALUES ({ADMIN_KEY}, {ORG});
             INSERT INTO keys ({columns}) {n} SELECT {key}, {ORG}, {FIRST} + {users} + 1 + (n - 1) % {users}, {name}, HEX20, BYTES(32), BOOL(0), BOOL(0), {ADMIN}, {ADMIN}, {AT} + n FROM s;
             INSERT INTO key_usage (key_id, org_id, last_used) {n} SELECT {key}, {ORG}, CASE WHEN n % 3 = 0 THEN NULL ELSE {AT} + n * 1000 END FROM s;"
        )
    }

    // sorted, as the table is a tree by its terms
    fn terms(&self) -> String {
        format!(
            "INSERT INTO search_terms (org_id, kind, term, id)
             SELECT {ORG}, kind, term, id FROM (
                SELECT 1 AS kind, LOWER(first_name) AS term, id FROM memberships
                UNION SELECT 1, LOWER(last_name), id FROM memberships
                UNION SELECT 1, email, id FROM memberships
                UNION SELECT 2, name, id FROM keys UNION SELECT 2, LOWER(access_key), id FROM keys) AS t
             ORDER BY kind, term, id;"
        )
    }

    /// Writes an audit trail, too: an event for each key's making. Its seals fit nothing, so it is for pages only,
    /// and for a server that has started: none starts on it.
    pub fn write_trail(&self, database: &Database) {
        database.execute(&in_dialect(&self.events(), database.backend));
        if database.backend == Backend::Postgres {
            database.execute("VACUUM ANALYZE audit_events");
        }
    }

    // one for each key's making, of which the first sixty say "deleted"; their seals fit nothing
    fn events(&self) -> String {
        let Bulk { users, keys, .. } = self;
        let columns = "id, org_id, seq, at, actor_kind, actor_id, actor_name, action, target_kind, target_id, target_name, after, \
             address, request_id, via, format, hash";
        let n = series(*keys);
        let id = format!("{FIRST} + 2 * {users} + {keys} + n");
        let action = "CASE WHEN n > 60 THEN 'key.created' ELSE 'key.deleted' END";
        let actor = format!("CASE WHEN n > 60 THEN {ADMIN} ELSE {FIRST} + 1 END");
        let key = format!("{FIRST} + 2 * {users} + n");
        format!(
            "INSERT INTO audit_events ({columns}) {n} SELECT {id}, {ORG}, n + 1, {AT} + n, 'user', {actor}, 'Ada Admin', {action}, 'key', {key}, 'key-' || n, '{{}}', '192.0.2.44', 'r', 'page', 1, BYTES(32) FROM s;
             UPDATE audit_heads SET seq = {keys} + 1, hash = BYTES(32) WHERE org_id = {ORG};"
        )
    }

    // what SQL alone cannot make: the admin's password and key
    fn arm(&self, database: &Database, token: &Token) {
        let hash = password::hash_now(&Password::presented(PASSWORD).unwrap()).unwrap();
        database.execute(&format!("UPDATE users SET password_hash = '{hash}' WHERE id = {ADMIN}"));
        let bytes = keyhouse::secret::hex(&token.hash());
        let bytes = match database.backend {
            Backend::Sqlite => format!("x'{bytes}'"),
            Backend::Postgres => format!("'\\x{bytes}'"),
        };
        let access = token.access_key();
        database.execute(&format!("UPDATE keys SET access_key = '{access}', hash = {bytes} WHERE id = {ADMIN_KEY}"));
    }
}

/// Signs the admin in.
pub async fn sign_in(robot: &mut Robot) {
    robot.open("/login").await.fill("Email address", EMAIL).fill("Password", PASSWORD);
    robot.press("Sign in").await.status(200);
}

fn series(until: i64) -> String {
    format!("WITH RECURSIVE s(n) AS (SERIES {until} ENDS)")
}

// the few words that the two databases spell differently
fn in_dialect(sql: &str, backend: Backend) -> String {
    let words = match backend {
        Backend::Sqlite => [
            ("BOOL(1)", "1"),
            ("BOOL(0)", "0"),
            ("BYTES(32)", "randomblob(32)"),
            ("HEX20", "hex(randomblob(10))"),
            (" ENDS", ""),
            ("SERIES ", "SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < "),
        ],
        Backend::Postgres => [
            ("BOOL(1)", "TRUE"),
            ("BOOL(0)", "FALSE"),
            ("BYTES(32)", "decode(md5(random()::text) || md5(random()::text), 'hex')"),
            ("HEX20", "upper(substr(md5(random()::text), 1, 20))"),
            (" ENDS", ")"),
            ("SERIES ", "SELECT generate_series(1::bigint, "),
        ],
    };
    words.into_iter().fold(sql.to_owned(), |sql, (word, meaning)| sql.replace(word, meaning))
}

// One statement for each row would be slow, so the triggers are away while rows are written.
enum Triggers {
    Sqlite(Vec<Trigger>),
    Postgres,
}

#[derive(QueryableByName)]
struct Trigger {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    sql: String,
}

const COUNTED: [&str; 3] = ["orgs", "memberships", "keys"];

impl Triggers {
    fn off(database: &Database) -> Triggers {
        if database.backend == Backend::Postgres {
            database.execute(&COUNTED.map(|table| format!("ALTER TABLE {table} DISABLE TRIGGER USER;")).concat());
            return Triggers::Postgres;
        }
        let wanted = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN ('orgs', 'memberships', 'keys')";
        let all: Vec<Trigger> = sql_query(wanted).load(&mut database.sqlite()).unwrap();
        database.execute(&all.iter().map(|trigger| format!("DROP TRIGGER {};", trigger.name)).collect::<String>());
        Triggers::Sqlite(all)
    }

    fn on(self, database: &Database) {
        match self {
            Triggers::Postgres => {
                database.execute(&COUNTED.map(|table| format!("ALTER TABLE {table} ENABLE TRIGGER USER;")).concat());
            }
            Triggers::Sqlite(all) => {
                database.execute(&all.iter().map(|trigger| format!("{};", trigger.sql)).collect::<String>());
            }
        }
    }
}
