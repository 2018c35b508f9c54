//! Exports: an event that says so, then blocks of events, each with the caller's right looked at anew.

use crate::access::{Act, OrgScope};
use crate::audit::exports::{Exports, Permit};
use crate::audit::model::{Entry, Filter};
use crate::audit::{Change, change, events, list_store as store};
use crate::db::Conn;
use crate::error::{Error, Result};

/// Events that an export reads in one transaction.
pub const BLOCK: usize = 1000;

/// What an export is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A table for spreadsheets (RFC 4180).
    Csv,
    /// An object a line.
    JsonLines,
}

impl Format {
    /// From a form.
    ///
    /// # Errors
    /// `Invalid` if there is no such format.
    pub fn parse(text: &str) -> Result<Format> {
        match text {
            "csv" => Ok(Format::Csv),
            "jsonl" => Ok(Format::JsonLines),
            _ => Err(Error::field("format", "Choose CSV or JSON Lines")),
        }
    }

    /// As a form and a file's name have it.
    pub fn word(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::JsonLines => "jsonl",
        }
    }
}

/// Whether the caller may export the org's trail now.
///
/// # Errors
/// As the policy says; `Unconfirmed`.
pub fn allow_export(scope: &OrgScope) -> Result<()> {
    scope.require(Act::ReadAudit)?;
    scope.actor().require_confirmed()
}

/// An export that may run.
pub struct Export {
    /// Up to which place of the chain, which includes the event that says so.
    pub top: i64,
    /// Counts it as running.
    pub permit: Permit,
}

/// Begins an export, and records it.
///
/// # Errors
/// As `allow_export`; `TooMany` if others of the org run.
pub fn begin_export(
    conn: &mut Conn,
    scope: &OrgScope,
    filter: &Filter,
    format: Format,
    exports: &Exports,
) -> Result<Export> {
    allow_export(scope)?;
    let permit = exports.begin(scope.org_id())?;
    let event = events::exported(scope.org(), filter, format.word());
    change(conn, scope.actor(), |_| Ok(Change::one((), event)))?;
    Ok(Export { top: store::tip(conn, scope.org_id().number())?, permit })
}

/// The next events of an export: those behind `after`, up to `top`.
///
/// # Errors
/// As the policy says.
pub fn export_block(conn: &mut Conn, scope: &OrgScope, filter: &Filter, after: i64, top: i64) -> Result<Vec<Entry>> {
    scope.require(Act::ReadAudit)?;
    store::block(conn, scope.org_id().number(), filter, after, top, BLOCK)
}
