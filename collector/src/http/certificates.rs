//! `POST /v1/enroll` and `POST /v1/renew`: how laptops get their certificates.

use super::Door;
use super::body;
use super::caller;
use super::caller::Caller;
use super::refusal::Refusal;
use crate::clock;
use crate::pki;
use crate::pki::Issued;
use crate::pki::Unissued;
use crate::store::events;
use crate::store::laptops;
use crate::store::tokens;
use crate::store::tokens::Unusable;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use event::Arrival;
use event::Laptop;
use jiff::Timestamp;
use model::Certified;
use model::Enroll;
use model::Renew;
use std::sync::Arc;
use uuid::Uuid;

/// The longest host name and platform, in bytes.
const LONGEST_NAME: usize = 255;

/// Gives a laptop its id and its first certificate, for a token.
///
/// The token is looked at first, so that nobody without one makes us work, and
/// spent last: a request that cannot be granted must not use it up.
pub async fn enroll(State(door): State<Arc<Door>>, body: Body) -> Result<Json<Certified>, Refusal> {
    let now = clock::now();
    let letter: Enroll = body::letter(body).await?;
    if !is_name(&letter.host) || !is_name(&letter.platform) {
        return Err(Refusal::unclear("The letter names no proper host and platform."));
    }
    let token = letter.token.clone();
    door.reader.read(move |store| tokens::find(store, &token, now)?.map_err(unusable)).await?;
    let laptop = Uuid::new_v4().to_string();
    let issued = issue(&door, &letter.csr, &laptop, now)?;
    let certified = certified(&door, &laptop, issued)?;
    let not_after = certified.not_after;
    door.writer
        .write(move |store| {
            let token = tokens::spend(store, &letter.token, now)?.map_err(unusable)?;
            let issued = laptops::Issued { laptop: &laptop, not_after };
            laptops::enroll(store, issued, &letter, now)?;
            laptops::group_as(store, &laptop, token)?;
            Ok::<_, Refusal>(events::greet(store, &arrival(&laptop, letter, now))?)
        })
        .await?;
    tracing::info!(laptop = certified.laptop, "enrolled a laptop");
    Ok(Json(certified))
}

fn arrival(id: &str, letter: Enroll, now: Timestamp) -> Arrival {
    let Enroll { host, platform, serial, .. } = letter;
    let laptop = Laptop { id: id.to_owned(), host, platform, serial, ..Laptop::default() };
    Arrival { uid: format!("enrolled-{id}"), at: now, laptop }
}

/// Gives a laptop its next certificate.
pub async fn renew(
    State(door): State<Arc<Door>>,
    caller: Caller,
    body: Body,
) -> Result<Json<Certified>, Refusal> {
    let Caller { laptop, now, .. } = caller;
    let letter: Renew = body::letter(body).await?;
    let issued = issue(&door, &letter.csr, &laptop, now)?;
    let certified = certified(&door, &laptop, issued)?;
    let not_after = certified.not_after;
    door.writer
        .write(move |store| {
            caller::may_speak(store, &laptop)?;
            let issued = laptops::Issued { laptop: &laptop, not_after };
            Ok::<_, Refusal>(laptops::renew(store, issued, now)?)
        })
        .await?;
    tracing::info!(laptop = certified.laptop, "renewed a laptop's certificate");
    Ok(Json(certified))
}

fn issue(door: &Door, csr: &str, laptop: &str, now: Timestamp) -> Result<Issued, Refusal> {
    let issued = door.authority.issue(csr, laptop, door.limits.lifetime, now);
    issued.map_err(|error| match error {
        Unissued::Request(_) => {
            Refusal::unclear("The certificate signing request is no good.").because(error)
        }
        Unissued::Ours(_) => Refusal::failed(error),
    })
}

fn certified(door: &Door, laptop: &str, issued: Issued) -> Result<Certified, Refusal> {
    let authority = door.shown.authority();
    let authority = authority.ok_or_else(|| Refusal::failed("no certificate is shown"))?;
    Ok(Certified {
        laptop: laptop.to_owned(),
        certificate: issued.chain,
        authority: pki::to_pem(&authority),
        not_before: issued.not_before,
        not_after: issued.not_after,
    })
}

/// All the same to those outside: who guesses learns nothing.
fn unusable(error: Unusable) -> Refusal {
    let outside = "This enrolment token is not valid, or not any more. Ask for a new one.";
    Refusal::new(StatusCode::UNAUTHORIZED, outside).because(format!("token {error}"))
}

fn is_name(text: &str) -> bool {
    (1..=LONGEST_NAME).contains(&text.len()) && !text.chars().any(char::is_control)
}
