//! Telling somebody who has just signed in what happened to their account meanwhile.

use actix_web::HttpResponse;

use crate::access::Act;
use crate::access::caller::{Caller, Credential};
use crate::clock::now;
use crate::error::Result;
use crate::sessions::actions;
use crate::sessions::model::SessionKey;
use crate::users::account_model::{News, NewsKind};
use crate::web::page::{Notice, counted};
use crate::web::site::Site;
use crate::web::when::When;

/// Puts the news of the account whose session was just begun on the page that comes next. If that cannot be done, they wait for the next
/// sign-in; this one goes on.
pub async fn tell(site: &Site, key: &SessionKey, response: &mut HttpResponse) {
    let told = match take(site, key).await {
        Ok(news) if news.is_empty() => Ok(()),
        Ok(news) => site.say(response, &notice(&news)),
        Err(error) => Err(error),
    };
    if let Err(error) = told {
        tracing::warn!(%error, "news of an account could not be told");
    }
}

async fn take(site: &Site, key: &SessionKey) -> Result<Vec<News>> {
    let caller = Caller { credential: Some(Credential::Session(key.hash())), ..site.caller().clone() };
    let access = &site.state().access;
    // usually there is none, and nothing to write
    if access.read_own(caller.clone(), actions::news).await?.is_empty() {
        return Ok(Vec::new());
    }
    access.write_own(Act::ChangeAccount, caller, actions::take_news).await
}

fn notice(news: &[News]) -> Notice {
    let rest: Vec<String> = news.iter().map(sentence).collect();
    let is_changed = news.iter().any(|news| news.kind != NewsKind::WrongCodes);
    let bold = if is_changed {
        "Since you last signed in, your account was changed. If that was not you, tell an admin now."
    } else {
        "Wrong codes were entered for your account."
    };
    Notice { bold: bold.to_owned(), rest: rest.join(" "), warn: true }
}

fn sentence(news: &News) -> String {
    let at = When::new(news.at.micros(), now().micros());
    match news.kind {
        NewsKind::PasswordLink => {
            format!("Your password was set by a link on {} UTC, from {}.", at.full(), news.address)
        }
        NewsKind::Email => {
            format!("Your email address was {} until {} UTC; changed by {}.", news.detail, at.full(), news.by)
        }
        NewsKind::TwoFactorReset => {
            format!("Your two-factor sign-in was turned off on {} UTC by {}.", at.full(), news.by)
        }
        NewsKind::WrongCodes => {
            let count = counted(news.detail.parse().unwrap_or(1), "wrong code");
            format!(
                "{count} since the last notice like this, the last on {} UTC from {}. If you did not enter them, another person knows \
                 your password: change it on your profile.",
                at.full(),
                news.address
            )
        }
    }
}
