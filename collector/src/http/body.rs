//! A request's body, read whole within bounds of size and time.

use super::refusal::Refusal;
use axum::body::Body;
use axum::http::StatusCode;
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_mins(1);

/// The largest letter in JSON, in bytes.
const LARGEST_LETTER: u64 = 64 << 10;

/// All of the body.
///
/// Of one that is too large somewhat more is read, and thrown away: who is
/// still writing would not hear why it is refused.
pub async fn whole(mut body: Body, limit: u64) -> Result<Vec<u8>, Refusal> {
    let read = async {
        let mut whole = Vec::new();
        let mut size = 0;
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame?.into_data() else { continue };
            size += data.len() as u64;
            if size <= limit {
                whole.extend_from_slice(&data);
            } else if size > limit.saturating_mul(8) {
                break;
            }
        }
        Ok::<_, axum::Error>((whole, size))
    };
    let late = |_| Refusal::new(StatusCode::REQUEST_TIMEOUT, "The request took too long.");
    let read = tokio::time::timeout(PATIENCE, read).await.map_err(late)?;
    let broken = |error| Refusal::unclear("The request broke off.").because(error);
    let (whole, size) = read.map_err(broken)?;
    if size > limit {
        return Err(Refusal::too_large(format!("The request is larger than {limit} bytes.")));
    }
    Ok(whole)
}

/// A letter in JSON. Where it is wrong is told, not what it says: that may be a secret.
pub async fn letter<T: DeserializeOwned>(body: Body) -> Result<T, Refusal> {
    let bytes = whole(body, LARGEST_LETTER).await?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Refusal::unclear(format!("The letter cannot be read from line {line}, column {column} on."))
    })
}
