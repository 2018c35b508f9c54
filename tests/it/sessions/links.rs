//! One-time links: each thing that a link stands upon is asked for by itself, even where others would catch it, and nobody comes
//! past the page that asks first.

use keyhouse::access::Act;
use keyhouse::links::model::Token;
use keyhouse::sessions::actions;

use super::meanwhile::{browser, caller, origin};
use crate::support::both;
use crate::support::client::Reply;
use crate::support::people::{Person, World};
use crate::support::somebody::Somebody;

const NEW: &str = "violet harbour seventeen";

/// The path of the link that an admin of acme makes: an invitation for whoever is no user yet, else one for a password.
async fn link_for(world: &World, person: &Person, invitation: bool) -> String {
    let fields = [("first", "Nina"), ("last", ""), ("email", person.email), ("role", "user")];
    let (path, fields) = match invitation {
        true => ("/orgs/acme/users".to_owned(), &fields[..]),
        false => (format!("/orgs/acme/users/{}/link", person.user), &[][..]),
    };
    let shown = world.admin().post(&path, fields).await.expect(200).page().select("output").concat();
    shown[shown.find("/links/").unwrap()..].to_owned()
}

async fn use_link(by: Somebody, path: &str) -> Reply {
    by.get(path).await.expect(303);
    by.post("/links", &[("password", NEW)]).await
}

/// Sets a column of a row, and sets it back.
fn changed(table: &str, of: &str, column: &str, to: &str, back: &str) -> [String; 2] {
    [to, back].map(|value| format!("UPDATE {table} SET {column} = {value} WHERE {of}"))
}

/// What every link of acme about this person stands upon.
fn grounds(world: &World, person: &Person) -> Vec<[String; 2]> {
    let (acme, globex) = (world.acme.id, world.globex.id);
    let membership = format!("user_id = {} AND org_id = {acme}", person.user);
    vec![
        changed("orgs", &format!("id = {acme}"), "enabled", "false", "true"),
        changed("memberships", &membership, "enabled", "false", "true"),
        changed("memberships", &membership, "removed_at", "1", "NULL"),
        changed("links", "1 = 1", "issuer_org_id", &globex.to_string(), &acme.to_string()),
        changed("links", "1 = 1", "user_epoch", "user_epoch + 1", "user_epoch - 1"),
    ]
}

fn hash_is_there(world: &World, person: &Person, hash: &str) -> bool {
    world.number(&format!("SELECT COUNT(*) FROM users WHERE id = {} AND password_hash = '{hash}'", person.user)) == 1
}

both! {
    async fn a_link_that_was_not_copied_exactly_says_so(world: World) {
        let path = link_for(&world, &world.member, false).await;
        let extra = [".", ",", ")", "%3E", "]", "\"", "'", "%E2%80%8B", "%20", ".%3C/a%3E", "%0A", "%0D%0A", "%09", "%5C", "//"].map(|end| format!("{path}{end}"));
        let cut = [&path[..path.len() - 1], &path[..8], "/links/x"].map(str::to_owned);
        for link in extra.iter().chain(&cut) {
            for by in [world.visitor(), world.member()] {
                assert_eq!(by.get(link).await.expect(303).header("location"), "/links", "{link}");
                let page = by.get("/links").await.expect(404);
                assert!(page.text.contains("seems to be cut off, or to have extra characters at its end"), "{link}: {}", page.text);
                assert!(!page.text.contains(&path[7..20]), "the token is not shown");
                assert!(by.post("/links", &[("password", NEW)]).await.expect(404).text.contains("cut off"), "{link}");
            }
        }
        let unknown = world.visitor();
        unknown.get(&format!("/links/{}", "0".repeat(32))).await.expect(303);
        assert!(!unknown.get("/links").await.expect(404).text.contains("cut off"), "a whole link is not called damaged");
        use_link(world.visitor(), &path).await.expect(303);
    }

    async fn a_password_link_dies_with_each_thing_that_it_stands_upon(world: World) {
        let path = link_for(&world, &world.member, false).await;
        let mut all = grounds(&world, &world.member);
        all.push(changed("users", &format!("id = {}", world.member.user), "enabled", "false", "true"));
        for [change, back] in all {
            world.execute(&change);
            assert_eq!(use_link(world.visitor(), &path).await.status, 404, "{change}");
            world.execute(&back);
        }
        use_link(world.visitor(), &path).await.expect(303);
        assert_eq!(world.number("SELECT COUNT(*) FROM links"), 0);
        assert_eq!(world.actions()[1..], ["user.password_set"]);
    }

    async fn an_invitation_dies_with_each_thing_that_it_stands_upon(world: World) {
        let path = link_for(&world, &world.outsider, true).await;
        let mut all = grounds(&world, &world.outsider);
        let membership = format!("user_id = {} AND org_id = {}", world.outsider.user, world.acme.id);
        all.push(changed("memberships", &membership, "accepted_at", "1", "NULL"));
        for [change, back] in all {
            world.execute(&change);
            assert_eq!(use_link(world.outsider(), &path).await.status, 404, "{change}");
            world.execute(&back);
        }
        world.unconfirm(&world.outsider);
        use_link(world.outsider(), &path).await.expect(403);
        assert_eq!(world.number(&format!("SELECT COUNT(*) FROM memberships WHERE {membership} AND accepted_at IS NULL")), 1);
        world.execute(&format!("UPDATE sessions SET confirmed_at = {}", keyhouse::clock::now().micros()));
        assert_eq!(use_link(world.outsider(), &path).await.expect(303).header("location"), "/orgs/acme");
        assert_eq!(world.number("SELECT COUNT(*) FROM links"), 0);
    }

    async fn whoever_comes_past_the_page_sets_no_password_and_accepts_for_nobody_else(world: World) {
        let path = link_for(&world, &world.outsider, true).await;
        let token = || Token::parse(path.trim_start_matches("/links/")).unwrap();
        let (access, stolen) = (world.app.running.state.access.clone(), token());
        let set = move |conn: &mut _, actor: &_| actions::set_password(conn, actor, &stolen, "stolen", (&browser(None), None));
        assert!(access.write_as_visitor(Act::UseLink, origin(), set).await.unwrap().is_none());
        assert!(!hash_is_there(&world, &world.outsider, "stolen"));
        let (caller, stolen) = (caller(&world, &world.member), token());
        let accept = move |conn: &mut _, actor: &_| actions::accept(conn, actor, &stolen, &browser(None));
        assert!(access.write_own(Act::ChangeAccount, caller, accept).await.unwrap().is_none());
        assert_eq!(world.actions(), ["user.invited"]);
        use_link(world.outsider(), &path).await.expect(303);
    }
}
