//! One of the twenty: the admin of an org of their own, as a super admin's invitation made them.

use crate::support::client::Client;
use crate::support::robot::Robot;
use crate::support::town::{self, ADMIN, PASSWORD, Town};

use super::PEOPLE;

/// Somebody with marks that nobody else has.
pub struct Identity {
    /// Their number.
    pub number: usize,
    /// Their browser.
    pub client: Client,
    /// Their program, which has no cookies.
    pub program: Client,
    /// The short name of their org.
    pub slug: String,
    /// The number of their account.
    pub user: String,
    /// Their membership.
    pub membership: i64,
    /// Their own API key.
    pub token: String,
    base: String,
    name: String,
    org: String,
}

impl Identity {
    /// What no other may ever be shown: a word that is in their name, email and org, and the public part of their key.
    pub fn marks(&self) -> [String; 2] {
        [self.name.clone(), self.token[3..23].to_owned()]
    }

    /// The word that is in their name, email and org.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What their pages say of their org.
    pub fn org(&self) -> &str {
        &self.org
    }

    /// Where the product is.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Their email address.
    pub fn email(&self) -> String {
        format!("{}@example.com", self.name)
    }
}

/// All of them, with their orgs.
pub async fn twenty(town: &Town) -> Vec<Identity> {
    let mut ada = town.signed_in(ADMIN).await;
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        people.push(one(town, &mut ada, number).await);
    }
    people
}

async fn one(town: &Town, ada: &mut Robot, number: usize) -> Identity {
    let name = format!("zq{number:02}{:08x}", rand::random::<u32>());
    let (org, slug) = (format!("Org {name}"), format!("org-{name}"));
    ada.open("/orgs").await.fill("Org name", &org).fill("Short name for addresses (optional)", &slug);
    ada.fill("Email address of its first admin", &format!("{name}@example.com")).press("Create org").await.status(200);
    let link = ada.select("output").remove(0);
    let mut robot = town.robot();
    robot.open(&link).await.fill("Password", PASSWORD).press("Set password and join").await.status(200);
    robot.open("/profile").await.fill("First name", &name).press("Save name").await.status(200);
    let me = robot.client.get("/user/users/me").await.expect(200).json();
    let user = me["id"].to_string();
    let key = town::make_key(&mut robot, &slug, &user, &format!("first of {name}")).await;
    let (client, program) = (robot.client.clone(), town.client());
    let (membership, base) = (me["orgUserId"].as_i64().unwrap(), town.url.clone());
    Identity { number, client, program, slug, user, membership, token: key.token, base, name, org }
}
