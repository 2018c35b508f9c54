//! API keys. A key belongs to a membership and works only while key, membership, account and org are all present and
//! enabled, which is looked at on every use. Only admins make and delete keys; the secret is shown once and only its hash
//! is stored; a delete is effective at once and on disk before it is acknowledged.

pub mod actions;
pub mod events;
mod list_store;
pub mod model;
pub mod pages;
pub mod store;
