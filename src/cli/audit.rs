//! `keyhouse audit`: checks the chains and says what it found, or goes on without a lost secret.

use std::io::Write;

use clap::{Args, Subcommand};

use crate::app;
use crate::audit::actions;
use crate::audit::verify::{self, Checked, Verdict, Wanted};
use crate::audit::walker::Noted;
use crate::config::Config;
use crate::db::Db;

/// What can be done with the audit trail.
#[derive(Subcommand)]
pub(super) enum Audit {
    /// Check every chain and compare accounts, orgs, memberships and keys with it; exit code 1 if anything does not fit
    Verify(Verify),
    /// Go on with the secret file as it is now, when the one that sealed the audit trail is lost for good
    ///
    /// Stop all nodes first. What was sealed until now can no longer be proven, and each chain says so in a new entry; `audit verify --since-loss` checks from there on. Everybody has
    /// to sign in again; two-factor sign-in works by recovery codes only, until it is reset and turned on anew.
    LostSecret,
}

#[derive(Args)]
pub(super) struct Verify {
    /// A head noted earlier, from the log or from this command: it must still be in its chain, else events were cut off
    #[arg(long, value_name = "SEQ:HASH")]
    head: Option<String>,
    /// Check only the chain of this org, by ID or short name (0: of the installation), and no stored rows
    #[arg(long, value_name = "ORG")]
    org: Option<String>,
    /// Check only what came after the secret was lost (see lost-secret); what was stored then is taken as it was
    #[arg(long)]
    since_loss: bool,
}

/// Obeys.
pub(super) fn obey(config: &Config, audit: &Audit) -> Result<(), String> {
    match audit {
        Audit::Verify(asked) => check(config, asked),
        Audit::LostSecret => go_on(config),
    }
}

fn go_on(config: &Config) -> Result<(), String> {
    let (access, secrets) = app::open_without_lost_secret(config)?;
    let chains = access
        .write_as_host(move |conn, host| actions::go_on_without_lost_secret(conn, host, &secrets))
        .map_err(|error| error.to_string())?;
    say(&format!(
        "{chains} chains go on under the secret in {}. What was sealed before can no longer be proven: \
         keyhouse audit verify --since-loss checks what comes from now on.",
        config.secret_file.display()
    ));
    Ok(())
}

fn check(config: &Config, asked: &Verify) -> Result<(), String> {
    let noted = match &asked.head {
        Some(text) => Some(Noted::parse(text).ok_or("--head takes SEQ:HASH, as this command prints it")?),
        None => None,
    };
    let (access, secrets) = app::open_present(config)?;
    let org = match &asked.org {
        Some(text) => Some(find(access.db(), text)?),
        None => None,
    };
    let mut bad = 0;
    let tell = |checked: &Checked| {
        bad += usize::from(checked.wrong.is_some());
        say(&line(checked));
    };
    let seals = secrets.keys_at_rest("audit chain");
    let Verdict { wrong, unproven } =
        verify::verify(access.db(), &seals, Wanted { org, noted, since_loss: asked.since_loss }, tell)
            .map_err(|error| error.to_string())?;
    wrong.iter().for_each(|what| say(&format!("WRONG {what}")));
    unproven.iter().for_each(|what| say(&format!("not proven: {what}")));
    match bad + wrong.len() {
        0 => Ok(()),
        1 => Err("the audit trail is not whole: 1 thing is wrong".to_owned()),
        count => Err(format!("the audit trail is not whole: {count} things are wrong")),
    }
}

fn find(db: &Db, text: &str) -> Result<i64, String> {
    let org = verify::org(db, text).map_err(|error| error.to_string())?;
    org.ok_or_else(|| format!("--org: there is no org {text}"))
}

fn line(checked: &Checked) -> String {
    let name = match (checked.org, checked.slug.as_str()) {
        (0, _) => "the installation".to_owned(),
        (org, "") => format!("org {org}"),
        (org, slug) => format!("org {org} ({slug})"),
    };
    match &checked.wrong {
        None if checked.good.seq == 0 => format!("ok    {name}: no events"),
        None if checked.from > 0 => {
            format!("ok    {name}: head {}, from {} on", checked.good.noted(), checked.from + 1)
        }
        None => format!("ok    {name}: head {}", checked.good.noted()),
        Some(what) => format!("WRONG {name}: {what}"),
    }
}

/// A line on standard output; if nobody reads it, that is no reason to fail.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
