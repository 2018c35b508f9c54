//! Settings from flags and environment, checked once and all together, so that every wrong one is named in one message.

mod check;
pub mod database;
mod environment;
pub mod files;
pub mod host;
mod limits;
mod log;
pub mod own_file;
pub mod proxies;
mod settings;

pub use check::check;
pub use environment::Variable;
pub use settings::{Config, Problems, Settings};
