//! Where agents knock: enrolment, reports, renewal.
//!
//! Who speaks is told by the client certificate alone. What is refused is
//! answered with a sentence; what happened inside goes to the log.

mod refusal;
pub mod syn;
pub mod origin;
mod caller;
mod body;
pub mod letter;
mod reports;
mod turns;
mod tcp;
mod echo;
mod certificates;
mod listener;
#[cfg(test)]
mod tests;

use crate::config::Config;
use crate::incident::Rules;
use crate::pki::Authority;
use crate::pki::Shown;
use crate::store::Reader;
use crate::store::Writer;
use axum::Json;
use axum::Router;
use axum::routing::get;
use axum::routing::post;
use origin::Proxies;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use turns::Turns;

pub use listener::Listener;
pub use listener::Patience;

/// Requests decompressed at a time: each may take all that the limit allows.
const DECOMPRESSED_AT_ONCE: usize = 16;

/// Laptops that echo at a time: more would make each other late.
const ECHOES_AT_ONCE: usize = 64;

/// What all requests of agents share.
pub struct Door {
    /// Where changes are handed in.
    pub writer: Writer,
    /// Where it is looked up who may do what.
    pub reader: Reader,
    /// Certifies laptops.
    pub authority: Authority,
    /// The certificate shown here.
    pub shown: Arc<Shown>,
    /// Those who may say for whom they speak.
    pub proxies: Proxies,
    rules: Rules,
    /// The landmarks whose measurements are kept.
    pub landmarks: BTreeSet<String>,
    turns: Turns,
    limits: Limits,
    decompressing: Semaphore,
    echoing: Arc<Semaphore>,
}

/// The operator's limits.
#[derive(Clone, Copy)]
struct Limits {
    lifetime: Duration,
    body: u64,
    decompressed: u64,
}

impl Door {
    /// A door with the limits of the configuration.
    pub fn new(
        (writer, reader): (Writer, Reader),
        authority: Authority,
        shown: Arc<Shown>,
        config: &Config,
    ) -> Self {
        let limits = Limits {
            lifetime: config.certificates.lifetime.duration(),
            body: config.agents.body_limit.bytes(),
            decompressed: config.agents.decompressed_limit.bytes(),
        };
        let decompressing = Semaphore::new(DECOMPRESSED_AT_ONCE);
        let echoing = Arc::new(Semaphore::new(ECHOES_AT_ONCE));
        let proxies = Proxies::new(&config.place.proxies);
        Self {
            rules: config.incidents.rules(),
            turns: Turns::default(),
            writer,
            reader,
            authority,
            shown,
            proxies,
            landmarks: config.place.landmarks.keys().cloned().collect(),
            limits,
            decompressing,
            echoing,
        }
    }
}

/// All that agents may ask.
pub fn router(door: Arc<Door>) -> Router {
    Router::new()
        .route("/v1/enroll", post(certificates::enroll))
        .route("/v1/renew", post(certificates::renew))
        .route("/v1/reports", post(reports::take))
        .route("/v1/echo", get(echo::begin))
        .route("/v1/health", get(health))
        .fallback(refusal::missing)
        .method_not_allowed_fallback(refusal::wrong_method)
        .with_state(door)
}

async fn health() -> Json<serde_json::Value> {
    Json(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}
