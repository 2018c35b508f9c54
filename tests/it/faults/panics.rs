//! A handler that panics: an answer like any other defect's, and the thread lives on.

use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, HttpResponse, rt, web};
use keyhouse::audit;
use keyhouse::db::Conn;
use keyhouse::id::KeyId;
use keyhouse::keys::store;
use keyhouse::web::state::State;
use keyhouse::web::{Answer, route};

use crate::support::both;
use crate::support::people::World;

async fn stumble() -> Answer {
    let nothing: [u8; 0] = [];
    Ok(HttpResponse::Ok().body(nothing[std::env::args().count()..].to_vec()))
}

async fn walk() -> Answer {
    Ok(HttpResponse::Ok().body("calm"))
}

/// Deletes a key, and panics after the commit.
async fn delete_and_stumble(state: web::Data<State>, key: web::Path<i64>) -> Answer {
    let delete =
        move |conn: &mut Conn| audit::unrecorded(conn, "a test", |tx| store::delete(tx, KeyId::new(*key), None));
    state.access.db().write(delete).await?;
    stumble().await
}

/// What this handler answers to a form and to a call of the API.
async fn told_after_a_commit(state: State, key: i64) -> [String; 2] {
    let routes = || ["/pages/{id}", "/user/{id}"].map(|path| route::post(path, delete_and_stumble)).into();
    let state = web::Data::new(state);
    let app = init_service(App::new().app_data(state).configure(|config| route::mount(routes(), config))).await;
    let mut told = Vec::new();
    for path in ["pages", "user"] {
        let reply = call_service(&app, TestRequest::post().uri(&format!("/{path}/{key}")).to_request()).await;
        assert_eq!(reply.status(), StatusCode::INTERNAL_SERVER_ERROR);
        told.push(String::from_utf8_lossy(&read_body(reply).await).into_owned());
    }
    [told.remove(0), told.remove(0)]
}

both! {
    async fn a_failure_after_the_commit_does_not_say_that_nothing_was_changed(world: World) {
        let (state, key) = (world.app.running.state.clone(), world.member_key.id);
        let run = move || rt::System::new().block_on(told_after_a_commit(state, key));
        let [page, problem] = tokio::task::spawn_blocking(run).await.unwrap();
        assert!(!world.works(&world.member_key.token).await, "the change was kept");
        for told in [page, problem] {
            assert!(told.contains("check whether your change was saved") && !told.contains("othing was changed"), "{told}");
        }
    }
}

#[test]
fn a_panic_in_a_handler_is_a_500_and_the_next_request_is_answered() {
    rt::System::new().block_on(async {
        let routes = || vec![route::get("/stumble", stumble), route::get("/walk", walk)];
        let app = init_service(App::new().configure(|config| route::mount(routes(), config))).await;
        for _ in 0..3 {
            let fallen = call_service(&app, TestRequest::get().uri("/stumble").to_request()).await;
            assert_eq!(fallen.status(), StatusCode::INTERNAL_SERVER_ERROR);
            let said = read_body(fallen).await;
            assert!(!String::from_utf8_lossy(&said).contains("out of range"), "{said:?}");
            let next = call_service(&app, TestRequest::get().uri("/walk").to_request()).await;
            assert_eq!(read_body(next).await, "calm");
        }
    });
}
