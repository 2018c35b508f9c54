//! Accounts and super admins, as super admins and the host deal with them.

mod confirmed;
mod grant;
mod host;
mod reports;
pub mod rows;
