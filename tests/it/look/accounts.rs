//! Pages about accounts and super admins.

use keyhouse::accounts::pages::add_super_admin::AddSuperAdminPage;
use keyhouse::accounts::pages::free_email::FreeEmailPage;
use keyhouse::accounts::pages::identity::{ConfirmedRow, IdentityCard, ReportRow};
use keyhouse::accounts::pages::list::AccountsPage;
use keyhouse::accounts::pages::show::AccountPage;
use keyhouse::accounts::pages::super_admins::{RemoveSuperAdminPage, SuperAdminsPage};
use keyhouse::accounts::pages::switch::SwitchAccountPage;
use keyhouse::accounts::pages::{AccountRow, AccountStatus, PlaceRow, PlaceStatus};
use keyhouse::web::filled::Filled;
use keyhouse::web::page::{Frame, Section};

use super::sample::{Sample, page};

const STATES: [AccountStatus; 3] = [AccountStatus::Active, AccountStatus::NoPassword, AccountStatus::Disabled];

pub fn pages(sample: &Sample) -> Vec<(String, String)> {
    vec![
        list(sample),
        super_admins(sample),
        show(sample, "account", 0, false),
        show(sample, "account-disabled", 2, false),
        show(sample, "account-own", 3, true),
        switch(sample, "account-disable", false),
        switch(sample, "account-enable", true),
        remove(sample),
        add(sample),
        free(sample),
    ]
}

fn frame(sample: &Sample, title: &str) -> Frame {
    Frame { org: None, ..sample.frame(title, Section::Other) }
}

fn row(sample: &Sample, at: usize) -> AccountRow {
    AccountRow {
        id: 1701 + at as i64,
        name: sample.name(at),
        email: sample.email(at),
        super_admin: at == 3,
        status: STATES[at % 3],
    }
}

fn places(sample: &Sample) -> Vec<PlaceRow> {
    sample.rows(3, |at| PlaceRow {
        org: sample.text("Nordwind Logistik GmbH & Co. KG"),
        admin: at != 1,
        status: [PlaceStatus::Active, PlaceStatus::Off, PlaceStatus::Invited][at],
        keys: 38_712 * at as u64,
        only_admin: at == 0,
    })
}

fn list(sample: &Sample) -> (String, String) {
    let page_of = AccountsPage {
        frame: frame(sample, "Accounts"),
        q: if sample.empty() { "zz".to_owned() } else { sample.text("") },
        reports: reports(sample, if sample.hostile() { 50 } else { 2 }),
        rows: sample.rows(50, |at| row(sample, at)),
        prev: sample.some("/accounts?before=1".to_owned()),
        next: sample.some("/accounts?after=1".to_owned()),
    };
    page("accounts", page_of)
}

fn super_admins(sample: &Sample) -> (String, String) {
    let page_of = SuperAdminsPage {
        frame: frame(sample, "Super admins"),
        rows: sample.rows(3, |at| row(sample, at)),
        prev: None,
        next: sample.some("/super-admins?after=1".to_owned()),
        form: sample.wrong(Filled::new().with("email", sample.email(1)), "email", "No account has this address"),
    };
    page("super-admins", page_of)
}

fn show(sample: &Sample, name: &str, at: usize, own: bool) -> (String, String) {
    let page_of =
        AccountPage { frame: frame(sample, "Account of Tomasz Wiśniewski"), identity: identity(sample, at), own };
    page(name, page_of)
}

fn identity(sample: &Sample, at: usize) -> IdentityCard {
    let by = sample.text("Ana-Sofía Villanueva de la Cruz y Montenegro, admin of Nordwind Logistik GmbH & Co. KG");
    IdentityCard {
        account: row(sample, at),
        created: sample.ago(8),
        confirmed: sample.some(ConfirmedRow { by, at: sample.ago(6) }).filter(|_| !sample.hostile()),
        two_factor: sample.empty(),
        places: places(sample),
        reports: reports(sample, 2),
        version: 7,
    }
}

fn reports(sample: &Sample, number: usize) -> Vec<ReportRow> {
    sample.rows(number, |at| ReportRow {
        account: 1701 + at as i64,
        name: sample.name(at),
        email: sample.email(at + 1),
        org: sample.text("Acme Field Services"),
        invited: sample.name(at + 4),
        at: sample.ago(at + 2),
    })
}

fn add(sample: &Sample) -> (String, String) {
    let page_of = AddSuperAdminPage {
        frame: frame(sample, "Grant super admin to Tomasz Wiśniewski?"),
        identity: identity(sample, 0),
        form: sample.wrong(Filled::new(), "", "This account changed while you looked at it."),
        operation_id: sample.operation(),
    };
    page("super-admin-add", page_of)
}

fn free(sample: &Sample) -> (String, String) {
    let page_of = FreeEmailPage {
        frame: frame(sample, "Free the address of Tomasz Wiśniewski?"),
        identity: identity(sample, 1),
        released: "user-1702@released.invalid".to_owned(),
        form: sample.wrong(Filled::new(), "", "Tomasz Wiśniewski is a super admin."),
        operation_id: sample.operation(),
        dismiss_operation_id: sample.operation(),
    };
    page("account-free-email", page_of)
}

fn switch(sample: &Sample, name: &str, enable: bool) -> (String, String) {
    let page_of = SwitchAccountPage {
        frame: frame(sample, "Disable the account of Tomasz Wiśniewski?"),
        account: row(sample, 3),
        places: places(sample),
        enable,
        form: sample.wrong(Filled::new(), "", "Keyhouse always keeps one."),
        operation_id: sample.operation(),
    };
    page(name, page_of)
}

fn remove(sample: &Sample) -> (String, String) {
    let page_of = RemoveSuperAdminPage {
        frame: frame(sample, "Take super admin away?"),
        account: row(sample, 3),
        own: sample.hostile(),
        form: sample.wrong(Filled::new(), "", "Keyhouse always keeps one."),
        operation_id: sample.operation(),
    };
    page("super-admin-remove", page_of)
}
