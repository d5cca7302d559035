//! `moored-collector api-token`: which programs may ask what of the API.

use super::GOOD;
use super::NOT_SO;
use super::look;
use super::open;
use super::paper::Paper;
use crate::clock;
use crate::config::Config;
use crate::store;
use crate::store::api_tokens;
use crate::store::api_tokens::ApiTokenRow;
use crate::store::api_tokens::Scope;
use crate::store::api_tokens::Wanted;
use crate::store::audit::Actor;
use clap::Args;
use clap::Subcommand;
use jiff::Timestamp;
use serde_json::json;
use settings::Interval;

/// What to do with tokens of the API.
#[derive(Subcommand)]
pub enum Verb {
    /// Make a token and print it
    ///
    /// It cannot be printed again: only its hash is kept.
    Create(Create),
    /// List all tokens, newest first
    List,
    /// Take a token back, at once
    ///
    /// Exit code: 0 revoked, 1 there is no such token or it is revoked already.
    Revoke {
        /// The token's number, as `api-token list` shows it
        id: i64,
    },
}

/// What the new token is to allow.
#[derive(Args)]
pub struct Create {
    /// What it is for, for people to read
    #[arg(long, value_name = "TEXT")]
    label: String,
    /// What it allows, such as findings:read; may be given several times
    #[arg(long = "scope", value_name = "SCOPE", required = true)]
    scopes: Vec<Scope>,
    /// How long it can be used, such as 12h or 90d
    #[arg(long, value_name = "TIME", default_value = "90d", value_parser = super::token::interval)]
    expires: Interval,
    /// Let it have no end
    #[arg(long, conflicts_with = "expires")]
    no_end: bool,
}

/// Does what the verb says.
pub fn run(config: &Config, verb: Verb, paper: &mut Paper) -> anyhow::Result<u8> {
    match verb {
        Verb::Create(create) => make(config, create, paper),
        Verb::List => list(config, paper),
        Verb::Revoke { id } => revoke(config, id, paper),
    }
}

fn make(config: &Config, create: Create, paper: &mut Paper) -> anyhow::Result<u8> {
    let (store, now) = (open(config)?, clock::now());
    let Create { label, mut scopes, expires, no_end } = create;
    scopes.sort();
    scopes.dedup();
    let end = now.checked_add(expires.duration())?;
    let wanted = Wanted { label, scopes, expires_at: (!no_end).then_some(end) };
    let secret = api_tokens::new_secret()?;
    let change = store::change(&store)?;
    let id = api_tokens::add(&change, &wanted, &secret, &Actor::Cli, now)?;
    change.commit()?;
    let told = json!({
        "id": id, "token": secret, "label": wanted.label, "scopes": wanted.scopes,
        "expires_at": wanted.expires_at,
    });
    paper.one(&told, &secret)?;
    Ok(GOOD)
}

fn list(config: &Config, paper: &mut Paper) -> anyhow::Result<u8> {
    let now = clock::now();
    let tokens = api_tokens::list(&look(config)?)?;
    let head = ["ID", "LABEL", "SCOPES", "MADE", "BY", "LAST USED", "STATE"];
    paper.list(&tokens, head, |token| {
        [
            token.id.to_string(),
            token.label.clone(),
            api_tokens::joined(&token.scopes),
            token.created_at.clone(),
            token.actor.clone(),
            token.last_at.clone().unwrap_or_else(|| "never".to_owned()),
            state(token, now),
        ]
    })?;
    Ok(GOOD)
}

fn state(token: &ApiTokenRow, now: Timestamp) -> String {
    match &token.expires_at {
        _ if token.revoked_at.is_some() => "revoked".to_owned(),
        Some(_) if !api_tokens::is_usable(token, now) => "expired".to_owned(),
        Some(end) => format!("until {end}"),
        None => "good".to_owned(),
    }
}

fn revoke(config: &Config, id: i64, paper: &mut Paper) -> anyhow::Result<u8> {
    let store = open(config)?;
    let change = store::change(&store)?;
    let revoked = api_tokens::revoke(&change, id, &Actor::Cli, clock::now())?;
    change.commit()?;
    let text = if revoked { "revoked" } else { "there is no such token, or it is revoked already" };
    paper.one(&json!({ "id": id, "revoked": revoked }), text)?;
    Ok(if revoked { GOOD } else { NOT_SO })
}
