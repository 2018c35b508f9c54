//! Whether the schema is still the one that this node started with. A newer Keyhouse may migrate the database under a running
//! older one, which could then ignore a new kind of revocation: so each connection that is handed out, and each group of
//! changes inside its transaction, looks first; and once it differs this node answers nothing more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::dsl::{count_star, max};
use diesel::prelude::*;

use super::conn::Conn;
use crate::error::{Error, Result};

diesel::table! { __diesel_schema_migrations (version) { version -> Text, run_on -> Timestamp, } }

/// How many migrations ran, and the newest of them.
type Applied = (i64, Option<String>);

/// What this node started with, and whether it was found to be so no more. Clones share the finding.
#[derive(Debug, Clone)]
pub(super) struct Watch {
    started: Applied,
    differs: Arc<AtomicBool>,
}

impl Watch {
    /// Starts with what is there now.
    pub(super) fn start(conn: &mut Conn) -> QueryResult<Watch> {
        Ok(Watch { started: applied(conn)?, differs: Arc::default() })
    }

    /// Looks anew; the finding stays.
    pub(super) fn look(&self, conn: &mut Conn) -> QueryResult<()> {
        if applied(conn)? != self.started {
            self.differs.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Whether it was found to differ.
    pub(super) fn differs(&self) -> bool {
        self.differs.load(Ordering::Relaxed)
    }

    /// Ends with an error if it was found to differ.
    pub(super) fn check(&self) -> Result<()> {
        if self.differs() {
            return Err(Error::Unavailable("The database was changed by a newer Keyhouse, and this one is stopping"));
        }
        Ok(())
    }
}

fn applied(conn: &mut Conn) -> QueryResult<Applied> {
    use __diesel_schema_migrations::dsl;
    dsl::__diesel_schema_migrations.select((count_star(), max(dsl::version))).get_result(conn)
}
