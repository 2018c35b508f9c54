//! Made-up data, in bulk: orgs, people and keys that look like somebody's. Names are the same in every run; passwords and
//! secrets are random, and but for one of each nobody knows them.

pub mod actions;
mod cast;
mod events;
mod keys;
mod luck;
mod names;
mod store;
