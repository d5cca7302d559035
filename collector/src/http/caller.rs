//! The laptop that asks: known by its certificate, and not revoked.

use super::Door;
use super::origin::Origin;
use super::refusal::Refusal;
use crate::clock;
use crate::pki::Peer;
use crate::store::laptops;
use crate::store::laptops::Standing;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use jiff::Timestamp;
use rusqlite::Connection;
use std::sync::Arc;

/// The laptop that asks, and when.
pub struct Caller {
    /// Its id.
    pub laptop: String,
    /// When the request arrived.
    pub now: Timestamp,
    /// Where it came from.
    pub origin: Origin,
}

impl FromRequestParts<Arc<Door>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, door: &Arc<Door>) -> Result<Self, Refusal> {
        let now = clock::now();
        let peer = parts.extensions.remove::<Peer>().ok_or_else(stranger)?;
        if peer.not_after <= now {
            let outside = "This laptop's certificate has ended. Enroll it again.";
            return Err(Refusal::new(StatusCode::UNAUTHORIZED, outside).because(peer.laptop));
        }
        let origin = parts.extensions.get::<Origin>().copied();
        let origin = origin.ok_or_else(|| Refusal::failed("a request of no connection"))?;
        let origin = door.proxies.behind(origin, &parts.headers);
        let laptop = peer.laptop.clone();
        door.reader.read(move |store| may_speak(store, &laptop)).await?;
        Ok(Self { laptop: peer.laptop, now, origin })
    }
}

/// Refuses a laptop that was revoked, by whomever, or is not known.
pub fn may_speak(store: &Connection, laptop: &str) -> Result<(), Refusal> {
    let (status, outside) = match laptops::standing(store, laptop)? {
        Standing::Enrolled => return Ok(()),
        Standing::Revoked => (StatusCode::FORBIDDEN, "This laptop's certificate was revoked."),
        Standing::Unknown => {
            (StatusCode::UNAUTHORIZED, "This laptop is not known here. Enroll it again.")
        }
    };
    Err(Refusal::new(status, outside).because(laptop))
}

fn stranger() -> Refusal {
    let outside = "Only laptops may do this, and you showed no certificate. Enroll first.";
    Refusal::new(StatusCode::UNAUTHORIZED, outside)
}
