//! The answer to a link that was used: the user is signed in, or has to enter a code.

use actix_session::Session;
use actix_web::HttpResponse;

use super::{code, device, link_cookie};
use crate::sessions::code_model::Admitted;
use crate::sessions::cookie;
use crate::sessions::link_model::Used;
use crate::sessions::model::ReturnPath;
use crate::web::Answer;
use crate::web::page::Notice;
use crate::web::site::Site;

/// Gives the browser the new session, or leads to the page that asks for a code, and says whose session it replaced.
pub(super) async fn answer(site: &Site, session: &Session, used: &Used) -> Answer {
    let mut response = match (&used.admitted, &used.org) {
        (Admitted::Code(pending), org) => {
            let next = org.as_ref().map(|(_, slug)| format!("/orgs/{slug}"));
            let mut response = code::ask(site, *pending, next.as_deref().and_then(ReturnPath::parse).as_ref(), "")?;
            if let Some(left) = &used.left {
                let rest = format!("Enter your code to sign in as {}.", used.name);
                site.say(&mut response, &Notice { bold: format!("{left} was signed out."), rest, warn: false })?;
            }
            response
        }
        (Admitted::In(key), _) => {
            cookie::begin(session, key.reveal())?;
            let mut response = welcome(site, used);
            device::remember(site, key, &mut response).await;
            response
        }
    };
    link_cookie::set(site, &mut response, String::new())?;
    Ok(response)
}

fn welcome(site: &Site, used: &Used) -> HttpResponse {
    if let Some(left) = &used.left {
        let at = used.org.as_ref().map_or_else(|| "/profile".to_owned(), |(_, slug)| format!("/orgs/{slug}"));
        return site.see_with(&at, format!("You’re signed in as {}.", used.name), format!("{left} was signed out."));
    }
    match &used.org {
        Some((org, slug)) => site.see_with(&format!("/orgs/{slug}"), format!("You have joined {org}."), ""),
        None => site.see_with("/profile", "Your password is set.", "Every other session of yours has ended."),
    }
}
