//! The settings, as they were typed and as they were checked.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::host;
use super::proxies::Proxies;
use crate::db::Url;
use crate::limits::Limits;

/// The settings as they were typed. Flags go before environment variables. No `Debug`: a database URL may hold a password.
#[derive(Args, Default, Clone)]
#[command(next_help_heading = "Settings")]
pub struct Settings {
    /// Where to listen; port 0 takes any free port [default: 127.0.0.1:8080]
    #[arg(long, env = "KEYHOUSE_LISTEN", value_name = "ADDRESS:PORT", global = true, hide_env_values = true)]
    pub listen: Option<String>,

    /// The database: sqlite://PATH, or postgres://USER:PASSWORD@HOST/NAME, in whose parts / ? # @ : % and spaces are
    /// percent-encoded; a password is better given by the environment than as a flag [default: sqlite://keyhouse.db]
    #[arg(long, env = "KEYHOUSE_DATABASE_URL", value_name = "URL", global = true, hide_env_values = true)]
    pub database_url: Option<String>,

    /// Where people and programs reach Keyhouse: scheme, host and port, no path. Links and cookies follow it. Needed when
    /// Keyhouse listens on more than this machine [default: http:// and the address listened on]
    #[arg(long, env = "KEYHOUSE_PUBLIC_URL", value_name = "URL", global = true, hide_env_values = true)]
    pub public_url: Option<String>,

    /// The installation's secret: a line of 32 characters or more; further lines still open the forms that they sealed; a new first line signs everybody out. Readable by its
    /// owner only. Made beside the SQLite file when missing; required on PostgreSQL, the same on all nodes
    /// [default: keyhouse.secret beside keyhouse.db]
    #[arg(long, env = "KEYHOUSE_SECRET_FILE", value_name = "PATH", global = true, hide_env_values = true)]
    pub secret_file: Option<String>,

    /// Further hosts by which programs reach Keyhouse, such as keyhouse:8080 inside a cluster, separated by commas. They serve the
    /// REST API; pages redirect to the public URL. Ports do not count [default: none]
    #[arg(long, env = "KEYHOUSE_EXTRA_HOSTS", value_name = "HOST,…", global = true, hide_env_values = true)]
    pub extra_hosts: Option<String>,

    /// Proxies whose X-Forwarded-For counts: IP addresses and ranges such as 172.18.0.0/16 or fd00::/8, separated by commas
    /// [default: none]
    #[arg(long, env = "KEYHOUSE_TRUSTED_PROXIES", value_name = "IP,…", global = true, hide_env_values = true)]
    pub trusted_proxies: Option<String>,

    /// Threads that answer requests [default: one for each core]
    #[arg(long, env = "KEYHOUSE_WORKERS", value_name = "NUMBER", global = true, hide_env_values = true)]
    pub workers: Option<String>,

    /// Keys that a user can have in an org; deleted ones do not count [default: 100000]
    #[arg(long, env = "KEYHOUSE_MAX_KEYS_PER_USER", value_name = "NUMBER", global = true, hide_env_values = true)]
    pub max_keys_per_user: Option<String>,

    /// Keys that an org can have; deleted ones do not count [default: 10000000]
    #[arg(long, env = "KEYHOUSE_MAX_KEYS_PER_ORG", value_name = "NUMBER", global = true, hide_env_values = true)]
    pub max_keys_per_org: Option<String>,

    /// What to log on standard error: error, warn, info, debug, trace, or target=level pairs
    /// [default: info,actix_server=warn]
    #[arg(long, env = "KEYHOUSE_LOG", value_name = "FILTER", global = true, hide_env_values = true)]
    pub log: Option<String>,

    /// Allow a public URL with plain http beyond this machine; passwords and keys then travel in clear
    #[arg(long, env = "KEYHOUSE_INSECURE_HTTP", value_name = "BOOL", global = true, hide_env_values = true,
          num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub insecure_http: Option<String>,

    /// Allow a database of made-up data to be served beyond this machine
    #[arg(long, env = "KEYHOUSE_PUBLIC_DEMO", value_name = "BOOL", global = true, hide_env_values = true,
          num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub public_demo: Option<String>,

    /// Start although the newest audit event lies ahead of this machine's clock, because it was written on a clock that was wrong
    #[arg(long, env = "KEYHOUSE_TRUST_CLOCK", value_name = "BOOL", global = true, hide_env_values = true,
          num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub trust_clock: Option<String>,
}

/// Settings that were checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The database. Its `Debug` hides the password.
    pub database: Url,
    /// The file of the installation's secret.
    pub secret_file: PathBuf,
    /// Proxies whose `X-Forwarded-For` counts.
    pub trusted_proxies: Proxies,
    /// Further hosts that serve the REST API, in lower case and without ports.
    pub extra_hosts: Vec<String>,
    /// Threads that answer requests.
    pub workers: usize,
    /// How many keys there can be.
    pub limits: Limits,
    /// The log's filter.
    pub log: String,
    /// Whether made-up data may be served beyond this machine.
    pub public_demo: bool,
    /// Whether this machine's clock is right though the newest audit event lies ahead of it.
    pub trust_clock: bool,
    /// The public URL, if one was given.
    pub(super) public_url: Option<String>,
}

impl Config {
    /// Where people reach Keyhouse when it listens on `bound`, without a final slash.
    pub fn public_url(&self, bound: SocketAddr) -> String {
        self.public_url.clone().unwrap_or_else(|| host::at(bound))
    }

    /// Whether only this machine can reach Keyhouse.
    pub fn loopback(&self) -> bool {
        self.listen.ip().is_loopback()
    }

    /// Whether links and cookies are for plain http beyond this machine.
    pub fn plain_http(&self) -> bool {
        self.public_url.as_deref().is_some_and(host::is_plain_and_far)
    }

    /// Whether the public URL leads beyond this machine.
    pub fn public(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| !host::is_near(url))
    }
}

/// Everything that is wrong with the settings.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Problems(pub(super) Vec<String>);

impl Problems {
    pub(super) fn note(&mut self, problem: impl Into<String>) {
        self.0.push(problem.into());
    }

    pub(super) fn take<T>(&mut self, name: &str, checked: Result<T, String>) -> Option<T> {
        checked.map_err(|why| self.note(format!("{name}: {why}"))).ok()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyhouse cannot start with these settings:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  - {problem}"))?;
        f.write_str("\n`keyhouse --help` explains them.")
    }
}

impl std::error::Error for Problems {}
