//! What only a real browser can prove. The sessions themselves are `support::browser`'s.

mod mission;
mod pages;
mod two_factor;
