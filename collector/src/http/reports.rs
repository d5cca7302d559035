//! `POST /v1/reports`: what laptops have to say.

use super::Door;
use super::body;
use super::caller;
use super::caller::Caller;
use super::letter;
use super::refusal::Refusal;
use crate::figures;
use crate::incident;
use crate::ingest;
use crate::store::crossings;
use crate::store::exits;
use crate::store::landmarks;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use jiff::SignedDuration;
use jiff::Timestamp;
use model::Acknowledged;
use model::Landmark;
use model::Report;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// How far the time of a report may be from ours for what it measured to be of
/// the exit it comes by.
const FRESH: SignedDuration = SignedDuration::from_mins(10);

/// Takes reports in, and acknowledges them once they are on disk.
pub async fn take(
    State(door): State<Arc<Door>>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Acknowledged>, Refusal> {
    if headers.get(header::CONTENT_ENCODING).is_none_or(|encoding| encoding != "zstd") {
        let outside = "Reports must be sent with Content-Encoding: zstd.";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, outside));
    }
    let Caller { laptop, now, origin } = caller;
    let bytes = body::whole(body, door.limits.body).await?;
    let reports = decoded(&door, bytes).await.map_err(|refusal| refusal.of(&laptop))?;
    let acknowledged = acknowledged(&reports);
    let rules = door.rules.clone();
    let measured = measured(&reports, &door.landmarks, now);
    let count = reports.len();
    let crossing = door.turns.note(&laptop, origin.exit, now);
    door.writer
        .write(move |store| {
            // It may have been revoked while we were reading.
            caller::may_speak(store, &laptop)?;
            if ingest::take(store, &laptop, &reports, now)? {
                incident::of_laptop(store, &laptop, &rules, now)?;
            }
            for landmark in &measured {
                landmarks::add(store, &laptop, (origin.exit, landmark), now)?;
            }
            if let Some(crossing) = &crossing {
                crossings::add(store, &laptop, crossing)?;
            }
            Ok::<_, Refusal>(exits::seen(store, &laptop, origin.exit, now)?)
        })
        .await?;
    figures::taken(count);
    Ok(Json(acknowledged))
}

async fn decoded(door: &Door, bytes: Vec<u8>) -> Result<Vec<Report>, Refusal> {
    let limit = door.limits.decompressed;
    let _permit = door.decompressing.acquire().await.map_err(Refusal::busy)?;
    let decoding = tokio::task::spawn_blocking(move || letter::reports(&bytes, limit));
    decoding.await.unwrap_or_else(|error| Err(Refusal::failed(error)))
}

/// What was measured just now, of landmarks the operator has named. What comes
/// later may have been measured from another exit than it comes by.
fn measured(reports: &[Report], known: &BTreeSet<String>, now: Timestamp) -> Vec<Landmark> {
    let fresh = reports.iter().filter(|report| now.duration_since(report.at).abs() <= FRESH);
    let all = fresh.flat_map(|report| &report.landmarks);
    let mut measured: BTreeMap<&str, &Landmark> = BTreeMap::new();
    for landmark in all.filter(|landmark| known.contains(&landmark.name)) {
        let least = measured.entry(&landmark.name).or_insert(landmark);
        if landmark.microseconds < least.microseconds {
            *least = landmark;
        }
    }
    measured.into_values().cloned().collect()
}

fn acknowledged(reports: &[Report]) -> Acknowledged {
    let run = reports.first().map(|report| report.run.clone()).unwrap_or_default();
    let through = reports.iter().map(|report| report.sequence).max().unwrap_or_default();
    Acknowledged { run, through }
}
