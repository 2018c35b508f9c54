//! Who am I, and which membership is that: the REST contract of users, to the letter.

use crate::support::both;
use crate::support::people::World;

both! {
    async fn who_am_i_has_exactly_these_fields(world: World) {
        let me = world.owner().get("/user/users/me").await.expect(200);
        let expected = format!(
            r#"{{"id":{},"firstName":"Olga","lastName":"Owens","email":"olga@acme.example","superAdmin":true,"orgUserId":{},"admin":true,"enabled":true,"currentOrg":{{"id":{},"name":"Acme","slug":"acme"}}}}"#,
            world.owner.user, world.owner.membership, world.acme.id,
        );
        assert_eq!(me.text, expected);
    }

    async fn a_membership_has_exactly_these_fields(world: World) {
        let path = format!("/user/org/{}/user/{}", world.acme.id, world.member.user);
        let reply = world.admin().get(&path).await.expect(200);
        let created = reply.json()["created"].as_str().unwrap().to_owned();
        let expected = format!(
            r#"{{"id":{},"orgId":{},"userId":{},"admin":false,"enabled":true,"created":"{created}"}}"#,
            world.member.membership, world.acme.id, world.member.user,
        );
        assert_eq!((reply.text, created.len()), (expected, 24));
    }

    async fn a_key_is_never_a_super_admin(world: World) {
        let made = serde_json::json!({"orgUserId": world.owner.membership, "name": "of the super admin"});
        let made = world.owner().post_json("/user/apiKey", &made).await.expect(201).json();
        let key = crate::support::somebody::Somebody::with_key(world.app.client(), made["apiKey"].as_str().unwrap());
        let as_owner = world.with_key(&world.impersonating_key).sending("impersonate-user-id", world.owner.user);
        for program in [key, as_owner] {
            let me = program.get("/user/users/me").await.expect(200).json();
            assert_eq!((me["id"].as_i64(), me["superAdmin"].as_bool()), (Some(world.owner.user), Some(false)));
            let body = serde_json::json!({"orgUserId": world.member.membership, "name": "x", "canImpersonate": true});
            program.post_json("/user/apiKey", &body).await.expect(403);
            program.post("/orgs", &[("name", "Evil"), ("email", "eve@evil.example")]).await.expect(403);
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM orgs"), 2);
    }
}
