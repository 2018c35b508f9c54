//! What ends at a moment, asked to the microsecond: the clock of the real binary is held still at it, for three of a kind of
//! which one has a microsecond left, one ends now and one ended a microsecond ago.

use keyhouse::access::{ABSOLUTE, IDLE, LONGEST, actor::CONFIRMED};
use keyhouse::clock::{HOUR, SECOND, Time, now};
use keyhouse::keys::model::Token;
use keyhouse::links::model::Token as LinkToken;
use keyhouse::secret::hex;

use super::house::House;
use crate::support::client::Client;
use crate::support::database::{Backend, Database};
use crate::support::hands::Hands;
use crate::support::people::made::sealed;
use crate::support::server::Server;
use crate::support::somebody::SESSION;
use crate::support::{Fixture, both};

/// What is left of the three of a kind, in microseconds.
const LEFT: [i64; 3] = [1, 0, -1];

/// A house whose clock stands an hour before the moment that a test is about.
struct Moment {
    house: House,
    hands: Hands,
    at: Time,
}

impl Fixture for Moment {
    async fn start(backend: Backend) -> Self {
        // no server starts before the newest event, so the moment is an hour ahead
        let (hands, at) = (Hands::new(), Time::from_micros(now().micros() / SECOND * SECOND).plus(HOUR));
        hands.hold_at(at.plus(-HOUR));
        let wrapper = hands.wrapper();
        let wrapper: Vec<&str> = wrapper.iter().map(String::as_str).collect();
        let house = House::on(Database::migrated(backend), |database| Server::start_under(database, &wrapper));
        Moment { house, hands, at }
    }
}

impl Moment {
    fn comes(&self) {
        self.hands.hold_at(self.at);
    }

    fn bytes(&self, bytes: &[u8]) -> String {
        let hex = hex(bytes);
        if self.house.database.backend == Backend::Sqlite { format!("x'{hex}'") } else { format!("'\\x{hex}'") }
    }

    /// A session of the admin, made just before the moment, with this column set to another time; its browser and its hash.
    fn session(&self, column: &str, time: Time) -> (Client, String) {
        let key = hex(&rand::random::<[u8; 32]>());
        let hash = self.bytes(&keyhouse::sessions::cookie::hash(&key));
        let (admin, lately) = (self.house.bulk.admin(), self.at.plus(-SECOND).micros());
        self.house.database.execute(&format!(
            "INSERT INTO sessions (hash, id, user_id, epoch, seen_at, confirmed_at, second_factor, address, agent, created_at)
             VALUES ({hash}, {}, {admin}, 1, {lately}, {lately}, false, '', '', {lately});
             UPDATE sessions SET {column} = {} WHERE hash = {hash}",
            rand::random::<u32>(),
            time.micros()
        ));
        let client = self.house.server.client();
        client.set_cookie(SESSION, &sealed(&self.house.server.secrets(), &key));
        (client, hash)
    }

    /// Three sessions with so much left of what began with this column and lasts so long.
    fn sessions(&self, column: &str, lasts: i64) -> [(Client, String); 3] {
        LEFT.map(|left| self.session(column, self.at.plus(left - lasts)))
    }

    /// Does something to each of the three, of which the number and what is left are given.
    fn three(&self, sql: impl Fn(i64, i64) -> String) {
        for (n, left) in (1..).zip(LEFT) {
            self.house.database.execute(&sql(n, self.at.plus(left).micros()));
        }
    }
}

async fn statuses(clients: &[(Client, String); 3], path: &str) -> Vec<u16> {
    let mut all = Vec::new();
    for (client, _) in clients {
        all.push(client.get(path).await.status);
    }
    all
}

