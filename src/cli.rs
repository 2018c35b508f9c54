//! The command line: parse, then call an action.

mod account;
mod arguments;
mod audit;

use std::ffi::OsString;
use std::fmt;
use std::io::{IsTerminal, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use arguments::{Cli, Command, Demo, Setup, User};
use clap::Parser;
use tracing_subscriber::EnvFilter;

use crate::app;
use crate::config::{self, Config, Variable, database, files};
use crate::db::migrate;
use crate::demo::actions::{self as demo, Random, Size};
use crate::error::{Error, FieldErrors};
use crate::keys::model::Token;
use crate::orgs::model::{OrgName, Slug};
use crate::secret::{hex, random};
use crate::sessions::{password, strength};
use crate::setup::actions::{self as setup, NewInstallation};
use crate::users::model::{Email, Name, NewPassword, Password};

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

/// Runs a command line with the variables of the environment. Exit code 0 if it did what it should, 1 if
/// it could not, 2 if a flag or setting is wrong.
pub fn run(arguments: impl Iterator<Item = OsString>, environment: impl Iterator<Item = Variable>) -> ExitCode {
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
    // a log that cannot be written (its reader is gone, the disk is full) must not end a request: to say so would panic
    let log = tracing_subscriber::fmt().with_writer(std::io::stderr).log_internal_errors(false);
    let log = log.with_env_filter(filter).with_ansi(colours);
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
            database::prepare_database(&config.database)?;
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
    let context = [asked.email.as_str(), &asked.org, first, &asked.last].map(str::to_owned);
    let judge = |new| strength::judge(&new, &context);
    let password = errors.take(NewPassword::parse("password-file", &password).and_then(judge));
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

/// The only line of the file.
fn read_password(path: &Path) -> Result<String, Failure> {
    let told = |error: std::io::Error| Failure(format!("--password-file: cannot read {}: {error}", path.display()));
    let file = std::fs::File::open(path).map_err(told)?;
    // only this process reads a pipe
    if file.metadata().map_err(told)?.is_file() {
        files::refuse_shared(&file, path).map_err(|why| Failure(format!("--password-file: {why}")))?;
    }
    let mut text = String::new();
    file.take(4096).read_to_string(&mut text).map_err(told)?;
    let password = text.trim_end_matches(['\r', '\n']);
    if password.contains(['\r', '\n']) {
        return Err(Failure(format!("--password-file: {} has several lines; a password is one", path.display())));
    }
    Ok(password.to_owned())
}

fn help_user(config: &Config, asked: &User) -> Result<(), Failure> {
    let (access, _) = app::open_made(config)?;
    let told = match asked {
        User::Link { email } => account::links(&access, email, &config.public_url(config.listen)),
        User::Email { old, new } => account::set_email(&access, old, Some(new.as_str())),
        User::ConfirmEmail { email } => account::set_email(&access, email, None),
        User::ResetTwoFactor { email } => account::reset_two_factor(&access, email),
        User::Super { account, switch } => account::set_super_admin(&access, account, switch == "on"),
        User::FreeEmail { email } => account::free_email(&access, email),
        User::Disable { email } => account::set_enabled(&access, email, false),
        User::Enable { email } => account::set_enabled(&access, email, true),
    };
    say(&told.map_err(without_flags)?);
    Ok(())
}

/// These commands take what they are about without a flag.
fn without_flags(error: Error) -> Failure {
    match error {
        Error::Invalid(fields) => Failure(fields.into_iter().map(|field| field.message).collect::<Vec<_>>().join("\n")),
        other => other.into(),
    }
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
    say(&format!(
        "sign in: {}/login\nemail: {email}\npassword: {}",
        config.public_url(config.listen),
        password.reveal()
    ));
    if size.keys > 0 {
        say(&format!("key: {}", key.reveal()));
    }
    Ok(())
}

fn made_up_password() -> Result<Password, Error> {
    strength::judge(&NewPassword::parse("password", &hex(&random::<12>()?))?, &[])
}

/// A line on standard output; if nobody reads it, that is no reason to fail.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn say_error(line: &dyn fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
