//! Taking a request's body in: no more than its bound, no longer than its time.

use crate::error::ApiError;
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt};
use std::time::Duration;

/// Longest time from the head of a request to the end of its body.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The whole body.
pub async fn read(
    payload: impl Stream<Item = Result<Bytes, PayloadError>> + Unpin,
    bytes_max: usize,
) -> Result<Vec<u8>, ApiError> {
    read_within(TIMEOUT, payload, bytes_max).await
}

async fn read_within(
    timeout: Duration,
    mut payload: impl Stream<Item = Result<Bytes, PayloadError>> + Unpin,
    bytes_max: usize,
) -> Result<Vec<u8>, ApiError> {
    let whole = async {
        let mut body = Vec::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|error| ApiError::BadRequest { code: "invalid_body", message: error.to_string() })?;
            if body.len() + chunk.len() > bytes_max {
                return Err(ApiError::TooLarge { limit: bytes_max });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    };
    tokio::time::timeout(timeout, whole).await.unwrap_or(Err(ApiError::RequestTimeout))
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    #[actix_web::test]
    async fn a_body_has_a_bound_and_a_time() {
        let pieces = |n: usize| stream::iter((0..n).map(|_| Ok(Bytes::from_static(b"0123456789"))));
        assert_eq!(read(pieces(2), 20).await.unwrap(), b"01234567890123456789");
        assert!(matches!(read(pieces(3), 20).await, Err(ApiError::TooLarge { limit: 20 })));
        let dripping = Box::pin(stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            Some((Ok(Bytes::from_static(b"x")), ()))
        }));
        let read = read_within(Duration::from_millis(50), dripping, 1_000_000).await;
        assert!(matches!(read, Err(ApiError::RequestTimeout)), "each piece in time, the whole not");
    }
}
