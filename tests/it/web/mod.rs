//! What holds for every request, whatever it is about.

mod addresses;
mod headers;
mod hosts;
mod input;
mod plain_http;
mod proxies;
mod redirects;
mod refusals;
