//! The rule about slow work finds its breaches.

use super::super::costly;
use super::{breach, one, tree};

#[test]
fn slow_work_outside_the_hash_queue_is_found() {
    let queue =
        [("src/sessions/password.rs", "use argon2::Argon2;"), ("src/sessions/strength.rs", "use zxcvbn::Score;")];
    let with = |path: &str, text: &str| costly::outside_the_queue(&tree(&[queue[0], queue[1], (path, text)]));
    breach(&with("src/users/model.rs", "\nfn f() { zxcvbn::zxcvbn(a, b) }"), "src/users/model.rs:2: `zxcvbn::zxcvbn`");
    breach(&with("src/sessions/pages/link.rs", "use argon2::Argon2;"), "`argon2::Argon2`");
    breach(&with("src/setup/actions.rs", "use crate::sessions::password::hash_now;"), "password::hash_now`");
    let imported = "use crate::sessions::{actions, strength}; fn f() { strength::judge(a, b) }";
    breach(&with("src/sessions/pages/profile.rs", imported), "strength::judge`");
    assert_eq!(with("src/cli.rs", imported), Vec::<String>::new());
    assert_eq!(costly::outside_the_queue(&one("src/a.rs", "// argon2::Argon2")), Vec::<String>::new());
}
