//! Pages about users.

use keyhouse::users::pages::confirm::{AffectedKey, ConfirmPage, ShownKey, What};
use keyhouse::users::pages::edit::{ConflictRow, EditUserPage, UserKey, UserLink, UserTwoFactor};
use keyhouse::users::pages::email::WantedEmailPage;
use keyhouse::users::pages::impersonate::ConfirmImpersonatePage;
use keyhouse::users::pages::impersonation::ImpersonationPage;
use keyhouse::users::pages::invited::{InvitedPage, LinkPurpose};
use keyhouse::users::pages::list::{UserRow, UserStatus, UsersCounts, UsersPage, UsersTab};
use keyhouse::users::pages::new::{KnownUser, NewUserPage};
use keyhouse::users::pages::own_email::{OwnEmailPage, WantedEmail};
use keyhouse::users::pages::shown::ShownKeysPage;
use keyhouse::users::pages::two_factor::ConfirmResetPage;
use keyhouse::web::filled::Filled;
use keyhouse::web::page::{Badge, Frame, Section, Tone};

use super::sample::{Kind, Sample, page};

pub fn pages(sample: &Sample) -> Vec<(String, String)> {
    let mut nothing = list(&Sample { kind: Kind::Empty });
    nothing.total = 214;
    nothing.q = sample.text("marguerita");
    nothing.counts = None;
    let mut tab = list(&Sample { kind: Kind::Empty });
    tab.total = 214;
    tab.tab = UsersTab::NoKeys;
    vec![
        page("users-list", list(sample)),
        page("users-nothing", nothing),
        page("users-tab", tab),
        new(sample),
        invited(sample),
        page("user-disable", asking(sample, What::Disable)),
        page("user-enable", ConfirmPage { shown: Vec::new(), ..asking(sample, What::Enable) }),
        page("user-demote", ConfirmPage { own: !sample.empty(), ..asking(sample, What::Demote) }),
        page("user-remove", asking(sample, What::Remove)),
        shown(sample),
        own_email(sample),
        wanted_email(sample),
        impersonate(sample),
        page("impersonation", impersonation(sample, None)),
        page("impersonation-ended", impersonation(sample, Some("it ends after 60 minutes"))),
        page("user-edit", edit(sample)),
        page("user-edit-own", EditUserPage { own: true, ..edit(sample) }),
        locked(sample),
        conflict(sample),
        reset(sample),
    ]
}

fn list(sample: &Sample) -> UsersPage {
    let total = if sample.empty() { 0 } else { 1_214 };
    UsersPage {
        frame: sample.frame("Users", Section::Users),
        q: String::new(),
        tab: UsersTab::All,
        counts: Some(UsersCounts { all: total, enabled: total, disabled: 11, no_keys: 58 }),
        total,
        caption: "1 to 50 of 1,214 users, by name".to_owned(),
        rows: sample.rows(50, |at| UserRow {
            id: 1701 + at as i64,
            name: sample.name(at),
            email: sample.email(at),
            admin: at % 9 == 0,
            keys: (at * at) as u64,
            two_factor: (at % 5 < 4).then(|| two_factor(at % 2 == 0)),
            last_seen: sample.maybe_ago(at),
            status: [
                UserStatus::Active,
                UserStatus::Active,
                UserStatus::AccountDisabled,
                UserStatus::Disabled,
                UserStatus::Invited,
            ][at % 5],
        }),
        prev: sample.some("/orgs/acme/users?before=kJ2".to_owned()),
        next: sample.some("/orgs/acme/users?after=kJ2".to_owned()),
    }
}

fn new(sample: &Sample) -> (String, String) {
    let form = Filled::new().with("first", sample.text("")).with("role", "admin");
    let form = sample.wrong(form, "email", "Enter an email address like name@example.com");
    let known = sample.some(KnownUser { id: 1732, name: sample.name(8), invited: !sample.hostile() });
    let frame = sample.frame("New user", Section::Users);
    page("user-new", NewUserPage { frame, form, operation_id: sample.operation(), known })
}

