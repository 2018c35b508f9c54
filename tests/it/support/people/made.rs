//! How the world is made, in one transaction: quick, as most tests need one.

use actix_web::cookie::{Cookie, CookieJar, Key as CookieKey};
use diesel::prelude::*;
use keyhouse::access::Actor;
use keyhouse::audit::{self, Tx};
use keyhouse::clock::now;
use keyhouse::db::schema::{impersonations, sessions, users, visits};
use keyhouse::db::{Conn, next_id};
use keyhouse::error::Result;
use keyhouse::id::{MembershipId, OrgId, UserId};
use keyhouse::keys::model::{KeyName, Token};
use keyhouse::keys::store as keys;
use keyhouse::orgs::model::{OrgName, Slug};
use keyhouse::secret::Secrets;
use keyhouse::users::model::{Email, Name};
use keyhouse::users::{membership_store, store};

use super::{App, Key, Org, PASSWORD_HASH, Person, World};
use crate::support::somebody::SESSION;

/// Makes everybody and everything.
pub fn world(app: App) -> World {
    // outside of the transaction, as it takes long the first time
    let _ = &*PASSWORD_HASH;
    let made = app.running.state.access.write_as_host(everything).unwrap();
    made(app)
}

/// The session cookie as the browser holds it.
pub fn sealed(secrets: &Secrets, session: &str) -> String {
    let key = CookieKey::from(&secrets.key("session cookie").double());
    let mut jar = CookieJar::new();
    jar.private_mut(&key).add(Cookie::new(SESSION, session.to_owned()));
    let cookie = jar.delta().next().unwrap().encoded().to_string();
    cookie.split_once('=').unwrap().1.to_owned()
}

/// The session that a cookie of the browser carries.
pub fn opened(secrets: &Secrets, cookie: &str) -> String {
    let key = CookieKey::from(&secrets.key("session cookie").double());
    let mut jar = CookieJar::new();
    jar.add_original(Cookie::parse_encoded(format!("{SESSION}={cookie}")).unwrap());
    jar.private(&key).get(SESSION).unwrap().value().to_owned()
}

type Made = Box<dyn FnOnce(App) -> World + Send>;

fn everything(conn: &mut Conn, _: &Actor) -> Result<Made> {
    audit::unrecorded(conn, "a world of the tests", |tx| {
        let (acme, globex) = (org(tx, "Acme", "acme")?, org(tx, "Globex", "globex")?);
        let owner = person(tx, &acme, "Olga Owens", "olga@acme.example", true)?;
        let admin = person(tx, &acme, "Adam Adler", "adam@acme.example", true)?;
        let deputy = person(tx, &acme, "Dora Deng", "dora@acme.example", true)?;
        let member = person(tx, &acme, "Mia Moreau", "mia@acme.example", false)?;
        let colleague = person(tx, &acme, "Carl Costa", "carl@acme.example", false)?;
        let outsider = person(tx, &globex, "Otto Ortiz", "otto@globex.example", true)?;
        let shared = person(tx, &acme, "Sina Shah", "sina@globex.example", false)?;
        let shared_in_globex = joins(tx, &globex, &shared, true, true)?;
        let invited = invited(tx, &acme, "Ines Iverson", "ines@acme.example")?;
        let yes = users::super_admin.eq(true);
        diesel::update(users::table.find(UserId::new(owner.user))).set(yes).execute(tx.conn())?;
        let member_key = key(tx, &acme, &member, "billing-prod", false, false)?;
        let colleague_key = key(tx, &acme, &colleague, "laptop", false, false)?;
        let admin_key = key(tx, &acme, &admin, "deploy", true, false)?;
        let impersonating_key = key(tx, &acme, &admin, "support-desk", true, true)?;
        let deleted_key = key(tx, &acme, &member, "old-crm", false, false)?;
        keys::delete(tx, keyhouse::id::KeyId::new(deleted_key.id), Some(UserId::new(admin.user)))?;
        let (visiting, assuming) = (visiting(tx, &owner, &globex)?, assuming(tx, &admin, &deputy)?);
        let foreign_key = key(tx, &globex, &outsider, "globex-prod", true, false)?;
        Ok(Box::new(move |app| World {
            app,
            acme,
            globex,
            owner,
            visiting,
            admin,
            assuming,
            deputy,
            member,
            colleague,
            outsider,
            shared,
            shared_in_globex,
            invited,
            member_key,
            colleague_key,
            admin_key,
            impersonating_key,
            deleted_key,
            foreign_key,
        }) as Made)
    })
}

