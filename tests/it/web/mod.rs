//! What holds for every request, whatever it is about.

mod headers;
mod input;
mod refusals;
