//! Markup in everything that is stored, then every page that anybody can reach: it is text there, and neither an element nor an
//! attribute.

use std::collections::BTreeSet;

use crate::support::crawler::{self, Visit};
use crate::support::database::Database;
use crate::support::people::{Person, World};
use crate::support::somebody::Somebody;
use crate::support::{both, dump, html, page};

/// Text columns that hold words of the program, or what is made of other columns; nobody's text is ever in them.
const WORDS: [&str; 12] = [
    "slug",
    "kind",
    "term",
    "password_hash",
    "subject",
    "outcome",
    "operation_id",
    "access_key",
    "via",
    "action",
    "request_id",
    "state",
];

/// The mark of one column: ends attributes of both quotes and starts elements that would act.
fn markup(mark: &str) -> String {
    format!("{mark}\"'><img src=q onerror=a()><script>b()</script></title><b onclick=c()>")
}

/// Writes markup into every text column past the product; the names of the columns that have it now.
fn poison(database: &Database) -> BTreeSet<String> {
    let mut poisoned = BTreeSet::new();
    for table in dump::tables(database).into_iter().filter(|table| !table.starts_with("audit_")) {
        for column in
            dump::columns(database, &table, true).into_iter().filter(|column| !WORDS.contains(&column.as_str()))
        {
            let mark = format!("mk_{table}_{column}");
            // addresses are unique
            let own = if column == "email" { "|| id" } else { "" };
            let sql = format!("UPDATE {table} SET {column} = '{}' {own}", markup(&mark).replace('\'', "''"));
            if database.try_execute(&sql).is_ok() {
                poisoned.insert(mark);
            }
        }
    }
    poisoned
}

/// Changes by somebody with such a name, to things with such names: what the audit trail tells of.
async fn act(world: &World) {
    let (admin, evil) = (world.admin().sending("user-agent", markup("mk_agent")), markup("mk_typed"));
    let body = serde_json::json!({"orgUserId": world.member.membership, "name": evil});
    let made = admin.post_json("/user/apiKey", &body).await.expect(201).json();
    admin.delete(&format!("/user/apiKey/{}", made["id"])).await.expect(204);
    let fields = [("first", evil.as_str()), ("last", &evil), ("email", "new@new.example"), ("role", "user")];
    admin.post("/orgs/acme/users", &fields).await.expect(200);
    for change in ["disable", "enable"] {
        admin.post(&format!("/orgs/acme/users/{}/{change}", world.colleague.user), &[]).await.expect(303);
    }
    world.member().post("/profile", &[("first", &evil), ("last", &evil)]).await.expect(303);
    let lookup = [("token", evil.as_str())];
    acts_as_text(&admin.post("/orgs/acme/keys/find", &lookup).await.expect(422).page());
    acts_as_text(&admin.post("/orgs/acme/users", &[("first", &evil), ("email", &evil)]).await.expect(422).page());
}

fn acts_as_text(page: &page::Page) {
    assert_eq!(carried(page), Vec::<String>::new(), "{}", page.url);
}

/// Elements and attributes that came out of stored text.
fn carried(page: &page::Page) -> Vec<String> {
    let document = page.document();
    let mut carried = html::own_rules(page);
    for element in document.root_element().descendent_elements() {
        let name = element.value().name();
        if name == "img" || (name == "b" && element.attr("onclick").is_some()) {
            carried.push(format!("<{name}>"));
        }
        for (attribute, value) in element.value().attrs() {
            let value = value.trim_start_matches(|c: char| c.is_control() || c.is_whitespace()).to_lowercase();
            let refers = matches!(attribute, "href" | "src" | "action" | "formaction");
            let runs = refers && ["javascript:", "data:", "vbscript:"].iter().any(|scheme| value.starts_with(scheme));
            if runs || attribute.contains("mk_") || attribute.contains(['"', '\'', '<']) {
                carried.push(format!("<{name} {attribute}={value}>"));
            }
        }
    }
    carried
}

const STARTS: [&str; 7] = ["/", "/orgs", "/orgs/acme", "/orgs/acme/users", "/orgs/acme/keys", "/profile", "/nothing"];
const TYPED: [&str; 3] = ["javascript:mk_asked()//\"'><img src=q onerror=a()>", "mk_", "1"];

async fn look_around(somebody: &Somebody, world: &World) -> Vec<Visit> {
    let rest = [
        format!("/user/apiKey/{}", world.member.user),
        "/user/users/me".to_owned(),
        format!("/login?next={}", "%22%3E%3Cimg%20src=q%3E"),
    ];
    let docs = format!("/orgs/acme/docs/apiKey?op=getApiKey&accept=application%2Fjson&id={}", world.member.user);
    let starts: Vec<&str> = STARTS.into_iter().chain(rest.iter().map(String::as_str)).chain([docs.as_str()]).collect();
    crawler::crawl(&somebody.client, &starts, &TYPED).await
}

/// What is wrong with what was seen.
fn wrong(who: &str, visits: &[Visit]) -> Vec<String> {
    let mut wrong = Vec::new();
    for visit in visits {
        let kind = visit.reply.header("content-type");
        let known = ["text/html", "application/json", "application/problem+json", "text/css", "image/svg+xml"];
        if visit.reply.status >= 500
            || (visit.reply.status != 303 && !known.iter().any(|known| kind.starts_with(known)))
        {
            wrong.push(format!("{who}: {}: {kind}", visit.name()));
        }
        if let Some(page) = visit.page() {
            wrong.extend(carried(&page).into_iter().map(|what| format!("{who}: {}: {what}", visit.name())));
        }
    }
    wrong
}

both! {
    async fn markup_in_every_stored_field_is_text_on_every_page_that_anybody_can_reach(world: World) {
        let poisoned = poison(&world.app.database);
        act(&world).await;
        assert_eq!(poison(&world.app.database), poisoned);
        let (mut wrongs, mut told) = (Vec::new(), String::new());
        let people: [(&str, Somebody); 5] =
            [("owner", world.owner()), ("admin", world.admin()), ("shared", world.shared()), ("member", world.member()), ("visitor", world.visitor())];
        for (who, somebody) in people {
            let visits = look_around(&somebody, &world).await;
            println!("{who} saw {} pages", visits.len());
            wrongs.extend(wrong(who, &visits));
            told.extend(visits.iter().filter_map(Visit::page).map(|page| page.text()));
        }
        assert!(wrongs.is_empty(), "{} wrong:\n{}", wrongs.len(), wrongs.join("\n"));
        for mark in ["mk_orgs_name", "mk_memberships_first_name", "mk_memberships_email", "mk_users_last_name", "mk_keys_name"] {
            assert!(poisoned.contains(mark) && told.contains(&markup(mark)[..40]), "{mark} was never read as it was written");
        }
    }

    async fn every_link_that_somebody_sees_leads_somewhere(world: World) {
        let mut wrong = Vec::new();
        let people: [(&Person, usize); 4] = [(&world.owner, 60), (&world.admin, 60), (&world.shared, 5), (&world.member, 5)];
        for (person, least) in people {
            let visits = crawler::crawl(&world.signed_in(person).client, &["/", "/profile"], &[]).await;
            assert!(visits.len() >= least, "{} saw only {} pages", person.name, visits.len());
            let dead = visits.iter().filter(|visit| visit.reply.status >= 400);
            wrong.extend(dead.map(|visit| format!("{}: {}", person.name, visit.name())));
        }
        assert!(wrong.is_empty(), "{} lead nowhere:\n{}", wrong.len(), wrong.join("\n"));
    }
}
