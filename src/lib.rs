//! Keyhouse: a self-hosted admin panel for API keys. This page is the map.

pub mod access;
pub mod accounts;
pub mod app;
pub mod audit;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod demo;
pub mod error;
pub mod explorer;
pub mod id;
pub mod jobs;
pub mod keys;
pub mod links;
pub mod openapi;
pub mod operations;
pub mod orgs;
pub mod paging;
pub mod search;
pub mod secret;
pub mod sessions;
pub mod setup;
pub mod text;
pub mod users;
pub mod web;
