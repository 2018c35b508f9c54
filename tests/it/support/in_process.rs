//! The product inside the test's process.
//!
//! SEAM: [`start`] is the one place that knows how. Until `keyhouse::app::start` exists it serves a page that says so.

use super::database::Database;
use super::site::{Answer, Site};

/// A product that runs. Dropping it stops it.
pub struct Running {
    /// `http://127.0.0.1:port`
    pub url: String,
    stop: Option<Box<dyn FnOnce() + Send>>,
}

impl Running {
    /// `stop` is called once, at the end, and returns when nothing runs any more.
    pub fn new(url: String, stop: impl FnOnce() + Send + 'static) -> Running {
        Running { url, stop: Some(Box::new(stop)) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop();
        }
    }
}

/// Starts the product on `database`, on a free port.
pub async fn start(database: &Database) -> Running {
    let scheme = database.url().split(':').next().unwrap_or_default().to_owned();
    let site = Site::serve(move |_| Answer::page("Stub", &format!("<p>The product on {scheme} comes here.</p>")));
    Running::new(site.url.clone(), move || drop(site))
}
