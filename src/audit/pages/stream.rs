//! A body that comes in pieces from a task of its own. It ends well only if the task says so: in every other case the response
//! breaks off, so that nobody takes a part for the whole.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;
use tokio::sync::mpsc::Receiver;

use crate::error::{Error, Result};

/// What the task sends.
pub(super) enum Piece {
    /// A piece of the body.
    Bytes(Bytes),
    /// That was all of it.
    End,
}

/// The pieces.
pub(super) struct Stream(pub Receiver<Piece>);

impl MessageBody for Stream {
    type Error = Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        self.0.poll_recv(context).map(|piece| match piece {
            Some(Piece::Bytes(bytes)) => Some(Ok(bytes)),
            Some(Piece::End) => None,
            None => Some(Err(Error::Unavailable("The rest cannot be had"))),
        })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use tokio::sync::mpsc;

    use super::*;

    #[actix_web::test]
    async fn a_body_without_an_end_is_an_error() {
        let text = || Piece::Bytes(Bytes::from_static(b"some"));
        let (sender, receiver) = mpsc::channel(2);
        sender.try_send(text()).ok().unwrap();
        drop(sender);
        assert!(to_bytes(Stream(receiver)).await.is_err());
        let (sender, receiver) = mpsc::channel(2);
        sender.try_send(text()).ok().unwrap();
        sender.try_send(Piece::End).ok().unwrap();
        assert_eq!(to_bytes(Stream(receiver)).await.unwrap(), "some");
    }
}
