//! Pages about oneself, and those before anybody is signed in.

use actix_web::http::StatusCode;
use keyhouse::keys::pages::own::OwnKeyRow;
use keyhouse::operations::pages::{DoneRow, OperationPage};
use keyhouse::sessions::pages::link::{Leaves, Link, LinkPage, SetPassword};
use keyhouse::sessions::pages::link_report::LinkReportPage;
use keyhouse::sessions::pages::login::LoginPage;
use keyhouse::sessions::pages::own_sessions::SessionRow;
use keyhouse::sessions::pages::profile::{OwnMembership, ProfilePage, SignIn};
use keyhouse::sessions::pages::review::ReviewPage;
use keyhouse::sessions::pages::two_factor_card::TwoFactorCard;
use keyhouse::setup::pages::checklist::{ChecklistPage, FirstKey, FirstUser};
use keyhouse::setup::pages::setup::SetupPage;
use keyhouse::web::confirm_page::ConfirmPage;
use keyhouse::web::error_page::ErrorPage;
use keyhouse::web::filled::Filled;
use keyhouse::web::page::{Frame, Section};

use super::sample::{Sample, page};

type Pages = Vec<(String, String)>;

pub fn pages(sample: &Sample) -> Pages {
    let mut pages = vec![login(sample), review(sample), confirm(sample), setup(sample), checklist(sample)];
    pages.extend([profile(sample), profile_of_member(sample)]);
    pages.extend(links(sample));
    pages.extend(errors(sample));
    pages.push(operation(sample));
    pages
}

fn login(sample: &Sample) -> (String, String) {
    let form = Filled::new().with("email", sample.text(""));
    let refused = "Email address and password do not fit together, or the account cannot sign in.";
    page(
        "login",
        LoginPage {
            frame: sample.outside("Sign in"),
            form: sample.wrong(form, "", refused),
            next: sample.text("/orgs/acme/users/1732/edit"),
            carried: if sample.hostile() { sample.text("") } else { String::new() },
            not_set_up: sample.empty(),
        },
    )
}

fn review(sample: &Sample) -> (String, String) {
    page(
        "review",
        ReviewPage {
            frame: Frame { org: None, ..sample.frame("Review and send again", Section::Other) },
            purpose: sample.text("add a user"),
            action: "/orgs/acme/users".to_owned(),
            shown: sample.rows(2, |at| (["First", "Email"][at].to_owned(), sample.text("Marguerite"))),
            carried: sample
                .rows(3, |at| (["first", "email", "operation_id"][at].to_owned(), sample.text("Marguerite"))),
        },
    )
}

fn confirm(sample: &Sample) -> (String, String) {
    let purpose = if sample.empty() { String::new() } else { sample.text("save what you changed of a user") };
    let carried = |at: usize| (["last", "email"][at].to_owned(), sample.text("Okonkwo"));
    page(
        "confirm",
        ConfirmPage {
            frame: sample.outside("Confirm it’s you"),
            purpose,
            about: if sample.hostile() { sample.text("") } else { String::new() },
            action: "/orgs/acme/users/1732".to_owned(),
            carried: sample.rows(2, carried),
            form: sample.wrong(Filled::new(), "confirm_password", "This is not your password"),
            cancel: "/orgs/acme/users/1732/edit".to_owned(),
        },
    )
}

fn setup(sample: &Sample) -> (String, String) {
    let mut form = Filled::new();
    for field in ["org", "slug", "first", "last", "email"] {
        form = form.with(field, sample.text(""));
        form = sample.wrong(form, field, &sample.text("Wrong"));
    }
    page(
        "setup",
        SetupPage {
            frame: sample.outside("Set up Keyhouse"),
            form: sample.wrong(form, "password", "Use 12 characters or more"),
            operation_id: "0".repeat(32),
        },
    )
}

fn checklist(sample: &Sample) -> (String, String) {
    page(
        "checklist",
        ChecklistPage {
            frame: sample.frame("First steps", Section::Other),
            user: sample.some(FirstUser {
                id: 2041,
                name: sample.name(3),
                email: sample.email(3),
                accepted: sample.hostile(),
            }),
            key: sample.some(FirstKey {
                id: 9,
                name: sample.key(0),
                waits: Some(
                    "Deploy robot has not accepted the invitation, and no key of theirs works until they have."
                        .to_owned(),
                ),
            }),
            used: sample.hostile(),
            public_url: sample.text("https://keys.acme.example"),
        },
    )
}

