//! People and their memberships. A person is one, their memberships are many: name, email and password belong to the account,
//! `enabled` and `admin` to the membership in one org. Until an invitation is accepted the membership gives no access and
//! shows only what the admin typed.

pub mod actions;
pub mod events;
mod list_store;
pub mod membership;
pub mod membership_store;
pub mod model;
pub mod pages;
pub mod permission;
mod standing_store;
pub mod store;
