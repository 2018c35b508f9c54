//! The REST contract of keys, to the letter.

use serde_json::{Value, json};

use crate::access::State;
use crate::support::both;
use crate::support::people::World;

fn ids(list: &Value) -> Vec<i64> {
    list["data"].as_array().unwrap().iter().map(|key| key["id"].as_i64().unwrap()).collect()
}

both! {
    async fn a_key_has_exactly_these_fields(world: World) {
        let body = json!({"orgUserId": world.member.membership, "name": "API Token", "canImpersonate": false});
        let made = world.admin().post_json("/user/apiKey", &body).await.expect(201);
        let key = made.json();
        let text = |name: &str| key[name].as_str().unwrap().to_owned();
        let six = format!(
            r#""id":{},"orgUserId":{},"name":"API Token","accessKey":"{}","canImpersonate":false,"created":"{}""#,
            key["id"], world.member.membership, text("accessKey"), text("created"),
        );
        assert_eq!(made.text, format!(r#"{{{six},"apiKey":"{}"}}"#, text("apiKey")));
        assert!(text("apiKey").starts_with(&format!("kh_{}_", text("accessKey"))));
        let listed = world.admin().get(&format!("/user/apiKey/{}", key["id"])).await.expect(200);
        assert_eq!((listed.text.as_str(), listed.header("content-type")), (format!(r#"{{"data":[{{{six}}}]}}"#).as_str(), "application/json"));
        let (date, time) = text("created").split_once('T').map(|(date, time)| (date.len(), time.len())).unwrap();
        assert_eq!((date, time, text("created").ends_with('Z')), (10, 13, true), "{}", text("created"));
    }

    async fn a_users_keys_come_oldest_first_by_either_path(world: World) {
        world.more_keys(&world.member, 3);
        let admin = world.admin();
        for path in [format!("/user/apiKey/user/{}", world.member.user), format!("/user/apiKey/{}", world.member.user)] {
            let found = ids(&admin.get(&path).await.expect(200).json());
            assert!(found.len() == 4 && found.is_sorted() && found[0] == world.member_key.id, "{found:?}");
        }
    }

    async fn a_list_over_a_thousand_keys_names_its_next_page(world: World) {
        world.more_keys(&world.member, 1004);
        let (admin, path) = (world.admin(), format!("/user/apiKey/{}", world.member.user));
        let first = admin.get(&path).await.expect(200);
        let mut found = ids(&first.json());
        assert_eq!(found.len(), 1000);
        assert_eq!(first.header("link"), format!("<{path}?after={}>; rel=\"next\"", found[999]));
        let next = first.header("link").split(['<', '>']).nth(1).unwrap().to_owned();
        let second = admin.get(&next).await.expect(200);
        found.extend(ids(&second.json()));
        assert!(found.len() == 1005 && found.is_sorted_by(|a, b| a < b), "{}", found.len());
        assert_eq!(second.header("link"), "");
    }

    async fn an_idempotency_key_of_another_call_does_not_look_done(world: World) {
        let body = serde_json::json!({"orgUserId": world.member.membership, "name": "once"});
        let once = world.with_key(&world.admin_key).sending("idempotency-key", "4711");
        once.post_json("/user/apiKey", &body).await.expect(201);
        let id = world.member_key.id;
        let told = once.delete(&format!("/user/apiKey/{id}")).await.expect(400).text;
        assert!(told.contains("belongs to another call") && world.works(&world.member_key.token).await, "{told}");
        let other = world.with_key(&world.admin_key).sending("idempotency-key", "4712");
        other.delete(&format!("/user/apiKey/{id}")).await.expect(204);
        other.delete(&format!("/user/apiKey/{id}")).await.expect(409);
        other.delete(&format!("/user/apiKey/{}", world.colleague_key.id)).await.expect(400);
        other.post_json("/user/apiKey", &body).await.expect(400);
    }

    async fn an_idempotency_key_acts_once_for_its_caller(world: World) {
        let body = json!({"orgUserId": world.member.membership, "name": "ci"});
        let once = world.with_key(&world.admin_key).sending("idempotency-key", "4711");
        once.post_json("/user/apiKey", &body).await.expect(201);
        let again = once.post_json("/user/apiKey", &body).await.expect(409);
        assert!(!again.text.contains("kh_"), "{}", again.text);
        world.admin().sending("idempotency-key", "4711").post_json("/user/apiKey", &body).await.expect(201);
        assert_eq!(world.number("SELECT COUNT(*) FROM keys WHERE name = 'ci'"), 2);
        let long = "x".repeat(65);
        for wrong in ["", "a b", long.as_str()] {
            world.admin().sending("idempotency-key", wrong).post_json("/user/apiKey", &body).await.expect(400);
        }
    }

    async fn bodies_and_ids_that_do_not_fit_are_refused(world: World) {
        let (admin, before, id) = (world.admin(), State::of(&world), world.member.membership);
        for body in [
            json!({"orgUserId": id}),
            json!({"orgUserId": id, "name": ""}),
            json!({"orgUserId": id, "name": "x".repeat(101)}),
            json!({"orgUserId": id.to_string(), "name": "ci"}),
            json!({"orgUserId": -1, "name": "ci"}),
            json!({"orgUserId": id, "name": "ci", "superAdmin": true}),
            json!({"orgUserId": id, "name": "ci", "canImpersonate": "no"}),
            json!([id, "ci"]),
        ] {
            admin.post_json("/user/apiKey", &body).await.expect(400);
        }
        let text = json!({"orgUserId": id, "name": "ci"}).to_string();
        admin.ask("POST", "/user/apiKey").same_origin().body("text/plain", text).send().await.expect(415);
        for id in ["abc", "0", "-1", "1.5", "99999999999999999999", "%31%01"] {
            admin.get(&format!("/user/apiKey/{id}")).await.expect(400);
            admin.delete(&format!("/user/apiKey/{id}")).await.expect(400);
        }
        for path in ["/user/apiKey/0".to_owned(), format!("/user/apiKey/{}?after=0", world.member.user)] {
            let told = admin.get(&path).await.expect(400).json()["detail"].to_string();
            assert!(told.contains("a positive number"), "{path}: {told}");
        }
        assert_eq!(State::of(&world), before);
    }

    async fn a_wrong_body_is_answered_in_the_words_of_the_api(world: World) {
        let (admin, id) = (world.admin(), world.member.membership);
        for (body, field, words) in [
            (format!(r#"{{"orgUserId": "{id}", "name": "ci"}}"#), "orgUserId", "number without quotes"),
            (format!(r#"{{"orgUserId": {id}.5, "name": "ci"}}"#), "orgUserId", "whole number"),
            (format!(r#"{{"orgUserId": {id}}}"#), "name", "a text"),
            (format!(r#"{{"orgUserId": {id}, "name": null}}"#), "name", "a text"),
            (format!(r#"{{"orgUserId": {id}, "name": "ci", "canImpersonate": "no"}}"#), "canImpersonate", "true or false"),
            (format!(r#"{{"orgUserId": {id}, "orgUserId": {id}, "name": "ci"}}"#), "orgUserId", "once"),
            (format!(r#"{{"orgUserId": {id}, "name": "ci", "superAdmin": true}}"#), "", "superAdmin"),
        ] {
            let reply = admin.ask("POST", "/user/apiKey").same_origin().body("application/json", body.clone()).send().await.expect(400);
            let error = &reply.json()["errors"][0];
            assert_eq!(error["field"], field, "{body}: {}", reply.text);
            assert!(error["message"].as_str().unwrap().contains(words), "{body}: {}", reply.text);
        }
        for body in ["", "{", "[1]", "7", "{\"a\": 1,}", "{'a': 1}", "{\"a\": \"\u{1}\"}"] {
            let reply = admin.ask("POST", "/user/apiKey").same_origin().body("application/json", body).send().await.expect(400);
            let told = reply.json()["detail"].as_str().unwrap().to_owned();
            let of_serde = ["expected", "invalid", "EOF", "trailing", "i64", "missing field"].iter().any(|word| told.contains(word));
            assert!(told.contains("JSON") && !of_serde, "{body:?}: {told}");
        }
    }

    async fn a_body_with_a_byte_order_mark_is_read(world: World) {
        let body = format!("\u{FEFF}{}", json!({"orgUserId": world.member.membership, "name": "ci"}));
        let ask = world.admin().ask("POST", "/user/apiKey").same_origin().body("application/json", body);
        ask.send().await.expect(201);
    }

    async fn a_member_sees_their_own_keys_only(world: World) {
        for member in [world.member(), world.with_key(&world.member_key)] {
            let own = member.get(&format!("/user/apiKey/{}", world.member.user)).await.expect(200).json();
            assert_eq!(ids(&own), [world.member_key.id]);
            for id in [world.colleague.user, world.colleague_key.id, world.admin_key.id] {
                member.get(&format!("/user/apiKey/{id}")).await.expect(404);
            }
            member.get(&format!("/user/apiKey/user/{}", world.colleague.user)).await.expect(404);
        }
    }

    async fn a_user_of_two_orgs_has_other_keys_in_each(world: World) {
        let body = json!({"orgUserId": world.shared_in_globex, "name": "theirs"});
        world.outsider().post_json("/user/apiKey", &body).await.expect(201);
        let path = format!("/user/apiKey/{}", world.shared.user);
        let (here, there) = (world.admin().get(&path).await.expect(200), world.outsider().get(&path).await.expect(200));
        assert_eq!((ids(&here.json()).len(), ids(&there.json()).len()), (0, 1));
    }

    async fn who_made_a_key_is_called_what_this_org_knows(world: World) {
        let path = format!("/orgs/acme/keys/{}", world.member_key.id);
        let (admin, member) = (world.admin(), world.member.user);
        world.execute(&format!("UPDATE keys SET membership_id = {} WHERE id = {}", world.colleague.membership, world.member_key.id));
        for change in ["UPDATE users SET first_name = 'Elsewhere' WHERE id = {}", "UPDATE memberships SET removed_at = 1 WHERE user_id = {}"] {
            world.execute(&change.replace("{}", &member.to_string()));
            let text = admin.get(&path).await.expect(200).page().text();
            assert!(text.contains("Mia Moreau") && !text.contains("Elsewhere"), "{text}");
        }
    }

    async fn a_search_does_not_mind_blanks_or_a_sigma_at_the_end(world: World) {
        let admin = world.admin();
        let path = format!("/orgs/acme/users/{}/keys", world.member.user);
        admin.post(&path, &[("name", "ΠΑΠΑΣ  north gate")]).await.expect(200);
        let of = |page: &str, q: &str| format!("/orgs/acme/{page}?q={q}");
        for q in ["%CF%80%CE%B1%CF%80%CE%B1%CF%83++north", "+%CE%A0%CE%91%CE%A0%CE%91%CE%A3", "%CF%80%CE%B1%CF%80%CE%B1%CF%82+north"] {
            let text = admin.get(&of("keys", q)).await.expect(200).page().select("table").concat();
            assert!(text.contains("north gate"), "{q}: {text}");
        }
        for page in ["users", "keys/new"] {
            let text = admin.get(&of(page, "mia++moreau+")).await.expect(200).page().select("table").concat();
            assert!(text.contains("Mia Moreau"), "{page}: {text}");
        }
    }
}
