//! `keyhouse audit verify` finds what was done by hand.

use std::path::PathBuf;

use keyhouse::secret::{SealKey, Secrets};

use crate::support::database::{Backend, Database};
use crate::support::server::{Server, command, write_private};
use crate::support::town::{OutsideTown, Town};
use crate::support::{both, forge};

fn verify(town: &Town, arguments: &[&str]) -> (bool, String) {
    let (status, printed) = town.server().unwrap().command(&[&["audit", "verify"], arguments].concat());
    (status.success(), printed)
}

fn secret_file(town: &Town) -> PathBuf {
    town.server().unwrap().folder().join("keyhouse.secret")
}

#[track_caller]
fn finds(town: &Town, arguments: &[&str], what: &str) {
    let (whole, printed) = verify(town, arguments);
    assert!(!whole && printed.contains(what), "{what}: {printed}");
}

/// Past the triggers, as somebody does who may do anything with the database.
fn by_hand(town: &Town, sql: &str) {
    forge::by_hand(town.database(), sql);
}

fn acme(town: &Town) -> i64 {
    town.database().number("SELECT id FROM orgs WHERE slug = 'acme'")
}

/// A key that never sealed anything.
fn other_secret() -> SealKey {
    Secrets::parse("a secret of somebody else's Keyhouse, on another host").unwrap().key("audit chain")
}

/// The head of acme, as the command prints it.
fn head(town: &Town) -> String {
    let (whole, printed) = verify(town, &["--org", "acme"]);
    assert!(whole, "{printed}");
    printed.lines().find_map(|line| Some(line.split_once(": head ")?.1.to_owned())).unwrap()
}

#[test]
fn a_check_makes_neither_database_nor_secret() {
    let database = Database::empty(Backend::Sqlite);
    let (file, folder) = (database.file(), database.folder());
    let checked = |told: &str, files: usize| {
        let (status, printed) = command(&folder, &database, &["audit", "verify"]);
        assert!(status.code() == Some(1) && printed.contains(told), "{told}: {printed}");
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), files, "{told}");
    };
    checked("there is no database file", 0);
    write_private(&file, "");
    checked("is empty", 1);
    std::fs::copy(Database::migrated(Backend::Sqlite).file(), &file).unwrap();
    checked("is missing, and this database", 1);
}

