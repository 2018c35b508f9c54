//! What a file may use, by its name: the table of the house.

use super::files::File;
use super::paths::{Mention, Modules};
use super::scan;

const WEB: [&str; 3] = ["actix_web", "actix_http", "actix_session"];

/// What files of one name must never use: other crates, and files of the product by their name.
struct Rule {
    role: &'static str,
    crates: &'static [&'static str],
    files: &'static [&'static str],
    instead: &'static str,
}

const RULES: [Rule; 9] = [
    Rule {
        role: "model",
        crates: &["actix_web", "actix_http", "actix_session", "askama", "utoipa"],
        files: &["store", "actions", "events", "pages", "api", "web", "audit", "access", "verify"],
        instead: "a model holds types and rules, and does nothing",
    },
    Rule {
        role: "store",
        crates: &["actix_web", "actix_http", "actix_session", "askama", "utoipa"],
        files: &["actions", "events", "pages", "api", "web", "verify"],
        instead: "a store takes and gives models",
    },
    Rule {
        role: "actions",
        crates: &["actix_web", "actix_http", "actix_session", "askama", "utoipa", "diesel"],
        files: &["pages", "api", "web", "verify"],
        instead: "an action knows neither HTTP nor SQL: take values, call the store, give values",
    },
    Rule {
        role: "events",
        crates: &["actix_web", "actix_http", "actix_session", "askama", "utoipa", "diesel"],
        files: &["store", "actions", "pages", "api", "web", "verify"],
        instead: "an event is made from models",
    },
    Rule {
        role: "pages",
        crates: &["diesel", "utoipa"],
        files: &["store", "api", "schema"],
        instead: "call an action, and render what it gives",
    },
    Rule {
        role: "api",
        crates: &["diesel", "askama"],
        files: &["store", "pages", "schema"],
        instead: "call an action, and answer with what it gives",
    },
    Rule {
        role: "verify",
        crates: &["actix_web", "actix_http", "actix_session", "askama", "utoipa", "diesel"],
        files: &["pages", "api", "web", "actions"],
        instead: "verify reads through its store and compares",
    },
    Rule {
        role: "cli",
        crates: &["actix_web", "actix_http", "actix_session", "askama", "utoipa", "diesel"],
        files: &["store", "pages", "api", "web", "schema"],
        instead: "parse, then call an action or `app`",
    },
    Rule {
        role: "jobs",
        crates: &["actix_web", "actix_http", "actix_session", "askama", "utoipa", "diesel"],
        files: &["store", "pages", "api", "web", "schema"],
        instead: "call the action that holds the rule",
    },
];

/// Each file uses only what the rule of its name leaves.
pub fn by_file_name(files: &[File]) -> Vec<String> {
    let modules = Modules::new(files);
    let mut breaches = Vec::new();
    for file in files.iter().filter(|file| is_feature(file)) {
        for rule in RULES.iter().filter(|rule| rule.role == file.role()) {
            let mentions = modules.mentions(file).into_iter();
            let wrong = mentions.filter(|mention| rule.forbids(&modules, mention));
            breaches.extend(wrong.map(|m| {
                let what = format!("`{}` must not use `{}`; {}", rule.role, m.path.join("::"), rule.instead);
                file.breach(m.line, &what)
            }));
        }
    }
    breaches
}

// the names have that meaning in the features only: `web/` and `db/` may have files of the same name
fn is_feature(file: &File) -> bool {
    !matches!(file.top(), "db" | "web" | "demo")
}

impl Rule {
    fn forbids(&self, modules: &Modules, mention: &Mention) -> bool {
        if mention.path[0] != "crate" {
            return self.crates.contains(&mention.path[0].as_str());
        }
        let Some(home) = modules.home(&mention.path) else {
            return false;
        };
        let file = File::new(&format!("src/{}.rs", home[1..].join("/")), "");
        let mut names = home.iter().skip(1).map(String::as_str).chain([file.role()]);
        names.any(|name| self.files.contains(&name))
    }
}

const QUERIES: [&str; 9] =
    ["delete", "dsl", "insert_into", "prelude", "query_dsl", "r2d2", "select", "sql_query", "update"];
const QUERY_TRAITS: [&str; 5] = ["Connection", "ExpressionMethods", "QueryDsl", "RunQueryDsl", "sql_function"];

