//! What a form brought, left on its request: a page that has to ask something first sends it once more, so that nothing that was
//! typed is lost.

use actix_web::{HttpMessage, HttpRequest, HttpResponse};

use super::identify::CutKeys;
use crate::id::UserId;

/// Fields that no page ever carries: secrets, and what the next page makes anew.
const NEVER: [&str; 8] = ["csrf", "confirm_password", "password", "current", "new", "token", "code", "username"];

/// What can be sent once more. The operation id stays: the first sending did nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The fields, with their values.
    pub fields: Vec<(String, String)>,
    /// As whom the person acted on the form's page; `None` as themselves.
    pub typed_as: Option<UserId>,
}

/// Answers a form of somebody whose session ended before they sent it, and keeps what they typed; `None` if that cannot be. Given
/// by the feature that knows sign-ins: it is told what the form brought, what it does, and where to go back to.
#[derive(Clone, Copy)]
pub struct SignInAgain(pub fn(&HttpRequest, Posted, &'static str, &str) -> Option<HttpResponse>);

/// The answer to a form whose sender is signed out, if what it does can be said, and so be reviewed.
pub(super) fn sign_in_again(request: &HttpRequest, purpose: &'static str, back: &str) -> Option<HttpResponse> {
    let (posted, ask) = (of(request)?, request.app_data::<SignInAgain>()?);
    // an impersonation ends with its session: what was typed as somebody else must not be sent as oneself
    if purpose.is_empty() || posted.typed_as.is_some() { None } else { (ask.0)(request, posted, purpose, back) }
}

/// Leaves the fields of a form on its request; of a whole API key only the access key.
pub(super) fn leave(request: &HttpRequest, fields: &[(String, String)], typed_as: Option<UserId>) {
    let cut = request.extensions().get::<CutKeys>().copied();
    let shown = |text: &String| cut.and_then(|cut| cut(text)).unwrap_or_else(|| text.clone());
    let kept = fields.iter().filter(|(name, _)| !NEVER.contains(&name.as_str()));
    let fields = kept.map(|(name, value)| (name.clone(), shown(value))).collect();
    request.extensions_mut().insert(Posted { fields, typed_as });
}

/// What this request's form brought, if it was a form of ours.
pub(super) fn of(request: &HttpRequest) -> Option<Posted> {
    request.extensions().get::<Posted>().cloned()
}

/// Whether a text can be the operation id of a form.
pub fn is_operation(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// The operation id of this request's form, if it had one.
pub(super) fn operation(request: &HttpRequest) -> Option<String> {
    let fields = of(request)?.fields;
    fields.into_iter().find(|(name, id)| name == "operation_id" && is_operation(id)).map(|(_, id)| id)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn what_was_typed_is_carried_and_no_secret() {
        let request = TestRequest::default().to_http_request();
        let typed =
            ["first", "operation_id", "csrf", "current", "confirm_password"].map(|name| (name.into(), "x".into()));
        leave(&request, &typed, None);
        let kept: Vec<String> = of(&request).unwrap().fields.into_iter().map(|(name, _)| name).collect();
        assert_eq!(kept, ["first", "operation_id"]);
    }
}
