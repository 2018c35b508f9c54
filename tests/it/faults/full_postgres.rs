//! The disk of PostgreSQL is full: changes are refused, reads go on, and Keyhouse recovers by itself.

use tempfile::TempDir;

use super::disk::SmallDisk;
use super::house::House;
use crate::support::chain;
use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::server::Server;

/// Makes keys until one is refused; how many there are then.
async fn until_it_is_full(house: &House) -> i64 {
    loop {
        let told = house.create("made while there was room").send().await;
        if told.status != 201 {
            assert!(told.expect(503).text.contains("The disk of the database is full; nothing was changed"));
            return house.named("made while there was room");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_of_postgres_nothing_is_made_and_reads_go_on_until_there_is_room() {
    let home = TempDir::new().unwrap();
    let disk = SmallDisk::mount(home.path(), 64).unwrap_or_else(|why| panic!("{why}"));
    let cluster = Cluster::start_in(home, &["fsync=off"]);
    let house = House::on(Database::of_own_server(&cluster.url()), Server::start);
    let mut admin = house.admin().await;
    admin.open(&format!("/orgs/acme/users/{}/keys/new", house.bulk.user(1))).await.fill("Name", "refused");
    disk.fill();
    let made = until_it_is_full(&house).await;
    house.create("refused").send().await.expect(503);
    admin.press("Create key").await.status(503).sees("The disk of the database is full").sees("nothing was changed");
    house.read().await.expect(200);
    house.server.client().get("/healthz").await.expect(200);
    admin.open("/orgs/acme/keys").await.status(200);
    assert_eq!((house.named("made while there was room"), house.named("refused")), (made, 0));
    let started = house.server.id();
    disk.empty();
    house.create("after").send().await.expect(201);
    house.delete(1).send().await.expect(204);
    assert_eq!((house.named("after"), house.is_deleted(1), house.server.id()), (1, true, started));
    let told = "SELECT COUNT(*) FROM audit_events WHERE action = 'key.created'";
    assert_eq!(house.database.number(told), made + 1);
    let seal = house.server.secrets().key("audit chain");
    assert_eq!(chain::broken(&house.database, &seal, 101), Vec::<String>::new());
}
