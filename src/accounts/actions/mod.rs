//! What super admins, and the host's command line, do with accounts.

mod find;
mod reports;
mod rules;
mod super_admin;
mod switch;

pub use find::{by_email, list, look, super_admins, version};
pub use reports::{dismiss_reports, free_email, reported};
pub use super_admin::{set_super_admin, super_admin_obstacle};
pub use switch::set_enabled;