fn invited(sample: &Sample) -> (String, String) {
    let link = "https://keys.acme.example/links/hT8nVq2LmXw7RbVz0cKd4Hp81sYhGq5N";
    page(
        "user-invited",
        InvitedPage {
            frame: sample.frame("Pass this link on", Section::Users),
            id: 1732,
            name: sample.name(8),
            email: sample.email(8),
            purpose: LinkPurpose::Invitation,
            link: sample.some(sample.text(link)),
        },
    )
}

fn two_factor(on: bool) -> Badge {
    if on { Badge { word: "On", tone: Tone::Ok } } else { Badge { word: "Off", tone: Tone::Off } }
}

fn reset(sample: &Sample) -> (String, String) {
    page(
        "user-two-factor",
        ConfirmResetPage {
            frame: sample.frame("Reset two-factor sign-in of Tomasz Wiśniewski?", Section::Users),
            id: 1732,
            name: sample.name(8),
            email: sample.email(8),
            required: !sample.empty(),
            operation_id: sample.operation(),
        },
    )
}

fn edit(sample: &Sample) -> EditUserPage {
    let form = Filled::new()
        .with("first", sample.text("Tomasz"))
        .with("last", sample.text("Wiśniewski"))
        .with("email", sample.email(8))
        .tick("enabled", true);
    let form = sample.wrong(form, "email", "Enter an email address like name@example.com");
    EditUserPage {
        frame: sample.frame("Edit User: Tomasz Wiśniewski", Section::Users),
        id: 1732,
        org_id: 1204,
        membership_id: 93_768,
        name: sample.name(8),
        form: sample.wrong(form, "admin", "An org keeps one admin"),
        version: sample.text("u3.m7"),
        operation_id: sample.operation(),
        locked: None,
        email_confirmed: sample.some(sample.hostile()),
        reported: sample.empty(),
        wanted: sample.hostile().then(|| sample.email(8)),
        own: false,
        enabled: !sample.empty(),
        account_enabled: !sample.hostile(),
        may_impersonate: !sample.empty(),
        link: Some(UserLink {
            invited: sample.empty(),
            obstacle: sample.hostile().then_some("Enable them first: no link works for a disabled user."),
            operation_id: sample.operation(),
        }),
        two_factor: sample.some(UserTwoFactor { badge: two_factor(true), resettable: true }),
        keys: keys(sample, if sample.hostile() { 50 } else { 3 }),
        keys_total: if sample.empty() { 0 } else { 3 },
        keys_prev: None,
        keys_next: sample.hostile().then(|| "?after=kJ2".to_owned()),
        history: super::audit::entries(sample, 5),
        conflict: Vec::new(),
    }
}

fn keys(sample: &Sample, number: usize) -> Vec<UserKey> {
    sample.rows(number, |at| UserKey {
        id: 130 + at as i64,
        name: sample.key(at),
        access_key: sample.access_key(at),
        created: sample.ago(at + 4),
        last_used: sample.maybe_ago(at),
        works: at != 2,
    })
}

fn locked(sample: &Sample) -> (String, String) {
    let why = "They also belong to an org that you do not run. They themselves can change this, or a super admin.";
    let form = Filled::new().with("first", sample.text("Tomasz"));
    let locked = Some(sample.text(why));
    page("user-edit-locked", EditUserPage { locked, link: None, form, ..edit(sample) })
}

fn conflict(sample: &Sample) -> (String, String) {
    let conflict = sample.rows(2, |at| ConflictRow {
        field: ["Last name", "Admin of this org"][at].to_owned(),
        yours: sample.text(["Wiśniewski", "No"][at]),
        now: sample.text(["Wiśniewska", "Yes"][at]),
    });
    let form = Filled::new().with("first", "Tomasz");
    page("user-edit-conflict", EditUserPage { conflict, form, ..edit(sample) })
}

