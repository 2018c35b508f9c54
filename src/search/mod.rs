//! Search by prefix: the folded terms of memberships and keys, in one table of their own. A range over an index answers in the
//! same time whatever the org's size, on both databases.

pub mod store;
