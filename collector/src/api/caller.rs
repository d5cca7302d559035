//! Who asks: a program, by its token.

use super::gate::Gate;
use super::problem::Problem;
use crate::clock;
use crate::store::api_tokens;
use crate::store::api_tokens::ApiTokenRow;
use crate::store::api_tokens::Scope;
use crate::store::audit::Actor;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::http::request::Parts;
use jiff::Timestamp;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// A program with a token that counts, and when it asks.
pub struct Caller {
    /// When the request arrived.
    pub now: Timestamp,
    token: ApiTokenRow,
    _turn: OwnedSemaphorePermit,
}

impl Caller {
    /// Refuses what the token's scopes do not allow.
    pub fn may(&self, scope: Scope) -> Result<(), Problem> {
        if self.token.scopes.contains(&scope) {
            return Ok(());
        }
        let detail = format!("This token has not the scope {scope}.");
        Err(Problem::new(StatusCode::FORBIDDEN, detail))
    }

    /// It, as the audit trail names it.
    pub fn actor(&self) -> Actor {
        Actor::Token(self.token.id)
    }
}

impl FromRequestParts<Arc<Gate>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gate: &Arc<Gate>) -> Result<Self, Problem> {
        let now = clock::now();
        let secret = bearer(&parts.headers).ok_or_else(unknown)?.to_owned();
        let found = gate.read(move |store| Ok(api_tokens::find(store, &secret, now)?)).await?;
        let token = found.ok_or_else(unknown)?;
        let turn = gate.count(token.id, now)?;
        if api_tokens::is_news(&token, now) {
            let id = token.id;
            gate.write(move |store| Ok(api_tokens::used(store, id, now)?)).await?;
        }
        Ok(Self { now, token, _turn: turn })
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

fn unknown() -> Problem {
    let detail = "Send a token that is valid: `Authorization: Bearer moored_…`.";
    Problem::new(StatusCode::UNAUTHORIZED, detail)
}
