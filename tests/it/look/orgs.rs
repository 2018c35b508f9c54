//! Pages about orgs.

use keyhouse::orgs::pages::choose::{NewOrg, OrgRole, OrgRow, OrgsPage};
use keyhouse::orgs::pages::create::OrgCreatedPage;
use keyhouse::orgs::pages::overview::{NewestKey, OverviewAdmin, OverviewPage};
use keyhouse::web::filled::Filled;
use keyhouse::web::page::{Frame, Section};

use super::sample::{Sample, page};

pub fn pages(sample: &Sample) -> Vec<(String, String)> {
    let mut nothing = choose(sample, 0, false);
    nothing.q = sample.text("zz");
    vec![
        page("orgs", choose(sample, 4, false)),
        page("orgs-super", choose(sample, 12, true)),
        page("orgs-nothing", nothing),
        overview(sample),
        created(sample),
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
        email: sample.email(5),
        new_org: super_admin.then(|| NewOrg { form: new_org(sample), operation_id: sample.operation() }),
    }
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
