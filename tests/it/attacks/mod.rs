//! Attacks on the running product, each told as a story: who tries what, and what they get.

mod accounts;
mod bytes;
mod contract;
mod crosstalk;
mod explorer;
mod fields;
mod guessing;
mod https;
mod impersonation;
mod keys;
mod leaks;
mod log;
mod markup;
mod mutations;
mod old_line;
mod protocol;
mod reading;
mod repeats;
mod sign_in;
mod super_admin;
mod two_factor;
mod two_nodes;
