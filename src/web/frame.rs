//! The frame of pages that are made without a look at the database: about what failed, and what has to be confirmed first.

use actix_web::{HttpMessage, HttpRequest};

use super::page::{Assumed, Frame, FramePerson};
use super::state::State;
use super::{csrf, form};
use crate::access::caller::Caller;

/// The frame: bare, but for as whom somebody acts, if that was found out before.
pub(super) fn of(request: &HttpRequest, state: &State) -> Frame {
    let bare = Frame::bare(state);
    let name = request.extensions().get::<Caller>().and_then(|caller| caller.acts_as.name().map(str::to_owned));
    let token = form::seed(request).and_then(|seed| csrf::token(&state.form_keys()[0], &seed, None).ok());
    let Some((name, csrf)) = name.zip(token) else { return bare };
    let person = Some(FramePerson { name, super_admin: false });
    Frame { person, csrf, assumed: Some(Assumed::Impersonation), ..bare }
}
