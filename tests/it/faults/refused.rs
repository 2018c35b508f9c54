//! The audit event cannot be written: the change is not made either.

use crate::support::both;
use crate::support::database::Backend;
use crate::support::people::World;

const SQLITE: &str = "CREATE TRIGGER no_events BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'no'); END";
const POSTGRES: &str = "CREATE FUNCTION no_events() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$; \
    CREATE TRIGGER no_events BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION no_events()";

both! {
    async fn a_change_whose_event_cannot_be_written_is_not_made(world: World) {
        let (sql, gone) = match world.app.database.backend {
            Backend::Sqlite => (SQLITE, "DROP TRIGGER no_events"),
            Backend::Postgres => (POSTGRES, "DROP TRIGGER no_events ON audit_events"),
        };
        world.execute(sql);
        let before = crate::access::State::of(&world);
        let key = format!("/user/apiKey/{}", world.member_key.id);
        let failed = world.admin().delete(&key).await.expect(500);
        assert!(failed.text.contains("check whether your change was saved"), "{}", failed.text);
        let user = format!("/orgs/acme/users/{}", world.colleague.user);
        for form in ["disable", "remove"] {
            world.admin().post(&format!("{user}/{form}"), &[("operation_id", form)]).await.expect(500);
        }
        world.admin().post(&format!("{user}/keys"), &[("name", "ci")]).await.expect(500);
        world.member().post("/logout", &[]).await.expect(500);
        assert_eq!(crate::access::State::of(&world), before);
        assert!(world.works(&world.member_key.token).await && world.works(&world.colleague_key.token).await);
        world.execute(gone);
        world.admin().delete(&key).await.expect(204);
    }
}
