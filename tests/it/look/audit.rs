//! Pages of the audit trail.

use keyhouse::audit::pages::activity::ActivityPage;
use keyhouse::audit::pages::ask_export::ExportPage;
use keyhouse::audit::pages::entry::{EntryRow, Party};
use keyhouse::audit::pages::event::{ChangeRow, EventPage};
use keyhouse::audit::pages::list::AuditPage;
use keyhouse::audit::pages::refusals::{RefusalRow, RefusalsPage};
use keyhouse::audit::words;
use keyhouse::web::filled::Filled;
use keyhouse::web::page::Section;

use super::sample::{Sample, page};

pub fn pages(sample: &Sample) -> Vec<(String, String)> {
    vec![
        page("audit-list", list(sample)),
        page("audit-event", event(sample)),
        page("audit-export", export(sample)),
        page("audit-refusals", refusals(sample)),
        page("audit-activity", activity(sample)),
    ]
}

/// Entries, some of them made by a key that impersonates.
pub fn entries(sample: &Sample, number: usize) -> Vec<EntryRow> {
    sample.rows(number, |at| EntryRow {
        href: Some(format!("/orgs/acme/audit/{}", 48_000 + at)),
        at: sample.ago(at),
        who: party(sample, at, "user"),
        acting_as: (at % 4 == 3).then(|| party(sample, at + 1, "user")),
        what: words::ORG[at % words::ORG.len()].1.to_owned(),
        target: party(sample, at + 2, "membership"),
        from: sample.text("2a01:4f8:c17:b0f:1234:5678:9abc:def0"),
        via: "explorer".to_owned(),
    })
}

fn party(sample: &Sample, at: usize, kind: &str) -> Party {
    Party::new(&sample.name(at), kind, Some(1700 + at as i64)).to(sample.some(format!("/orgs/acme/audit?who={at}")))
}

fn list(sample: &Sample) -> AuditPage {
    let form = Filled::new().with("who", sample.text("1701")).with("what", "key.deleted").with("from", "2026-11-16");
    AuditPage {
        frame: sample.frame("Audit trail", Section::Audit),
        heading: "Audit trail",
        path: "/orgs/acme/audit".to_owned(),
        form: sample.wrong(form, "who", "Enter an ID, a number such as 1732"),
        actions: words::ORG,
        total: if sample.empty() { 0 } else { 1_904 },
        caption: "1 to 50 of 1,904 entries, latest first".to_owned(),
        rows: entries(sample, 50),
        prev: None,
        next: sample.some("/orgs/acme/audit?after=48175".to_owned()),
        export: sample.some("/orgs/acme/audit/export".to_owned()),
    }
}

fn event(sample: &Sample) -> EventPage {
    EventPage {
        frame: sample.frame("Renamed the user Tomasz Wiśniewski (entry 1904)", Section::Audit),
        trail: "Audit trail",
        path: "/orgs/acme/audit".to_owned(),
        heading: sample.text("Renamed the user Tomasz Wiśniewski"),
        at: sample.ago(2),
        who: party(sample, 1, "user"),
        acting_as: sample.some(party(sample, 2, "user")),
        target: party(sample, 8, "user"),
        action: "user.renamed".to_owned(),
        from: sample.text("192.0.2.44"),
        via: "page".to_owned(),
        request_id: sample.text("7f3a1c90e2b84d16"),
        operation_id: sample.some(sample.operation()),
        id: 48_199,
        seq: 1_904,
        hash: "b1f7 5a0c 2e9d 4473 91fe 06ab c83d 7712".to_owned(),
        changes: sample.rows(3, |at| ChangeRow {
            field: sample.text("Last name"),
            before: sample.name(at),
            after: sample.name(at + 1),
        }),
        raw: sample.rows(2, |at| (["Before", "After"][at], sample.text("{\n  \"lastName\": \"Wiśniewski\"\n}"))),
        newer: None,
        older: sample.some("/orgs/acme/audit/48196".to_owned()),
    }
}

fn export(sample: &Sample) -> ExportPage {
    ExportPage {
        frame: sample.frame("Export the audit trail", Section::Audit),
        back: "/orgs/acme/audit".to_owned(),
        narrowed: sample.some(sample.text(": by 1701, Deleted the key")).unwrap_or_default(),
        form: sample.wrong(Filled::new().with("format", "csv"), "format", "Choose CSV or JSON Lines"),
        fields: vec![("who", sample.text("1701")), ("what", String::new())],
    }
}

fn refusals(sample: &Sample) -> RefusalsPage {
    RefusalsPage {
        frame: sample.frame("Refused attempts", Section::Audit),
        path: "/orgs/acme/audit".to_owned(),
        trail: "Audit trail",
        all: sample.hostile(),
        rows: sample.rows(20, |at| RefusalRow {
            hour: sample.ago(at + 3),
            what: "API key that is not good".to_owned(),
            who: party(sample, at, "key"),
            org: at as i64,
            network: sample.text("2a01:4f8:c17:b0f::/64"),
            attempts: 1_000 * at as u64,
        }),
        prev: None,
        next: sample.some("/orgs/acme/audit/refusals?after=7".to_owned()),
    }
}

fn activity(sample: &Sample) -> ActivityPage {
    ActivityPage {
        frame: sample.frame("Your activity", Section::Other),
        rows: entries(sample, 20),
        prev: None,
        next: sample.some("/profile/activity?after=7".to_owned()),
    }
}
