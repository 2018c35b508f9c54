//! A read of several statements sees the database as it was at one moment, also while others commit.

use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use keyhouse::access::Place;
use keyhouse::db::schema::{memberships, orgs};
use keyhouse::db::{Conn, Db};
use keyhouse::error::{Error, Result};

use crate::sessions::meanwhile::caller;
use crate::support::both;
use crate::support::database::Backend;
use crate::support::people::World;

fn db(world: &World) -> &Db {
    world.app.running.state.access.db()
}

/// Another process, which commits what it executes.
fn other(world: &World) -> impl FnMut(&str) + Send + 'static {
    let database = &world.app.database;
    let mut sqlite = (database.backend == Backend::Sqlite).then(|| database.sqlite());
    let mut postgres = (database.backend == Backend::Postgres).then(|| database.postgres());
    move |sql| {
        sqlite.iter_mut().for_each(|sqlite| sqlite.batch_execute(sql).unwrap());
        postgres.iter_mut().for_each(|postgres| postgres.batch_execute(sql).unwrap());
    }
}

fn name(conn: &mut Conn) -> Result<String> {
    Ok(orgs::table.filter(orgs::slug.eq("acme")).select(orgs::name).get_result(conn)?)
}

/// A read of the org's name, during which another process gives the org this new name; what each of two statements read.
fn two_reads(world: &World, new: &str) -> impl FnOnce(&mut Conn) -> Result<(String, String)> + Send + 'static {
    let mut other = other(world);
    let rename = format!("UPDATE orgs SET name = '{new}' WHERE slug = 'acme'");
    move |conn| {
        let first = name(conn)?;
        other(&rename);
        Ok((first, name(conn)?))
    }
}

both! {
    async fn a_read_sees_one_snapshot_while_another_process_commits(world: World) {
        let old = name_now(&world);
        let (first, second) = db(&world).read(two_reads(&world, "One")).await.unwrap();
        assert_eq!((first, second), (old.clone(), old));
        let (first, second) = db(&world).read_long(two_reads(&world, "Two")).await.unwrap();
        assert_eq!((first.as_str(), second.as_str()), ("One", "One"));
        let now = two_reads(&world, "Three");
        let (first, second) = tokio::task::block_in_place(|| db(&world).read_now(now)).unwrap();
        assert_eq!((first.as_str(), second.as_str()), ("Two", "Two"));
        assert_eq!(name_now(&world), "Three");
    }

    async fn authority_and_data_are_of_one_snapshot(world: World) {
        let (mut other, own) = (other(&world), world.admin.membership);
        let access = &world.app.running.state.access;
        let disable = format!("UPDATE memberships SET enabled = false WHERE id = {own}");
        let read = move |conn: &mut Conn, _: &_| {
            other(&disable);
            Ok(memberships::table.find(own).select(memberships::enabled).get_result::<bool>(conn)?)
        };
        assert!(access.read(caller(&world, &world.admin), Place::Slug("acme".into()), read).await.unwrap());
        let again = access.read(caller(&world, &world.admin), Place::Slug("acme".into()), |_, _| Ok(())).await;
        assert_eq!(again.unwrap_err().status(), 404);
    }

    async fn a_read_cannot_write(world: World) {
        let before = name_now(&world);
        let rename = |conn: &mut Conn| -> Result<usize> { Ok(diesel::update(orgs::table).set(orgs::name.eq("Written")).execute(conn)?) };
        assert_eq!(db(&world).read(rename).await.unwrap_err().status(), 503);
        assert_eq!(db(&world).read_long(rename).await.unwrap_err().status(), 503);
        assert_eq!(name_now(&world), before);
    }

    async fn a_connection_is_clean_after_a_read_that_failed_or_panicked(world: World) {
        let mut other = other(&world);
        for n in 0..10 {
            let fail = |conn: &mut Conn| name(conn).and_then(|_| Err::<(), _>(Error::not_found()));
            assert_eq!(db(&world).read(fail).await.unwrap_err().status(), 404);
            let panic = |conn: &mut Conn| -> Result<()> { panic!("a read that panics after {:?}", name(conn)) };
            assert!(tokio::task::block_in_place(|| catch_unwind(AssertUnwindSafe(|| db(&world).read_now(panic)))).is_err());
            other(&format!("UPDATE orgs SET name = 'Name {n}' WHERE slug = 'acme'"));
            assert_eq!(db(&world).read(name).await.unwrap(), format!("Name {n}"));
            assert_eq!(name_now(&world), format!("Name {n}"));
        }
    }
}

fn name_now(world: &World) -> String {
    tokio::task::block_in_place(|| db(world).read_now(name)).unwrap()
}
