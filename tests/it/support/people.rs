//! A small world: two orgs, the people around them and their keys, made through the product's own stores, everybody signed in.
//! Each test gets one of its own: `async fn a_sentence(world: World)`.

pub mod made;

use std::sync::LazyLock;

use keyhouse::db::Conn;
use keyhouse::sessions::password;
use keyhouse::users::model::Password;

use super::client::Client;
use super::database::Backend;
use super::somebody::{SESSION, Somebody};
use super::{App, Fixture};

/// The password of everybody who has one.
pub const PASSWORD: &str = "tuesday rain on copper";

static PASSWORD_HASH: LazyLock<String> =
    LazyLock::new(|| password::hash_now(&Password::presented(PASSWORD).unwrap()).unwrap());

/// An org.
#[derive(Clone, Debug)]
pub struct Org {
    /// Org ID.
    pub id: i64,
    /// Its short name in addresses.
    pub slug: &'static str,
}

/// Somebody with an account.
#[derive(Clone, Debug)]
pub struct Person {
    /// User ID.
    pub user: i64,
    /// Org membership ID, in the org that they are first of all of.
    pub membership: i64,
    /// First and last name.
    pub name: &'static str,
    /// The email address.
    pub email: &'static str,
    session: String,
}

/// An API key with its secret.
#[derive(Clone, Debug)]
pub struct Key {
    /// Key ID.
    pub id: i64,
    /// The whole key.
    pub token: String,
}

/// Everybody and everything. Names are said from acme's side.
pub struct World {
    /// The running product and its database.
    pub app: App,
    /// The org that most tests are about.
    pub acme: Org,
    /// Another org.
    pub globex: Org,
    /// Super admin, and admin of acme.
    pub owner: Person,
    /// The same person in another browser, whose session has entered globex.
    pub visiting: Person,
    /// Admin of acme.
    pub admin: Person,
    /// The same person in another browser, whose session acts as `deputy`.
    pub assuming: Person,
    /// Another admin of acme.
    pub deputy: Person,
    /// User of acme without rights.
    pub member: Person,
    /// Another one.
    pub colleague: Person,
    /// Admin of globex, unknown to acme.
    pub outsider: Person,
    /// User of acme without rights, and admin of globex.
    pub shared: Person,
    /// The membership of `shared` in globex.
    pub shared_in_globex: i64,
    /// Invited to acme, and has not accepted; no password yet.
    pub invited: Person,
    /// A key of `member`.
    pub member_key: Key,
    /// A key of `colleague`.
    pub colleague_key: Key,
    /// A key of `admin`.
    pub admin_key: Key,
    /// A key of `admin` that can impersonate.
    pub impersonating_key: Key,
    /// A key that `member` had.
    pub deleted_key: Key,
    /// A key of `outsider`, in globex.
    pub foreign_key: Key,
}

impl Fixture for World {
    async fn start(backend: Backend) -> Self {
        let app = App::start(backend).await;
        tokio::task::block_in_place(|| made::world(app))
    }
}

impl World {
    /// Nobody who is signed in.
    pub fn visitor(&self) -> Somebody {
        Somebody::visitor(self.app.client(), self.app.running.state.form_key().clone())
    }

    /// The key of a person's session, and the hash by which its row is found.
    pub fn session_of(&self, person: &Person) -> (String, [u8; 32]) {
        (person.session.clone(), keyhouse::sessions::cookie::hash(&person.session))
    }

    /// A visitor at another address of this machine, such as `127.0.0.7`.
    pub fn visitor_from(&self, address: &str) -> Somebody {
        let client = Client::from_address(self.app.url(), address);
        Somebody::visitor(client, self.app.running.state.form_key().clone())
    }

    /// Forgets all wrong passwords and codes.
    pub fn forget_failures(&self) {
        self.execute("DELETE FROM sign_in_failures; DELETE FROM sign_in_guesses");
    }

    /// A person, signed in.
    pub fn signed_in(&self, person: &Person) -> Somebody {
        let hash = keyhouse::sessions::cookie::hash(&person.session);
        let cookie = made::sealed(&self.app.running.secrets, &person.session);
        Somebody::signed_in(self.app.client(), &cookie, &hash, self.app.running.state.form_key().clone())
    }

    /// A person who signs in by the form, in a browser of their own.
    pub async fn sign_in(&self, person: &Person) -> Somebody {
        let visitor = self.visitor();
        let fields = [("email", person.email), ("password", PASSWORD)];
        visitor.post("/login", &fields).await.expect(303);
        self.with_session_of(visitor.client)
    }

