//! The right is checked before the input: an empty or broken form of a caller who may not act is answered like a valid one.

use keyhouse::keys::model::Token;

use super::case::{Case, answer_of, caller};
use super::row::{Body, EVERYBODY, Row, What, Who};
use super::{State, rows};
use crate::support::both;
use crate::support::client::Ask;
use crate::support::people::World;
use crate::support::somebody::Somebody;

/// A direction mark, which no field takes.
const BROKEN: &str = "\u{202E}";

/// Only a caller who is not signed in is rejected by a redirect; for others `/login` is where signing out leads.
fn is_rejection(who: Who, answer: &str) -> bool {
    let rejections = ["401", "403", "404"];
    rejections.iter().any(|status| answer.starts_with(status)) || who == Who::Nobody && answer.starts_with("303 /login")
}

/// The request without its fields, and with fields that are all broken.
fn spoiled(case: &Case<'_>) -> Vec<Ask> {
    let somebody = caller(case.world, case.who, case.row);
    let ask = || somebody.ask(case.row.method, &case.path()).same_origin();
    let token = somebody.form_token();
    match case.row.body {
        Body::Empty => Vec::new(),
        Body::Json(_) => ["", "{}", "[", "{\"orgUserId\": \"x\", \"name\": 1}"]
            .map(|body| ask().body("application/json", body))
            .into(),
        Body::Form(fields) => {
            let broken = fields.iter().map(|(name, _)| (*name, BROKEN)).chain([("csrf", token.as_str())]);
            vec![ask().form(&[("csrf", token.as_str())]), ask().form(&broken.collect::<Vec<_>>())]
        }
    }
}

/// The answers to spoiled requests that are not the rejection of a valid one.
async fn judged(world: &World, row: &Row, who: Who, what: What) -> Vec<String> {
    let (case, expected) = (Case { world, row, who, what }, row.answer(who, what));
    let mut wrong = Vec::new();
    for ask in spoiled(&case) {
        let got = answer_of(&ask.send().await);
        if !got.starts_with(expected.trim_end_matches(" unchanged")) {
            wrong.push(format!("{} as {who:?} for {what:?}: {got} and not {expected}", row.name()));
        }
    }
    wrong
}

both! {
    async fn callers_who_may_not_act_are_rejected_before_their_input_is_judged(world: World) {
        let (before, mut wrong, mut asked) = (State::of(&world), Vec::new(), 0);
        for row in rows().iter().filter(|row| row.changes()) {
            for who in EVERYBODY {
                let kinds = row.kinds().into_iter().filter(|what| matches!(what, What::Own | What::Foreign | What::Elsewhere));
                for what in kinds.filter(|what| is_rejection(who, row.answer(who, *what))) {
                    asked += 1;
                    wrong.extend(judged(&world, row, who, what).await);
                }
            }
        }
        assert!(asked > 500, "only {asked} rejections");
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
        assert_eq!(State::of(&world), before);
    }

    async fn callers_of_the_api_without_a_valid_key_are_rejected_before_their_ids_are_judged(world: World) {
        let mut calls = rows();
        calls.retain(|row| row.path.starts_with("/user/") && row.path.contains('{'));
        assert!(calls.len() >= 4, "only {} calls", calls.len());
        let unknown = Token::new().unwrap();
        for call in calls {
            let segments = call.path.split('/').map(|segment| if segment.starts_with('{') { "x" } else { segment });
            let path = segments.collect::<Vec<_>>().join("/") + "?after=x";
            for caller in [world.visitor(), Somebody::with_key(world.app.client(), unknown.reveal())] {
                caller.ask(call.method, &path).same_origin().send().await.expect(401);
            }
            world.admin().ask(call.method, &path).same_origin().send().await.expect(400);
        }
    }
}
