//! Who uses the reserve of a full disk: sign-ins and signing out share one half of it, and revocation has the other for itself.

use keyhouse::sessions::password;
use keyhouse::users::model::Password;

use super::full_disk::{deletes, leave_pages, on_small_disk};
use super::house::House;
use crate::support::Fixture;
use crate::support::bulk::PASSWORD;
use crate::support::client::Reply;
use crate::support::database::Backend;
use crate::support::people::{self, Person, World};

/// Accounts that sign in; `bin/full-disk` takes more.
fn accounts() -> i64 {
    std::env::var("KEYHOUSE_TEST_SIGN_INS").map_or(300, |count| count.parse().expect("a number of sign-ins"))
}

/// Gives every user a password.
fn arm(house: &House) {
    let hash = password::hash_now(&Password::presented(PASSWORD).unwrap()).unwrap();
    house.database.execute(&format!("UPDATE users SET password_hash = '{hash}'"));
}

/// The n-th user signs in with a new browser.
async fn sign_in(house: &House, n: i64, typed: &str) -> Reply {
    let client = house.server.client();
    let token = client.get("/login").await.page().attributes("input[name=csrf]", "value").concat();
    client.post("/login", &[("csrf", &token), ("email", &format!("nr{n}@example.com")), ("password", typed)]).await
}

fn ballast(house: &House) -> u64 {
    std::fs::metadata(house.database.folder().join("keyhouse.db-reserve")).unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sign_ins_on_a_full_disk_leave_the_room_for_revocation() {
    let (accounts, mut admitted) = (accounts(), 0);
    let (disk, house) = on_small_disk(accounts);
    arm(&house);
    disk.fill();
    sign_in(&house, 1, PASSWORD).await.expect(303);
    // what the sign-ins share: half of the 560 bytes that each writes
    disk.fill_but(1024 * 1024 + 280 * u64::try_from(accounts).unwrap());
    for n in 2..=accounts {
        let reply = sign_in(&house, n, PASSWORD).await;
        match reply.status {
            303 => admitted += 1,
            _ => assert!(reply.expect(503).text.contains("no user can sign in"), "the reason is another"),
        }
    }
    println!(
        "{admitted} of {} signed in; left: {} on the disk, {} in the reserve",
        accounts - 1,
        disk.free(),
        ballast(&house)
    );
    assert!(admitted > 0 && admitted < accounts - 1, "{admitted} of {accounts} signed in");
    assert_eq!(ballast(&house), 4 * 1024 * 1024);
    deletes(&house, 1..=1000).await;
    house.create("new").send().await.expect(503);
    drop(disk);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_nothing_is_freed_before_a_password_proves_right() {
    let (disk, house) = on_small_disk(4);
    arm(&house);
    deletes(&house, 1..=1).await;
    disk.fill();
    for status in [422, 422, 422, 422, 422, 429] {
        sign_in(&house, 1, "not the password").await.expect(status);
    }
    sign_in(&house, 99, "not the password").await.expect(422);
    house.delete(1).send().await.expect(404);
    assert_eq!((ballast(&house), disk.free()), (8 * 1024 * 1024, 0));
    sign_in(&house, 2, PASSWORD).await.expect(303);
    assert_eq!(ballast(&house), 4 * 1024 * 1024);
    deletes(&house, 2..=3).await;
    drop(disk);
}

async fn try_to_sign_in(world: &World, person: &Person) -> Reply {
    world.visitor().post("/login", &[("email", person.email), ("password", people::PASSWORD)]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_an_account_signs_in_once_a_minute() {
    let world = World::start(Backend::Sqlite).await;
    leave_pages(&world, 1600);
    let mia = world.sign_in(&world.member).await;
    // more often than a wrong password may be tried
    for _ in 0..8 {
        let refused = try_to_sign_in(&world, &world.member).await.expect(503);
        assert!(refused.text.contains("once a minute"), "{}", refused.text);
    }
    world.sign_in(&world.deputy).await.get("/profile").await.expect(200);
    mia.get("/profile").await.expect(200);
    leave_pages(&world, 3000);
    world.sign_in(&world.member).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beyond_the_shared_half_an_account_ends_sessions_once_a_minute_and_revocation_goes_on() {
    let world = World::start(Backend::Sqlite).await;
    let (here, _there) = (world.sign_in(&world.member).await, world.sign_in(&world.member).await);
    leave_pages(&world, 1000);
    let refused = try_to_sign_in(&world, &world.deputy).await.expect(503);
    assert!(refused.text.contains("no user can sign in"), "{}", refused.text);
    here.post("/profile/sessions/end-others", &[]).await.expect(303);
    let refused = here.post("/logout", &[]).await.expect(503);
    assert!(refused.text.contains("once a minute"), "{}", refused.text);
    here.get("/profile").await.expect(200);
    for key in [&world.member_key, &world.colleague_key] {
        world.admin().delete(&format!("/user/apiKey/{}", key.id)).await.expect(204);
    }
    world.admin().post(&format!("/orgs/acme/users/{}/disable", world.member.user), &[]).await.expect(303);
    leave_pages(&world, 3000);
    try_to_sign_in(&world, &world.deputy).await.expect(303);
}
