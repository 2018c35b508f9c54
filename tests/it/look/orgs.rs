//! Pages about orgs.

use keyhouse::orgs::model::Shut;
use keyhouse::orgs::pages::choose::{NewOrg, OrgRole, OrgRow, OrgsPage};
use keyhouse::orgs::pages::create::OrgCreatedPage;
use keyhouse::orgs::pages::overview::{MemberKey, MemberPage, NewestKey, OverviewAdmin, OverviewPage};
use keyhouse::orgs::pages::rename::RenameOrgPage;
use keyhouse::orgs::pages::switch::SwitchOrgPage;
use keyhouse::orgs::pages::visit::EnterOrgPage;
use keyhouse::web::filled::Filled;
use keyhouse::web::page::{Assumed, Frame, Section};

use super::sample::{Sample, page};

pub fn pages(sample: &Sample) -> Vec<(String, String)> {
    let mut nothing = choose(sample, 0, false);
    nothing.q = sample.text("zz");
    vec![
        page("orgs", choose(sample, 4, false)),
        page("orgs-super", choose(sample, 12, true)),
        page("orgs-nothing", nothing),
        page("orgs-shut", shut(sample)),
        overview(sample),
        created(sample),
        rename(sample),
        enter(sample),
        switch(sample, "org-disable", false),
        switch(sample, "org-enable", true),
        member(sample),
    ]
}

fn choose(sample: &Sample, number: usize, super_admin: bool) -> OrgsPage {
    let names = [
        "Acme Field Services",
        "Nordwind Logistik GmbH & Co. KG",
        "Sandbox",
        "Volunteer Fire Brigade of Upper Hutt Valley",
    ];
    let frame = sample.frame("Choose an org", Section::Other);
    OrgsPage {
        frame: Frame { org: None, ..frame },
        rows: sample.rows(number, |at| OrgRow {
            name: sample.text(names[at % 4]),
            slug: "acme".to_owned(),
            role: [Some(OrgRole::Admin), Some(OrgRole::User), None][at % 3],
            visited: at == 8,
            users: 214 * at as u64,
            keys: 38_700 * at as u64,
            enabled: at != 4,
            has_admin: at != 5,
        }),
        q: String::new(),
        total: number as u64,
        caption: format!("You belong to {number} orgs."),
        prev: None,
        next: super_admin.then(|| "/orgs?after=x".to_owned()),
        shut: Vec::new(),
        email: sample.email(5),
        new_org: super_admin.then(|| NewOrg { form: new_org(sample), operation_id: sample.operation() }),
    }
}

/// As somebody sees it who is disabled in one of two orgs, while the other is disabled as a whole.
fn shut(sample: &Sample) -> OrgsPage {
    let rows = sample.rows(2, |at| Shut { name: sample.text("Nordwind Logistik GmbH & Co. KG"), whole: at == 1 });
    OrgsPage { shut: rows, rows: Vec::new(), ..choose(sample, 0, false) }
}

fn new_org(sample: &Sample) -> Filled {
    let form = Filled::new().with("email", sample.email(5));
    sample.wrong(form, "name", "Enter a name")
}

fn created(sample: &Sample) -> (String, String) {
    let link = "https://keys.acme.example/links/hT8nVq2LmXw7RbVz0cKd4Hp81sYhGq5N";
    page(
        "org-created",
        OrgCreatedPage {
            frame: Frame { org: None, ..sample.frame("Pass this link on", Section::Other) },
            org: sample.text("Nordwind Logistik GmbH & Co. KG"),
            slug: "nordwind".to_owned(),
            email: sample.email(5),
            link: sample.some(sample.text(link)),
        },
    )
}

fn overview(sample: &Sample) -> (String, String) {
    page(
        "overview",
        OverviewPage {
            frame: sample.frame("Overview", Section::Other),
            keys: if sample.empty() { 0 } else { 38_712 },
            users: if sample.empty() { 1 } else { 214 },
            admins: (0..3)
                .map(|at| OverviewAdmin { id: 1701 + at as i64, name: sample.name(at), email: sample.email(at) })
                .collect(),
            admins_total: 5,
            newest: sample.rows(5, |at| NewestKey {
                id: 152 + at as i64,
                name: sample.key(at),
                owner: sample.name(at),
                owner_id: 1732,
                created: sample.ago(at),
                last_used: sample.maybe_ago(at),
            }),
            requires_two_factor: !sample.empty(),
            first_steps: sample.empty().then(|| "/orgs/acme/first-steps".to_owned()),
        },
    )
}

/// As a super admin who visits the org sees it.
fn rename(sample: &Sample) -> (String, String) {
    let form = sample.wrong(Filled::new().with("name", sample.text("Acme")), "name", "Enter the org’s name");
    let frame = Frame { assumed: Some(Assumed::Visit), ..sample.frame("Rename org", Section::Other) };
    page("org-rename", RenameOrgPage { frame, form, operation_id: sample.operation() })
}

fn enter(sample: &Sample) -> (String, String) {
    page(
        "org-enter",
        EnterOrgPage {
            frame: Frame { org: None, ..sample.frame("Enter Acme?", Section::Other) },
            org: sample.text("Acme Field Services"),
            slug: "acme".to_owned(),
            users: 214,
            keys: 38_712,
            form: sample.wrong(Filled::new(), "reason", "The reason is too long; use at most 200 characters"),
            operation_id: sample.operation(),
        },
    )
}

fn switch(sample: &Sample, name: &str, enable: bool) -> (String, String) {
    page(
        name,
        SwitchOrgPage {
            frame: Frame { org: None, ..sample.frame("Disable Acme?", Section::Other) },
            org: sample.text("Acme Field Services"),
            slug: "acme".to_owned(),
            users: 214,
            keys: 38_712,
            enable,
            operation_id: sample.operation(),
        },
    )
}

/// As an admin who impersonates a member sees it.
fn member(sample: &Sample) -> (String, String) {
    page(
        "org-member",
        MemberPage {
            frame: Frame { assumed: Some(Assumed::Impersonation), ..sample.frame("Own keys", Section::Other) },
            keys: sample.rows(3, |at| MemberKey {
                name: sample.key(at),
                access_key: sample.access_key(at),
                created: sample.ago(at + 4),
                last_used: sample.maybe_ago(at),
            }),
        },
    )
}
