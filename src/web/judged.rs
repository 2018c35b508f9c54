//! The caller's right comes before what is wrong with the input: a caller who may not act learns nothing about the input.

use super::site::Site;
use crate::access::Act;
use crate::error::Result;

impl Site {
    /// Returns the input of a form for the installation.
    ///
    /// # Errors
    /// If the input is invalid: why the caller may not act, or else what is wrong with the input.
    pub async fn judge_own<T>(&self, act: Act, input: Result<T>) -> Result<T> {
        if input.is_err() {
            self.read_own(move |_, actor| actor.require(act)).await?;
        }
        input
    }

    /// Returns the input of a REST call.
    ///
    /// # Errors
    /// As `judge_own`.
    pub async fn api_judge<T>(&self, act: Act, input: Result<T>) -> Result<T> {
        if input.is_err() {
            self.api_read(move |_, scope| scope.require(act)).await?;
        }
        input
    }
}
