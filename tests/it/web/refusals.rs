//! How errors read: a problem document for programs, a page with the next step for people.

use crate::support::both;
use crate::support::people::World;

both! {
    async fn programs_get_a_problem_document(world: World) {
        let admin = world.admin();
        for (path, status, title) in
            [("/user/apiKey/x", 400, "Bad Request"), ("/user/apiKey/987", 404, "Not Found"), ("/user/nothing", 404, "Not Found")]
        {
            let reply = admin.get(path).await.expect(status);
            assert_eq!(reply.header("content-type"), "application/problem+json");
            let problem = reply.json();
            let told = (&problem["type"], &problem["title"], &problem["status"], &problem["requestId"]);
            assert_eq!(told, (&"about:blank".into(), &title.into(), &status.into(), &reply.header("x-request-id").into()));
            assert!(problem["detail"].as_str().unwrap().len() > 10, "{problem}");
        }
    }

    async fn a_program_without_a_good_key_is_told_how_to_show_one(world: World) {
        for path in ["/user/users/me", "/user/apiKey/1"] {
            let reply = world.visitor().get(path).await.expect(401);
            assert!(reply.header("www-authenticate").starts_with("Bearer"), "{}", reply.header("www-authenticate"));
            assert_eq!(reply.header("content-type"), "application/problem+json");
        }
    }

    async fn wrong_fields_are_named(world: World) {
        let body = serde_json::json!({"orgUserId": world.member.user, "name": "ci"});
        let problem = world.admin().post_json("/user/apiKey", &body).await.expect(400).json();
        assert_eq!(problem["errors"][0]["field"], "orgUserId");
        let sentence = problem["errors"][0]["message"].as_str().unwrap();
        assert!(sentence.contains(&world.member.membership.to_string()), "{sentence}");
    }

    async fn people_get_a_page_with_the_request_id(world: World) {
        for (somebody, path) in [(world.admin(), "/orgs/nowhere"), (world.visitor(), "/nothing/here")] {
            let reply = somebody.get(path).await.expect(404);
            let page = reply.page();
            assert!(reply.header("content-type").starts_with("text/html"), "{}", reply.header("content-type"));
            assert!(page.text().contains(reply.header("x-request-id")), "{}", page.text());
            assert!(!page.attributes("main a", "href").is_empty(), "no next step: {}", page.text());
        }
    }

    async fn a_form_of_another_type_is_refused_in_words_about_forms(world: World) {
        let (admin, path) = (world.admin(), format!("/orgs/acme/keys/{}/delete", world.member_key.id));
        for kind in ["text/plain", "application/json", "application/x-www-form-urlencoded2"] {
            let text = admin.ask("POST", &path).same_origin().body(kind, "{}").send().await.expect(415).page().text();
            assert!(text.contains("Keyhouse can’t read this form"), "{kind}: {text}");
            assert!(!text.contains("Something went wrong") && !text.contains("application/json"), "{kind}: {text}");
        }
        let program = world.with_key(&world.admin_key).ask("POST", &path).body("application/json", "{}").send().await;
        let told = program.expect(415).json()["detail"].to_string();
        assert!(told.contains("application/x-www-form-urlencoded"), "{told}");
        let shouted = admin.ask("POST", &path).same_origin().body("Application/X-WWW-Form-Urlencoded; charset=UTF-8", "a=b");
        assert!(shouted.send().await.expect(403).text.contains("This form is too old"), "a type is read in any case");
    }

    async fn no_error_tells_of_the_inside(world: World) {
        world.execute("ALTER TABLE key_usage RENAME TO gone");
        for path in ["/orgs/acme/keys".to_owned(), format!("/orgs/acme/keys/{}", world.member_key.id)] {
            let reply = world.admin().get(&path).await.expect(500);
            let text = reply.text.to_lowercase();
            assert!(!text.contains("key_usage") && !text.contains("sql") && !text.contains("diesel"), "{text}");
        }
        world.admin().get("/profile").await;
        world.visitor().get("/healthz").await.expect(200);
    }
}
