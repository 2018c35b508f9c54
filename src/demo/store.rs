//! Writes the demo in chunks of rows. A row travels as one text: numbers of 16 digits, then texts of a fixed width, and last
//! the one that may have any length; the database cuts it apart.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::audit::Tx;
use crate::clock::Time;
use crate::db::bulk::{self, Aside};
use crate::db::schema::{installation, orgs};
use crate::db::{Conn, next_ids};
use crate::error::Result;
use crate::search::store::Kind;

/// Rows that travel together.
pub(super) const CHUNK: usize = 4000;
const TABLES: [&str; 5] = ["orgs", "memberships", "keys", "key_usage", "search_terms"];

/// The ids of everything: each kind's begin where the one before ends.
pub(super) struct Ids {
    pub orgs: i64,
    pub users: i64,
    pub memberships: i64,
    pub keys: i64,
}

pub(super) fn take_ids(tx: &mut Tx, orgs: usize, users: usize, memberships: usize, keys: usize) -> Result<Ids> {
    let first = next_ids(tx.conn(), (orgs + users + memberships + keys) as i64)?;
    let users_at = first + orgs as i64;
    let memberships_at = users_at + users as i64;
    Ok(Ids { orgs: first, users: users_at, memberships: memberships_at, keys: memberships_at + memberships as i64 })
}

/// Whether there is an org.
pub(super) fn any_org(conn: &mut Conn) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(orgs::table.select(orgs::id))).get_result(conn)?)
}

pub(super) fn mark_as_demo(tx: &mut Tx) -> Result<()> {
    diesel::update(installation::table).set(installation::demo.eq(true)).execute(tx.conn())?;
    Ok(())
}

/// One row's text. Texts must be shorter than their width, and numbers positive.
#[derive(Default)]
pub(super) struct Row(String);

impl Row {
    pub(super) fn number(mut self, number: i64) -> Row {
        self.0 += &format!("{number:016}");
        self
    }

    pub(super) fn flag(self, flag: bool) -> Row {
        self.number(i64::from(flag))
    }

    pub(super) fn time(self, time: Option<Time>) -> Row {
        self.number(time.map_or(0, Time::micros))
    }

    pub(super) fn text(mut self, text: &str, width: usize) -> Row {
        self.0 += &format!("{text:<width$}");
        self
    }

    pub(super) fn rest(mut self, text: &str) -> String {
        self.0 += text;
        self.0
    }
}

/// The number at this place of a row.
fn number(place: usize) -> String {
    format!("CAST(substr(value, {}, 16) AS BIGINT)", place * 16 + 1)
}

/// The same; 0 stands for none.
fn time(place: usize) -> String {
    format!("NULLIF({}, 0)", number(place))
}

fn flag(place: usize) -> String {
    format!("{} = 1", number(place))
}

/// The text behind so many numbers and characters, of this width.
fn text(numbers: usize, before: usize, width: usize) -> String {
    format!("rtrim(substr(value, {}, {width}))", numbers * 16 + before + 1)
}

fn rest(numbers: usize, before: usize) -> String {
    format!("substr(value, {})", numbers * 16 + before + 1)
}

/// What rows hold: id, created_at; slug (60), name.
pub(super) fn add_orgs(tx: &mut Tx, rows: &[String]) -> Result<()> {
    let select = [number(0), rest(2, 60), text(2, 0, 60), "true, 1".into(), number(1)].join(", ");
    bulk::insert(tx.conn(), "orgs (id, name, slug, enabled, version, created_at)", &select, rows)
}

/// What rows hold: id, super admin, created_at; first (60), last (60), password hash or nothing (120), email. The host made the
/// addresses up, so it confirms them.
pub(super) fn add_users(tx: &mut Tx, rows: &[String]) -> Result<()> {
    let hash = format!("NULLIF({}, '')", text(3, 120, 120));
    let names = [number(0), text(3, 0, 60), text(3, 60, 60), rest(3, 240), hash].join(", ");
    let select = format!("{names}, true, {}, 1, 1, {}, {}", flag(1), number(2), number(2));
    let columns = "users (id, first_name, last_name, email, password_hash, enabled, super_admin, session_epoch, \
                   version, created_at, email_confirmed_at)";
    bulk::insert(tx.conn(), columns, &select, rows)
}