both! {
    async fn a_check_leaves_the_schema_as_it_is(database: Database) {
        let server = Server::start(&database);
        let (whole, printed) = server.command(&["audit", "verify"]);
        assert!(whole.success(), "{printed}");
        let applied = || database.number("SELECT COUNT(*) FROM __diesel_schema_migrations");
        let all = applied();
        database.execute("DELETE FROM __diesel_schema_migrations WHERE version = (SELECT MAX(version) FROM __diesel_schema_migrations)");
        let (status, printed) = server.command(&["audit", "verify"]);
        assert!(status.code() == Some(1) && printed.contains("of an older Keyhouse"), "{printed}");
        assert_eq!(applied(), all - 1);
        database.execute("DROP TABLE __diesel_schema_migrations");
        let (status, printed) = server.command(&["audit", "verify"]);
        assert!(status.code() == Some(1) && printed.contains("no database of Keyhouse"), "{printed}");
        assert!(database.try_execute("SELECT 1 FROM __diesel_schema_migrations").is_err());
    }

    async fn a_sound_trail_passes_and_its_heads_are_told(town: OutsideTown) {
        let OutsideTown(town) = town;
        let (whole, printed) = verify(&town, &[]);
        assert!(whole && printed.contains("(acme): head ") && printed.contains("the installation: head "), "{printed}");
        let noted = head(&town);
        assert!(verify(&town, &["--head", &noted]).0);
        finds(&town, &["--head", &noted.replacen(':', "9:", 1)], "no chain contains the head");
        finds(&town, &["--head", "nonsense"], "--head takes SEQ:HASH");
        finds(&town, &["--org", "nowhere"], "there is no org nowhere");
        for none in ["1", "999"] {
            finds(&town, &["--org", none], &format!("there is no org {none}"));
        }
        assert!(verify(&town, &["--org", &acme(&town).to_string()]).0);
    }

    async fn the_log_tells_heads_to_compare_with(database: Database) {
        let server = Server::start(&database);
        let password = server.folder().join("password");
        write_private(&password, "seven quiet copper kettles\n");
        let setup = ["setup", "--org", "Acme", "--email", "ada@example.com", "--password-file", password.to_str().unwrap()];
        assert!(server.command(&setup).0.success());
        let mut server = server.crash_and_restart();
        let noted = server.wait_line(|line| Some(line.split_once("audit head ")?.1.split_once("head=\"")?.1.split_once('"')?.0.to_owned()));
        let (status, printed) = server.command(&["audit", "verify", "--head", &noted]);
        assert!(status.success() && printed.contains(&noted), "{printed}");
    }

    async fn an_event_edited_by_hand_is_named(town: OutsideTown) {
        let OutsideTown(town) = town;
        by_hand(&town, &format!("UPDATE audit_events SET actor_name = 'Nobody' WHERE seq = 3 AND org_id = {}", acme(&town)));
        finds(&town, &[], "(acme): event 3 (id ");
        finds(&town, &["--org", "acme"], "does not fit its seal");
        assert!(verify(&town, &["--org", "0"]).0);
    }

    async fn two_events_that_changed_places_are_named(town: OutsideTown) {
        let OutsideTown(town) = town;
        let of = format!("org_id = {}", acme(&town));
        let swap = [(2, -2), (3, 2), (-2, 3)].map(|(from, to)| format!("UPDATE audit_events SET seq = {to} WHERE seq = {from} AND {of};"));
        by_hand(&town, &swap.concat());
        finds(&town, &[], "(acme): event 2 (id ");
    }

    async fn a_missing_event_is_named(town: OutsideTown) {
        let OutsideTown(town) = town;
        by_hand(&town, &format!("DELETE FROM audit_events WHERE seq = 2 AND org_id = {}", acme(&town)));
        finds(&town, &[], "(acme): event 2 is missing: event 3");
    }

    async fn events_cut_off_the_end_are_missed_by_the_head_and_with_it_by_whoever_noted_it(town: OutsideTown) {
        let OutsideTown(town) = town;
        let (noted, org) = (head(&town), acme(&town));
        by_hand(&town, &format!("DELETE FROM audit_events WHERE org_id = {org} AND seq = (SELECT MAX(seq) FROM audit_events WHERE org_id = {org})"));
        finds(&town, &[], "are missing: the head is at");
        let secret = town.server().unwrap().secrets().key("audit chain");
        let last = town.database().number(&format!("SELECT seq FROM audit_heads WHERE org_id = {org}")) - 1;
        forge::cut(town.database(), &other_secret(), org, last);
        finds(&town, &[], "its head is not sealed by the first line of the secret file");
        // as it was sealed then, by whoever kept a copy
        forge::cut(town.database(), &secret, org, last);
        let (whole, printed) = verify(&town, &["--org", "acme"]);
        assert!(whole, "{printed}");
        finds(&town, &["--head", &noted], "no chain contains the head");
        by_hand(&town, &format!("DELETE FROM audit_heads WHERE org_id = {org}"));
        finds(&town, &[], "its head is missing");
        by_hand(&town, &format!("DELETE FROM audit_events WHERE org_id = {org}"));
        finds(&town, &[], "it has no events");
    }

    async fn a_head_moved_by_hand_is_named(town: OutsideTown) {
        let OutsideTown(town) = town;
        let of = format!("org_id = {}", acme(&town));
        by_hand(&town, &format!("UPDATE audit_heads SET hash = (SELECT hash FROM audit_events WHERE seq = 1 AND {of}) WHERE {of}"));
        finds(&town, &[], "(acme): the head's seal is not that of the last event");
        by_hand(&town, &format!("UPDATE audit_heads SET seq = 1 WHERE {of}"));
        finds(&town, &[], "(acme): its head is at 1, but there are events up to");
    }

    async fn roles_changed_on_the_pages_fit(town: OutsideTown) {
        let OutsideTown(town) = town;
        let mut ada = town.signed_in(crate::support::town::ADMIN).await;
        let user = format!("/orgs/acme/users/{}", town.holder);
        ada.open(&format!("{user}/edit")).await.tick("Admin").press("Save changes").await.status(200);
        ada.open(&format!("{user}/disable")).await.press("Disable").await.status(200);
        let (whole, printed) = verify(&town, &[]);
        assert!(whole, "{printed}");
        ada.open(&format!("{user}/remove")).await.press("Remove").await.status(200);
        town.add_org("Nordwind").await;
        let (whole, printed) = verify(&town, &[]);
        assert!(whole, "{printed}");
    }

    async fn the_loss_of_a_secret_hides_no_event_edited_by_hand(town: OutsideTown) {
        let OutsideTown(town) = town;
        let old = std::fs::read_to_string(secret_file(&town)).unwrap();
        let new = "another secret, of more than 32 characters, after the loss\n";
        std::fs::write(secret_file(&town), new).unwrap();
        let (status, printed) = town.server().unwrap().command(&["audit", "lost-secret"]);
        assert!(status.success(), "{printed}");
        finds(&town, &["--org", "acme"], "(acme): event 1 (id ");
        let (whole, printed) = verify(&town, &["--since-loss"]);
        assert!(whole && printed.contains(" on"), "{printed}");
        std::fs::write(secret_file(&town), format!("{new}{old}")).unwrap();
        let (whole, printed) = verify(&town, &[]);
        assert!(whole, "{printed}");
        by_hand(&town, &format!("UPDATE audit_events SET actor_name = 'Nobody' WHERE seq = 3 AND org_id = {}", acme(&town)));
        finds(&town, &[], "(acme): event 3 (id ");
        by_hand(&town, &format!("UPDATE audit_events SET actor_name = 'Nobody' WHERE action = 'secret.lost' AND org_id = {}", acme(&town)));
        finds(&town, &["--since-loss"], "secret.lost) does not fit its seal");
    }
}
