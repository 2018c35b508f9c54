//! A tiny web site made of one function, for the tests of the tests: it answers what the function says.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, rt, web};

/// What a visitor asked for.
pub struct Ask {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The body.
    pub body: String,
    /// The headers, with small names, one per line.
    pub headers: String,
}

/// What the visitor gets.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers; without a content type it is HTML.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

impl Answer {
    /// A whole page.
    pub fn page(title: &str, main: &str) -> Answer {
        let body = format!(
            "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>{title}</title></head>\
             <body><main><h1>{title}</h1>{main}</main></body></html>"
        );
        Answer { status: 200, headers: Vec::new(), body }
    }

    /// A redirect that makes a GET.
    pub fn see(location: &str) -> Answer {
        Answer { status: 303, headers: vec![("location", location.to_owned())], body: String::new() }
    }

    /// The same with one header more.
    pub fn with(mut self, name: &'static str, value: &str) -> Answer {
        self.headers.push((name, value.to_owned()));
        self
    }
}

type Rule = Arc<dyn Fn(Ask) -> Answer + Send + Sync>;

/// The site; gone when dropped.
pub struct Site {
    /// `http://127.0.0.1:port`
    pub url: String,
    server: actix_web::dev::ServerHandle,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Site {
    /// Serves on a free port, from a thread of its own.
    pub fn serve(rule: impl Fn(Ask) -> Answer + Send + Sync + 'static) -> Site {
        let rule: Rule = Arc::new(rule);
        let (send, receive) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            rt::System::new().block_on(async move {
                let app =
                    move || App::new().app_data(web::Data::new(Arc::clone(&rule))).default_service(web::to(answer));
                let server = HttpServer::new(app).workers(1).disable_signals().shutdown_timeout(0);
                let server = server.bind("127.0.0.1:0").unwrap();
                let url = format!("http://{}", server.addrs()[0]);
                let server = server.run();
                send.send((url, server.handle())).unwrap();
                server.await.unwrap();
            });
        });
        let (url, server) = receive.recv().unwrap();
        Site { url, server, thread: Some(thread) }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // sent when called; the future would only wait
        drop(self.server.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn answer(request: HttpRequest, rule: web::Data<Rule>, body: String) -> HttpResponse {
    let headers: Vec<String> =
        request.headers().iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or("?"))).collect();
    let answer = rule(Ask {
        method: request.method().to_string(),
        path: request.uri().to_string(),
        body,
        headers: headers.join("\n"),
    });
    let mut reply = HttpResponse::build(StatusCode::from_u16(answer.status).unwrap());
    if !answer.headers.iter().any(|(name, _)| *name == "content-type") {
        reply.content_type("text/html; charset=utf-8");
    }
    for (name, value) in answer.headers {
        reply.append_header((name, value));
    }
    reply.body(answer.body)
}
