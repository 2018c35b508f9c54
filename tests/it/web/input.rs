//! What is sent in forms, bodies, paths and queries: refused alike on both databases, or stored to the letter.

use serde_json::json;

use crate::access::State;
use crate::support::both;
use crate::support::people::{PASSWORD, World};

const FORM: &str = "application/x-www-form-urlencoded";

async fn sends(world: &World, body: String) -> u16 {
    let admin = world.admin();
    let body = format!("csrf={}&{body}", admin.form_token());
    admin.ask("POST", "/orgs/acme/users").same_origin().body(FORM, body).send().await.status
}

both! {
    async fn a_form_is_neither_too_long_nor_of_too_many_fields(world: World) {
        let before = State::of(&world);
        assert_eq!(sends(&world, format!("first={}", "x".repeat(66_000))).await, 413);
        let many = |count: usize| (0..count).map(|n| format!("f{n}=")).collect::<Vec<_>>().join("&");
        assert_eq!(sends(&world, many(10_000)).await, 413);
        assert_eq!(sends(&world, many(1_000)).await, 400);
        assert_eq!(sends(&world, "first=A&first=B&email=a@b.example".into()).await, 400);
        let long = json!({"orgUserId": world.member.membership, "name": "x".repeat(70_000)});
        world.admin().post_json("/user/apiKey", &long).await.expect(413);
        assert_eq!(State::of(&world), before);
    }

    async fn bytes_that_are_no_text_are_refused(world: World) {
        let before = State::of(&world);
        for first in ["%00", "a%00b", "%FF", "%C3%28", "%ED%A0%80"] {
            assert_eq!(sends(&world, format!("first={first}&email=a@b.example")).await, 400, "{first}");
        }
        for path in ["/orgs/acme/users?q=%00", "/orgs/acme/users?q=%FF", "/orgs/acme/keys?q=a%00", "/orgs/acme/keys?after=%00"] {
            world.admin().get(path).await.expect(400);
        }
        for path in ["/orgs/acme%00", "/orgs/%FF/users", "/orgs/acme/users/1%00/edit", "/orgs/..%2facme"] {
            world.admin().get(path).await.expect(404);
        }
        let nul = json!({"orgUserId": world.member.membership, "name": "a\0b"});
        world.admin().post_json("/user/apiKey", &nul).await.expect(400);
        assert_eq!(State::of(&world), before);
    }

    async fn characters_that_hide_are_refused_by_their_name_and_position_at_the_field(world: World) {
        let before = State::of(&world);
        for (hidden, told) in [
            ("a\u{202E}b", "position 2: U+202E (right-to-left override)"),
            ("a\u{200B}b", "position 2: U+200B (zero width space)"),
            ("\u{FEFF}ab", "position 1: U+FEFF (byte order mark)"),
            ("ab\u{7}b", "position 3: U+0007 (control character)"),
            ("pay\u{200D}pal", "position 4: U+200D (zero width joiner)"),
            ("pay\u{FE0F}pal", "position 4: U+FE0F (variation selector)"),
            ("🏴\u{E0061}\u{E007F}", "position 2: U+E0061 (tag character)"),
        ] {
            let fields = [("first", hidden), ("email", "a@b.example")];
            let page = world.admin().post("/orgs/acme/users", &fields).await.expect(422).page();
            assert_eq!(page.attributes("input[aria-invalid=true]", "name"), ["first"], "{hidden:?}");
            assert!(page.text().contains(told), "{hidden:?}: {}", page.text());
            let body = json!({"orgUserId": world.member.membership, "name": hidden});
            let problem = world.admin().post_json("/user/apiKey", &body).await.expect(400);
            assert!(problem.text.contains(told), "{}", problem.text);
        }
        assert_eq!(State::of(&world), before);
    }

    async fn names_of_people_orgs_and_keys_may_have_emoji_and_the_joiners_of_their_script(world: World) {
        let (owner, member) = (world.owner(), world.member());
        for name in ["I ❤️ prod", "👩🏽‍💻 team", "1️⃣ 🏴󠁧󠁢󠁳󠁣󠁴󠁿", "علی‌رضا", "ශ්‍රීලාල්", "葛󠄀城"] {
            let body = json!({"orgUserId": world.member.membership, "name": name});
            let made = owner.post_json("/user/apiKey", &body).await.expect(201);
            assert_eq!(made.json()["name"], name);
            let plain: String = name.chars().filter(|c| !matches!(c, '\u{200C}' | '\u{200D}' | '\u{FE0F}')).collect();
            let found = crate::support::client::encode(&[("q", plain.as_str())]);
            let rows = owner.get(&format!("/orgs/acme/keys?{found}")).await.expect(200).page().select("tbody tr");
            assert!(rows.len() == 1 && rows[0].contains(name), "{name}: {rows:?}");
            member.post("/profile", &[("first", name), ("last", name)]).await.expect(303);
            assert_eq!(member.get("/profile").await.expect(200).page().attributes("input[name=first]", "value"), [name]);
            owner.post("/orgs/acme/rename", &[("name", name)]).await.expect(303);
            assert!(owner.get("/orgs/acme").await.expect(200).page().text().contains(name));
        }
    }

    async fn invisible_characters_pasted_with_an_email_address_or_id_do_not_matter(world: World) {
        let (admin, user) = (world.admin(), world.member.user);
        let fields = [("first", "Nina"), ("email", "\u{FEFF}ni\u{AD}na@acme.example\u{200B}"), ("role", "user")];
        admin.post("/orgs/acme/users", &fields).await.expect(200);
        assert_eq!(world.number("SELECT COUNT(*) FROM users WHERE email = 'nina@acme.example'"), 1);
        let sign_in = [("email", "mia@acme.example\u{2060}\u{200E}"), ("password", PASSWORD)];
        world.visitor().post("/login", &sign_in).await.expect(303);
        for pasted in [format!("{user}\u{200B}"), format!("\u{202A}{user}\u{202C}")] {
            let query = crate::support::client::encode(&[("target", pasted.as_str())]);
            admin.get(&format!("/orgs/acme/audit?{query}")).await.expect(200);
            let query = crate::support::client::encode(&[("op", "getApiKey"), ("id", pasted.as_str()), ("accept", "application/json")]);
            let text = admin.get(&format!("/orgs/acme/docs/apiKey?{query}")).await.expect(200).text;
            assert!(text.contains("billing-prod"), "{text}");
        }
        let query = crate::support::client::encode(&[("q", "mia@acme.example\u{200B}")]);
        let rows = admin.get(&format!("/orgs/acme/users?{query}")).await.expect(200).page().select("tbody tr");
        assert!(rows.len() == 1 && rows[0].contains("Mia Moreau"), "{rows:?}");
    }

    async fn names_of_all_scripts_are_stored_and_found_to_the_letter(world: World) {
        for (n, name) in ["Đặng", "株式会社", "🙂", "O’Brien-Großmann", "' OR 1=1 --", "100%_", "<b>&amp;"].into_iter().enumerate() {
            let email = format!("n{n}@new.example");
            let fields = [("first", name), ("last", ""), ("email", email.as_str()), ("role", "user")];
            world.admin().post("/orgs/acme/users", &fields).await.expect(200);
            let found = crate::support::client::encode(&[("q", name)]);
            let rows = world.admin().get(&format!("/orgs/acme/users?{found}")).await.expect(200).page().select("tbody tr");
            assert!(rows.len() == 1 && rows[0].contains(&email), "{name}: {rows:?}");
        }
    }

    async fn pages_of_a_list_that_do_not_exist_are_refused(world: World) {
        for list in ["users", "keys"] {
            for query in ["after=x", "after=1&before=1", "after=-1", "after=1.zz", "before=99999999999999999999"] {
                world.admin().get(&format!("/orgs/acme/{list}?{query}")).await.expect(400);
            }
            let empty = world.admin().get(&format!("/orgs/acme/{list}?q=&after=")).await.expect(303);
            assert_eq!(empty.header("location"), format!("/orgs/acme/{list}"));
        }
    }

    async fn a_page_past_the_end_of_a_list_leads_to_the_first_one(world: World) {
        let admin = world.admin();
        let keys = format!("/orgs/acme/users/{}/edit", world.member.user);
        for (path, query) in [
            ("/orgs/acme/users", "after=999999.7a7a7a7a"),
            ("/orgs/acme/users", "status=enabled&after=999999.7a7a7a7a"),
            ("/orgs/acme/users", "q=anna&after=999999.7a7a7a7a"),
            ("/orgs/acme/keys", "after=1"),
            ("/orgs/acme/keys", "q=bill&after=999999.7a7a7a7a"),
            ("/orgs/acme/keys/new", "after=999999.7a7a7a7a"),
            (&keys, "after=1"),
        ] {
            let first = admin.get(&format!("{path}?{query}")).await.expect(303);
            let kept = query.rsplit_once('&').map_or(String::new(), |(kept, _)| format!("?{kept}"));
            assert_eq!(first.header("location"), format!("{path}{kept}"));
        }
        admin.get("/orgs/acme/keys?q=zebra").await.expect(200);
    }

    async fn markup_in_a_name_is_text_on_every_page(world: World) {
        let name = "<i id=x>a</i>\"'><svg onload=x>";
        let made = world.admin().post_json("/user/apiKey", &json!({"orgUserId": world.member.membership, "name": name})).await.expect(201).json();
        let id = &made["id"];
        let edit = format!("/orgs/acme/users/{}/edit", world.member.user);
        for path in ["/orgs/acme/keys".to_owned(), format!("/orgs/acme/keys/{id}"), format!("/orgs/acme/keys/{id}/delete"), edit, "/orgs/acme".into()] {
            let page = world.admin().get(&path).await.expect(200).page();
            assert!(page.text().contains(name), "{path}: {}", page.text());
            assert_eq!((page.select("i").len(), page.select("[onload]").len(), page.select("#x").len()), (0, 0, 0), "{path}");
        }
    }
}
