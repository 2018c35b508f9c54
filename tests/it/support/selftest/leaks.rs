//! A secret is found wherever it stands, and what only looks like one is not.

use keyhouse::keys::model::Token;

use crate::support::client::Client;
use crate::support::leaks::{found_in, in_log};
use crate::support::site::{Answer, Site};

#[test]
fn secrets_are_known_by_their_looks() {
    let key = Token::new().unwrap().reveal().to_owned();
    let link = "0123456789abcdef0123456789abcdef";
    assert_eq!(found_in(&format!("<p>{key}</p> kh_x http://h/links/{link}\"")), [key.clone(), link.to_owned()]);
    assert_eq!(found_in(&format!("kh_{} /links/x /links/{}", "a".repeat(59), &link[1..])), Vec::<String>::new());
    assert_eq!(found_in(&format!("{} $argon2id$v=19", crate::support::people::PASSWORD)).len(), 2);
    assert_eq!(in_log(&format!("Set up: http://h/links/{link}\nINFO key={key}\nINFO ok")), [format!("INFO key={key}")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[should_panic(expected = "tells")]
async fn a_page_that_shows_a_whole_key_to_a_get_ends_the_test() {
    let key = Token::new().unwrap().reveal().to_owned();
    let site = Site::serve(move |_| Answer::page("A key", &key));
    Client::new(&site.url).get("/").await;
}
