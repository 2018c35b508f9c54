//! The line of the secret file that seals the trail. A first line that no chain knows is a rotation, which every chain records; a line
//! that was replaced never comes back.

use serde_json::Value;

use super::every_chain::in_every_chain;
use crate::access::Actor;
use crate::audit::chain::newest_fits;
use crate::audit::change::{Change, change};
use crate::audit::model::StoredHead;
use crate::audit::{baseline, chain_store, events, line_store as store};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::secret::{Line, Secrets};

/// Heads that are read at once.
const BLOCK: i64 = 1000;

/// What the first line of the secret file is to this database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FirstLine {
    /// The newest line of all.
    Newest,
    /// A line that no chain knows, while the file still has the one before it.
    New(Before),
    /// A line that was replaced by a newer one.
    Replaced,
    /// The file has no line that sealed the newest event.
    Foreign,
}

/// The line before a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Before {
    /// The database was written by a Keyhouse that knows no lines, or never.
    Unknown,
    /// The line at this place of the file.
    At(usize),
}

/// What the first line of the secret file is to this database.
///
/// # Errors
/// If the database fails.
pub fn first_line(conn: &mut Conn, secrets: &Secrets) -> Result<FirstLine> {
    let (lines, seals) = (secrets.lines(), secrets.keys_at_rest("audit chain"));
    let Some(newest) = store::newest(conn)? else {
        let foreign = newest_fits(conn, seals.iter())? == Some(false);
        return Ok(if foreign { FirstLine::Foreign } else { FirstLine::New(Before::Unknown) });
    };
    if lines[0] != newest && is_known(conn, &lines[0])? {
        return Ok(FirstLine::Replaced);
    }
    let Some(at) = lines.iter().position(|line| *line == newest) else { return Ok(FirstLine::Foreign) };
    Ok(match newest_fits(conn, seals.at(at))? {
        Some(false) => FirstLine::Foreign,
        _ if at == 0 => FirstLine::Newest,
        _ => FirstLine::New(Before::At(at)),
    })
}

fn is_known(conn: &mut Conn, line: &Line) -> Result<bool> {
    let facts = store::facts(conn)?;
    let named =
        |text: &String| serde_json::from_str::<Value>(text).is_ok_and(|facts| facts["secretLine"] == line.as_str());
    Ok(facts.iter().any(named))
}

/// Makes the first line of the secret file the newest one, if it is new, and records that in every chain; `false` if it is the newest
/// already.
///
/// # Errors
/// `Conflict` if a chain has no head, or one that the line before did not seal.
pub fn rotate_secret(conn: &mut Conn, host: &Actor, secrets: &Secrets) -> Result<bool> {
    // asked again, as another node may have done it since
    let FirstLine::New(before) = first_line(conn, secrets)? else { return Ok(false) };
    let lines = secrets.lines();
    let told = match &before {
        Before::Unknown => {
            refuse_known_lines(conn)?;
            require_heads(conn, false)?;
            None
        }
        Before::At(at) => {
            require_heads(conn, true)?;
            require_sealed_heads(conn, secrets, *at)?;
            Some(&lines[*at])
        }
    };
    change(conn, host, |tx| {
        let told = in_every_chain(tx, |org| match told {
            Some(old) => events::secret_rotated(org, old, &lines[0]),
            None => events::baseline(org, &lines[0]),
        })?;
        store::set_newest(tx, &lines[0])?;
        Ok(Change::Changed(true, told))
    })?;
    if before == Before::Unknown {
        baseline::record(conn, host)?;
    }
    Ok(true)
}

/// A database that knows no line, but whose chains do, was changed by hand: the first start must not happen twice.
fn refuse_known_lines(conn: &mut Conn) -> Result<()> {
    match store::written_with_lines(conn)? {
        None => Ok(()),
        Some(org) => {
            let of = named(org);
            Err(broken(format!("the database does not say which line of the secret file seals it, though {of} does")))
        }
    }
}

/// Ends with an error if an org has no chain, or the installation has none though it was started before.
///
/// # Errors
/// `Conflict`.
pub fn require_heads(conn: &mut Conn, started: bool) -> Result<()> {
    let missing = if started && chain_store::head(conn, 0)?.is_none() { Some(0) } else { store::headless(conn)? };
    missing.map_or(Ok(()), |org| Err(broken(format!("{} has no head, so events were deleted by hand", named(org)))))
}

/// A head that the line before did not seal would be sealed by the new line as if it had always been there.
fn require_sealed_heads(conn: &mut Conn, secrets: &Secrets, at: usize) -> Result<()> {
    let (seals, mut after) = (secrets.keys_at_rest("audit chain"), -1);
    loop {
        let heads = chain_store::heads(conn, after, BLOCK)?;
        let Some(last) = heads.last() else { return Ok(()) };
        after = last.head.org;
        let fits = |head: &_| seals.at(at).is_some_and(|key| StoredHead::fits(head, key));
        if let Some(wrong) = heads.iter().find(|head| !fits(head)) {
            let of = named(wrong.head.org);
            return Err(broken(format!("the head of {of} is not sealed by the line that was replaced")));
        }
    }
}

fn named(org: i64) -> String {
    if org == 0 { "the installation's audit trail".to_owned() } else { format!("the audit trail of org {org}") }
}

fn broken(what: String) -> Error {
    Error::Conflict(format!("{what}; run: keyhouse audit verify, and restore a backup"))
}

/// Writes into every chain that its secret is lost, and goes on under the first line; returns how many chains there are.
///
/// # Errors
/// `Conflict` if the secret file has the line that sealed the newest event, so nothing is lost, or begins with a line that was replaced.
pub fn go_on_without_lost_secret(conn: &mut Conn, host: &Actor, secrets: &Secrets) -> Result<usize> {
    let sentence = match first_line(conn, secrets)? {
        FirstLine::Foreign => "",
        FirstLine::Replaced => "the first line of this secret file was replaced before; put a new line in front of it",
        FirstLine::Newest | FirstLine::New(_) => {
            "this secret file is the one that this database was written with; nothing is lost"
        }
    };
    if !sentence.is_empty() {
        return Err(Error::Conflict(sentence.into()));
    }
    let (old, lines) = (store::newest(conn)?, secrets.lines());
    let chains = change(conn, host, |tx| {
        let told = in_every_chain(tx, |org| events::secret_lost(org, old.as_ref(), &lines[0]))?;
        store::set_newest(tx, &lines[0])?;
        Ok(Change::Changed(told.len(), told))
    })?;
    baseline::record(conn, host)?;
    Ok(chains)
}
