//! What holds for whatever bytes somebody sends. The fuzz targets try it for as long as they are let, and a test tries it with some
//! thousand changed samples.

use std::collections::BTreeSet;

use keyhouse::explorer::view::FormMethod;
use keyhouse::explorer::{Docs, fill};
use keyhouse::keys::model::{Token, access_part, without_secrets};
use keyhouse::paging::{Cursor, Position};
use keyhouse::secret::{Secrets, hex, unhex};
use keyhouse::sessions::model::ReturnPath;
use keyhouse::text;
use keyhouse::users::model::{Email, Name};
use keyhouse::web::{cookie, csrf, form};

/// An API key, or what somebody takes for one.
pub fn token(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Some(token) = Token::parse(&text) {
        assert_eq!((token.reveal(), token.reveal().len()), (text.as_ref(), 62));
        assert!(!format!("{token:?}").contains(token.access_key().as_str()));
    }
    if let Some(access) = access_part(&text) {
        assert!(access.len() == 20 && text.contains(access));
    }
    let clean = without_secrets(&text).unwrap_or_else(|| text.clone().into_owned());
    let left = clean.match_indices("kh_").filter_map(|(at, _)| clean.get(at..at + 62));
    assert_eq!(left.filter(|key| Token::parse(key).is_some()).count(), 0, "{clean:?}");
    assert!(clean.len() <= text.len());
    if let Some(read) = unhex(&text) {
        assert_eq!(hex(&read), text.to_ascii_lowercase());
    }
    let link = keyhouse::links::model::Token::parse(&text);
    assert!(link.is_none_or(|link| link.reveal() == text.to_ascii_lowercase()));
}

/// The body of a form, or a query.
pub fn form(bytes: &[u8]) {
    let Ok(fields) = form::parse(bytes) else { return };
    let names: BTreeSet<&String> = fields.iter().map(|(name, _)| name).collect();
    assert!(names.len() == fields.len() && fields.len() <= 200);
    assert!(fields.iter().all(|(name, value)| !name.contains('\0') && !value.contains('\0')));
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    let again = form::parse(pairs.join("&").as_bytes());
    assert_eq!(again.ok(), Some(fields));
}

/// Where to go after the sign-in. `site` says of an address which site a browser on ours would go to.
pub fn next(bytes: &[u8], site: fn(&str) -> Option<String>) {
    let text = String::from_utf8_lossy(bytes);
    let Some(path) = ReturnPath::parse(&text) else { return };
    assert_eq!(path.as_str(), text);
    assert_eq!(site(path.as_str()).as_deref(), Some("https://keys.example.com"), "{text:?}");
    assert!(text.bytes().all(|byte| byte.is_ascii_graphic()), "{text:?}");
}

/// What people search for and how lists are paged: the start of a text folds to the start of the folded text.
pub fn search(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let folded = text::fold(&text);
    for (end, _) in text.char_indices().take(64) {
        assert!(folded.starts_with(&text::fold(&text[..end])), "{text:?} {end}");
    }
    if let Ok(line) = text::line(&text, 100) {
        assert!(line.chars().count() <= 100 && !line.chars().any(char::is_control) && text::tidy(&line) == line);
        assert_eq!(text::line(&line, 100).as_deref(), Ok(line.as_str()));
    }
    if let Ok(Cursor::After(at)) = Cursor::parse(&text, "") {
        let again = Cursor::parse(&Position::encode(&at), "");
        assert!(matches!(again, Ok(Cursor::After(same)) if same == at), "{text:?}");
    }
    let (first, last) = text.split_once('\n').unwrap_or((&text, ""));
    if let Ok(name) = Name::parse(first, last) {
        assert!(!name.first().is_empty() && !name.to_string().chars().any(char::is_control));
    }
    if let Ok(email) = Email::parse(&text) {
        assert!(email.as_str().is_ascii() && !email.as_str().contains(char::is_whitespace));
        assert_eq!(Email::parse(email.as_str()).ok(), Some(email));
    }
    let key =
        Secrets::parse("a secret of the fuzz targets, known to everybody").expect("it is long enough").key("forms");
    assert_eq!(csrf::check(&key, &csrf::Seed::cookie("x"), &text), None);
    let _ = cookie::to_notice(&text, &key);
}

/// What somebody types into the fields of Swagger Docs: it stays within its own segment of the path or its own parameter.
pub fn explorer(bytes: &[u8], docs: &Docs) {
    let text = String::from_utf8_lossy(bytes);
    let (one, other) = text.split_once('\n').unwrap_or((&text, "7"));
    for id in ["getApiKey", "listApiKeysOfUser", "getMembership"] {
        let mut operation = docs.operation(id, FormMethod::Get).expect("the document has it").clone();
        let parts = operation.path.split('/').count();
        let names = ["id", "userId", "orgId", "after", "host", "path"];
        let typed: Vec<(String, String)> = names
            .iter()
            .map(|name| ((*name).to_owned(), if *name == "after" { other } else { one }.to_owned()))
            .collect();
        fill::fill(&mut operation, &typed);
        let path = fill::path(&operation);
        let (path, query) = path.split_once('?').unwrap_or((&path, ""));
        assert!(path.starts_with("/user/") && path.split('/').count() == parts, "{path:?}");
        assert!(
            path.bytes().chain(query.bytes()).all(|byte| byte.is_ascii_alphanumeric() || b"-_~%/=".contains(&byte)),
            "{path:?}"
        );
        assert!(query.is_empty() || query.starts_with("after=") && query.matches('=').count() == 1, "{query:?}");
    }
}
