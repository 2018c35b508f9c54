//! Between the comparison of a password and what it lets somebody do the account may change: what was compared with is looked at
//! once more. Asked of the actions themselves, as no request can be stopped there.

use diesel::prelude::*;
use keyhouse::access::Act;
use keyhouse::access::caller::{ActsAs, Caller, Credential, Hash, Origin, Via};
use keyhouse::db::schema::sessions;
use keyhouse::sessions::actions;
use keyhouse::sessions::model::{Account, Browser};

use crate::access::State;
use crate::support::both;
use crate::support::people::{Person, World};

pub(super) fn browser(session: Option<Hash>) -> Browser {
    Browser { session, address: String::new(), agent: String::new(), device: None }
}

pub(super) fn origin() -> Origin {
    Origin { address: String::new(), request_id: String::new(), via: Via::Page, operation: None }
}

fn session(world: &World, person: &Person) -> Hash {
    let own = sessions::table.filter(sessions::user_id.eq(person.user)).select(sessions::hash);
    let hash: Vec<u8> = world.read(|conn| own.first(conn).unwrap());
    hash.try_into().unwrap()
}

/// Somebody with their session.
pub fn caller(world: &World, person: &Person) -> Caller {
    Caller {
        credential: Some(Credential::Session(session(world, person))),
        origin: origin(),
        typed_as: None,
        acts_as: ActsAs::default(),
    }
}

/// Mia's account, as her password was compared with it.
async fn compared(world: &World) -> Account {
    let begin = |conn: &mut _, actor: &_| actions::try_own_password(conn, actor, &browser(None));
    let access = world.app.running.state.access.clone();
    access.write_own(Act::ChangeAccount, caller(world, &world.member), begin).await.unwrap()
}

both! {
    async fn a_password_that_was_compared_with_an_older_one_confirms_and_changes_nothing(world: World) {
        let (one, two) = (compared(&world).await, compared(&world).await);
        let (access, own) = (world.app.running.state.access.clone(), session(&world, &world.member));
        let gone = move |conn: &mut _, actor: &_| actions::confirm(conn, actor, &one, &browser(Some([0; 32])));
        assert_eq!(access.write_own(Act::ChangeAccount, caller(&world, &world.member), gone).await.unwrap_err().status(), 401);
        let one = compared(&world).await;
        world.execute(&format!("UPDATE users SET password_hash = 'another' WHERE id = {}", world.member.user));
        let before = State::of(&world);
        let confirm = move |conn: &mut _, actor: &_| actions::confirm(conn, actor, &one, &browser(Some(own)));
        assert!(!access.write_own(Act::ChangeAccount, caller(&world, &world.member), confirm).await.unwrap());
        let change = move |conn: &mut _, actor: &_| actions::change_password(conn, actor, &two, "stolen", &browser(Some(own)));
        assert!(access.write_own(Act::ChangePassword, caller(&world, &world.member), change).await.unwrap().is_none());
        assert_eq!(State::of(&world), before);
    }

    async fn a_password_that_was_compared_with_an_older_one_or_for_an_older_address_signs_nobody_in(world: World) {
        let access = world.app.running.state.access.clone();
        let of_member = format!("WHERE id = {}", world.member.user);
        for (change, back) in [
            ("password_hash = 'another' || password_hash".to_owned(), "password_hash = substr(password_hash, 8)".to_owned()),
            ("email = 'mia@elsewhere.example'".to_owned(), format!("email = '{}'", world.member.email)),
        ] {
            let account = compared(&world).await;
            world.execute(&format!("UPDATE users SET {change} {of_member}"));
            let before = State::of(&world);
            let sign_in = move |conn: &mut _, actor: &_| actions::sign_in(conn, actor, &account, None, &browser(None));
            assert!(access.write_as_visitor(Act::SignIn, origin(), sign_in).await.unwrap().is_none(), "{change}");
            assert_eq!(State::of(&world), before);
            world.execute(&format!("UPDATE users SET {back} {of_member}"));
        }
        let account = compared(&world).await;
        let sign_in = move |conn: &mut _, actor: &_| actions::sign_in(conn, actor, &account, None, &browser(None));
        assert!(access.write_as_visitor(Act::SignIn, origin(), sign_in).await.unwrap().is_some(), "nothing has changed");
    }
}
