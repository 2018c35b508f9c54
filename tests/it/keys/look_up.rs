//! Looking up a whole key: also with other text around it, and without showing it on a page or in an address.

use crate::support::both;
use crate::support::people::World;

const FIND: &str = "/orgs/acme/keys/find";

/// What people copy: from code, documentation, settings, a shell.
fn pasted_with(key: &str) -> Vec<String> {
    vec![
        key.to_owned(),
        format!(" {key}\n"),
        format!("\"{key}\""),
        format!("Bearer {key}"),
        format!("Authorization: Bearer {key}"),
        format!("export KEYHOUSE_KEY='{key}'  # billing"),
        format!("{{\"accessKey\":\"48mw0qSsANirPIrrgJRh\",\"apiKey\":\"{key}\"}}"),
        format!(
            "curl -sS -H \"x-api-key: {key}\" -H 'accept: application/json' https://keys.example/user/users/me | jq .currentOrg"
        ),
        format!("DATABASE_URL=postgres://x\nAPI_KEY={key}\nOTHER_KEY={key}\n"),
        format!("\u{FEFF}{}\u{200B}{}", &key[..40], &key[40..]),
    ]
}

both! {
    async fn a_whole_key_is_found_in_any_pasted_text(world: World) {
        let (admin, key) = (world.admin(), &world.member_key);
        for text in pasted_with(&key.token) {
            let found = admin.post(FIND, &[("token", text.as_str())]).await.expect(303);
            assert_eq!(found.header("location"), format!("/orgs/acme/keys/{}", key.id), "{text}");
        }
    }

    async fn a_key_is_found_in_as_much_text_as_the_field_takes(world: World) {
        let (admin, key) = (world.admin(), &world.member_key);
        let text = ["й".repeat(3400).as_str(), &key.token, &"語".repeat(3400)].concat();
        assert!(text.chars().count() < 7000);
        let found = admin.post(FIND, &[("token", text.as_str())]).await.expect(303);
        assert_eq!(found.header("location"), format!("/orgs/acme/keys/{}", key.id));
    }

    async fn the_page_shows_nothing_of_a_text_without_one_key_of_the_org(world: World) {
        let admin = world.admin();
        let page = admin.get("/orgs/acme/keys").await.expect(200).page();
        assert_eq!(page.attributes("input[name=token]", "maxlength"), ["7000"]);
        let two = format!("OLD={}\nNEW={}", world.member_key.token, world.colleague_key.token);
        for (text, told) in [
            (two.as_str(), "There are 2 different keys in this text; paste one"),
            (&format!("API_KEY={}", world.foreign_key.token), "No key in this org matches"),
            (&format!("API_KEY={}", &world.member_key.token[..60]), "Paste a full key"),
            ("my secret note", "Paste a full key"),
        ] {
            let page = admin.post(FIND, &[("token", text)]).await.expect(422);
            assert!(page.text.contains(told), "{told}: {}", page.page().text());
            for secret in ["API_KEY", "OLD=", "my secret note", &world.member_key.token[..40], &world.foreign_key.token[..23]] {
                assert!(!page.text.contains(secret), "the page repeats {secret}");
            }
        }
    }
}