/// diesel is for stores and what lies below them; models and ids use its derives.
pub fn diesel(files: &[File]) -> Vec<String> {
    let modules = Modules::new(files);
    let mut breaches = Vec::new();
    for file in files {
        let mentions = modules.mentions(file).into_iter();
        let of_diesel = mentions.filter(|mention| mention.path[0].starts_with("diesel"));
        let wrong = of_diesel.filter(|mention| match diesel_use(file) {
            Diesel::All => false,
            Diesel::Types => {
                let part = mention.path.get(1).map(String::as_str).unwrap_or_default();
                QUERIES.contains(&part) || QUERY_TRAITS.contains(&part)
            }
            Diesel::Nothing => true,
        });
        breaches.extend(wrong.map(|mention| {
            let what =
                format!("`{}` belongs in a store.rs (a model may import single derives)", mention.path.join("::"));
            file.breach(mention.line, &what)
        }));
    }
    breaches
}

enum Diesel {
    All,
    Types,
    Nothing,
}

fn diesel_use(file: &File) -> Diesel {
    match (file.top(), file.role()) {
        ("db" | "demo", _) | (_, "store") => Diesel::All,
        ("access" | "audit", "pages" | "api" | "policy" | "event") => Diesel::Nothing,
        ("access" | "audit", _) => Diesel::All,
        ("id" | "clock" | "error", _) | (_, "model") => Diesel::Types,
        _ => Diesel::Nothing,
    }
}

/// Nothing ends the process in mid-request.
pub fn unwraps(files: &[File]) -> Vec<String> {
    let product = files.iter().filter(|file| file.path != "src/main.rs").cloned().collect::<Vec<_>>();
    ["unwrap()", "expect(", "unwrap_err()", "expect_err("]
        .iter()
        .flat_map(|call| {
            let dotted = format!(".{call}");
            forbidden(&product, &dotted, "give an Error with `?`, or a default")
        })
        .collect()
}

/// The two databases are told apart in `db/` only.
pub fn backends(files: &[File]) -> Vec<String> {
    let others: Vec<File> = files.iter().filter(|file| file.top() != "db").cloned().collect();
    ["Conn::Sqlite", "Conn::Postgres", "Conn::Pg", "Backend::"]
        .iter()
        .flat_map(|name| forbidden(&others, name, "move what differs into db/dialect"))
        .collect()
}

/// `connection_info()` believes forwarded headers from anybody.
pub fn connection_info(files: &[File]) -> Vec<String> {
    forbidden(
        files,
        "connection_info",
        "it believes headers from anybody; ask for the peer's address by the trusted proxies",
    )
}

/// Redirects are written in one file, from a type that holds paths of this site only.
pub fn redirects(files: &[File]) -> Vec<String> {
    let others: Vec<File> = files.iter().filter(|file| file.path != "src/web/location.rs").cloned().collect();
    let instead = "call web::location, which leads to this site only";
    let names = ["LOCATION", "CONTENT_LOCATION", "REFRESH", "Redirect", "web::redirect"];
    let mut breaches: Vec<String> = names.iter().flat_map(|name| forbidden(&others, name, instead)).collect();
    for file in &others {
        for (number, line) in file.text.lines().enumerate() {
            let line = line.to_ascii_lowercase();
            // the OpenAPI document describes the header as `"Location" = String`
            let line = line.replace("\"location\" =", "");
            let named = ["\"location\"", "\"content-location\"", "\"refresh\""].iter().any(|name| line.contains(name));
            breaches.extend(named.then(|| file.breach(number + 1, &format!("a header by its name: {instead}"))));
        }
    }
    breaches
}

fn forbidden(files: &[File], text: &str, instead: &str) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in files {
        for place in scan::words(&file.code, text) {
            breaches.push(file.breach(scan::line_at(&file.code, place), &format!("`{text}`: {instead}")));
        }
    }
    breaches
}

#[test]
fn the_web_crates_are_in_every_rule_below_the_pages() {
    for rule in RULES.iter().filter(|rule| !matches!(rule.role, "pages" | "api")) {
        assert!(WEB.iter().all(|name| rule.crates.contains(name)), "{}", rule.role);
    }
}
