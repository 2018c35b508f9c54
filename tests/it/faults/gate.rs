//! The writer of an in-process product, held so that what is sent meanwhile shares its next group; and a commit that fails.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use keyhouse::db::schema::audit_events;
use keyhouse::db::{Conn, Db};
use keyhouse::error::Result;
use tokio::task::JoinHandle;

use crate::support::client::{Ask, Reply};
use crate::support::database::Backend;
use crate::support::people::World;

/// The held writer. Dropping it lets the writer go on.
pub struct Gate<'a> {
    world: &'a World,
    _open: Sender<()>,
}

impl Gate<'_> {
    /// Holds the writer of this world.
    pub fn hold(world: &World) -> Gate<'_> {
        let (open, gate) = channel::<()>();
        let (begun, began) = channel();
        let db = world.app.running.state.access.db().clone();
        tokio::spawn(async move {
            db.write(move |_| {
                begun.send(()).unwrap();
                let _ = gate.recv();
                Ok(())
            })
            .await
        });
        tokio::task::block_in_place(|| began.recv()).unwrap();
        Gate { world, _open: open }
    }

    /// Sends a request whose change then waits for the writer.
    pub async fn send(&self, ask: Ask) -> JoinHandle<Reply> {
        let before = self.waiting();
        let sent = tokio::spawn(ask.send());
        self.until(before + 1).await;
        sent
    }

    /// A change without a caller, which ends its group's transaction; whether the changes before it are in that group. A slow machine
    /// may have committed them, as a group holds the writers' lock for a short time only.
    pub async fn break_group(&self) -> Receiver<bool> {
        let db = self.world.app.running.state.access.db().clone();
        let (reader, before) = (db.clone(), tokio::task::block_in_place(|| committed(&db)));
        let (tell, told) = channel();
        let end = move |conn: &mut Conn| -> Result<()> {
            tell.send(committed(&reader) == before).unwrap();
            Ok(conn.batch_execute("ROLLBACK")?)
        };
        let mut sent = Box::pin(async move { db.write(end).await });
        // it is in the queue once it was polled
        tokio::select! {
            biased;
            _ = &mut sent => {}
            () = std::future::ready(()) => {}
        }
        tokio::spawn(sent);
        told
    }

    /// How many changes of callers wait.
    pub fn waiting(&self) -> usize {
        self.world.app.running.state.access.waiting()
    }

    /// Returns as soon as so many changes wait.
    pub async fn until(&self, waiting: usize) {
        let began = Instant::now();
        while self.waiting() != waiting {
            assert!(began.elapsed() < Duration::from_secs(8), "{} wait, not {waiting}", self.waiting());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

/// How many events another connection sees.
fn committed(db: &Db) -> i64 {
    db.read_now(|conn| Ok(audit_events::table.count().get_result(conn)?)).unwrap()
}

/// From now on each commit with an audit event fails at its very end.
pub fn fail_commits(world: &World) {
    world.execute("CREATE TABLE causes (id BIGINT PRIMARY KEY)");
    world.execute("CREATE TABLE effects (cause BIGINT REFERENCES causes (id) DEFERRABLE INITIALLY DEFERRED)");
    world.execute(match world.app.database.backend {
        Backend::Sqlite => {
            "CREATE TRIGGER fails AFTER INSERT ON audit_events BEGIN INSERT INTO effects (cause) VALUES (1); END"
        }
        Backend::Postgres => {
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN INSERT INTO effects (cause) VALUES (1); RETURN NULL; END $$; \
             CREATE TRIGGER fails AFTER INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION fail()"
        }
    });
}

/// Commits succeed again.
pub fn mend_commits(world: &World) {
    world.execute("INSERT INTO causes (id) VALUES (1)");
}
