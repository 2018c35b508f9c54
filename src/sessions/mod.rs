//! Signing in and out, passwords, and one's own profile. A session is a row of its own table; the cookie carries its key and
//! the row only the key's hash.

pub mod cookie;
pub mod pages;
pub mod password;
