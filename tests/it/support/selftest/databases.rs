//! Throwaway databases are there, apart from each other, and gone afterwards.

use crate::support::database::{Backend, Database};
use crate::support::{App, both};

both! {
    async fn a_database_takes_statements(database: Database) {
        database.execute("CREATE TABLE notes_of_a_test (words TEXT)");
        database.execute("INSERT INTO notes_of_a_test VALUES ('kept')");
    }

    async fn an_app_answers_on_its_own_port(app: App) {
        app.client().get("/healthz").await.expect(200);
        app.client().get("/nothing/here").await.expect(404);
    }
}

#[test]
fn a_dropped_database_is_gone() {
    use diesel::{Connection, PgConnection};
    let database = Database::empty(Backend::Postgres);
    let url = database.url();
    let held = PgConnection::establish(&url).unwrap();
    drop(database);
    assert!(PgConnection::establish(&url).is_err());
    drop(held);
}
