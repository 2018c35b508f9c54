//! `keyhouse audit verify` compares stored rows with the trail, field by field.

use serde_json::json;

use super::check::Check;
use crate::support::authenticator::Authenticator;
use crate::support::both;
use crate::support::people::{PASSWORD, World};
use crate::support::somebody::Somebody;

/// A key that Adam makes for Mia over REST.
pub(super) async fn new_key(world: &World) -> i64 {
    let body = json!({"orgUserId": world.member.membership, "name": "ci"});
    world.admin().post_json("/user/apiKey", &body).await.expect(201).json()["id"].as_i64().unwrap()
}

/// Turns on two-factor sign-in on the profile.
async fn turn_on(who: &Somebody) -> Authenticator {
    let page = who.get("/profile/two-factor").await.expect(200).page();
    let app = Authenticator::with(&page.select("dd code")[0]);
    let enrolment = page.attributes("input[name=enrolment]", "value").concat();
    who.post("/profile/two-factor", &[("code", &app.code()), ("enrolment", &enrolment)]).await.expect(200);
    app
}

both! {
    async fn a_key_that_was_changed_by_hand_is_named_with_each_field(world: World) {
        let check = Check::begin(&world);
        let (old, new) = (world.member_key.id, new_key(&world).await);
        world.with_key(&world.admin_key).delete(&format!("/user/apiKey/{new}")).await.expect(204);
        check.passes(&world);
        check.names(&world, &format!("UPDATE keys SET deleted_at = NULL WHERE id = {new}"), &[&format!("the key {new}: deleted is false, but the audit trail says true")]);
        let owner = world.colleague.membership;
        let sql = format!("UPDATE keys SET can_impersonate = true, admin_when_made = true, membership_id = {owner}, deleted_at = 1 WHERE id IN ({old}, {new})");
        for key in [old, new] {
            check.names(&world, &sql, &[&format!("the key {key}: orgUserId is {owner}"), "canImpersonate is true, but the audit trail says false", "roleAtCreation is \"admin\", but the audit trail says \"user\""]);
        }
        check.names(&world, &sql, &[&format!("the key {old}: orgUserId is {owner}, but the audit trail says {}; ", world.member.membership), "deleted is true, but the audit trail says false"]);
    }

    async fn a_key_whose_hash_was_replaced_by_hand_is_named(world: World) {
        let check = Check::begin(&world);
        let new = new_key(&world).await;
        for key in [world.member_key.id, new] {
            let sql = format!("UPDATE keys SET hash = (SELECT hash FROM keys WHERE id = {}) WHERE id = {key}", world.colleague_key.id);
            check.names(&world, &sql, &[&format!("the key {key}: hashFingerprint is")]);
        }
    }

    async fn a_membership_that_was_changed_by_hand_is_named_with_each_field(world: World) {
        let check = Check::begin(&world);
        let (mia, carl, nina) = (world.member.membership, world.colleague.membership, world.invited.membership);
        world.admin().post(&format!("/orgs/acme/users/{}/remove", world.colleague.user), &[]).await.expect(303);
        check.passes(&world);
        let sql = format!(
            "UPDATE memberships SET admin = true, enabled = false, user_id = {} WHERE id = {mia};
             UPDATE memberships SET removed_at = NULL WHERE id = {carl}; UPDATE memberships SET accepted_at = 1 WHERE id = {nina}",
            world.outsider.user
        );
        check.names(&world, &sql, &[
            &format!("the membership {mia}: userId is {}, but the audit trail says {}; ", world.outsider.user, world.member.user),
            "admin is true, but the audit trail says false; enabled is false, but the audit trail says true",
            &format!("the membership {carl}: removed is false, but the audit trail says true"),
            &format!("the membership {nina}: accepted is true, but the audit trail says false"),
        ]);
    }

    async fn an_account_that_was_changed_by_hand_is_named_with_each_field(world: World) {
        let check = Check::begin(&world);
        let (mia, carl) = (world.member.user, world.colleague.user);
        check.run(&world, &["user", "email", world.colleague.email, "carl@new.example"]);
        turn_on(&world.member()).await;
        check.passes(&world);
        let sql = format!(
            "DELETE FROM two_factors; UPDATE users SET email = '{}', enabled = false, super_admin = true WHERE id = {carl};
             UPDATE users SET session_epoch = session_epoch - 1, password_hash = (SELECT password_hash FROM users WHERE id = {carl}) || 'x' WHERE id = {mia}",
            world.colleague.email
        );
        check.names(&world, &sql, &[
            &format!("the account {mia}: sessionEpoch is 1, but the audit trail says 2; passwordFingerprint is"),
            "twoFactor is false, but the audit trail says true",
            &format!("the account {carl}: email is \"{}\", but the audit trail says \"carl@new.example\"; ", world.colleague.email),
            "superAdmin is true, but the audit trail says false; enabled is false, but the audit trail says true",
        ]);
    }

    async fn an_org_that_was_changed_by_hand_is_named_with_each_field(world: World) {
        let check = Check::begin(&world);
        check.names(&world, "UPDATE orgs SET enabled = false, requires_two_factor = true, name = 'Acme 2', slug = 'other' WHERE slug = 'acme'", &[
            &format!("org {0}: the org {0}: name is \"Acme 2\"", world.acme.id),
            "slug is \"other\"", "enabled is false", "twoFactorRequired is true, but the audit trail says false",
        ]);
    }

    async fn rows_that_no_event_began_and_rows_that_are_gone_are_named(world: World) {
        let check = Check::begin(&world);
        let key = new_key(&world).await;
        let columns = "org_id, membership_id, name, hash, can_impersonate, admin_when_made, created_at";
        let sql = format!(
            "DELETE FROM key_usage WHERE key_id IN ({key}, {0}); DELETE FROM keys WHERE id IN ({key}, {0});
             INSERT INTO keys (id, access_key, {columns}) SELECT 900001, 'abc', {columns} FROM keys WHERE id = {1};
             INSERT INTO users (id, first_name, last_name, email, enabled, super_admin, session_epoch, version, created_at)
                VALUES (900002, 'Eve', 'E', 'eve@evil.example', true, true, 1, 1, 1)",
            world.deleted_key.id, world.admin_key.id
        );
        check.names(&world, &sql, &[
            &format!("the key {key} is gone, though"), &format!("the key {} is gone, though", world.deleted_key.id),
            "the key 900001 was created without an event", "the account 900002 was created without an event",
        ]);
    }

    async fn no_stored_flag_ends_the_comparison(world: World) {
        let check = Check::begin(&world);
        let columns = "org_id, first_name, last_name, email, sort_name, admin, enabled, accepted_at, version, created_at";
        let sql = format!(
            "UPDATE installation SET demo = true; INSERT INTO memberships (id, user_id, {columns})
             SELECT 900003, {}, {columns} FROM memberships WHERE id = {}", world.outsider.user, world.admin.membership
        );
        check.names(&world, &sql, &["the membership 900003 was created without an event"]);
    }

    async fn an_installation_without_its_own_chain_does_not_pass(world: World) {
        let check = Check::begin(&world);
        check.names(&world, "DELETE FROM audit_events WHERE org_id = 0; DELETE FROM audit_heads WHERE org_id = 0", &["the installation: it has no events, though the first start leaves one"]);
    }

    async fn whatever_people_change_on_the_pages_and_over_rest_fits_the_trail(world: World) {
        let check = Check::begin(&world);
        accounts_change(&world, &check).await;
        check.passes(&world);
        orgs_change(&world).await;
        check.passes(&world);
    }
}

