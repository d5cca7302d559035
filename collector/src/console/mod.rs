//! The console: pages for analysts, written by the server and complete without scripts.
//!
//! It reads the store through its own connections and writes a few things only:
//! accounts and their sessions, tokens of the API, what is done about incidents,
//! suppressions, revocations, the company's list of laptops, and the audit rows
//! of these.

mod answer;
mod now;
mod cookie;
mod sealed;
mod desk;
mod fixed;
mod login;
mod code;
mod provider;
mod waits;
mod analyst;
mod account;
mod users;
mod tokens;
mod words;
mod query;
mod overview;
mod incidents;
mod incident;
mod findings;
mod timeline;
mod laptops;
mod places;
mod assets;
mod signatures;
mod suppressions;
mod sinks;
mod search;
mod audit;
mod live;
#[cfg(test)]
mod tests;

use crate::config::SecondFactor;
use crate::oidc::Provider;
use crate::secret::NoChance;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::get;
use axum::routing::post;
use desk::Desk;
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The largest form taken, in bytes.
const LARGEST_FORM: usize = 16 * 1024;

/// What the console needs from the rest of the collector.
pub struct Console {
    /// The SQLite file, its schema in place.
    pub store: PathBuf,
    /// Moves whenever something a page shows has changed.
    pub changes: watch::Receiver<u64>,
    /// How long somebody stays signed in.
    pub session: Duration,
    /// Whether a one-time code must be asked for.
    pub second_factor: SecondFactor,
    /// Who else may say who people are.
    pub provider: Option<Arc<Provider>>,
    /// Until when incidents are put together and nobody is told.
    pub learn_until: Option<Timestamp>,
}

/// The console's pages; to be served over TLS only, since its cookies insist on it.
pub fn router(console: Console) -> Result<Router, NoChance> {
    let desk = Arc::new(Desk::new(console)?);
    Ok(Router::new()
        .route("/", get(overview::page))
        .route("/login", get(login::page).post(login::sign_in))
        .route("/login/code", get(code::page).post(code::sign_in))
        .route("/logout", post(login::sign_out))
        .route("/search", get(search::page))
        .route("/incidents", get(incidents::list))
        .merge(incident::routes())
        .route("/findings", get(findings::list))
        .route("/findings/{id}", get(findings::one))
        .route("/laptops", get(laptops::list))
        .route("/laptops/{id}", get(laptops::one))
        .route("/laptops/{id}/revoke", post(laptops::revoke))
        .route("/signatures", get(signatures::list))
        .route("/signatures/{id}", get(signatures::one))
        .merge(suppressions::routes())
        .route("/sinks", get(sinks::page))
        .route("/places", get(places::page))
        .route(
            "/assets",
            get(assets::page).post(assets::import).layer(DefaultBodyLimit::max(assets::LARGEST)),
        )
        .route("/audit", get(audit::list))
        .merge(provider::routes())
        .merge(account::routes())
        .merge(users::routes())
        .merge(tokens::routes())
        .route("/live", get(live::stream))
        .route("/static/{name}", get(fixed::file))
        .fallback(answer::missing)
        .method_not_allowed_fallback(answer::wrong_method)
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(middleware::map_response(answer::guard))
        .with_state(desk))
}