fn org(tx: &mut Tx, name: &str, slug: &'static str) -> Result<Org> {
    let name = OrgName::parse("org", name)?;
    let made = keyhouse::orgs::store::create(tx, &name, &Slug::parse(slug, &name)?)?;
    Ok(Org { id: made.id.number(), slug })
}

/// Somebody with a password and a session, who accepted.
fn person(tx: &mut Tx, org: &Org, name: &'static str, email: &'static str, admin: bool) -> Result<Person> {
    let mut person = account(tx, name, email)?;
    store::set_password_hash(tx, UserId::new(person.user), &PASSWORD_HASH)?;
    person.membership = joins(tx, org, &person, admin, true)?;
    person.session = session(tx, person.user)?;
    Ok(person)
}

/// A person in another browser of theirs.
fn again(tx: &mut Tx, person: &Person) -> Result<(Person, Vec<u8>)> {
    let session = session(tx, person.user)?;
    let hash = keyhouse::sessions::cookie::hash(&session).to_vec();
    Ok((Person { session, ..person.clone() }, hash))
}

fn visiting(tx: &mut Tx, person: &Person, org: &Org) -> Result<Person> {
    let (person, hash) = again(tx, person)?;
    let row = (visits::session_hash.eq(hash), visits::org_id.eq(org.id), visits::started_at.eq(now()));
    diesel::insert_into(visits::table).values(row).execute(tx.conn())?;
    Ok(person)
}

fn assuming(tx: &mut Tx, person: &Person, target: &Person) -> Result<Person> {
    let (person, hash) = again(tx, person)?;
    let row = (
        impersonations::session_hash.eq(hash),
        impersonations::membership_id.eq(target.membership),
        impersonations::started_at.eq(now()),
    );
    diesel::insert_into(impersonations::table).values(row).execute(tx.conn())?;
    Ok(person)
}

fn invited(tx: &mut Tx, org: &Org, name: &'static str, email: &'static str) -> Result<Person> {
    let mut person = account(tx, name, email)?;
    person.membership = joins(tx, org, &person, false, false)?;
    Ok(person)
}

fn account(tx: &mut Tx, name: &'static str, email: &'static str) -> Result<Person> {
    let user = store::create(tx, &parsed(name)?, &Email::parse(email)?, false, None)?;
    Ok(Person { user: user.id.number(), membership: 0, name, email, session: String::new() })
}

fn parsed(name: &str) -> Result<Name> {
    let (first, last) = name.split_once(' ').unwrap();
    Name::parse(first, last)
}

fn joins(tx: &mut Tx, org: &Org, person: &Person, admin: bool, accepted: bool) -> Result<i64> {
    let (name, email) = (parsed(person.name)?, Email::parse(person.email)?);
    let (org, user) = (OrgId::new(org.id), UserId::new(person.user));
    Ok(membership_store::create(tx, org, user, &name, &email, admin, accepted)?.number())
}

fn session(tx: &mut Tx, user: i64) -> Result<String> {
    let key = keyhouse::secret::hex(&keyhouse::secret::random::<32>()?);
    let epoch: i64 = users::table.find(UserId::new(user)).select(users::session_epoch).get_result(tx.conn())?;
    let row = (
        sessions::hash.eq(keyhouse::sessions::cookie::hash(&key).to_vec()),
        sessions::id.eq(next_id(tx.conn())?),
        sessions::user_id.eq(user),
        sessions::epoch.eq(epoch),
        sessions::seen_at.eq(now()),
        sessions::confirmed_at.eq(now()),
        sessions::second_factor.eq(false),
        sessions::address.eq("127.0.0.1"),
        sessions::agent.eq("tests"),
        sessions::created_at.eq(now()),
    );
    diesel::insert_into(sessions::table).values(row).execute(tx.conn())?;
    Ok(key)
}

/// A key, as it was made when its owner was or was not an admin.
pub fn key(tx: &mut Tx, org: &Org, of: &Person, name: &str, admin: bool, can_impersonate: bool) -> Result<Key> {
    let (name, token) = (KeyName::parse(name)?, Token::new()?);
    let owner = keys::Owner { membership: MembershipId::new(of.membership), user: UserId::new(of.user), admin };
    let new = keys::New {
        org: OrgId::new(org.id),
        owner: &owner,
        name: &name,
        token: &token,
        can_impersonate,
        made_by: Some(UserId::new(of.user)),
        parent: None,
    };
    let made = keys::create(tx, &new)?;
    Ok(Key { id: made.id.number(), token: token.reveal().to_owned() })
}