fn asking(sample: &Sample, what: What) -> ConfirmPage {
    let form = sample.wrong(Filled::new().with("key-131", "1").with("then", "demote"), "", "Acme keeps one admin.");
    ConfirmPage {
        frame: sample.frame("Ask about Tomasz Wiśniewski?", Section::Users),
        what,
        id: 1732,
        name: sample.name(8),
        email: sample.email(8),
        last_seen: sample.maybe_ago(0),
        own: false,
        account_enabled: !sample.hostile(),
        keys: sample.rows(5, |at| AffectedKey {
            name: sample.key(at),
            access_key: sample.access_key(at),
            last_used: sample.maybe_ago(at),
        }),
        keys_total: 1_203,
        shown: shown_keys(sample, if sample.hostile() { 50 } else { 3 }),
        shown_total: if sample.hostile() { 1_001 } else { 3 },
        form: sample.wrong(form, "number", "You ticked 21 keys of others. Type 21 to delete them"),
        operation_id: sample.operation(),
    }
}

fn impersonate(sample: &Sample) -> (String, String) {
    page(
        "user-impersonate",
        ConfirmImpersonatePage {
            frame: sample.frame("Impersonate Tomasz Wiśniewski?", Section::Users),
            id: 1732,
            name: sample.name(8),
            email: sample.email(8),
            admin: sample.hostile(),
            operation_id: sample.operation(),
        },
    )
}

fn impersonation(sample: &Sample, ended: Option<&'static str>) -> ImpersonationPage {
    ImpersonationPage {
        frame: Frame { org: None, ..sample.frame("Impersonation", Section::Other) },
        name: sample.name(8),
        org: sample.text("Acme Field Services"),
        slug: "acme".to_owned(),
        ended,
    }
}

fn shown_keys(sample: &Sample, number: usize) -> Vec<ShownKey> {
    sample.rows(number, |at| ShownKey {
        id: 130 + at as i64,
        name: sample.key(at),
        access_key: sample.access_key(at),
        owner_id: 1740 + at as i64,
        owner: sample.name(at),
        last_used: sample.maybe_ago(at),
    })
}

fn shown(sample: &Sample) -> (String, String) {
    let page_of = ShownKeysPage {
        frame: sample.frame("Keys shown to Tomasz Wiśniewski", Section::Users),
        id: 1732,
        name: sample.name(8),
        keys: shown_keys(sample, 50),
        prev: None,
        next: sample.some("/orgs/acme/users/1732/shown-keys?after=130".to_owned()),
    };
    page("user-shown-keys", page_of)
}

fn wanted(sample: &Sample) -> WantedEmail {
    WantedEmail { email: sample.email(3), asked: sample.ago(2) }
}

fn own_email(sample: &Sample) -> (String, String) {
    let form = Filled::new().with("email", sample.text("tomasz@new.example"));
    let own = OwnEmailPage {
        frame: sample.frame("Your email address", Section::Other),
        email: sample.email(8),
        wanted: sample.some(wanted(sample)),
        at_once: sample.empty(),
        admins: sample.rows(2, |at| sample.name(at)),
        form: sample.wrong(form, "email", "Another account has this email address; use a different one"),
        operation_id: sample.operation(),
        withdraw_operation_id: sample.operation(),
    };
    page("own-email", own)
}

fn wanted_email(sample: &Sample) -> (String, String) {
    let asked = WantedEmailPage {
        frame: sample.frame("Email address of Tomasz Wiśniewski", Section::Users),
        id: 1732,
        name: sample.name(8),
        email: sample.email(8),
        wanted: wanted(sample),
        form: sample.wrong(Filled::new(), "", "Another account has this email address."),
        operation_id: sample.operation(),
        decline_operation_id: sample.operation(),
    };
    page("user-email", asked)
}
