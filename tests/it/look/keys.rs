//! Pages about keys.

use keyhouse::keys::pages::created::KeyCreatedPage;
use keyhouse::keys::pages::delete::{AlreadyDeletedPage, DeleteKeyPage};
use keyhouse::keys::pages::list::{KeyRow, KeyStatus, KeysPage};
use keyhouse::keys::pages::new::NewKeyPage;
use keyhouse::keys::pages::own::{DeleteOwnKeyPage, OwnKeyRow, OwnKeysPage};
use keyhouse::keys::pages::owner::{ChooseOwnerPage, OwnerRow};
use keyhouse::keys::pages::show::KeyPage;
use keyhouse::web::filled::Filled;
use keyhouse::web::page::{Frame, Section};

use super::sample::{Kind, Sample, page};

const STATES: [KeyStatus; 3] = [KeyStatus::Active, KeyStatus::OwnerDisabled, KeyStatus::OwnerInvited];

const WAITS: &str = "Tomasz Wiśniewski is disabled, and no key of theirs works until they are enabled again.";

pub fn pages(sample: &Sample) -> Vec<(String, String)> {
    let mut nothing = list(&Sample { kind: Kind::Empty });
    nothing.total = 387;
    nothing.q = sample.text("fleet");
    vec![
        page("keys-list", list(sample)),
        page("keys-nothing", nothing),
        owner(sample),
        new(sample),
        created(sample),
        show(sample),
        delete(sample),
        deleted(sample),
        own(sample),
        delete_own(sample),
    ]
}

fn own_row(sample: &Sample, at: usize) -> OwnKeyRow {
    OwnKeyRow {
        id: 130 + at as i64,
        org: sample.text(["Acme Field Services", "Volunteer Fire Brigade of Upper Hutt Valley"][at % 2]),
        name: sample.key(at),
        access_key: sample.access_key(at),
        created: sample.ago(at + 5),
        last_used: sample.maybe_ago(at),
    }
}

fn own(sample: &Sample) -> (String, String) {
    page(
        "keys-own",
        OwnKeysPage {
            frame: Frame { org: None, ..sample.frame("Your keys", Section::Other) },
            total: if sample.empty() { 0 } else { 1_204 },
            caption: "1 to 50 of 1,204 keys, newest first".to_owned(),
            rows: sample.rows(50, |at| own_row(sample, at)),
            prev: None,
            next: sample.some("/profile/keys?after=130".to_owned()),
        },
    )
}

fn delete_own(sample: &Sample) -> (String, String) {
    page(
        "key-delete-own",
        DeleteOwnKeyPage {
            frame: Frame { org: None, ..sample.frame("Delete key “billing-prod”?", Section::Other) },
            key: own_row(sample, 0),
            in_use: !sample.empty(),
            cancel: "/profile/keys".to_owned(),
            operation_id: sample.operation(),
        },
    )
}

fn list(sample: &Sample) -> KeysPage {
    let frame = sample.frame("Keys", Section::Keys);
    let not_found = "No key of this org has this access key";
    KeysPage {
        frame: if sample.hostile() { frame } else { sample.notice(frame) },
        q: String::new(),
        total: if sample.empty() { 0 } else { 1_000_387 },
        caption: "1 to 50 of 1,000,387 keys, newest first".to_owned(),
        rows: sample.rows(50, |at| KeyRow {
            id: 130 + at as i64,
            name: sample.key(at),
            access_key: sample.access_key(at),
            owner: sample.name(at),
            owner_id: 1732,
            created: sample.ago(at + 4),
            last_used: sample.maybe_ago(at),
            status: STATES[if at % 8 > 5 { at % 3 } else { 0 }],
        }),
        prev: None,
        next: sample.some("/orgs/acme/keys?after=x8Qd".to_owned()),
        lookup: sample.wrong(Filled::new(), "token", not_found),
    }
}

fn owner(sample: &Sample) -> (String, String) {
    page(
        "key-owner",
        ChooseOwnerPage {
            frame: sample.frame("New key: whose is it?", Section::Keys),
            q: sample.text("a"),
            caption: "1 to 50 of 214 users, by name".to_owned(),
            rows: sample.rows(10, |at| OwnerRow {
                id: 1701,
                name: sample.name(at),
                email: sample.email(at),
                keys: at as u64,
            }),
            prev: None,
            next: sample.some("/orgs/acme/keys/new?after=x".to_owned()),
        },
    )
}

fn new(sample: &Sample) -> (String, String) {
    let form = Filled::new().with("name", sample.text(""));
    page(
        "key-new",
        NewKeyPage {
            frame: sample.frame("New key for Tomasz Wiśniewski", Section::Keys),
            owner_id: 1732,
            owner: sample.name(8),
            owner_admin: !sample.empty(),
            waits: sample.hostile().then(|| sample.text(WAITS)),
            form: sample.wrong(form, "name", "Enter a name"),
            operation_id: sample.operation(),
            may_impersonate: !sample.empty(),
        },
    )
}

fn created(sample: &Sample) -> (String, String) {
    let token = "kh_9fTq2LmXw7RbVz0cKd4H_Zp81sYhGq5NtEw3UoJx6BvRk9MfCa2Dl7iQnTg";
    page(
        "key-created",
        KeyCreatedPage {
            frame: sample.frame("Copy this key now", Section::Keys),
            id: 286,
            name: sample.text("returns-portal"),
            access_key: sample.access_key(1),
            token: sample.some(sample.text(token)),
            owner: sample.name(8),
            owner_id: 1732,
            waits: sample.hostile().then(|| sample.text(WAITS)),
            can_impersonate: sample.hostile(),
            public_url: sample.text("https://keys.acme.example"),
        },
    )
}

fn show(sample: &Sample) -> (String, String) {
    page(
        "key",
        KeyPage {
            frame: sample.frame("billing-prod", Section::Keys),
            id: 152,
            name: sample.key(0),
            access_key: sample.access_key(0),
            membership_id: 93_768,
            owner: sample.name(8),
            owner_id: 1732,
            owner_email: sample.email(8),
            created: sample.ago(7),
            created_by: sample.some(sample.name(7)),
            last_used: sample.maybe_ago(0),
            can_impersonate: false,
            status: STATES[usize::from(sample.empty())],
        },
    )
}

fn delete(sample: &Sample) -> (String, String) {
    page(
        "key-delete",
        DeleteKeyPage {
            frame: sample.frame("Delete key “billing-prod”?", Section::Keys),
            id: 152,
            name: sample.key(0),
            access_key: sample.access_key(0),
            owner: sample.name(8),
            owner_id: 1732,
            owner_email: sample.email(8),
            created: sample.ago(7),
            created_by: sample.some(sample.name(7)),
            last_used: sample.maybe_ago(0),
            in_use: !sample.empty(),
            cancel: "/orgs/acme/users/1732/edit".to_owned(),
            operation_id: sample.operation(),
        },
    )
}

fn deleted(sample: &Sample) -> (String, String) {
    page(
        "key-deleted",
        AlreadyDeletedPage {
            frame: sample.frame("Already deleted", Section::Keys),
            id: 152,
            name: sample.key(0),
            deleted: sample.maybe_ago(0),
        },
    )
}
