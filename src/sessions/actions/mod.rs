//! What can be done about sessions, links and oneself.

mod attempt;
mod begin;
mod clock;
mod code;
mod confirm;
mod device;
mod end;
mod link;
mod link_report;
mod lockout;
mod news;
mod own_sessions;
mod profile;
mod sign_in;
mod two_factor;
mod upkeep;

pub use attempt::{Shown, attempt, may_try, take_back};
pub use begin::begin;
pub use clock::trust_clock;
pub use code::enter_code;
pub use confirm::confirm;
pub use device::own_device;
pub use end::end_all;
pub use link::{accept, joined_before, open, refuse_repeated, set_password};
pub use link_report::report_account;
pub use lockout::{HostLink, let_in};
pub use news::{news, take_news};
pub use own_sessions::{end_other_sessions, end_own_sessions, end_session, own_sessions};
pub use profile::{change_password, profile, rename, try_own_password};
pub use sign_in::{nobody_yet, sign_in, sign_out};
pub use two_factor::{
    Enrolment, disable_two_factor, enable_two_factor, enrolment, own_two_factor, own_two_factor_to_change,
    renew_recovery_codes,
};
pub use upkeep::{note_seen, sweep};
