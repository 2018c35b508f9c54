//! The export itself: a file that is written while it is sent, block by block, for as long as whoever asked for it may have it.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::rt;
use actix_web::web::{Bytes, Data, Path};
use tokio::sync::mpsc::{self, Sender};
use tokio::time::timeout;

use super::ask_export;
use super::asked::FIELDS;
use super::stream::{Piece, Stream};
use crate::access::caller::Caller;
use crate::access::{Access, Act, Place};
use crate::audit::actions::{self, BLOCK, Export, Format};
use crate::audit::export;
use crate::audit::exports::Exports;
use crate::audit::model::{Entry, Filter};
use crate::clock::now;
use crate::error::{Error, Result};
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::Form;
use crate::web::site::Site;

/// How long a client may take over one block.
const PATIENCE: Duration = Duration::from_secs(30);

/// `POST /orgs/{slug}/audit/export`. The form has no operation id: a second export is another one, and both are recorded.
///
/// # Errors
/// As the policy says; `Unconfirmed`; `TooMany` if others of the org run.
pub async fn export(site: Site, slug: Path<String>, form: Form, exports: Data<Exports>) -> Answer {
    let (filter, format) = match parse(&form) {
        Ok(both) => both,
        Err(Error::Invalid(fields)) => {
            let typed = Filled::new().with("format", form.text("format"));
            let wrong = fields.into_iter().fold(typed, |form, error| form.wrong("format", error.message));
            return ask_export::refused(&site, &slug, &form, wrong).await;
        }
        Err(other) => return Err(other),
    };
    let wanted = filter.clone();
    let begin = move |conn: &mut _, scope: &_| actions::begin_export(conn, scope, &wanted, format, &exports);
    let export = site.write(&slug, Act::ReadAudit, &form, begin).await?;
    let name = format!("{slug}-audit-{}.{}", &now().rfc3339()[..10], format.word());
    let (sender, receiver) = mpsc::channel(1);
    let (access, caller) = (site.state().access.clone(), site.caller().clone());
    rt::spawn(Writer { access, caller, slug: slug.into_inner(), filter, format, export }.run(sender));
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type(format)))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(Stream(receiver)))
}

fn parse(form: &Form) -> Result<(Filter, Format)> {
    let [who, what, target, from, to] = FIELDS.map(|field| form.text(field));
    let filter = Filter::parse(who, what, target, from, to);
    let filter =
        filter.map_err(|_| Error::Malformed("This filter does not exist; go back to the audit trail".into()))?;
    Ok((filter, Format::parse(form.text("format"))?))
}

fn media_type(format: Format) -> &'static str {
    match format {
        Format::Csv => "text/csv; charset=utf-8",
        Format::JsonLines => "application/jsonl; charset=utf-8",
    }
}

struct Writer {
    access: Access,
    caller: Caller,
    slug: String,
    filter: Filter,
    format: Format,
    export: Export,
}

impl Writer {
    async fn run(self, sender: Sender<Piece>) {
        let written = self.write(&sender).await;
        if let Err(error) = &written {
            tracing::warn!(%error, org = self.slug, "an export was broken off");
            return;
        }
        // who sees the end may begin the next one at once
        drop(self);
        let _ = timeout(PATIENCE, sender.send(Piece::End)).await;
    }

    async fn write(&self, sender: &Sender<Piece>) -> Result<()> {
        let mut text = if self.format == Format::Csv { export::csv_head() } else { String::new() };
        let mut after = 0;
        loop {
            let block = self.block(after).await?;
            block.iter().for_each(|entry| text.push_str(&self.line(entry)));
            // an empty piece would end the body
            if !text.is_empty() {
                let piece = Piece::Bytes(Bytes::from(std::mem::take(&mut text)));
                let sent = timeout(PATIENCE, sender.send(piece)).await;
                let lost = || Error::Unavailable("The client went away, or takes too long");
                sent.map_err(|_| lost())?.map_err(|_| lost())?;
            }
            match block.last() {
                Some(last) if block.len() == BLOCK => after = last.seq,
                _ => return Ok(()),
            }
        }
    }

    fn line(&self, entry: &Entry) -> String {
        match self.format {
            Format::Csv => export::csv(entry),
            Format::JsonLines => export::json_line(entry),
        }
    }

    async fn block(&self, after: i64) -> Result<Vec<Entry>> {
        let (filter, top) = (self.filter.clone(), self.export.top);
        let read = move |conn: &mut _, scope: &_| actions::export_block(conn, scope, &filter, after, top);
        self.access.read_long(self.caller.clone(), Place::Slug(self.slug.clone()), read).await
    }
}
