//! The pages and calls that are measured, each asked of another key or user every time.

use super::Site;

type Path = fn(&Site, i64) -> String;

/// One page or call.
pub struct Row {
    /// What it is, as the table shows it.
    pub name: &'static str,
    what: What,
}

enum What {
    Page(Path),
    Call(Path),
    CreateAndDelete,
    DeleteByPage,
}

const fn page(name: &'static str, path: Path) -> Row {
    Row { name, what: What::Page(path) }
}

const fn call(name: &'static str, path: Path) -> Row {
    Row { name, what: What::Call(path) }
}

/// All of them.
pub const ROWS: [Row; 24] = [
    page("keys, first page", |_, _| "/orgs/acme/keys".into()),
    page("keys, a page amid", |site, n| format!("/orgs/acme/keys?after={}", site.bulk.key(site.bulk.keys / 2 + n))),
    page("keys, common beginning", |_, _| "/orgs/acme/keys?q=billing".into()),
    page("keys, nothing found", |_, n| format!("/orgs/acme/keys?q=zebra{n}")),
    page("users, first page", |_, _| "/orgs/acme/users".into()),
    page("users, common beginning", |_, _| "/orgs/acme/users?q=anna".into()),
    page("users, without keys", |_, _| "/orgs/acme/users?status=no-keys".into()),
    page("Edit User", |site, n| format!("/orgs/acme/users/{}/edit", site.bulk.user(n % site.bulk.users + 1))),
    page("a key", |site, n| format!("/orgs/acme/keys/{}", site.bulk.key(n + 1))),
    page("delete confirmation", |site, n| format!("/orgs/acme/keys/{}/delete", site.bulk.key(n + 1))),
    page("offboarding question", |site, _| format!("/orgs/acme/users/{}/disable", site.bulk.admin())),
    call("REST: a user's keys", |site, n| format!("/user/apiKey/user/{}", site.bulk.user(n % site.bulk.users + 1))),
    call("REST: one key", |site, n| format!("/user/apiKey/{}", site.bulk.key(n + 1))),
    call("REST: who am I", |_, _| "/user/users/me".into()),
    page("audit, first page", |_, _| "/orgs/acme/audit".into()),
    page("audit, a page amid", |site, n| format!("/orgs/acme/audit?after={}", site.bulk.keys / 2 + n)),
    page("audit, a rare action", |_, _| "/orgs/acme/audit?what=key.deleted".into()),
    page("audit, a rare actor", |site, _| format!("/orgs/acme/audit?who={}", site.bulk.user(1))),
    page("audit, who and what", |site, _| format!("/orgs/acme/audit?who={}&what=key.created", site.bulk.user(1))),
    page("audit, one target", |site, n| format!("/orgs/acme/audit?target={}", site.bulk.key(n + 1))),
    page("audit, by day", |_, _| "/orgs/acme/audit?from=2025-06-15&to=2025-06-15".into()),
    page("audit, who in a year", |site, _| {
        format!("/orgs/acme/audit?who={}&from=2024-12-01&to=2026-01-31", site.bulk.user(1))
    }),
    Row { name: "REST: create and delete", what: What::CreateAndDelete },
    Row { name: "delete by the page", what: What::DeleteByPage },
];

impl Row {
    /// Asks once; panics unless it worked.
    pub async fn ask(&self, site: &mut Site, n: usize) {
        let n = n as i64;
        match self.what {
            What::Page(path) => drop(site.client.get(&path(site, n)).await.expect(200)),
            What::Call(path) => drop(site.call("GET", &path(site, n)).send().await.expect(200)),
            What::CreateAndDelete => create_and_delete(site, n).await,
            What::DeleteByPage => delete_by_page(site).await,
        }
    }
}

async fn create_and_delete(site: &Site, n: i64) {
    let owner = site.bulk.membership(n % site.bulk.users + 1);
    let body = serde_json::json!({ "orgUserId": owner, "name": "API Token" });
    let made = site.call("POST", "/user/apiKey").json(&body).send().await.expect(201).json();
    site.call("DELETE", &format!("/user/apiKey/{}", made["id"])).send().await.expect(204);
}

async fn delete_by_page(site: &mut Site) {
    let key = site.bulk.key(site.bulk.keys - site.made);
    site.made += 1;
    let operation = format!("{:032x}", rand::random::<u128>());
    let fields = [("csrf", site.form.as_str()), ("operation_id", &operation), ("next", "/orgs/acme/keys")];
    site.client.post(&format!("/orgs/acme/keys/{key}/delete"), &fields).await.expect(303);
}