/// Passwords, two-factor sign-in, email addresses and rights of accounts.
async fn accounts_change(world: &World, check: &Check) {
    let (mia, password) = (world.sign_in(&world.member).await, "violet harbour seventeen");
    mia.post("/profile/password", &[("current", PASSWORD), ("new", password)]).await.expect(303);
    let mia = world.with_session_of(mia.client);
    let app = turn_on(&mia).await;
    mia.post("/profile/two-factor/off", &[("code", &app.later(1))]).await.expect(303);
    turn_on(&mia).await;
    check.run(world, &["user", "reset-two-factor", world.member.email]);
    check.run(world, &["user", "email", world.shared.email, "both@new.example"]);
    check.run(world, &["user", "free-email", world.deputy.email]);
    let carl = world.colleague.user.to_string();
    for switch in ["on", "off"] {
        check.run(world, &["user", "super", &carl, switch]);
    }
    let asks = world.sign_in(&world.colleague).await;
    for path in ["/profile/email", "/profile/email/withdraw"] {
        asks.post(path, &[("email", "cc@new.example")]).await.expect(303);
    }
    check.run(world, &["user", "disable", world.colleague.email]);
    check.run(world, &["user", "enable", world.colleague.email]);
    world.sign_in(&world.colleague).await.post("/profile/sessions/end-all", &[]).await.expect(303);
}

/// Users, roles, keys and orgs.
async fn orgs_change(world: &World) {
    let admin = world.admin();
    let fields = [("first", "Nils"), ("last", "New"), ("email", "nils@new.example"), ("role", "admin")];
    let made = admin.post("/orgs/acme/users", &fields).await.expect(200).page().select("output").concat();
    let visitor = world.visitor();
    visitor.get(&made[made.find("/links/").unwrap()..]).await.expect(303);
    visitor.post("/links", &[("password", "violet harbour seventeen")]).await.expect(303);
    let key = new_key(world).await;
    admin.post(&format!("/orgs/acme/keys/{key}/delete"), &[]).await.expect(303);
    for act in ["disable", "enable", "remove"] {
        admin.post(&format!("/orgs/acme/users/{}/{act}", world.colleague.user), &[]).await.expect(303);
    }
    world.delete_keys_of_removed_users().await;
    let again = [("first", "Carl"), ("last", "Costa"), ("email", world.colleague.email), ("role", "user")];
    admin.post("/orgs/acme/users", &again).await.expect(200);
    let owner = world.owner();
    for (name, email, status) in [("Mine", world.owner.email, 303), ("Theirs", "first@new.example", 200)] {
        owner.post("/orgs", &[("name", name), ("email", email)]).await.expect(status);
    }
    owner.post("/orgs/acme/rename", &[("name", "Acme Two")]).await.expect(303);
    for act in ["disable", "enable"] {
        owner.post(&format!("/orgs/globex/{act}"), &[]).await.expect(303);
    }
}
