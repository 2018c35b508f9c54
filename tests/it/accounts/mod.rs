//! Accounts and super admins, as super admins and the host deal with them.

mod confirmed;
mod grant;
mod host;
pub mod rows;
