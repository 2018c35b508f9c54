//! Who is in the demo: its orgs, people and memberships, made up in memory before anything is written.

use std::collections::HashMap;

use super::luck::Luck;
use super::names::{self, Names};
use crate::clock::{HOUR, Time};
use crate::error::Result;
use crate::orgs::model::{OrgName, Slug};

const DAY: i64 = 24 * HOUR;

/// How much to make up, over all orgs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Orgs; the first is the biggest.
    pub orgs: usize,
    /// People; some are in more than one org.
    pub users: usize,
    /// Keys.
    pub keys: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Org {
    pub name: OrgName,
    pub slug: Slug,
    pub created_at: Time,
    /// Its members that can own keys, as places in `Cast::members`; the first is an admin.
    pub owners: Vec<usize>,
    pub keys: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub first: &'static str,
    pub last: &'static str,
    pub email: String,
    /// Whether they ever accepted an invitation, and so have a password.
    pub accepted: bool,
    pub created_at: Time,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    /// Places in `Cast::orgs` and `Cast::people`.
    pub org: usize,
    pub person: usize,
    pub enabled: bool,
    pub admin: bool,
    pub accepted_at: Option<Time>,
    pub last_seen_at: Option<Time>,
    pub created_at: Time,
}

/// Everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cast {
    pub orgs: Vec<Org>,
    pub people: Vec<Person>,
    pub members: Vec<Member>,
    now: Time,
}

impl Cast {
    /// Makes everybody up. The first person is the first org's first admin; with a second org they are an admin there too.
    pub(super) fn new(size: Size, now: Time) -> Result<Cast> {
        let mut luck = Luck::new(7);
        let mut cast = Cast { orgs: Vec::new(), people: Vec::new(), members: Vec::new(), now };
        let keys = shares(size.keys, size.orgs, 0);
        for (number, keys) in keys.into_iter().enumerate() {
            cast.found(number, keys, &mut luck)?;
        }
        let names = Names::new();
        for (org, count) in shares(size.users, size.orgs, 1).into_iter().enumerate() {
            cast.staff(org, count, &names, &mut luck);
        }
        cast.lend(&mut luck);
        Ok(cast)
    }

    fn found(&mut self, number: usize, keys: usize, luck: &mut Luck) -> Result<()> {
        let name = OrgName::parse("org", &names::org(number))?;
        let slug = match number {
            0 => Slug::parse("acme", &name)?,
            _ => Slug::parse("", &name)?,
        };
        let created_at = self.now.plus(-(700 + luck.below(1400) as i64) * DAY);
        self.orgs.push(Org { name, slug, created_at, owners: Vec::new(), keys });
        Ok(())
    }

    fn staff(&mut self, org: usize, count: usize, names: &Names, luck: &mut Luck) {
        let mut namesakes: HashMap<String, usize> = HashMap::new();
        for number in 0..count {
            let (first, last, spelling) = names.person(luck);
            let times = namesakes.entry(spelling.clone()).or_default();
            *times += 1;
            let local = if *times == 1 { spelling } else { format!("{spelling}{times}") };
            let founder = number == 0;
            let created_at =
                if founder { self.orgs[org].created_at } else { self.since(self.orgs[org].created_at, luck) };
            let accepted = founder || !luck.once_in(16);
            let email = format!("{local}@{}.example", self.orgs[org].slug);
            self.people.push(Person { first, last, email, accepted, created_at });
            let admin = founder || luck.once_in(14);
            let enabled = founder || !luck.once_in(18);
            self.join(org, self.people.len() - 1, admin, enabled, created_at, luck);
        }
    }

