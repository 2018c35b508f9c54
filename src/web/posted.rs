//! What a form brought, left on its request: a page that has to ask something first sends it once more, so that nothing that was
//! typed is lost.

use actix_web::{HttpMessage, HttpRequest, HttpResponse};

use super::identify::CutKeys;

/// Fields that no page ever carries: secrets, and what the next page makes anew.
const NEVER: [&str; 8] = ["csrf", "confirm_password", "password", "current", "new", "token", "code", "username"];

/// The fields that can be sent once more. The operation id stays: the first sending did nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted(pub Vec<(String, String)>);

/// Answers a form of somebody whose session ended before they sent it, and keeps what they typed; `None` if that cannot be. Given
/// by the feature that knows sign-ins: it is told what the form brought, what it does, and where to go back to.
#[derive(Clone, Copy)]
pub struct SignInAgain(pub fn(&HttpRequest, Posted, &'static str, &str) -> Option<HttpResponse>);

/// The answer to a form whose sender is signed out, if what it does can be said, and so be reviewed.
pub(super) fn sign_in_again(request: &HttpRequest, purpose: &'static str, back: &str) -> Option<HttpResponse> {
    let (posted, ask) = (of(request)?, request.app_data::<SignInAgain>()?);
    if purpose.is_empty() { None } else { (ask.0)(request, posted, purpose, back) }
}

/// Leaves the fields of a form on its request; of a whole API key only the access key.
pub(super) fn leave(request: &HttpRequest, fields: &[(String, String)]) {
    let cut = request.extensions().get::<CutKeys>().copied();
    let shown = |text: &String| cut.and_then(|cut| cut(text)).unwrap_or_else(|| text.clone());
    let kept = fields.iter().filter(|(name, _)| !NEVER.contains(&name.as_str()));
    let kept = kept.map(|(name, value)| (name.clone(), shown(value))).collect();
    request.extensions_mut().insert(Posted(kept));
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
    let fields = of(request)?.0;
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
        leave(&request, &typed);
        let kept: Vec<String> = of(&request).unwrap().0.into_iter().map(|(name, _)| name).collect();
        assert_eq!(kept, ["first", "operation_id"]);
    }
}
