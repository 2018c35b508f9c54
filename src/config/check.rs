//! What is right and wrong in a setting. An empty value counts as none.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::environment::{self, Variable};
use super::proxies::Proxies;
use super::settings::{Config, Problems, Settings};
use super::{database as sqlite, files, host, limits, log};
use crate::db::Url;

const MOST_WORKERS: usize = 512;

/// Checks all settings at once, with the variables of the environment.
///
/// # Errors
/// Every problem there is.
pub fn check(settings: &Settings, environment: impl Iterator<Item = Variable>) -> Result<Config, Problems> {
    let mut problems = Problems::default();
    let environment: Vec<Variable> = environment.collect();
    environment::refuse_unknown(&mut problems, &environment);
    let listen = problems.take("KEYHOUSE_LISTEN", listen(given(&settings.listen)));
    let database = problems.take("KEYHOUSE_DATABASE_URL", database(given(&settings.database_url)));
    if matches!(database, Some(Url::Postgres(_))) {
        environment::refuse_detours(&mut problems, &environment);
    }
    let insecure = problems.take("KEYHOUSE_INSECURE_HTTP", switch(given(&settings.insecure_http)));
    let public_demo = problems.take("KEYHOUSE_PUBLIC_DEMO", switch(given(&settings.public_demo)));
    let trust_clock = problems.take("KEYHOUSE_TRUST_CLOCK", switch(given(&settings.trust_clock)));
    let url = host::public_url(given(&settings.public_url), listen, insecure.unwrap_or(true));
    let public_url = problems.take("KEYHOUSE_PUBLIC_URL", url);
    let secret_file = secret_file(given(&settings.secret_file), database.as_ref());
    let secret_file = problems.take("KEYHOUSE_SECRET_FILE", secret_file);
    let extra_hosts = problems.take("KEYHOUSE_EXTRA_HOSTS", host::extra(given(&settings.extra_hosts)));
    let proxies = Proxies::parse(given(&settings.trusted_proxies).unwrap_or(""));
    let proxies = problems.take("KEYHOUSE_TRUSTED_PROXIES", proxies);
    let workers = problems.take("KEYHOUSE_WORKERS", workers(given(&settings.workers)));
    let limits = limits::check(settings, &mut problems);
    let log = problems.take("KEYHOUSE_LOG", log::filter(given(&settings.log)));
    let config = (|| {
        Some(Config {
            listen: listen?,
            database: database?,
            public_url: public_url?,
            secret_file: secret_file?,
            extra_hosts: extra_hosts?,
            trusted_proxies: proxies?,
            workers: workers?,
            limits: limits?,
            log: log?,
            public_demo: public_demo?,
            trust_clock: trust_clock?,
        })
    })();
    config.filter(|_| problems.0.is_empty()).ok_or(problems)
}

