//! What can be typed on the command line, and what `--help` says of it.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, RangedU64ValueParser};
use clap::{Args, Parser, Subcommand};

use super::audit::Audit;
use crate::config::Settings;

/// Keyhouse: a self-hosted admin panel for API keys.
///
/// Started without a command in an empty directory, it makes its database there, listens on http://127.0.0.1:8080 and prints a
/// link to set it up. Every setting is a flag or an environment variable; where both are given, the flag counts.
#[derive(Parser)]
#[command(name = "keyhouse", version, max_term_width = 100)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) settings: Settings,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Serve the pages and the REST API (what happens without a command)
    Serve,
    /// Make the first org and its first admin, who is super admin, without a browser
    Setup(Setup),
    /// Help somebody whose account exists
    #[command(subcommand)]
    User(User),
    /// Look after the audit trail
    #[command(subcommand)]
    Audit(Audit),
    /// Fill an empty database with made-up data, and print how to sign in
    Demo(Demo),
    /// Bring the database's schema up to date, and end
    Migrate,
}

#[derive(Args)]
pub(super) struct Setup {
    /// The org's name
    #[arg(long)]
    pub(super) org: String,
    /// The org's short name in addresses, which can never be changed [default: made from the name]
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(super) slug: String,
    /// The admin's first name (default: the email up to the @)
    #[arg(long)]
    pub(super) first: Option<String>,
    /// The admin's last name
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(super) last: String,
    /// The admin's email address
    #[arg(long)]
    pub(super) email: String,
    /// A file with the admin's password, 12 to 256 characters in one line
    #[arg(long, value_name = "FILE")]
    pub(super) password_file: PathBuf,
}

#[derive(Subcommand)]
pub(super) enum User {
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
    /// Free the email address of an account that another user is right to have; the account keeps its orgs and is signed out
    FreeEmail {
        /// The account's email address
        email: String,
    },
    /// Add or remove a super admin; both sign the user out
    Super {
        /// The account's user ID; given an email address, the command prints whose account that is and changes nothing
        #[arg(value_name = "ID")]
        account: String,
        /// on or off
        #[arg(value_name = "on|off", value_parser = PossibleValuesParser::new(["on", "off"]))]
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
pub(super) struct Demo {
    /// How many orgs; the first is the biggest
    #[arg(long, default_value_t = 3, value_parser = up_to(1, 10_000))]
    pub(super) orgs: usize,
    /// How many people, over all orgs
    #[arg(long, default_value_t = 60, value_parser = up_to(1, 1_000_000))]
    pub(super) users: usize,
    /// How many keys, over all orgs
    #[arg(long, default_value_t = 300, value_parser = up_to(0, 10_000_000))]
    pub(super) keys: usize,
}

fn up_to(least: u64, most: u64) -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(least..=most)
}
