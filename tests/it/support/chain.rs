//! The audit chains, computed anew from what is stored and past the product: gapless, each event sealed upon the one before it,
//! each head at its tip.

use diesel::prelude::*;
use keyhouse::db::schema::{audit_events, audit_heads};
use keyhouse::secret::SealKey;

use super::database::{Backend, Database};

// diesel's queries are typed by the database, so both get the same words
macro_rules! events {
    ($conn:expr, $org:expr) => {{
        let of_org = audit_events::table.filter(audit_events::org_id.eq($org)).order(audit_events::seq);
        of_org.load::<Stored>(&mut $conn).unwrap()
    }};
}

macro_rules! head {
    ($conn:expr, $org:expr) => {{
        let tip = audit_heads::table.find($org).select((audit_heads::seq, audit_heads::hash, audit_heads::seal));
        tip.get_result::<(i64, Vec<u8>, Option<Vec<u8>>)>(&mut $conn).optional().unwrap()
    }};
}

/// An event as it is stored.
#[derive(Queryable)]
pub struct Stored {
    id: i64,
    org_id: i64,
    /// Its place in the chain.
    pub seq: i64,
    at: i64,
    actor_kind: String,
    actor_id: Option<i64>,
    actor_name: String,
    as_id: Option<i64>,
    as_name: Option<String>,
    action: String,
    target_kind: String,
    target_id: Option<i64>,
    target_name: String,
    before: Option<String>,
    after: Option<String>,
    address: String,
    request_id: String,
    via: String,
    operation_id: Option<String>,
    format: i64,
    /// Its seal.
    pub hash: Vec<u8>,
}

fn number(number: Option<i64>) -> Vec<u8> {
    number.map_or(vec![0], |number| [vec![1], number.to_be_bytes().to_vec()].concat())
}

fn text(text: Option<&str>) -> Vec<u8> {
    text.map_or(vec![0], |text| [vec![1], text.as_bytes().to_vec()].concat())
}

impl Stored {
    fn parts(&self) -> Vec<Vec<u8>> {
        let numbers = [self.format, self.id, self.org_id, self.seq, self.at].map(|value| number(Some(value)));
        let actor = [text(Some(&self.actor_kind)), number(self.actor_id), text(Some(&self.actor_name))];
        let impersonated = [number(self.as_id), text(self.as_name.as_deref()), text(Some(&self.action))];
        let target = [text(Some(&self.target_kind)), number(self.target_id), text(Some(&self.target_name))];
        let change = [text(self.before.as_deref()), text(self.after.as_deref()), text(Some(&self.address))];
        let way = [text(Some(&self.request_id)), text(Some(&self.via)), text(self.operation_id.as_deref())];
        [numbers.to_vec(), actor.to_vec(), impersonated.to_vec(), target.to_vec(), change.to_vec(), way.to_vec()]
            .concat()
    }

    /// The seal that it should have upon the event before.
    pub fn seal(&self, key: &SealKey, before: &[u8]) -> [u8; 32] {
        let parts = [vec![before.to_vec()], self.parts()].concat();
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        key.mac(&parts)
    }
}

/// The events of a chain in their order; 0 is the installation.
pub fn events(database: &Database, org: i64) -> Vec<Stored> {
    match database.backend {
        Backend::Sqlite => events!(database.sqlite(), org),
        Backend::Postgres => events!(database.postgres(), org),
    }
}

/// What is wrong with the chain of an org; 0 is the installation.
pub fn broken(database: &Database, seal: &SealKey, org: i64) -> Vec<String> {
    let (events, head) = match database.backend {
        Backend::Sqlite => (events(database, org), head!(database.sqlite(), org)),
        Backend::Postgres => (events(database, org), head!(database.postgres(), org)),
    };
    let (mut before, mut wrong) = (vec![0; 32], Vec::new());
    for (place, event) in events.iter().enumerate() {
        let fits = event.seal(seal, &before).as_slice() == event.hash && event.seq == place as i64 + 1;
        wrong.extend((!fits).then(|| format!("event {} ({})", event.seq, event.action)));
        before = event.hash.clone();
    }
    let tip = (!events.is_empty()).then(|| {
        let seq = events.len() as i64;
        let sealed = seal.mac(&[b"head", &org.to_be_bytes(), &seq.to_be_bytes(), &before]);
        (seq, before, Some(sealed.to_vec()))
    });
    wrong.extend((head != tip).then(|| "the head".to_owned()));
    wrong
}
