//! Pages about two-factor sign-in.

use keyhouse::orgs::pages::two_factor::OrgTwoFactorPage;
use keyhouse::sessions::pages::code::CodePage;
use keyhouse::sessions::pages::recovery_codes::{NewCodesPage, RecoveryCodesPage};
use keyhouse::sessions::pages::two_factor::{EnrolPage, TwoFactorPage};
use keyhouse::sessions::pages::two_factor_card::TwoFactorCard;
use keyhouse::sessions::pages::two_factor_off::TwoFactorOffPage;
use keyhouse::two_factor::qr::Qr;
use keyhouse::web::filled::Filled;
use keyhouse::web::page::{Frame, Section};

use super::sample::{Sample, page};

pub fn pages(sample: &Sample) -> Vec<(String, String)> {
    vec![code(sample), on(sample), enrol(sample), codes(sample), new_codes(sample), off(sample), org(sample)]
}

fn own(sample: &Sample, title: &str) -> Frame {
    Frame { org: None, ..sample.frame(title, Section::Other) }
}

fn wrong(sample: &Sample) -> Filled {
    sample.wrong(Filled::new(), "code", "This code is not right, or was used already")
}

fn acme(sample: &Sample) -> Option<(String, String)> {
    sample.some((sample.text("Acme Field Services"), "acme".to_owned()))
}

fn code(sample: &Sample) -> (String, String) {
    let next = sample.text("/orgs/acme/users/1732/edit");
    let frame = sample.outside("Enter your code");
    page(
        "code",
        CodePage { frame, form: wrong(sample), next, carried: String::new(), operation_id: sample.operation() },
    )
}

fn on(sample: &Sample) -> (String, String) {
    let frame = own(sample, "Two-factor sign-in");
    let card = TwoFactorCard { on: true, codes_left: if sample.hostile() { 1 } else { 6 } };
    let shut_out_of = sample.hostile().then(|| sample.text("Acme"));
    page("two-factor", TwoFactorPage { frame, card, since: sample.ago(7), shut_out_of })
}

fn enrol(sample: &Sample) -> (String, String) {
    page(
        "two-factor-enrol",
        EnrolPage {
            frame: own(sample, "Turn on two-factor sign-in"),
            required_by: acme(sample),
            qr: Qr::of("otpauth://totp/Keyhouse:ann?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Keyhouse").unwrap(),
            secret: sample.text("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"),
            issuer: sample.text("Keyhouse (keys.acme.example)"),
            email: sample.email(5),
            enrolment: sample.text("0123"),
            form: wrong(sample),
            operation_id: sample.operation(),
        },
    )
}

fn codes(sample: &Sample) -> (String, String) {
    let codes = (0..10).map(|_| sample.text("K7MP2Q-XDWH4T-9BFAK7-MP2QXD")).collect();
    let frame = own(sample, "Save your recovery codes");
    page("recovery-codes", RecoveryCodesPage { frame, codes: sample.some(codes), next: acme(sample) })
}

fn new_codes(sample: &Sample) -> (String, String) {
    let frame = own(sample, "New recovery codes?");
    page("recovery-codes-new", NewCodesPage { frame, left: "6 codes".to_owned(), operation_id: sample.operation() })
}

fn off(sample: &Sample) -> (String, String) {
    let frame = own(sample, "Turn off two-factor sign-in?");
    let required_by = sample.rows(2, |at| sample.text(["Acme Field Services", "Nordwind"][at]));
    page(
        "two-factor-off",
        TwoFactorOffPage { frame, required_by, form: wrong(sample), operation_id: sample.operation() },
    )
}

fn org(sample: &Sample) -> (String, String) {
    let frame = sample.frame("Two-factor sign-in", Section::Other);
    let form = sample.wrong(Filled::new(), "", "Turn it on for yourself first");
    let (required, own) = (sample.hostile(), !sample.empty());
    page("org-two-factor", OrgTwoFactorPage { frame, required, own, form, operation_id: sample.operation() })
}