fn given(setting: &Option<String>) -> Option<&str> {
    setting.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

fn listen(text: Option<&str>) -> Result<SocketAddr, String> {
    let text = text.unwrap_or("127.0.0.1:8080");
    text.parse().map_err(|_| "takes an IP address and a port, such as 127.0.0.1:8080 or [::1]:8080".into())
}

fn database(text: Option<&str>) -> Result<Url, String> {
    let url = Url::parse(text.unwrap_or("sqlite://keyhouse.db"))?;
    if let Url::Sqlite(path) = &url {
        sqlite::judge(path)?;
    }
    Ok(url)
}

fn switch(text: Option<&str>) -> Result<bool, String> {
    match text {
        None | Some("false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(_) => Err("takes true or false".into()),
    }
}

/// Where the database is wrong too, what can be said of the secret file is said all the same.
fn secret_file(text: Option<&str>, database: Option<&Url>) -> Result<PathBuf, String> {
    let path = match (text, database) {
        (Some(path), _) => PathBuf::from(path),
        (None, Some(Url::Sqlite(path))) => path.with_extension("secret"),
        (None, Some(Url::Postgres(_))) => return Err("is needed with PostgreSQL, the same file on all nodes".into()),
        (None, None) => return Ok(PathBuf::new()),
    };
    let made_when_missing = !matches!(database, Some(Url::Postgres(_)));
    match files::read_secrets(&path)? {
        None if !made_when_missing => Err(format!("there is no file {}", path.display())),
        None => sqlite::judge_folder(sqlite::folder_of(&path)).map(|()| path.clone()),
        Some(_) => Ok(path),
    }
}

fn workers(text: Option<&str>) -> Result<usize, String> {
    let Some(text) = text else { return Ok(std::thread::available_parallelism().map_or(1, std::num::NonZero::get)) };
    let number = text.parse().ok().filter(|number| (1..=MOST_WORKERS).contains(number));
    number.ok_or_else(|| format!("takes a number from 1 to {MOST_WORKERS}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn variable(name: &str) -> Variable {
        (name.to_owned(), "x".to_owned())
    }

    fn alone(settings: &Settings) -> Result<Config, Problems> {
        check(settings, std::iter::empty())
    }

    #[test]
    fn without_settings_keyhouse_listens_on_loopback_with_sqlite() {
        let config = alone(&Settings::default()).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.public_url(config.listen), "http://127.0.0.1:8080");
        assert_eq!(
            (config.database, config.secret_file),
            (Url::Sqlite("keyhouse.db".into()), "keyhouse.secret".into())
        );
        assert!(config.workers > 0 && config.trusted_proxies == Proxies::default());
    }

    #[test]
    fn every_wrong_setting_is_named_in_one_message() {
        let settings = Settings {
            listen: text("localhost"),
            database_url: text("mysql://root:hunter2@db/x"),
            public_url: text("https://keys.example.com/panel"),
            extra_hosts: text("keyhouse, *"),
            trusted_proxies: text("10.0.0.1, proxy"),
            workers: text("0"),
            log: text("keyhouse=loud"),
            insecure_http: text("maybe"),
            ..Settings::default()
        };
        let names = ["KEYHOUSE_LISTENS", "KEYHOUSE_WORKERS", "KEYHOUSE_TEST_X", "PATH"];
        let message = check(&settings, names.into_iter().map(variable)).unwrap_err().to_string();
        for name in
            ["LISTENS", "LISTEN", "DATABASE_URL", "PUBLIC_URL", "EXTRA_HOSTS", "TRUSTED_PROXIES", "WORKERS", "LOG"]
        {
            assert!(message.contains(&format!("KEYHOUSE_{name}:")), "{name} is missing in {message}");
        }
        assert!(!message.contains("TEST") && !message.contains("hunter2"), "{message}");
        assert!(message.contains("KEYHOUSE_INSECURE_HTTP:"), "{message}");
    }

    #[test]
    fn postgres_needs_a_secret_file_of_its_own() {
        let postgres = Settings { database_url: text("postgres://u:hunter2@localhost/x"), ..Settings::default() };
        let message = alone(&postgres).unwrap_err().to_string();
        assert!(message.contains("KEYHOUSE_SECRET_FILE: is needed with PostgreSQL"), "{message}");
    }

    #[test]
    fn what_would_lead_to_another_postgres_is_refused() {
        let told = |url: &str| {
            let names = ["PGHOST", "PGHOSTADDR", "PGSERVICE", "PGSERVICEFILE", "PGPASSWORD", "PGTZ"];
            let settings = Settings { database_url: text(url), ..Settings::default() };
            check(&settings, names.into_iter().map(variable)).map_or_else(|why| why.to_string(), |_| String::new())
        };
        let message = told("postgres://u@localhost/x");
        for name in ["PGHOST:", "PGHOSTADDR:", "PGSERVICE:", "PGSERVICEFILE:"] {
            assert!(message.contains(name), "{name} is missing in {message}");
        }
        assert!(!message.contains("PGPASSWORD") && !message.contains("PGTZ"), "{message}");
        assert_eq!(told("sqlite://keyhouse.db"), "");
    }

    #[test]
    fn plain_http_beyond_this_machine_needs_the_flag() {
        let settings = Settings { public_url: text("http://keys.lan"), ..Settings::default() };
        assert!(alone(&settings).unwrap_err().to_string().contains("--insecure-http"));
        let config = alone(&Settings { insecure_http: text("true"), ..settings }).unwrap();
        assert!(config.plain_http());
        let open = Settings { listen: text("0.0.0.0:80"), ..Settings::default() };
        assert!(alone(&open).unwrap_err().to_string().contains("KEYHOUSE_PUBLIC_URL: is needed"));
    }

    #[test]
    fn a_database_password_is_never_shown() {
        let url = database(Some("postgres://u:hunter2@localhost/x")).unwrap();
        assert!(!format!("{url:?}").contains("hunter2"));
    }
}
