//! Addresses: what must not stand in one, and where pages lead back to.

use crate::support::both;
use crate::support::client::encode;
use crate::support::people::World;

both! {
    async fn a_whole_key_is_cut_out_of_every_address_before_anything_is_shown(world: World) {
        let token = &world.member_key.token;
        let (access, secret) = (&token[3..23], &token[24..]);
        let q = encode(&[("q", format!("zebra {token}"))]);
        let next = encode(&[("next", format!("/orgs/acme/keys?q={token}"))]);
        for path in ["/orgs/acme/keys", "/orgs/acme/users", "/orgs/acme/keys/new", "/orgs", "/orgs/acme/docs", "/nothing", "/user/users/me"] {
            for somebody in [world.visitor(), world.admin()] {
                let cut = somebody.get(&format!("{path}?status=&{q}")).await.expect(303);
                assert_eq!(cut.header("location"), format!("{path}?status=&q=zebra%20{access}"));
                assert!(cut.header("set-cookie").contains("keyhouse-notice"), "{path}");
            }
        }
        let login = world.visitor();
        let cut = login.get(&format!("/login?{next}")).await.expect(303).header("location").to_owned();
        assert!(cut.contains(access) && !cut.contains(secret), "{cut}");
        let page = login.get(&cut).await.expect(200);
        assert!(page.page().text().contains("That was a whole API key.") && !page.text.contains(secret), "{}", page.text);
    }

    async fn a_sign_in_leads_back_without_the_key_that_stood_in_the_address(world: World) {
        let (visitor, token) = (world.visitor(), &world.member_key.token);
        let referer = format!("{}/orgs/acme/keys?q={token}", world.app.url());
        let form = [("csrf", visitor.form_token())];
        let ask = visitor.ask("POST", "/orgs/acme/keys/1/delete").same_origin().header("referer", &referer).form(&form);
        let login = ask.send().await.expect(303).header("location").to_owned();
        assert!(login.starts_with("/login?next=/orgs/acme/keys") && login.contains(&token[3..23]), "{login}");
        assert!(!login.contains(&token[24..]), "{login}");
    }

    async fn nothing_leads_back_to_an_address_that_only_takes_forms(world: World) {
        let (admin, user, url) = (world.admin(), world.member.user, world.app.url().to_owned());
        let ask = format!("/orgs/acme/keys/{}/delete", world.member_key.id);
        let edit = format!("/orgs/acme/users/{user}/edit");
        for from in ["keys/find".to_owned(), format!("users/{user}/keys"), format!("users/{user}/link"), "nothing/here".into()] {
            let referer = format!("{url}/orgs/acme/{from}");
            let page = admin.ask("GET", &ask).header("referer", &referer).send().await.expect(200).page();
            assert_eq!(page.attributes("input[name=next]", "value"), std::slice::from_ref(&edit), "{from}");
            let path = format!("/orgs/acme/keys/{}/delete", world.deleted_key.id);
            let done = admin.post(&path, &[("next", &format!("/orgs/acme/{from}"))]).await.expect(303);
            assert_eq!(done.header("location"), "/orgs/acme/keys", "{from}");
            let visitor = world.visitor();
            let form = [("csrf", visitor.form_token())];
            let out = visitor.ask("POST", &ask).same_origin().header("referer", &referer).form(&form).send().await.expect(303);
            assert_eq!(out.header("location"), "/login", "{from}");
        }
    }

    async fn loading_the_address_of_a_refused_form_again_shows_the_page_it_stood_on(world: World) {
        let path = format!("/orgs/acme/users/{}", world.member.user);
        let number = |table: &str, id: i64| world.number(&format!("SELECT version FROM {table} WHERE id = {id}"));
        let version = format!("u{}.m{}", number("users", world.member.user), number("memberships", world.member.membership));
        let fields = [("version", version.as_str()), ("first", "a\u{202E}b"), ("email", "x"), ("enabled", "1")];
        world.admin().post(&path, &fields).await.expect(422);
        let again = world.admin().get(&path).await.expect(303);
        assert_eq!(again.header("location"), format!("{path}/edit"));
        world.member().get(&path).await.expect(404);
    }
}
