//! Redirects: `Location` stays on this site for every request. Each `Location` is resolved as browsers do (the URL
//! standard of WHATWG, as `reqwest::Url` implements it).

use reqwest::Url;

use crate::support::people::World;
use crate::support::somebody::{FORM, SESSION};
use crate::support::{both, wire};

/// The shape of a whole API key, which a redirect cuts out of an address.
const KEY: &str = "kh_AAAAAAAAAAAAAAAAAAAA_x";

/// Beginnings of paths that some browser or parser reads as the address of another site.
const ODD: [&str; 10] = [
    "//evil.example",
    "///evil.example",
    "//user@evil.example:80",
    "/\\evil.example",
    "/%2fevil.example",
    "/%5C%5Cevil.example",
    "/%09/evil.example",
    "/%0d%0a/evil.example",
    "/.//evil.example",
    "/%2e%2e//evil.example",
];

/// An answer that leads somewhere.
struct Led {
    target: String,
    location: String,
}

/// A caller: the cookie that is sent, and the token that fits it.
struct Sender {
    cookie: String,
    token: String,
}

fn head(url: &str, method: &str, target: &str, sender: &Sender) -> String {
    let host = url.trim_start_matches("http://");
    let body = format!("next=//evil.example&csrf={}", sender.token);
    let body = if method == "POST" { body.as_str() } else { "" };
    format!(
        "{method} {target} HTTP/1.1\r\nHost: {host}\r\nCookie: {}\r\nReferer: {url}//evil.example/orgs/acme\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        sender.cookie,
        body.len()
    )
}

/// Sends all of them over one connection; returns the answers with a `Location`.
async fn led(url: &str, asked: &[(&str, String)], sender: &Sender) -> Vec<Led> {
    let requests = asked.iter().map(|(method, target)| head(url, method, target, sender));
    let last = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", &url[7..]);
    let sent: String = requests.chain([last]).collect();
    let answers = wire::send_to_the_end(url, sent.as_bytes()).await;
    let answered: Vec<&str> = answers.text.split("HTTP/1.1 ").skip(1).collect();
    assert_eq!(answered.len(), asked.len() + 1, "{}", answers.text);
    let pairs = asked.iter().zip(answered);
    let led = pairs.filter_map(|((_, target), answer)| {
        let head = answer.split("\r\n\r\n").next()?;
        let location =
            head.lines().find_map(|line| line.to_lowercase().starts_with("location: ").then(|| &line[10..]))?;
        Some(Led { target: target.clone(), location: location.to_owned() })
    });
    led.collect()
}

/// Whether a browser that asked for the target stays on the site.
fn stays(url: &str, led: &Led) -> bool {
    let site = Url::parse(url).unwrap();
    let asked = Url::parse(&format!("{url}{}", led.target)).unwrap();
    let reached = [&site, &asked].map(|base| base.join(&led.location).map(|reached| reached.origin()));
    reached.iter().all(|origin| origin.as_ref().is_ok_and(|origin| *origin == site.origin()))
}

/// Every route's path, with ids and names filled in.
fn paths() -> Vec<String> {
    let filled = |path: &str| {
        let parts = path.split('/').map(|part| match part {
            "{slug}" => "acme",
            part if part.starts_with('{') => "1",
            part => part,
        });
        parts.collect::<Vec<_>>().join("/")
    };
    keyhouse::app::routes().iter().map(|route| filled(route.path)).collect()
}

fn targets(path: &str) -> Vec<String> {
    let queries = [format!("q={KEY}&next=//evil.example"), "q=&after=&next=//evil.example".into()];
    let odd = ODD.iter().map(|odd| format!("{odd}{path}?q={KEY}"));
    let named = ODD.iter().map(|odd| format!("{}?q=&status=", path.replace("acme", odd)));
    let named = named.filter(|_| path.contains("acme"));
    queries.iter().map(|query| format!("{path}?{query}")).chain(odd).chain(named).collect()
}

fn visitor(world: &World) -> Sender {
    let visitor = world.visitor();
    let cookie = format!("{FORM}={}", visitor.client.cookie(FORM).unwrap());
    Sender { cookie, token: visitor.form_token() }
}

both! {
    async fn no_redirect_leaves_this_site_for_any_request(world: World) {
        let url = world.app.url();
        let admin = world.admin();
        let admin = Sender { cookie: format!("{SESSION}={}", admin.client.cookie(SESSION).unwrap()), token: admin.form_token() };
        let (mut seen, mut left) = (0, Vec::new());
        for path in paths() {
            let all = targets(&path);
            let by = |methods: &[&'static str]| -> Vec<(&str, String)> {
                all.iter().flat_map(|target| methods.iter().map(|method| (*method, target.clone()))).collect()
            };
            let mut found = led(url, &by(&["GET", "HEAD", "POST", "DELETE", "OPTIONS"]), &visitor(&world)).await;
            found.extend(led(url, &by(&["GET", "POST"]), &admin).await);
            seen += found.len();
            left.extend(found.into_iter().filter(|led| !stays(url, led)).map(|led| format!("{}: {}", led.target, led.location)));
        }
        assert!(seen > 500, "only {seen} redirects");
        assert!(left.is_empty(), "{} of {seen} leave the site:\n{}", left.len(), left.join("\n"));
    }

    async fn a_path_that_browsers_read_as_another_site_is_not_found(world: World) {
        for odd in ODD.iter().filter(|odd| !odd.starts_with("/.") && !odd.starts_with("/%2e")) {
            for method in ["GET", "HEAD", "POST", "DELETE"] {
                let request = head(world.app.url(), method, &format!("{odd}/login?q={KEY}"), &visitor(&world));
                let request = request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
                let answers = wire::send_to_the_end(world.app.url(), request.as_bytes()).await;
                assert_eq!(answers.statuses(), [404], "{method} {odd}: {}", answers.text);
            }
        }
        for raw in [&b"/\t/evil.example"[..], b"/\t\\evil.example", b"\t//evil.example"] {
            let answers = wire::get(world.app.url(), raw, &[]).await;
            assert!(answers.statuses().iter().all(|status| (400..500).contains(status)), "{}", answers.text);
            assert!(!answers.text.to_lowercase().contains("\r\nlocation:"), "{}", answers.text);
        }
    }
}
