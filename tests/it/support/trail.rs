//! A trail for rows that a test wrote past the product: without one no Keyhouse starts on them.

use diesel::prelude::*;
use keyhouse::access::{Access, Actor};
use keyhouse::audit::{self, Change, Event, Target};
use keyhouse::db::schema::{audit_heads, orgs};
use keyhouse::db::{Conn, Db, Url};
use keyhouse::error::Result;
use keyhouse::id::OrgId;
use serde_json::json;

use super::database::Database;
use super::forge;
use super::in_process::secrets;

/// Begins the chains that are missing, the installation's and one for each org, as if the orgs had just been made, under the secret of
/// the tests.
pub fn begin(database: &Database) {
    let url = database.url();
    // a thread of its own, as the caller may be inside a runtime, where nobody may wait
    let written = std::thread::spawn(move || {
        let db = Db::open(&Url::parse(&url).unwrap(), 1).unwrap();
        Access::new(db, &secrets()).write_as_host(write)
    });
    written.join().unwrap().unwrap();
    let line = secrets().lines().remove(0);
    database.execute(&format!("UPDATE installation SET secret_line = '{}'", line.as_str()));
}

/// Begins the chains as a Keyhouse of before would have: it knew no lines of the secret file and no baseline, so the next start is the
/// first one of this Keyhouse.
pub fn begin_as_before(database: &Database, orgs: [i64; 2]) {
    begin(database);
    forge::by_hand(database, "DELETE FROM audit_events WHERE org_id = 0; UPDATE audit_events SET format = 1");
    let key = secrets().key("audit chain");
    for org in orgs {
        forge::reseal(database, &key, org, 1);
    }
    database.execute("DELETE FROM audit_heads WHERE org_id = 0; UPDATE audit_heads SET seal = NULL");
    database.execute("UPDATE installation SET secret_line = NULL");
}

fn write(conn: &mut Conn, host: &Actor) -> Result<()> {
    let begun: Vec<i64> = audit_heads::table.select(audit_heads::org_id).load(conn)?;
    let orgs = orgs::table.filter(orgs::id.ne_all(&begun)).order(orgs::id).select((orgs::id, orgs::name));
    let orgs: Vec<(i64, String)> = orgs.load(conn)?;
    let line = secrets().lines().remove(0);
    let installation = Event {
        org: None,
        action: "audit.baseline",
        target: Target { kind: "installation", id: 1, name: "Keyhouse".to_owned() },
        before: None,
        after: Some(json!({"secretLine": line.as_str()})),
    };
    let made = orgs.into_iter().map(|(id, name)| Event {
        org: Some(OrgId::new(id)),
        action: "org.created",
        target: Target { kind: "org", id, name },
        before: None,
        after: None,
    });
    let installation = (!begun.contains(&0)).then_some(installation);
    let events: Vec<Event> = installation.into_iter().chain(made).collect();
    audit::change(conn, host, |_| Ok(Change::Changed((), events)))
}
