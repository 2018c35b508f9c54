//! The command line: parse, then call an action.

mod account;
mod audit;

use std::ffi::OsString;
use std::fmt;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::app;
use crate::config::{self, Config, Settings, files};
use crate::db::migrate;
use crate::demo::actions::{self as demo, Random, Size};
use crate::error::{Error, FieldErrors};
use crate::keys::model::Token;
use crate::orgs::model::{OrgName, Slug};
use crate::secret::{hex, random};
use crate::sessions::password;
use crate::setup::actions::{self as setup, NewInstallation};
use crate::users::model::{Email, Name, Password};

/// Keyhouse: a self-hosted admin panel for API keys.
///
/// Started without a command in an empty directory, it makes its database there, listens on http://127.0.0.1:8080 and prints a
/// link to set it up. Every setting is a flag or an environment variable; flags go first.
#[derive(Parser)]
#[command(name = "keyhouse", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the pages and the REST API (what happens without a command)
    Serve,
    /// Make the first org and its first admin, who is super admin, without a browser
    Setup(Setup),
    /// Help somebody whose account exists
    #[command(subcommand)]
    User(User),
    /// Look after the audit trail
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Fill an empty database with made-up data, and print how to sign in
    Demo(Demo),
    /// Bring the database's schema up to date, and end
    Migrate,
}

#[derive(Args)]
struct Setup {
    /// The org's name
    #[arg(long)]
    org: String,
    /// The org's short name in addresses, which can never be changed [default: made from the name]
    #[arg(long, default_value = "", hide_default_value = true)]
    slug: String,
    /// The admin's first name (default: the email up to the @)
    #[arg(long)]
    first: Option<String>,
    /// The admin's last name
    #[arg(long, default_value = "", hide_default_value = true)]
    last: String,
    /// The admin's email address
    #[arg(long)]
    email: String,
    /// A file with the admin's password, 12 to 256 characters in one line
    #[arg(long, value_name = "FILE")]
    password_file: PathBuf,
}

#[derive(Subcommand)]
enum User {
    /// Change the email address of an account
    Email {
        /// The account's email address
        old: String,
        /// The one that it is to have
        new: String,
    },
    /// Confirm the email address that the person asked for
    ConfirmEmail {
        /// The account's email address as it still is
        email: String,
    },
    /// Print a link with which the person sets a new password; good once, for 24 hours
    Link {
        /// The account's email address
        email: String,
    },
    /// Turn off two-factor sign-in for somebody who lost their app and their recovery codes
    ResetTwoFactor {
        /// The account's email address
        email: String,
    },
    /// Make the person a super admin, or take that away, which signs them out
    Super {
        /// The account's email address
        email: String,
        /// on or off
        #[arg(value_parser = clap::builder::PossibleValuesParser::new(["on", "off"]))]
        switch: String,
    },
    /// Disable the account: nothing of this person works anywhere from now on
    Disable {
        /// The account's email address
        email: String,
    },
    /// Enable the account again
    Enable {
        /// The account's email address
        email: String,
    },
}

#[derive(Args)]
struct Demo {
    /// How many orgs; the first is the biggest
    #[arg(long, default_value_t = 3)]
    orgs: usize,
    /// How many people, over all orgs
    #[arg(long, default_value_t = 60)]
    users: usize,
    /// How many keys, over all orgs
    #[arg(long, default_value_t = 300)]
    keys: usize,
}

/// A sentence for the person at the command line.
struct Failure(String);

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        match error {
            Error::Unexpected(cause) => Failure(cause.to_string()),
            Error::Invalid(fields) => {
                let of = |field: &str| if field.is_empty() { String::new() } else { format!("--{field}: ") };
                let all: Vec<String> = fields.iter().map(|e| format!("{}{}", of(e.field), e.message)).collect();
                Failure(all.join("\n"))
            }
            other => Failure(other.to_string()),
        }
    }
}

impl From<String> for Failure {
    fn from(sentence: String) -> Failure {
        Failure(sentence)
    }
}

/// Runs a command line; `environment` are the names of the environment's variables. Exit code 0 if it did what it should, 1 if
/// it could not, 2 if a flag or setting is wrong.
pub fn run(arguments: impl Iterator<Item = OsString>, environment: impl Iterator<Item = String>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(told) => {
            let _ = told.print();
            return ExitCode::from(u8::try_from(told.exit_code()).unwrap_or(2));
        }
    };
    let config = match config::check(&cli.settings, environment) {
        Ok(config) => config,
        Err(problems) => {
            say_error(&problems);
            return ExitCode::from(2);
        }
    };
    start_log(&config);
    match obey(&config, cli.command.unwrap_or(Command::Serve)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(sentence)) => {
            say_error(&format!("keyhouse: {sentence}"));
            ExitCode::FAILURE
        }
    }
}

