//! The frame of pages that are made without a look at the database: about what failed, and what has to be confirmed first.

use actix_web::{HttpMessage, HttpRequest};

use super::page::{Assumed, Frame, FrameOrg, FramePerson};
use super::state::State;
use super::{csrf, form};
use crate::access::caller::{Acting, Caller};

/// The frame: bare, but for what somebody has entered, if that was found out before.
pub(super) fn of(request: &HttpRequest, state: &State) -> Frame {
    let bare = Frame::bare(state);
    let acting = request.extensions().get::<Caller>().and_then(|caller| caller.acts_as.found().cloned());
    let token = form::seed(request).and_then(|seed| csrf::token(state.form_key(), &seed, None).ok());
    let Some((acting, csrf)) = acting.zip(token) else { return bare };
    let (name, org, assumed) = match acting {
        Acting::Impersonating(name) => (name, None, Assumed::Impersonation),
        Acting::Visiting { person, org, slug } => {
            (person, Some(FrameOrg { name: org, slug, admin: true, several: true }), Assumed::Visit)
        }
    };
    let person = Some(FramePerson { name, super_admin: assumed == Assumed::Visit });
    Frame { org, person, csrf, assumed: Some(assumed), ..bare }
}
