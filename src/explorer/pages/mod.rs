//! The pages of `explorer`, one file each: the template's struct and its handlers.

pub mod interface;
pub mod resources;

use actix_web::HttpResponse;

use crate::keys::model::access_part;
use crate::web::form::Query;
use crate::web::page::with_query;
use crate::web::site::Site;

/// Where a whole API key was typed into a query: the same address without it, so that it stays out of bookmarks and is
/// shown nowhere.
fn without_keys(site: &Site, query: &Query) -> Option<HttpResponse> {
    let clean = |(_, value): &&(String, String)| access_part(value).is_none();
    let kept: Vec<(&str, &str)> =
        query.all().iter().filter(clean).map(|(name, value)| (&**name, value.trim())).collect();
    (kept.len() < query.all().len()).then(|| {
        // not to be tried again without the value that it was about
        let kept: Vec<(&str, &str)> = kept.into_iter().filter(|(name, _)| *name != "accept").collect();
        let to = with_query(site.request().path(), &kept);
        site.see_with(
            &to,
            "That was a whole API key.",
            "It was taken out of the address. Never put a whole key into one.",
        )
    })
}