fn start_log(config: &Config) {
    let filter = EnvFilter::try_new(&config.log).unwrap_or_default();
    let colours = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter).with_ansi(colours);
    // a log that is there already is as good
    let _ = log.try_init();
}

fn obey(config: &Config, command: Command) -> Result<(), Failure> {
    match command {
        Command::Serve => Ok(app::run(config)?),
        Command::Setup(asked) => set_up(config, &asked),
        Command::User(asked) => help_user(config, &asked),
        Command::Audit(asked) => Ok(audit::obey(config, &asked)?),
        Command::Demo(asked) => demo(config, &asked),
        Command::Migrate => {
            files::prepare_database(&config.database)?;
            migrate::to_newest(&config.database)?;
            say("The schema is up to date.");
            Ok(())
        }
    }
}

fn set_up(config: &Config, asked: &Setup) -> Result<(), Failure> {
    let password = read_password(&asked.password_file)?;
    let first = asked.first.as_deref().unwrap_or_else(|| asked.email.split('@').next().unwrap_or(""));
    let mut errors = FieldErrors::new();
    let org = errors.take(OrgName::parse("org", &asked.org));
    let slug = org.as_ref().and_then(|org| errors.take(Slug::parse(&asked.slug, org)));
    let name = errors.take(Name::parse(first, &asked.last));
    let email = errors.take(Email::parse(&asked.email));
    let context = [asked.email.as_str(), &asked.org, first, &asked.last];
    let password = errors.take(Password::parse("password-file", &password, &context));
    errors.finish()?;
    let (Some(org), Some(slug), Some(name), Some(email), Some(password)) = (org, slug, name, email, password) else {
        return Err(Failure("a value is neither good nor wrong".into()));
    };
    let new = NewInstallation { org, slug, name, email, password_hash: password::hash_now(&password)? };
    let (access, _) = app::open(config)?;
    let address = new.email.clone();
    let made = access.write_as_host(move |conn, host| setup::create(conn, host, &new))?;
    say(&format!("Org {} ({}) and admin {address} ({}) are made.", made.org, made.slug, made.admin));
    say(&format!("Sign in: {}/login", config.public_url(config.listen)));
    Ok(())
}

/// The first line of the file.
fn read_password(path: &Path) -> Result<String, Failure> {
    let told = |error: std::io::Error| Failure(format!("--password-file: cannot read {}: {error}", path.display()));
    let mut text = String::new();
    std::fs::File::open(path).map_err(told)?.take(4096).read_to_string(&mut text).map_err(told)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn help_user(config: &Config, asked: &User) -> Result<(), Failure> {
    let (access, _) = app::open(config)?;
    let told = match asked {
        User::Link { email } => account::links(&access, email, &config.public_url(config.listen))?,
        User::Email { old, new } => account::set_email(&access, old, Some(new.as_str()))?,
        User::ConfirmEmail { email } => account::set_email(&access, email, None)?,
        User::ResetTwoFactor { email } => account::reset_two_factor(&access, email)?,
        User::Super { email, switch } => account::set_super_admin(&access, email, switch == "on")?,
        User::Disable { email } => account::set_enabled(&access, email, false)?,
        User::Enable { email } => account::set_enabled(&access, email, true)?,
    };
    say(&told);
    Ok(())
}

/// Only the demo admin's password is known to anybody, and only from these lines.
fn demo(config: &Config, asked: &Demo) -> Result<(), Failure> {
    let size = Size { orgs: asked.orgs, users: asked.users, keys: asked.keys };
    let (access, _) = app::open(config)?;
    let password = made_up_password()?;
    let key = Token::new()?;
    let random = Random {
        admin_hash: password::hash_now(&password)?,
        nobody_hash: password::hash_now(&made_up_password()?)?,
        key: key.clone(),
    };
    let mut last = 0;
    let mut told = |percent: usize| {
        if percent / 10 > last / 10 {
            say_error(&format!("{percent}%"));
            last = percent;
        }
    };
    let email = access.load_as_host(|conn, host| demo::fill(conn, host, size, &random, &mut told))?;
    say(&format!("email: {email}\npassword: {}", password.reveal()));
    if size.keys > 0 {
        say(&format!("key: {}", key.reveal()));
    }
    Ok(())
}

fn made_up_password() -> Result<Password, Error> {
    Password::parse("password", &hex(&random::<12>()?), &[])
}

/// A line on standard output; if nobody reads it, that is no reason to fail.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn say_error(line: &dyn fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
