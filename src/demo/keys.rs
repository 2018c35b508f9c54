//! The keys of the demo, made up one after the other: there may be millions. Their secrets are random bytes, so nobody can use
//! them.

use rand::Rng;
use rand::rngs::ThreadRng;

use super::cast::Cast;
use super::luck::Luck;
use super::names;
use crate::clock::Time;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

pub(super) struct Key {
    pub org: usize,
    /// Place in `Cast::members`.
    pub owner: usize,
    /// Place in `Cast::people`.
    pub made_by: usize,
    pub name: String,
    pub access_key: String,
    pub hash: [u8; 32],
    pub can_impersonate: bool,
    pub created_at: Time,
    pub last_used: Option<Time>,
}

/// All keys but the demo admin's own, org by org and the oldest first.
pub(super) fn all(cast: &Cast, now: Time) -> impl Iterator<Item = Key> + '_ {
    let (mut luck, mut rng) = (Luck::new(11), rand::rng());
    let places = cast.orgs.iter().enumerate().flat_map(|(at, org)| (0..org.keys).map(move |number| (at, number)));
    places.map(move |(org, number)| key(cast, (org, number), now, &mut luck, &mut rng))
}

fn key(cast: &Cast, (at, number): (usize, usize), now: Time, luck: &mut Luck, rng: &mut ThreadRng) -> Key {
    let org = &cast.orgs[at];
    // the smaller of two: those who came early hold more
    let owner = org.owners[luck.below(org.owners.len()).min(luck.below(org.owners.len()))];
    let span = now.micros() - org.created_at.micros();
    let created_at = org.created_at.plus((span as f64 * (number as f64 + 0.5) / org.keys as f64) as i64);
    let unused = luck.once_in(6);
    let ago = luck.mostly_small(now.micros() - created_at.micros());
    let mut hash = [0; 32];
    rng.fill_bytes(&mut hash);
    let by_owner = cast.members[owner].admin;
    Key {
        org: at,
        owner,
        made_by: cast.members[if by_owner { owner } else { org.owners[0] }].person,
        name: names::key(luck),
        access_key: access_key(rng),
        hash,
        can_impersonate: by_owner && luck.once_in(400),
        created_at,
        last_used: (!unused).then(|| now.plus(-ago)),
    }
}

fn access_key(rng: &mut ThreadRng) -> String {
    let mut text = String::with_capacity(20);
    while text.len() < 20 {
        let mut bytes = [0; 24];
        rng.fill_bytes(&mut bytes);
        let even = bytes.iter().filter(|byte| **byte < 248).map(|byte| char::from(BASE62[usize::from(*byte) % 62]));
        text.extend(even.take(20 - text.len()));
    }
    text
}
