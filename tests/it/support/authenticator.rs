//! An authenticator app, as people have it on their phones, and people of the world who have set one up.

use std::time::{SystemTime, UNIX_EPOCH};

use keyhouse::audit;
use keyhouse::id::UserId;
use keyhouse::two_factor::model::{RecoveryCode, TotpSecret};
use keyhouse::two_factor::store;
use totp_rs::{Builder, Secret, Totp};

use super::people::{Person, World};

/// An app with one secret in it.
pub struct Authenticator(Totp);

impl Authenticator {
    /// With the secret as a page shows it.
    pub fn with(text: &str) -> Authenticator {
        let secret = Secret::try_from_base32(text.replace(' ', "")).unwrap();
        Authenticator(Builder::new().with_secret(secret).build().unwrap())
    }

    /// The code of this half minute.
    pub fn code(&self) -> String {
        self.later(0)
    }

    /// The code of so many half minutes later.
    pub fn later(&self, steps: i64) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
        self.0.generate((now + 30 * steps) as u64).to_string()
    }

    /// A code that is none of those that are good about now.
    pub fn wrong(&self) -> String {
        let good: Vec<String> = (-3..=3).map(|steps| self.later(steps)).collect();
        let mut all = (0..1_000_000).map(|number| format!("{number:06}"));
        all.find(|code| !good.contains(code)).unwrap()
    }
}

/// The two-factor sign-in of somebody.
pub struct Enrolled {
    /// Their app.
    pub app: Authenticator,
    /// Their recovery codes, as they wrote them down.
    pub codes: Vec<String>,
    /// The secret itself.
    pub secret: [u8; 20],
}

/// Turns on two-factor sign-in for a person, and gives the session that they have a second factor.
pub fn enrol(world: &World, person: &Person) -> Enrolled {
    let (secret, codes) = (TotpSecret::new().unwrap(), RecoveryCode::set().unwrap());
    let user = UserId::new(person.user);
    let sealed = world.app.running.state.two_factor().encrypt(&store::owner(user), secret.reveal()).unwrap();
    let enrolled = Enrolled {
        app: Authenticator::with(&secret.text()),
        codes: codes.iter().map(RecoveryCode::text).collect(),
        secret: *secret.reveal(),
    };
    let enable = move |tx: &mut audit::Tx| {
        store::enable(tx, user, &sealed, 0)?;
        store::keep_recovery_codes(tx, user, &codes)
    };
    let made = tokio::task::block_in_place(|| {
        world.app.running.state.access.write_as_host(|conn, _| audit::unrecorded(conn, "tests", enable))
    });
    made.unwrap();
    world.execute(&format!("UPDATE sessions SET second_factor = true WHERE user_id = {}", person.user));
    enrolled
}

/// Lets the codes that somebody has used be used again: time passes slowly for tests.
pub fn forget_used_codes(world: &World) {
    world.execute("UPDATE two_factors SET last_step = 0");
}
