//! `keyhouse audit verify` on the database of a product that runs inside the test.

use tempfile::TempDir;

use crate::support::people::World;
use crate::support::server::{command, share_secret};
use crate::support::{forge, trail};

/// The command line of a world, whose rows are sealed as they are at its first start.
pub struct Check {
    folder: TempDir,
}

impl Check {
    /// The first start: from here on the trail vouches for the rows.
    pub fn begin(world: &World) -> Check {
        let folder = TempDir::new().unwrap();
        share_secret(folder.path());
        trail::begin_as_before(&world.app.database, [world.acme.id, world.globex.id]);
        let check = Check { folder };
        check.run(world, &["user", "link", world.member.email]);
        check
    }

    /// Runs a command that succeeds.
    #[track_caller]
    pub fn run(&self, world: &World, arguments: &[&str]) -> String {
        let (status, printed) = command(self.folder.path(), &world.app.database, arguments);
        assert!(status.success(), "{arguments:?}: {printed}");
        printed
    }

    /// The rows are what the trail says.
    #[track_caller]
    pub fn passes(&self, world: &World) {
        self.run(world, &["audit", "verify"]);
    }

    /// Changes the database by hand, and the check says all of this.
    #[track_caller]
    pub fn names(&self, world: &World, sql: &str, told: &[&str]) {
        forge::by_hand(&world.app.database, sql);
        let (status, printed) = command(self.folder.path(), &world.app.database, &["audit", "verify"]);
        assert_eq!(status.code(), Some(1), "{printed}");
        let missed: Vec<_> = told.iter().filter(|what| !printed.contains(**what)).collect();
        assert!(missed.is_empty(), "{missed:?}: {printed}");
    }
}
