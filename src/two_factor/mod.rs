//! What somebody shows besides their password: a code of an authenticator app, good once, or one of ten recovery codes, good
//! once too. Below the features: signing in uses codes up, the profile sets them up, Edit User resets them.

pub mod actions;
pub mod model;
pub mod qr;
pub mod store;
