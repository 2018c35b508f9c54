//! Whole API keys in addresses. An address is kept in histories, bookmarks and the logs of proxies, so a key that somebody put
//! into one is cut out before anything else reads, shows or passes on the address.

use actix_web::{HttpRequest, HttpResponse, web};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::cookie;
use super::identify::CutKeys;
use super::location::see_other;
use super::page::Notice;
use super::state::State;

/// Where a query has whole keys in it: 303 to the same address with their access keys instead, and a sentence about it.
pub fn cut(request: &HttpRequest, cut: CutKeys) -> Option<HttpResponse> {
    if !matches!(request.method().as_str(), "GET" | "HEAD") {
        return None;
    }
    let query = shorter(request.query_string(), cut)?;
    let notice = Notice {
        bold: "That was a whole API key.".to_owned(),
        rest: "Only its access key stays in the address. Never put a whole key into one; if others may have seen this address, \
               replace the key."
            .to_owned(),
        warn: true,
    };
    let to = format!("{}?{query}", request.uri().path());
    let mut response = see_other(&to);
    if let Some(state) = request.app_data::<web::Data<State>>() {
        response.cookie(cookie::from_notice(&notice, state.form_key(), state.https()));
    }
    Some(response.finish())
}

/// The query without the secrets in its names and values; `None` if there are none.
fn shorter(query: &str, cut: CutKeys) -> Option<String> {
    let mut found = false;
    let mut clean = |text: &str| {
        let spaced = text.replace('+', " ");
        let shorter = cut(&percent_decode_str(&spaced).decode_utf8_lossy());
        found |= shorter.is_some();
        shorter.map_or_else(|| text.to_owned(), |text| utf8_percent_encode(&text, NON_ALPHANUMERIC).to_string())
    };
    let pair = |pair: &str| match pair.split_once('=') {
        Some((name, value)) => format!("{}={}", clean(name), clean(value)),
        None => clean(pair),
    };
    let pairs: Vec<String> = query.split('&').map(pair).collect();
    found.then(|| pairs.join("&"))
}

#[cfg(test)]
mod tests {
    use super::shorter;

    fn cut(text: &str) -> Option<String> {
        text.contains("KEY").then(|| text.replace("KEY", "a b"))
    }

    #[test]
    fn only_what_has_a_key_in_it_changes() {
        assert_eq!(shorter("q=x+y%20&&z=%FF", cut), None);
        assert_eq!(shorter("q=%4BEY&r=x+y&KEY", cut).unwrap(), "q=a%20b&r=x+y&a%20b");
        assert_eq!(shorter("a=1+KEY%26", cut).unwrap(), "a=1%20a%20b%26");
    }
}
