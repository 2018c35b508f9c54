//! Hashing passwords: Argon2id, a few at a time. Hashing is slow on purpose, so it never runs inside a transaction or on a
//! worker thread, and never more at once than the machine has cores.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use super::strength;
use crate::error::{Error, Result};
use crate::users::model::{NewPassword, Password};

/// Memory in KiB and passes: OWASP's minimum for Argon2id with one lane.
const MEMORY: u32 = 19_456;
const PASSES: u32 = 2;
/// How long somebody waits for their turn.
const PATIENCE: Duration = Duration::from_secs(5);

static TURNS: LazyLock<Arc<Semaphore>> =
    LazyLock::new(|| Arc::new(Semaphore::new(std::thread::available_parallelism().map_or(1, std::num::NonZero::get))));

/// A hash as it is stored, of a password that nobody has: comparing with it takes as long as with a real one.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    let text = crate::secret::random::<16>().map_or_else(|_| "nobody".to_owned(), |bytes| crate::secret::hex(&bytes));
    Password::presented(&text).and_then(|password| hash_now(&password).ok()).unwrap_or_default()
});

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY, PASSES, 1, None).map_err(|error| Error::unexpected(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a new password, for callers without a runtime.
///
/// # Errors
/// If hashing fails, which is a defect.
pub fn hash_now(password: &Password) -> Result<String> {
    let hash =
        argon2()?.hash_password(password.reveal().as_bytes()).map_err(|error| Error::unexpected(error.to_string()))?;
    Ok(hash.to_string())
}

/// Judges a new password, when it is its turn.
///
/// # Errors
/// As `strength::judge`; `Unavailable` if too many are waiting.
pub(super) async fn judge(new: NewPassword, context: Vec<String>) -> Result<Password> {
    in_turn(move || strength::judge(&new, &context)).await
}

/// Hashes a new password, when it is its turn.
///
/// # Errors
/// `Unavailable` if too many are waiting.
pub(super) async fn hash(password: Password) -> Result<String> {
    in_turn(move || hash_now(&password)).await
}

/// Whether a password is the one that was hashed. Without a hash (no such account, no password yet) the answer is no, and
/// takes as long.
///
/// # Errors
/// `Unavailable` if too many are waiting.
pub(super) async fn matches(password: Password, hash: Option<String>) -> Result<bool> {
    in_turn(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        let parsed = PasswordHash::new(&hash).map_err(|error| Error::unexpected(error.to_string()))?;
        Ok(argon2()?.verify_password(password.reveal().as_bytes(), &parsed).is_ok() && known)
    })
    .await
}

/// Whether a hash was made with parameters that are not today's.
pub fn is_outdated(hash: &str) -> bool {
    let today = format!("$argon2id$v=19$m={MEMORY},t={PASSES},p=1$");
    !hash.starts_with(&today)
}

async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    in_turn_of(&TURNS, work).await
}

/// The turn goes along with the work: whoever hangs up meanwhile ends their waiting, but not the hash that is being made.
async fn in_turn_of<T: Send + 'static>(
    turns: &Arc<Semaphore>,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let turn = tokio::time::timeout(PATIENCE, Arc::clone(turns).acquire_owned()).await;
    let Ok(Ok(turn)) = turn else { return Err(Error::Unavailable("Too many people are signing in")) };
    let block = actix_web::web::block(move || {
        let _turn = turn;
        work()
    });
    block.await.map_err(Error::unexpected)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_argon2id_and_fits_its_own_password_only() {
        let password = Password::presented("tuesday rain on copper").unwrap();
        let hash = hash_now(&password).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let parsed = PasswordHash::new(&hash).unwrap();
        assert!(argon2().unwrap().verify_password(b"tuesday rain on copper", &parsed).is_ok());
        assert!(argon2().unwrap().verify_password(b"tuesday rain on coppeR", &parsed).is_err());
    }

    #[actix_web::test]
    async fn a_new_password_is_judged_only_when_it_is_its_turn() {
        let new = || NewPassword::parse("password", "violet harbour seventeen").unwrap();
        let all = u32::try_from(std::thread::available_parallelism().map_or(1, std::num::NonZero::get)).unwrap();
        let turns = TURNS.acquire_many(all).await.unwrap();
        assert!(tokio::time::timeout(Duration::from_millis(50), judge(new(), Vec::new())).await.is_err());
        drop(turns);
        assert!(judge(new(), Vec::new()).await.is_ok());
    }

    #[actix_web::test]
    async fn a_turn_lasts_as_long_as_its_work_even_if_nobody_waits_for_it() {
        let turns = Arc::new(Semaphore::new(1));
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let work = in_turn_of(&turns, move || wait.recv().map_err(Error::unexpected));
        assert!(tokio::time::timeout(Duration::from_millis(50), work).await.is_err());
        assert_eq!(turns.available_permits(), 0);
        go.send(()).unwrap();
        let done = in_turn_of(&turns, || Ok(4711)).await;
        assert_eq!((done.unwrap(), turns.available_permits()), (4711, 1));
    }
}