/// What rows hold: id, org, user, enabled, admin, accepted_at, last_seen_at, created_at; first (60), last (60), email
/// (200), sort name.
pub(super) fn add_memberships(tx: &mut Tx, rows: &[String]) -> Result<()> {
    let ids =
        [number(0), number(1), number(2), text(8, 0, 60), text(8, 60, 60), text(8, 120, 200), rest(8, 320)].join(", ");
    let state = [flag(3), flag(4), time(5), time(6), "0, 1".into(), number(7)].join(", ");
    let columns = "memberships (id, org_id, user_id, first_name, last_name, email, sort_name, enabled, admin, \
                   accepted_at, last_seen_at, keys_count, version, created_at)";
    bulk::insert(tx.conn(), columns, &format!("{ids}, {state}"), rows)
}

/// What rows hold: org, membership; term.
pub(super) fn add_terms(tx: &mut Tx, rows: &[String]) -> Result<()> {
    let kind = (Kind::Membership as i64).to_string();
    let select = [number(0), kind, rest(2, 0), number(1)].join(", ");
    bulk::insert(tx.conn(), "search_terms (org_id, kind, term, id)", &select, rows)
}

/// What rows hold: id, org, membership, made_by, created_at, last_used, admin, can_impersonate, shown_to; access key (20), hash
/// in hexadecimal (64), name.
pub(super) fn add_keys(tx: &mut Tx, rows: &[String]) -> Result<()> {
    let hash = bulk::bytes(tx.conn(), &text(9, 20, 64));
    let ids = [number(0), number(1), number(2), rest(9, 84), text(9, 0, 20), hash].join(", ");
    let shown_to = format!("NULLIF({}, 0)", number(8));
    let state = [flag(7), flag(6), number(3), shown_to, number(4)].join(", ");
    let columns = "keys (id, org_id, membership_id, name, access_key, hash, can_impersonate, admin_when_made, \
                   made_by, shown_to, created_at)";
    bulk::insert(tx.conn(), columns, &format!("{ids}, {state}"), rows)?;
    let usage = [number(0), number(1), time(5)].join(", ");
    bulk::insert(tx.conn(), "key_usage (key_id, org_id, last_used)", &usage, rows)
}

/// What was put aside while the rows come in.
pub(super) struct Bare {
    indexes: Vec<Aside>,
    triggers: Vec<Aside>,
}

pub(super) fn lay_bare(tx: &mut Tx) -> Result<Bare> {
    let indexes = TABLES.iter().map(|table| bulk::put_indexes_aside(tx.conn(), table)).collect::<Result<_>>()?;
    let triggers = TABLES.iter().map(|table| bulk::put_triggers_aside(tx.conn(), table)).collect::<Result<_>>()?;
    Ok(Bare { indexes, triggers })
}

/// Makes everything what it would be if the rows had come in one by one. Names of demo keys are ASCII, so `lower` folds them.
pub(super) fn complete(tx: &mut Tx, bare: Bare) -> Result<()> {
    let kind = Kind::Key as i64;
    let terms = format!(
        "INSERT INTO search_terms (org_id, kind, term, id) \
         SELECT org_id, {kind}, lower(name), id FROM keys UNION ALL SELECT org_id, {kind}, lower(access_key), id FROM keys \
         ORDER BY 1, 2, 3, 4"
    );
    tx.conn().batch_execute(&terms)?;
    bare.indexes.into_iter().try_for_each(|aside| aside.restore(tx.conn()))?;
    tx.conn().batch_execute(COUNTS)?;
    bare.triggers.into_iter().try_for_each(|aside| aside.restore(tx.conn()))
}

const COUNTS: &str = "
    UPDATE memberships SET keys_count =
        (SELECT count(*) FROM keys WHERE membership_id = memberships.id AND deleted_at IS NULL);
    INSERT INTO org_counts (org_id, users, disabled_users, keyless_users, admins, keys)
        SELECT orgs.id, count(*), sum(CASE WHEN memberships.enabled THEN 0 ELSE 1 END),
            sum(CASE WHEN memberships.keys_count = 0 THEN 1 ELSE 0 END),
            sum(CASE WHEN memberships.admin THEN 1 ELSE 0 END), CAST(sum(memberships.keys_count) AS BIGINT)
        FROM orgs JOIN memberships ON memberships.org_id = orgs.id GROUP BY orgs.id;";