fn profile_page(sample: &Sample, frame: Frame, admin: bool) -> ProfilePage {
    let name = Filled::new().with("first", sample.text("Marguerite")).with("last", sample.text("Okonkwo"));
    ProfilePage {
        frame,
        user_id: 1701,
        email: sample.email(5),
        sign_ins: sample.rows(2, |at| SignIn {
            term: ["Last sign-in", "The one before"][at],
            at: sample.ago(at + 1),
            address: "203.0.113.7".to_owned(),
        }),
        name_form: name,
        name_operation_id: sample.operation(),
        password_form: sample.wrong(Filled::new(), "current", "This is not your password"),
        password_operation_id: sample.operation(),
        keys_total: if sample.empty() { 0 } else { 1_204 },
        keys: sample.rows(3, |at| OwnKeyRow {
            id: 130 + at as i64,
            org: sample.text("Acme Field Services"),
            name: sample.key(at),
            access_key: sample.access_key(at),
            created: sample.ago(at + 5),
            last_used: sample.maybe_ago(at),
        }),
        sessions: sample.rows(3, |at| SessionRow {
            id: 90 + at as i64,
            browser: sample.text(["Firefox on Linux", "Safari on an iPhone", "curl"][at]),
            address: sample.text(["192.0.2.7", "2001:db8:85a3:8d3:1319:8a2e:370:7348", "198.51.100.23"][at]),
            signed_in: sample.ago(at + 5),
            seen: sample.ago(at),
            at_hand: at == 0,
            operation_id: sample.operation(),
        }),
        memberships: sample.rows(2, |at| OwnMembership {
            org: sample.text(["Acme Field Services", "Volunteer Fire Brigade of Upper Hutt Valley"][at]),
            slug: "acme".to_owned(),
            admin: admin && at == 0,
            admins: (0..at * 2).map(|i| sample.name(i)).collect(),
        }),
        two_factor: TwoFactorCard { on: !sample.empty(), codes_left: if admin { 6 } else { 2 } },
        activity: super::audit::entries(sample, 5),
    }
}

fn profile(sample: &Sample) -> (String, String) {
    let frame = sample.frame("Profile", Section::Other);
    page("profile", profile_page(sample, frame, true))
}

fn profile_of_member(sample: &Sample) -> (String, String) {
    let mut frame = sample.frame("Profile", Section::Other);
    if !sample.hostile() {
        frame = sample.notice(frame);
    }
    if let Some(org) = &mut frame.org {
        org.admin = false;
        org.several = false;
    }
    page("profile-member", profile_page(sample, frame, false))
}

fn links(sample: &Sample) -> Pages {
    let set = |org: Option<String>, leaves: bool| {
        Link::SetPassword(SetPassword {
            leaves: leaves.then(|| Leaves { id: 1701, name: sample.name(5) }),
            org,
            name: sample.name(8),
            email: sample.email(8),
            form: sample.wrong(Filled::new(), "password", "Use 12 characters or more"),
            operation_id: sample.operation(),
        })
    };
    let org = || sample.text("Acme Field Services");
    let (email, operation_id) = (sample.email(8), sample.operation());
    let show = |name: &str, frame: Frame, link: Link| page(name, LinkPage { frame, link });
    let outside = || sample.outside("Your link");
    let inside = || Frame { org: None, ..sample.frame("Your link", Section::Other) };
    let sign_in = |reported| Link::SignIn { org: org(), email: email.clone(), reported };
    vec![
        show("link-invitation", outside(), set(Some(org()), false)),
        show("link-password", outside(), set(None, false)),
        show("link-invitation-leaving", inside(), set(Some(org()), true)),
        show("link-password-leaving", inside(), set(None, true)),
        show("link-accept", inside(), Link::Accept { org: org(), person: 4, operation_id }),
        show("link-sign-in", outside(), sign_in(false)),
        show("link-other", inside(), sign_in(true)),
        report(sample),
        show("link-dead", outside(), dead(sample)),
    ]
}

fn report(sample: &Sample) -> (String, String) {
    let page_of = LinkReportPage {
        frame: sample.outside("Not your account?"),
        org: sample.text("Acme Field Services"),
        email: sample.email(8),
        operation_id: sample.operation(),
    };
    page("link-report", page_of)
}

fn dead(sample: &Sample) -> Link {
    Link::Dead {
        heading: sample.text("This link does nothing any more"),
        reason: sample.text("It was used already, replaced by a newer one, or is older than 24 hours."),
        ask: sample.text("Ask the admin who gave it to you for a new one."),
    }
}

fn errors(sample: &Sample) -> Pages {
    let codes = [400, 403, 404, 405, 409, 413, 415, 421, 429, 500, 503];
    let show = |code: u16| {
        let status = StatusCode::from_u16(code).unwrap();
        let frame = if sample.empty() { sample.outside("") } else { sample.frame("", Section::Other) };
        let error = ErrorPage::new(frame, status, sample.text("7f3a1c90e2b84d16"));
        page(&format!("error-{code}"), error)
    };
    let unknown = ErrorPage::new(sample.frame("", Section::Other), StatusCode::SERVICE_UNAVAILABLE, "7f3a1c90e2b84d16")
        .headed("Nobody can tell yet")
        .because(sample.text("Do not send it again yet: look it up first."))
        .leading("/operations/01JD7Q2M5X".to_owned(), "Did it happen?");
    codes.into_iter().map(show).chain([page("error-unknown", unknown)]).collect()
}

fn operation(sample: &Sample) -> (String, String) {
    let done = DoneRow {
        what: sample.text("key created"),
        id: 1732,
        at: sample.ago(0),
        place: sample.hostile().then(|| "/orgs/acme/keys/1732".to_owned()),
        key_made: sample.hostile(),
    };
    let frame = Frame { org: None, ..sample.frame("It was done", Section::Other) };
    page("operation", OperationPage { frame, done: sample.some(done) })
}
