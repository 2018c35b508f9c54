//! The tests that run the product whole, in one binary. `bin/test` starts them, with what they need.
#![allow(clippy::expect_used, clippy::unwrap_used)] // a test ends by panicking

mod access;
mod accounts;
mod architecture;
mod attacks;
mod audit;
mod browser;
mod database_url;
mod docs;
mod durability;
mod explorer;
mod faults;
mod first_run;
mod growth;
mod host;
mod keys;
mod look;
mod migrations;
mod mission;
mod openapi;
mod orgs;
mod security;
mod sessions;
mod setup;
mod support;
mod users;
mod web;
