//! What can be done with the people of an org: who may, what is valid, what changes. Pages, API and command line share it.

mod account;
mod along;
pub mod edit;
mod find;
mod impersonate;
mod invite;
mod list;
mod presence;
pub mod removal;
mod renaming;
mod reports;
mod standing;
mod two_factor;

pub use account::{
    Asked, OwnEmail, ask_for_email, decide_email, own_email, set_email_as_host, wanted_email, withdraw_email,
};
pub use along::{Along, Also, UNTYPED, along, shown};
pub use find::{Looked, Me, look, me, membership, of_email, own};
pub use impersonate::{candidate, impersonate, impersonation, stop_impersonating};
pub use invite::{Invited, NewLink, NewUser, invite, invite_into, new_link};
pub use list::{Listed, Wanted, admins, counts, list};
pub use presence::{Switched, demote, disable, enable, remove};
pub use renaming::show_as;
pub use reports::{dismiss_reports, free_email};
pub use standing::may_change;
pub use two_factor::{reset_two_factor, reset_two_factor_as_host};