both! {
    async fn a_session_that_was_not_used_ends_to_the_microsecond(moment: Moment) {
        let sessions = [moment.sessions("seen_at", IDLE), moment.sessions("seen_at", IDLE)];
        moment.comes();
        assert_eq!(statuses(&sessions[0], "/profile").await, [200, 303, 303]);
        assert_eq!(statuses(&sessions[1], "/orgs/acme/keys").await, [200, 303, 303]);
    }

    async fn a_session_that_is_used_all_day_ends_to_the_microsecond(moment: Moment) {
        let sessions = moment.sessions("created_at", ABSOLUTE);
        moment.comes();
        assert_eq!(statuses(&sessions, "/profile").await, [200, 303, 303]);
        assert_eq!(statuses(&sessions, "/orgs/acme/keys").await, [200, 303, 303]);
    }

    async fn a_shown_password_counts_to_the_microsecond(moment: Moment) {
        let sessions = moment.sessions("confirmed_at", CONFIRMED);
        moment.comes();
        // the tenth minute counts whole
        assert_eq!(statuses(&sessions, "/profile/two-factor").await, [200, 200, 303]);
    }

    async fn an_impersonation_ends_to_the_microsecond(moment: Moment) {
        let sessions = LEFT.map(|_| moment.session("seen_at", moment.at.plus(-SECOND)));
        moment.three(|n, end| {
            let (hash, membership) = (&sessions[n as usize - 1].1, moment.house.bulk.membership(1));
            format!("INSERT INTO impersonations VALUES ({hash}, {membership}, {})", end - LONGEST)
        });
        moment.comes();
        assert_eq!(statuses(&sessions, "/orgs/acme").await, [200, 403, 403]);
    }

    async fn a_visit_of_a_super_admin_ends_to_the_microsecond(moment: Moment) {
        moment.house.database.execute("INSERT INTO orgs (id, name, slug, enabled, version, created_at) VALUES (5, 'Globex', 'globex', true, 1, 0);
             UPDATE users SET super_admin = true");
        let sessions = LEFT.map(|_| moment.session("seen_at", moment.at.plus(-SECOND)));
        moment.three(|n, end| format!("INSERT INTO visits VALUES ({}, 5, {})", sessions[n as usize - 1].1, end - LONGEST));
        moment.comes();
        assert_eq!(statuses(&sessions, "/orgs/globex/users").await, [200, 404, 404]);
    }

    async fn a_link_runs_out_to_the_microsecond(moment: Moment) {
        let links = LEFT.map(|_| LinkToken::new().unwrap());
        moment.three(|n, end| {
            let (hash, user) = (moment.bytes(&links[n as usize - 1].hash()), moment.house.bulk.user(n));
            format!("INSERT INTO links VALUES ({hash}, 'password', {user}, NULL, NULL, NULL, 1, 0, {end}, 0)")
        });
        moment.comes();
        let mut told = Vec::new();
        for link in &links {
            let visitor = moment.house.server.client();
            visitor.get(&link.path()).await.expect(303);
            told.push(visitor.get("/links").await.status);
        }
        assert_eq!(told, [200, 404, 404]);
    }

    async fn a_key_runs_out_to_the_microsecond(moment: Moment) {
        let tokens = LEFT.map(|_| Token::new().unwrap());
        moment.three(|n, end| {
            let (token, key) = (&tokens[n as usize - 1], moment.house.bulk.key(n));
            let hash = moment.bytes(&token.hash());
            format!("UPDATE keys SET access_key = '{}', hash = {hash}, expires_at = {end} WHERE id = {key}", token.access_key())
        });
        moment.comes();
        let mut told = Vec::new();
        for token in &tokens {
            let ask = moment.house.server.client().ask("GET", "/user/users/me").header("x-api-key", token.reveal());
            told.push(ask.send().await.status);
        }
        assert_eq!(told, [200, 401, 401]);
    }

    async fn a_wish_for_an_email_address_runs_out_to_the_microsecond(moment: Moment) {
        moment.three(|n, end| {
            format!("INSERT INTO email_changes VALUES ({}, 'new{n}@example.com', 1, {end}, 0)", moment.house.bulk.user(n))
        });
        let (admin, _) = moment.session("seen_at", moment.at.plus(-SECOND));
        moment.comes();
        let mut offered = Vec::new();
        for n in 1..=3 {
            let page = admin.get(&format!("/orgs/acme/users/{}/edit", moment.house.bulk.user(n))).await.expect(200);
            offered.push(page.text.contains("Wants another email address"));
        }
        assert_eq!(offered, [true, false, false]);
    }
}
