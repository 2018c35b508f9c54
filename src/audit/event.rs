//! An audit event: what was done to what, with the state before and after. Each feature builds its own in `events.rs`.

use serde_json::Value;

use crate::id::OrgId;

/// What an event is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// `user`, `membership`, `org`, `key`, …
    pub kind: &'static str,
    /// Its id.
    pub id: i64,
    /// Its name, as it was then.
    pub name: String,
}

/// One thing that changed.
#[derive(Debug, Clone)]
pub struct Event {
    /// The org whose chain it belongs to; `None` for what belongs to no org.
    pub org: Option<OrgId>,
    /// What was done, `noun.verb`: `key.deleted`.
    pub action: &'static str,
    /// To what.
    pub target: Target,
    /// The facts that changed, as they were.
    pub before: Option<Value>,
    /// The facts that changed, as they are.
    pub after: Option<Value>,
}

/// An event in the chain of an org where its actor did not act: an org reads addresses, requests and operations of its own place only.
#[derive(Debug, Clone)]
pub struct Echo {
    /// The event.
    pub event: Event,
    /// The part of the actor that the org reads.
    pub by: By,
}

/// The part of an actor that an org reads if the actor did not act there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The actor's name and id.
    Name,
    /// That an admin of another org acted.
    AnotherOrgsAdmin,
}
