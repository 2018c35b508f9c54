//! The audit trail: no event, no change; and what is written stays as it was written.

mod chain;
mod trail;
