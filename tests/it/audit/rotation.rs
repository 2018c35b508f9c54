//! `keyhouse audit verify` after a rotation: the holder of only an old line changes nothing that it does not name.

use std::time::Duration;

use keyhouse::secret::SealKey;

use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::town::{OutsideTown, Town};
use crate::support::{both, forge};

const NEW: &str = "a newer secret of the tests, the second of them";

/// A town after a rotation, with an event of each chain behind it.
struct Rotated {
    server: Server,
    database: Database,
    acme: i64,
    /// The line that was replaced.
    old: SealKey,
}

fn rotate(town: Town) -> Rotated {
    let (mut server, database) = town.outside();
    let old = server.secrets().key("audit chain");
    assert!(server.stop(Duration::from_secs(13)).is_some());
    server.rotate(NEW);
    let server = server.start_again();
    let acme = database.number("SELECT id FROM orgs WHERE slug = 'acme'");
    Rotated { server, database, acme, old }
}

impl Rotated {
    /// Something happens in the installation's chain and in acme's.
    fn goes_on(&self) {
        let (status, printed) = self.server.command(&["user", "email", "tomasz@example.com", "tomek@example.com"]);
        assert!(status.success(), "{printed}");
    }

    fn last(&self, org: i64) -> i64 {
        self.database.number(&format!("SELECT MAX(seq) FROM audit_events WHERE org_id = {org}"))
    }

    /// The place of the event that records the rotation.
    fn rotation(&self, org: i64) -> i64 {
        self.database
            .number(&format!("SELECT seq FROM audit_events WHERE org_id = {org} AND action = 'secret.rotated'"))
    }

    fn verify(&self) -> (bool, String) {
        let (status, printed) = self.server.command(&["audit", "verify"]);
        (status.success(), printed)
    }

    #[track_caller]
    fn finds(&self, what: &str) {
        let (whole, printed) = self.verify();
        assert!(!whole && printed.contains(what), "{what}: {printed}");
    }
}

both! {
    async fn events_from_before_a_rotation_still_fit(town: OutsideTown) {
        let rotated = rotate(town.0);
        rotated.goes_on();
        let (whole, printed) = rotated.verify();
        assert!(whole, "{printed}");
        std::fs::write(rotated.server.folder().join("keyhouse.secret"), NEW).unwrap();
        rotated.finds("event 1 (id ");
    }

    async fn an_event_rewritten_after_a_rotation_under_the_old_line_is_named(town: OutsideTown) {
        let rotated = rotate(town.0);
        rotated.goes_on();
        let last = rotated.last(rotated.acme);
        forge::by_hand(&rotated.database, &format!(
            "UPDATE audit_events SET actor_name = 'Nobody', address = '192.0.2.1' WHERE org_id = {} AND seq = {last}", rotated.acme
        ));
        forge::reseal(&rotated.database, &rotated.old, rotated.acme, last);
        rotated.finds(&format!("event {last} (id "));
        rotated.finds("is sealed by a line of the secret file that had been replaced before");
    }

    async fn a_chain_rewritten_whole_under_the_old_line_is_named_by_its_head(town: OutsideTown) {
        let rotated = rotate(town.0);
        let before = rotated.rotation(rotated.acme) - 1;
        forge::cut(&rotated.database, &rotated.old, rotated.acme, before);
        forge::by_hand(&rotated.database, &format!("UPDATE audit_events SET actor_name = 'Nobody' WHERE org_id = {}", rotated.acme));
        forge::reseal(&rotated.database, &rotated.old, rotated.acme, 1);
        rotated.finds("its head is not sealed by the first line of the secret file");
    }

    async fn a_chain_whose_rotation_was_cut_off_is_named_also_after_it_went_on(town: OutsideTown) {
        let rotated = rotate(town.0);
        let before = rotated.rotation(rotated.acme) - 1;
        forge::cut(&rotated.database, &rotated.old, rotated.acme, before);
        rotated.goes_on();
        rotated.finds(&format!("event {} (id ", before + 1));
        rotated.finds("is sealed by a newer line of the secret file than the event before, and no event says so");
    }

    async fn an_event_of_before_put_behind_the_rotation_is_named(town: OutsideTown) {
        let rotated = rotate(town.0);
        let last = rotated.last(rotated.acme);
        forge::by_hand(&rotated.database, &format!("UPDATE audit_events SET format = 1 WHERE org_id = {} AND seq = {last}", rotated.acme));
        forge::reseal(&rotated.database, &rotated.old, rotated.acme, last);
        rotated.finds("has the format 1, which does not follow 2");
    }

    async fn a_trail_of_a_keyhouse_of_before_may_have_changed_lines_silently(town: OutsideTown) {
        let (mut server, database) = town.0.outside();
        assert!(server.stop(Duration::from_secs(13)).is_some());
        let old = server.secrets().key("audit chain");
        forge::by_hand(&database, "UPDATE audit_events SET format = 1 WHERE action <> 'audit.baseline'; UPDATE installation SET secret_line = NULL");
        as_of_before(&database, &old);
        // rotated by a Keyhouse of before, which recorded nothing
        server.rotate(NEW);
        let server = server.start_again();
        let acme = database.number("SELECT id FROM orgs WHERE slug = 'acme'");
        let upgraded = Rotated { server, database, acme, old };
        upgraded.goes_on();
        let (whole, printed) = upgraded.verify();
        assert!(whole, "{printed}");
        assert_eq!(upgraded.database.number("SELECT COUNT(*) FROM audit_events WHERE action = 'audit.baseline'"), 6, "one for each chain, and one for each kind of row");
    }
}

/// Makes the trail what a Keyhouse of before would have left: without baseline, and without seals of heads.
fn as_of_before(database: &Database, key: &SealKey) {
    forge::by_hand(
        database,
        "DELETE FROM audit_events WHERE action = 'audit.baseline';
         UPDATE audit_events SET seq = -seq WHERE org_id = 0; UPDATE audit_events SET seq = -seq - 1 WHERE org_id = 0",
    );
    for org in [0, database.number("SELECT id FROM orgs WHERE slug = 'acme'")] {
        forge::reseal(database, key, org, 1);
    }
    database.execute("UPDATE audit_heads SET seal = NULL");
}
