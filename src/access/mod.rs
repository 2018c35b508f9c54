//! Who is asking, and may they: a request's credential becomes an actor and a scope on the very connection that then acts,
//! and for a change inside its transaction, so authority is never older than the act.

pub mod actor;
mod assumed;
pub mod caller;
mod doors;
mod places;
pub mod policy;
pub mod refused;
mod resolve;
pub mod scope;
pub mod seen;
mod signed_in;
mod watched;

use std::sync::Arc;

pub use actor::{Actor, Person};
pub use assumed::{Impersonation, LONGEST};
pub use caller::{Caller, Credential, Origin, Place};
pub use policy::Act;
pub use scope::OrgScope;
pub use signed_in::{ABSOLUTE, IDLE};

use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::secret::{SealKey, Secrets};
use places::Places;
use refused::Refused;
use seen::Seen;

/// Whether the person whose rights count has more than one org to choose from.
///
/// # Errors
/// If the database fails.
pub fn has_several_orgs(conn: &mut Conn, actor: &Actor) -> Result<bool> {
    resolve::several_orgs(conn, actor.person()?.id)
}

/// As whom the actor's session acts, or did until it ended; `None` if it never began or was told of its end.
///
/// # Errors
/// `SignedOut` without a session.
pub fn impersonation(conn: &mut Conn, actor: &Actor) -> Result<Option<Impersonation>> {
    let own = actor.behind().ok_or(Error::SignedOut)?;
    assumed::of_session(conn, actor.session()?, own)
}

/// The way to the database for everybody who acts on somebody's behalf. Cheap to clone.
#[derive(Clone)]
pub struct Access {
    db: Db,
    chain: SealKey,
    seen: Arc<Seen>,
    refused: Arc<Refused>,
    places: Arc<Places>,
}

impl Access {
    /// Access to this database, with the audit chains sealed under these secrets.
    pub fn new(db: Db, secrets: &Secrets) -> Access {
        let chain = secrets.key("audit chain");
        Access { db, chain, seen: Arc::default(), refused: Arc::default(), places: Arc::default() }
    }

    /// The database itself, for what nobody asks for: jobs, and the health of this node.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Who was seen since this was last asked.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// What was refused since this was last asked.
    pub fn refused(&self) -> &Refused {
        &self.refused
    }

    /// How many changes of callers wait for the writer.
    pub fn waiting(&self) -> usize {
        self.places.held()
    }

    /// Reads something of an org, short and indexed.
    ///
    /// # Errors
    /// `SignedOut`, `NotFound` for an org that the caller may not know of, and what `read` answers.
    pub async fn read<T, F>(&self, caller: Caller, place: Place, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &OrgScope) -> Result<T> + Send + 'static,
    {
        let access = self.clone();
        self.db
            .read(move |conn| {
                let scope = access.scope(conn, caller, &place)?;
                access.watched(scope.actor(), Some(scope.org_id()), read(conn, &scope))
            })
            .await
    }

    /// Reads something of an org that may take long.
    ///
    /// # Errors
    /// As `read`.
    pub async fn read_long<T, F>(&self, caller: Caller, place: Place, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &OrgScope) -> Result<T> + Send + 'static,
    {
        let access = self.clone();
        self.db
            .read_long(move |conn| {
                let scope = access.scope(conn, caller, &place)?;
                access.watched(scope.actor(), Some(scope.org_id()), read(conn, &scope))
            })
            .await
    }

    /// Reads something of the signed-in person's own, whatever the org. No key gets here.
    ///
    /// # Errors
    /// `SignedOut`, and what `read` answers.
    pub async fn read_own<T, F>(&self, caller: Caller, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &Actor) -> Result<T> + Send + 'static,
    {
        let access = self.clone();
        self.db
            .read(move |conn| {
                let actor = access.person(conn, caller)?;
                access.watched(&actor, None, read(conn, &actor))
            })
            .await
    }

    /// Reads something of the signed-in person's own, or of the installation, that may take long.
    ///
    /// # Errors
    /// As `read_own`.
    pub async fn read_own_long<T, F>(&self, caller: Caller, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &Actor) -> Result<T> + Send + 'static,
    {
        let access = self.clone();
        self.db
            .read_long(move |conn| {
                let actor = access.person(conn, caller)?;
                access.watched(&actor, None, read(conn, &actor))
            })
            .await
    }

    /// Reads what the session itself is about, on behalf of the person behind whomever they may act as.
    ///
    /// # Errors
    /// `SignedOut`, and what `read` answers.
    pub async fn read_behind<T, F>(&self, caller: Caller, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &Actor) -> Result<T> + Send + 'static,
    {
        let access = self.clone();
        self.db
            .read(move |conn| {
                let actor = access.person_behind(conn, caller)?;
                read(conn, &actor)
            })
            .await
    }

    /// Reads something for a visitor, who is not signed in.
    ///
    /// # Errors
    /// As `read`.
    pub async fn read_as_visitor<T, F>(&self, origin: Origin, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &Actor) -> Result<T> + Send + 'static,
    {
        let visitor = Actor::visitor(origin, self.chain.clone());
        self.db.read(move |conn| read(conn, &visitor)).await
    }

    fn scope(&self, conn: &mut Conn, caller: Caller, place: &Place) -> Result<OrgScope> {
        let scope = resolve::scope(conn, &caller, place, &self.chain)
            .inspect_err(|error| self.note_refused(conn, &caller, error))?;
        if let Some(acting) = scope.acting() {
            caller.acts_as.note(acting);
        }
        let acts_as = scope.actor().acts_as().map(|person| person.id);
        if caller.typed_as.is_some_and(|typed_as| typed_as != acts_as) {
            return Err(Error::ActsAsAnother);
        }
        // whom somebody acts as was not here themselves
        let present = scope.membership().filter(|_| !scope.actor().is_impersonating());
        self.seen.note(&caller, present, scope.actor().key());
        Ok(scope)
    }

    fn person(&self, conn: &mut Conn, caller: Caller) -> Result<Actor> {
        let actor = resolve::person(conn, &caller, &self.chain).inspect_err(|error| {
            // a key is no bad one because it is shown where only people may be
            if matches!(error, Error::Impersonating(_)) {
                self.note_refused(conn, &caller, error);
            }
        })?;
        self.seen.note(&caller, None, None);
        Ok(actor)
    }

    fn person_behind(&self, conn: &mut Conn, caller: Caller) -> Result<Actor> {
        let actor = resolve::person_behind(conn, &caller, &self.chain)?;
        self.seen.note(&caller, None, None);
        Ok(actor)
    }
}
