//! Swagger Docs, as people meet them.

pub mod rows;
