//! A handler that panics: an answer like any other defect's, and the thread lives on.

use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, HttpResponse, rt};
use keyhouse::web::{Answer, route};

async fn stumble() -> Answer {
    let nothing: [u8; 0] = [];
    Ok(HttpResponse::Ok().body(nothing[std::env::args().count()..].to_vec()))
}

async fn walk() -> Answer {
    Ok(HttpResponse::Ok().body("calm"))
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
