//! Swagger Docs as a way to somewhere else: paths, lines and answers that were not meant.

use crate::access::State;
use crate::support::both;
use crate::support::client::encode;
use crate::support::html;
use crate::support::page::Page;
use crate::support::people::World;

/// What the page says of the call: the address, the body of the answer and its code; all empty if nothing was called.
fn called(page: &Page) -> [String; 3] {
    let told = page.select(".reply pre");
    [0, 2, 3].map(|at| told.get(at).cloned().unwrap_or_default())
}

async fn try_out(world: &World, operation: &str, fields: &[(&str, &str)]) -> Page {
    let query: Vec<(&str, &str)> =
        [("op", operation), ("accept", "application/json")].into_iter().chain(fields.iter().copied()).collect();
    world.admin().get(&format!("/orgs/acme/docs/apiKey?{}", encode(&query))).await.expect(200).page()
}

both! {
    async fn whatever_is_typed_as_an_id_stays_an_id(world: World) {
        let (before, base) = (State::of(&world), format!("{}/user/apiKey/", world.app.url()));
        for id in ["../users/me", "..", "%2e%2e/users/me", "/user/users/me", "//evil.example/", "http://evil.example/", "1\r\nx-api-key: kh_x", "1?x=y#z", "1 HTTP/1.1\r\nHost: evil\r\n\r\nGET /", "\u{0}", "{id}", "${7*7}", "{{7*7}}", "<script>a</script>"] {
            let query = encode(&[("op", "getApiKey"), ("accept", "application/json"), ("id", id)]);
            let reply = world.admin().get(&format!("/orgs/acme/docs/apiKey?{query}")).await;
            if id.contains('\0') {
                reply.expect(400);
                continue;
            }
            let page = reply.expect(200).page();
            let [url, body, code] = called(&page);
            let typed = url.strip_prefix(&base).unwrap_or_else(|| panic!("{id:?} led to {url}"));
            assert!(!typed.contains(['/', '?', '#', '\r', '\n', '<', ' ']), "{id:?}: {url}");
            assert!(!body.contains("currentOrg") && ["400", "404"].contains(&code.as_str()), "{id:?}: {code} {body}");
            assert_eq!(html::own_rules(&page), Vec::<String>::new(), "{id:?}");
        }
        assert_eq!(State::of(&world), before);
    }

    async fn an_operation_that_is_not_in_the_document_is_not_called(world: World) {
        let before = State::of(&world);
        for operation in ["deleteApiKey", "createApiKey", "", "getApiKey/../deleteApiKey", "../../logout", "DELETE"] {
            try_out(&world, operation, &[("id", &world.member_key.id.to_string())]).await;
        }
        for operation in ["getApiKey", "nothing", "", "%2e%2e", "POST"] {
            let path = format!("/orgs/acme/docs/apiKey?op={operation}");
            world.admin().post(&path, &[("id", &world.member_key.id.to_string()), ("method", "DELETE"), ("path", "/logout")]).await.expect(404);
        }
        assert_eq!(State::of(&world), before);
        assert!(world.works(&world.member_key.token).await);
    }

    async fn another_site_cannot_make_an_admin_call_anything(world: World) {
        let before = State::of(&world);
        let query = encode(&[("op", "getApiKey"), ("accept", "application/json"), ("id", &world.member.user.to_string())]);
        for site in ["cross-site", "same-site"] {
            let ask = world.admin().ask("GET", &format!("/orgs/acme/docs/apiKey?{query}")).header("sec-fetch-site", site);
            let page = ask.send().await.expect(200).page();
            assert_eq!(called(&page), ["", "", ""], "{}", page.text());
        }
        assert_eq!(State::of(&world), before);
    }

    async fn a_huge_answer_is_cut_and_the_page_is_whole(world: World) {
        world.more_keys(&world.member, 1500);
        world.execute(&format!("UPDATE keys SET name = '<b>{}' WHERE membership_id = {}", "x".repeat(400), world.member.membership));
        let page = try_out(&world, "getApiKey", &[("id", &world.member.user.to_string())]).await;
        assert!(page.html.len() < 2_000_000 && page.html.trim_end().ends_with("</html>"), "{}", page.html.len());
        assert!(page.text().contains("cut here: the answer is longer than 256 KB"));
        assert_eq!((page.select("b").len(), html::own_rules(&page)), (0, Vec::new()));
    }

    async fn a_body_is_sent_as_it_was_typed_and_answered_as_the_api_does(world: World) {
        let before = State::of(&world);
        for body in ["", "{", "[]", "null", "\"</script>\"", "{\"orgUserId\": 1e400}", "{\"orgUserId\": 1, \"orgUserId\": 2, \"name\": \"a\"}", &"[".repeat(3000), "{\"__proto__\": 1}"] {
            let fields = [("body", body), ("operation_id", "abc")];
            let page = world.admin().post("/orgs/acme/docs/apiKey?op=createApiKey", &fields).await.expect(200).page();
            assert_eq!(called(&page)[2], "400", "{body:.40}: {:?}", called(&page));
            assert_eq!(html::own_rules(&page), Vec::<String>::new());
        }
        assert_eq!(State::of(&world), before);
    }
}
