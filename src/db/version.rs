//! Whether the database is still the one that this node started with. A newer Keyhouse may migrate it under a running older one,
//! which could then ignore a new kind of revocation; the secret may be rotated; and a SQLite file may be removed or replaced, so that what is written is lost. So
//! each connection that is handed out, and each group of changes inside its transaction, looks first; and once it differs this node
//! answers nothing more.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use diesel::dsl::{count_star, max};
use diesel::prelude::*;

use super::conn::{Conn, run_inside};
use super::schema::installation;
use crate::error::{Error, Result};
use crate::secret::Line;

diesel::table! { __diesel_schema_migrations (version) { version -> Text, run_on -> Timestamp, } }
diesel::allow_tables_to_appear_in_same_query!(__diesel_schema_migrations, installation);

/// How many migrations ran, and the newest of them.
type Applied = (i64, Option<String>);

/// What happened to the database under a running node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// A newer Keyhouse migrated it.
    Schema,
    /// The SQLite file is another one now, or none.
    File,
    /// Another node started with a newer line of the secret file.
    Secret,
}

impl Changed {
    fn refusal(self) -> &'static str {
        match self {
            Changed::Schema => "The database was changed by a newer Keyhouse, and this one is stopping",
            Changed::File => "The database file was removed or replaced, and Keyhouse is stopping",
            Changed::Secret => "The secret of this installation was rotated, and this node is stopping",
        }
    }

    /// The sentence for whoever started this node.
    pub fn told(self) -> &'static str {
        match self {
            Changed::Schema => "the database was changed by a newer Keyhouse while this one ran; start that one",
            Changed::File => {
                "the database file was removed or replaced while Keyhouse ran; put the right one there, without -wal and -shm, then start again"
            }
            Changed::Secret => {
                "another node started with a newer first line of the secret file; put the same file here, then start again"
            }
        }
    }
}

/// What this node started with, and what was found to have happened to it. Clones share the finding.
#[derive(Debug, Clone)]
pub(super) struct Watch {
    started: Applied,
    /// The line of the secret file that this node keeps to, once it is known.
    line: Arc<OnceLock<Line>>,
    file: Option<(PathBuf, Identity)>,
    found: Arc<OnceLock<Changed>>,
}

impl Watch {
    /// Starts with what is there now; `file` is SQLite's.
    pub(super) fn start(conn: &mut Conn, file: Option<&Path>) -> QueryResult<Watch> {
        let file = file.and_then(|path| Some((path.to_owned(), identity(path)?)));
        Ok(Watch { started: applied(conn)?, line: Arc::default(), file, found: Arc::default() })
    }

    /// From now on looks whether this line of the secret file is the newest.
    pub(super) fn keep_to(&self, line: Line) {
        self.line.get_or_init(|| line);
    }

    /// Looks anew; the finding stays.
    pub(super) fn look(&self, conn: &mut Conn) -> QueryResult<()> {
        if self.file.as_ref().is_some_and(|(path, started)| identity(path).as_ref() != Some(started)) {
            self.found.get_or_init(|| Changed::File);
            return Ok(());
        }
        let (applied, line) = match self.line.get() {
            None => (applied(conn)?, None),
            Some(_) => applied_and_line(conn)?,
        };
        if applied != self.started {
            self.found.get_or_init(|| Changed::Schema);
        } else if self.line.get().is_some_and(|own| line.as_deref() != Some(own.as_str())) {
            self.found.get_or_init(|| Changed::Secret);
        }
        Ok(())
    }

    /// What was found.
    pub(super) fn found(&self) -> Option<Changed> {
        self.found.get().copied()
    }

    /// Ends with an error if something was found.
    pub(super) fn check(&self) -> Result<()> {
        self.found().map_or(Ok(()), |changed| Err(Error::Unavailable(changed.refusal())))
    }
}

/// The device of a file and its number there, which stay when its content changes.
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|facts| (facts.dev(), facts.ino()))
}

/// Other systems do not let an open file be removed.
#[cfg(not(unix))]
fn identity(_: &Path) -> Option<Identity> {
    Some((0, 0))
}

fn applied(conn: &mut Conn) -> QueryResult<Applied> {
    use __diesel_schema_migrations::dsl;
    dsl::__diesel_schema_migrations.select((count_star(), max(dsl::version))).get_result(conn)
}

/// The same with the newest line of the secret file, in one statement.
fn applied_and_line(conn: &mut Conn) -> QueryResult<(Applied, Option<String>)> {
    use __diesel_schema_migrations::dsl;
    let line = installation::table.select(installation::secret_line).single_value();
    let query = dsl::__diesel_schema_migrations.select(((count_star(), max(dsl::version)), line));
    run_inside!(conn, query.get_result(conn))
}