    /// Some people work for a second org.
    fn lend(&mut self, luck: &mut Luck) {
        let orgs = self.orgs.len();
        let homes: Vec<(usize, usize)> = self.members.iter().map(|member| (member.person, member.org)).collect();
        for (person, home) in homes {
            let founder = person == 0;
            if orgs < 2 || !(founder || luck.once_in(25)) || !self.people[person].accepted {
                continue;
            }
            let away = if founder { 1 } else { (home + 1 + luck.below(orgs - 1)) % orgs };
            let start = self.people[person].created_at.max(self.orgs[away].created_at);
            let created_at = self.since(start, luck);
            self.join(away, person, founder, true, created_at, luck);
        }
    }

    fn join(&mut self, org: usize, person: usize, admin: bool, enabled: bool, created_at: Time, luck: &mut Luck) {
        let accepted = self.people[person].accepted;
        let seen = luck.mostly_small(self.now.micros() - created_at.micros());
        if accepted {
            self.orgs[org].owners.push(self.members.len());
        }
        self.members.push(Member {
            org,
            person,
            enabled,
            admin,
            accepted_at: accepted.then_some(created_at),
            last_seen_at: (accepted && !luck.once_in(12)).then(|| self.now.plus(-seen)),
            created_at,
        });
    }

    /// Some time between then and now.
    fn since(&self, then: Time, luck: &mut Luck) -> Time {
        let span = self.now.micros() - then.micros();
        then.plus(span / 1000 * luck.below(1000) as i64)
    }
}

/// Divides a total so that the first share is the biggest, and each is at least `least`.
fn shares(total: usize, count: usize, least: usize) -> Vec<usize> {
    let free = total.saturating_sub(least * count);
    let weights: Vec<f64> = (0..count).map(|at| 1.0 / (at + 1) as f64).collect();
    let sum: f64 = weights.iter().sum();
    let mut shares: Vec<usize> = weights.iter().map(|weight| least + (free as f64 * weight / sum) as usize).collect();
    let given: usize = shares.iter().sum();
    if let Some(first) = shares.first_mut() {
        *first += total.saturating_sub(given);
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cast(orgs: usize, users: usize, keys: usize) -> Cast {
        Cast::new(Size { orgs, users, keys }, Time::from_micros(1_800_000_000_000_000)).unwrap()
    }

    #[test]
    fn names_are_the_same_in_every_run() {
        assert_eq!(cast(3, 200, 1000), cast(3, 200, 1000));
    }

    #[test]
    fn there_are_as_many_as_were_asked_for_and_nobody_twice() {
        let cast = cast(40, 5000, 100_000);
        assert_eq!((cast.orgs.len(), cast.people.len()), (40, 5000));
        assert_eq!(cast.orgs.iter().map(|org| org.keys).sum::<usize>(), 100_000);
        let distinct = |mut all: Vec<String>| {
            let count = all.len();
            all.sort_unstable();
            all.dedup();
            all.len() == count
        };
        assert!(distinct(cast.people.iter().map(|person| person.email.clone()).collect()));
        assert!(distinct(cast.orgs.iter().map(|org| org.slug.to_string()).collect()));
        assert!(distinct(cast.members.iter().map(|member| format!("{} {}", member.org, member.person)).collect()));
    }

    #[test]
    fn every_org_has_an_admin_who_can_sign_in() {
        let cast = cast(12, 12, 0);
        for org in &cast.orgs {
            let first = &cast.members[org.owners[0]];
            assert!(first.admin && first.enabled && first.accepted_at.is_some());
        }
        let several = cast.members.iter().filter(|member| member.person == 0).count();
        assert_eq!(several, 2, "the first person has two orgs to choose from");
    }

    #[test]
    fn one_org_gets_everything_and_every_state_occurs() {
        let cast = cast(1, 300, 10);
        assert_eq!((cast.members.len(), cast.orgs[0].keys), (300, 10));
        assert!(cast.members.iter().any(|member| !member.enabled));
        assert!(cast.members.iter().any(|member| member.accepted_at.is_none()));
        assert!(cast.members.iter().any(|member| member.last_seen_at.is_none()));
        assert!(cast.members.iter().filter(|member| member.admin).count() > 5);
    }
}
