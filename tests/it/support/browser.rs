//! Chromium, without a window, driven by chromedriver: with scripts off, as the product promises to work, or with
//! scripts on, which only the checker of accessibility needs.

mod find;

use std::mem::ManuallyDrop;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::prelude::*;
use thirtyfour::{ChromiumLikeCapabilities, Cookie};

use super::process::Group;

/// How often chromedriver is started until it finds a free port.
const DRIVERS: usize = 5;
const FLAGS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
];

// without a policy of its own, so that only the browser's setting can keep the script from running
const PROOF: &str = "data:text/html,<title>scripts off</title><script>document.title='scripts on'</script>";

/// Whether pages may run scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scripts {
    /// The product's promise.
    Off,
    /// For axe-core.
    On,
}

/// One browser with one person's cookies. Dropping it kills it.
pub struct Browser {
    /// The session, for what has no method here. Never dropped: that would talk to a browser already killed.
    pub driver: ManuallyDrop<WebDriver>,
    base: String,
    // in this order: first the processes, then their folder
    group: Group,
    folder: TempDir,
}

impl Browser {
    /// Starts a browser for the site at `base`, and proves that scripts are as wished.
    pub async fn start(base: &str, scripts: Scripts) -> Browser {
        let folder = TempDir::new().unwrap();
        let (group, port) = driver(&folder);
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities(scripts)).await;
        let driver = driver.unwrap_or_else(|e| panic!("Chromium does not start: {e}\n{}", group.log()));
        let browser = Browser { driver: ManuallyDrop::new(driver), base: base.to_owned(), group, folder };
        browser.driver.goto(PROOF).await.unwrap();
        let expected = if scripts == Scripts::On { "scripts on" } else { "scripts off" };
        assert_eq!(browser.driver.title().await.unwrap(), expected);
        browser
    }

    /// Opens a path of the site, or a whole address.
    pub async fn open(&self, path: &str) {
        let address = if path.contains(':') { path.to_owned() } else { format!("{}{path}", self.base) };
        self.driver.goto(address.as_str()).await.unwrap_or_else(|e| panic!("{address}: {e}"));
    }

    /// The path of the page, with its query and fragment.
    pub async fn path(&self) -> String {
        let url = self.driver.current_url().await.unwrap().to_string();
        url.strip_prefix(&self.base).unwrap_or(&url).to_owned()
    }

    /// Panics unless this is the path of the page, or soon that of the one that is on its way.
    pub async fn arrives(&self, path: &str) {
        let until = Instant::now() + find::PATIENCE;
        while self.path().await != path {
            assert!(Instant::now() < until, "{} is not {path}", self.path().await);
            tokio::time::sleep(find::PAUSE).await;
        }
    }

    /// What a person can see on the page: closed parts are not in it.
    pub async fn text(&self) -> String {
        match self.driver.find(By::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(_) => String::new(), // between two pages
        }
    }

    /// Panics unless this can be seen on the page, or soon on the one that is on its way.
    pub async fn sees(&self, text: &str) {
        let until = Instant::now() + find::PATIENCE;
        loop {
            let page = self.text().await;
            if page.contains(text) {
                return;
            }
            assert!(Instant::now() < until, "\"{text}\" is not on {}:\n{page}", self.path().await);
            tokio::time::sleep(find::PAUSE).await;
        }
    }

    /// Clicks the element with this role and name.
    pub async fn click(&self, role: &str, name: &str) {
        let element = self.find(role, name).await;
        element.click().await.unwrap_or_else(|e| panic!("{role} \"{name}\": {e}"));
    }

    /// Replaces what is in the field with this label.
    pub async fn fill(&self, label: &str, value: &str) {
        let field = self.field(label).await;
        field.clear().await.unwrap();
        field.send_keys(value).await.unwrap();
    }

    /// Goes to the tab that a click has just opened.
    pub async fn go_to_new_tab(&self) {
        let here = self.driver.window().await.unwrap();
        for _ in 0..100 {
            let tabs = self.driver.windows().await.unwrap();
            if let Some(tab) = tabs.into_iter().rev().find(|tab| *tab != here) {
                return self.driver.switch_to_window(tab).await.unwrap();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no new tab was opened");
    }

    /// How many tabs are open.
    pub async fn tabs(&self) -> usize {
        self.driver.windows().await.unwrap().len()
    }

    /// Media features such as `("prefers-color-scheme", "dark")`; each call replaces the last, none resets.
    pub async fn media(&self, features: &[(&str, &str)]) {
        let features: Vec<Value> =
            features.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        self.cdp("Emulation.setEmulatedMedia", json!({ "media": "", "features": features })).await;
    }

    /// A window of this many CSS pixels.
    pub async fn size(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// How wide the page's content is, in CSS pixels: more than the window means a scroll bar.
    pub async fn content_width(&self) -> u64 {
        let metrics = self.cdp("Page.getLayoutMetrics", json!({})).await;
        metrics["cssContentSize"]["width"].as_f64().unwrap().ceil() as u64
    }

    /// A picture of the window, to look at, in `target/screenshots/NAME.png`.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let folder = super::root().join("target/screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join(format!("{name}.png"));
        self.driver.screenshot(&file).await.unwrap();
        file
    }

    /// Puts a cookie in the jar: of a page of the site, so one must be open.
    pub async fn set_cookie(&self, name: &str, value: &str) {
        self.driver.add_cookie(Cookie::new(name, value)).await.unwrap();
    }

    /// A command of the Chrome DevTools protocol.
    pub async fn cdp(&self, command: &str, parameters: Value) -> Value {
        let answer = self.driver.cdp().send_raw(command, parameters.clone()).await;
        answer.unwrap_or_else(|e| panic!("{command} {parameters}: {e}"))
    }

    /// The process id of chromedriver, whose group holds the browser.
    pub fn id(&self) -> u32 {
        self.group.id()
    }

    /// Where all its files are.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

/// Chromedriver and its port. It takes a free port of IPv6, then the same one of IPv4, and ends if a connection has that meanwhile.
fn driver(folder: &TempDir) -> (Group, u16) {
    let mut said = String::new();
    for _ in 0..DRIVERS {
        let mut command = Command::new("/usr/bin/chromedriver");
        command.arg("--port=0").env("TMPDIR", folder.path()).env("HOME", folder.path());
        let mut group = Group::spawn(command);
        let port = group.find_line(Duration::from_secs(20), |line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        match port {
            Ok(port) => return (group, port),
            Err(_) => said = group.log(),
        }
    }
    panic!("chromedriver did not start {DRIVERS} times:\n{said}");
}

fn capabilities(scripts: Scripts) -> Capabilities {
    let mut chrome = DesiredCapabilities::chrome();
    chrome.set_binary("/usr/bin/chromium").unwrap();
    for flag in FLAGS {
        chrome.add_arg(flag).unwrap();
    }
    if scripts == Scripts::Off {
        let preferences = json!({ "profile.managed_default_content_settings.javascript": 2 });
        chrome.add_experimental_option("prefs", preferences).unwrap();
    }
    chrome.into()
}
