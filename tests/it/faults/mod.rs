//! Faults that the running product has to survive: what goes wrong, what people are told, and what is there afterwards.

mod clock;
mod deaf;
mod disk;
mod edges;
mod full_disk;
mod full_postgres;
mod gate;
mod gone;
mod house;
mod locked;
mod lost_commit;
mod lost_group;
mod migrations;
mod newer;
mod operations;
mod panics;
mod pool;
mod queue;
mod read_only;
mod refused;
pub mod rows;
mod sigterm;
mod slow;
mod start;
mod syncs;
mod trace;
mod writers;
