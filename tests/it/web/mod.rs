//! What holds for every request, whatever it is about.

mod addresses;
mod headers;
mod input;
mod redirects;
mod refusals;
