//! What is refused on the way to an action and by the action itself, counted.

use super::caller::Acting;
use super::refused::{Kind, Subject};
use super::{Access, Actor, Caller, Credential, impersonation, resolve};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::OrgId;

impl Access {
    /// Counts what an action refused to somebody who is known.
    pub(super) fn watched<T>(&self, actor: &Actor, org: Option<OrgId>, done: Result<T>) -> Result<T> {
        let kind = match &done {
            Err(Error::Forbidden(_) | Error::Impersonating(_)) => Kind::Forbidden,
            Err(Error::NotFound(_)) => Kind::Hidden,
            _ => return done,
        };
        let subject = match (actor.key(), actor.behind()) {
            (Some(key), _) => Subject::Key(key),
            (None, Some(person)) => Subject::User(person),
            (None, None) => Subject::Unknown,
        };
        self.refused.note(kind, org, subject, &actor.origin().address);
        done
    }

    /// Counts who did not even get to an org: a key that is none, and somebody at the door of an org that they
    /// are not in, or who acts as somebody else and wants something beyond that.
    pub(super) fn note_refused(&self, conn: &mut Conn, caller: &Caller, error: &Error) {
        let (kind, subject) = match (error, &caller.credential) {
            (Error::SignedOut, Some(Credential::Key { access_key, .. })) => {
                (Kind::Key, Subject::AccessKey(access_key.clone()))
            }
            (Error::Forbidden(_) | Error::NotFound(_), Some(Credential::Key { access_key, .. })) => {
                (Kind::Forbidden, Subject::AccessKey(access_key.clone()))
            }
            (Error::NotFound(_), Some(Credential::Session(_))) => (Kind::Hidden, self.behind(conn, caller)),
            (Error::Impersonating(_), Some(Credential::Session(_))) => {
                self.note_acting(conn, caller);
                (Kind::Forbidden, self.behind(conn, caller))
            }
            _ => return,
        };
        self.refused.note(kind, None, subject, &caller.origin.address);
    }

    /// Notes as whom the session acts, if it still does, for the page that says what is beyond that.
    fn note_acting(&self, conn: &mut Conn, caller: &Caller) {
        let actor = resolve::person_behind(conn, caller, &self.chain).ok();
        let found = actor.and_then(|actor| impersonation(conn, &actor).ok().flatten());
        if let Some(found) = found.filter(|found| found.ended.is_none()) {
            caller.acts_as.note(Acting::Impersonating(found.target.name));
        }
    }

    /// The person of the session, whomever they act as.
    fn behind(&self, conn: &mut Conn, caller: &Caller) -> Subject {
        let user = resolve::person_behind(conn, caller, &self.chain).ok().and_then(|actor| actor.user());
        user.map_or(Subject::Unknown, Subject::User)
    }
}
