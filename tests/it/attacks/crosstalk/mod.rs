//! Twenty people at once, each with an org, a name and keys that nobody else has, on the real binary for half a minute: whatever one
//! of them is answered, nothing of another is in it.

mod identity;
mod load;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use identity::Identity;

use crate::support::both;
use crate::support::client::Reply;
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::town::Town;

const PEOPLE: usize = 20;
const LASTS: Duration = Duration::from_secs(60);
/// So many answers each of them looks at; where the machine is busy, they take longer for it.
const LEAST: usize = 40;
/// Between two requests of one of them: about a hundred a second of all.
const PACE: Duration = Duration::from_millis(200);

/// Who was given which value: sessions, form tokens and ids of requests belong to one.
#[derive(Default)]
struct Given(Mutex<BTreeMap<String, usize>>);

impl Given {
    fn to(&self, whom: usize, value: &str) {
        let first = *self.0.lock().unwrap().entry(value.to_owned()).or_insert(whom);
        assert!(first == whom, "{whom} was given {value}, which is {first}'s");
    }
}

/// Looks at every answer of everybody.
struct Watch {
    marks: Vec<[String; 2]>,
    given: Given,
    answers: Mutex<[usize; PEOPLE]>,
}

impl Watch {
    /// Panics if an answer to `whom` holds a mark, a cookie, a form token or a request id of another.
    fn look(&self, whom: usize, reply: &Reply) {
        let all = format!("{:?}\n{}", reply.headers, reply.text);
        for (other, marks) in self.marks.iter().enumerate().filter(|(other, _)| *other != whom) {
            let found = marks.iter().find(|mark| all.contains(mark.as_str()));
            assert!(found.is_none(), "{whom} was told of {other} by {}: {}", reply.url, reply.text);
        }
        for line in reply.headers.get_all("set-cookie") {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            if pair.len() > 40 && !pair.starts_with("keyhouse-notice") {
                self.given.to(whom, pair);
            }
        }
        self.given.to(whom, reply.header("x-request-id"));
        if reply.header("content-type").starts_with("text/html") {
            reply.page().attributes("input[name=csrf]", "value").iter().for_each(|token| self.given.to(whom, token));
        }
        self.answers.lock().unwrap()[whom] += 1;
    }

    /// How many answers this one has had.
    fn count(&self, whom: usize) -> usize {
        self.answers.lock().unwrap()[whom]
    }
}

both! {
    async fn of_twenty_people_at_work_nobody_sees_anything_of_another(database: Database) {
        let server = Server::start(&database);
        let town = Town::of(server, database).await;
        let people = identity::twenty(&town).await;
        let marks = people.iter().map(Identity::marks).collect();
        let watch = Arc::new(Watch { marks, given: Given::default(), answers: Mutex::default() });
        let tasks: Vec<_> = people.into_iter().map(|one| tokio::spawn(load::work(one, Arc::clone(&watch)))).collect();
        for task in tasks {
            task.await.unwrap();
        }
        let answers = watch.answers.lock().unwrap();
        println!("{} answers, of each {answers:?}", answers.iter().sum::<usize>());
        assert!(answers.iter().all(|count| *count >= LEAST), "{answers:?}");
    }
}