    /// Whoever holds the session cookie of this browser.
    pub fn with_session_of(&self, client: Client) -> Somebody {
        let cookie = client.cookie(SESSION).expect("no session cookie");
        let hash = keyhouse::sessions::cookie::hash(&made::opened(&self.app.running.secrets, &cookie));
        Somebody::signed_in(client, &cookie, &hash, self.app.running.state.form_key().clone())
    }

    /// A program with a key.
    pub fn with_key(&self, key: &Key) -> Somebody {
        Somebody::with_key(self.app.client(), &key.token)
    }

    /// The super admin, signed in.
    pub fn owner(&self) -> Somebody {
        self.signed_in(&self.owner)
    }

    /// The admin of acme, signed in.
    pub fn admin(&self) -> Somebody {
        self.signed_in(&self.admin)
    }

    /// The other admin of acme, signed in.
    pub fn deputy(&self) -> Somebody {
        self.signed_in(&self.deputy)
    }

    /// The member, signed in.
    pub fn member(&self) -> Somebody {
        self.signed_in(&self.member)
    }

    /// The admin of globex, signed in.
    pub fn outsider(&self) -> Somebody {
        self.signed_in(&self.outsider)
    }

    /// The person of two orgs, signed in.
    pub fn shared(&self) -> Somebody {
        self.signed_in(&self.shared)
    }

    /// Reads past the product's rules, on one of its connections.
    pub fn read<T>(&self, read: impl FnOnce(&mut Conn) -> T) -> T {
        self.app.running.state.access.db().read_now(|conn| Ok(read(conn))).unwrap()
    }

    /// Runs SQL past the product.
    pub fn execute(&self, sql: &str) {
        self.app.database.execute(sql);
    }

    /// The number that a query of SQL answers with.
    pub fn number(&self, query: &str) -> i64 {
        self.app.database.number(query)
    }

    /// Whether a key is accepted, asked anew by another connection.
    pub async fn works(&self, token: &str) -> bool {
        let reply = Somebody::with_key(self.app.client(), token).get("/user/users/me").await;
        assert!([200, 401].contains(&reply.status), "{}: {}", reply.status, reply.text);
        reply.status == 200
    }

    /// Moves back when somebody's sessions last saw their password, past the ten minutes for which it counts.
    pub fn unconfirm(&self, person: &Person) {
        let at = keyhouse::clock::now().plus(-keyhouse::access::actor::CONFIRMED - 1).micros();
        self.execute(&format!("UPDATE sessions SET confirmed_at = {at} WHERE user_id = {}", person.user));
    }

    /// Does what the job does after a removal: deletes the keys of all users who were removed.
    pub async fn delete_keys_of_removed_users(&self) {
        keyhouse::jobs::removals::catch_up(&self.app.running.state.access).await.unwrap();
    }

    /// The actions of all audit events, in the order in which they happened.
    pub fn actions(&self) -> Vec<String> {
        use diesel::prelude::*;
        use keyhouse::db::schema::audit_events;
        self.read(|conn| audit_events::table.order(audit_events::id).select(audit_events::action).load(conn).unwrap())
    }

    /// Makes a further key of a person of acme who is not an admin.
    pub fn key_of(&self, of: &Person, name: &str) -> Key {
        let (acme, of, name) = (self.acme.clone(), of.clone(), name.to_owned());
        let make = move |tx: &mut keyhouse::audit::Tx| made::key(tx, &acme, &of, &name, false, false);
        let made = tokio::task::block_in_place(|| {
            self.app.running.state.access.write_as_host(|conn, _| keyhouse::audit::unrecorded(conn, "tests", make))
        });
        made.unwrap()
    }

    /// Makes so many further keys of a person of acme.
    pub fn more_keys(&self, of: &Person, count: usize) {
        let (acme, of) = (self.acme.clone(), of.clone());
        let make = move |tx: &mut keyhouse::audit::Tx| {
            (0..count).try_for_each(|n| made::key(tx, &acme, &of, &format!("key {n}"), false, false).map(|_| ()))
        };
        let made = tokio::task::block_in_place(|| {
            self.app.running.state.access.write_as_host(|conn, _| keyhouse::audit::unrecorded(conn, "tests", make))
        });
        made.unwrap();
    }
}
