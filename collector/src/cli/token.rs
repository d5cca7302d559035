//! `moored-collector token`: who may enroll laptops.

use super::GOOD;
use super::NOT_SO;
use super::look;
use super::open;
use super::paper::Paper;
use crate::clock;
use crate::config::Config;
use crate::pki;
use crate::secret;
use crate::store;
use crate::store::tokens;
use crate::store::tokens::TokenRow;
use crate::store::tokens::Wanted;
use anyhow::Context;
use clap::Args;
use clap::Subcommand;
use jiff::Timestamp;
use serde_json::json;
use settings::Interval;

/// What to do with tokens.
#[derive(Subcommand)]
pub enum Verb {
    /// Make a token and print it
    ///
    /// It cannot be printed again: only its hash is kept.
    New(New),
    /// List all tokens, newest first
    List,
    /// Take a token back; laptops it has enrolled stay enrolled
    ///
    /// Exit code: 0 revoked, 1 there is no such token or it is revoked already.
    Revoke {
        /// The token's number, as `token list` shows it
        id: i64,
    },
}

/// What the new token is to allow.
#[derive(Args)]
pub struct New {
    /// What it is for, for people to read
    #[arg(long, value_name = "TEXT", default_value = "")]
    label: String,
    /// How long it can be used, such as 12h or 7d
    #[arg(long, value_name = "TIME", default_value = "7d", value_parser = interval)]
    expires: Interval,
    /// How many laptops it enrolls
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    uses: u32,
    /// Let it enroll any number of laptops
    #[arg(long, conflicts_with = "uses")]
    any_number: bool,
    /// The group the laptops belong to, such as `engineering`: suppressions and sinks ask for it
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
}

/// Does what the verb says.
pub fn run(config: &Config, verb: Verb, paper: &mut Paper) -> anyhow::Result<u8> {
    match verb {
        Verb::New(new) => make(config, new, paper),
        Verb::List => list(config, paper),
        Verb::Revoke { id } => revoke(config, id, paper),
    }
}

fn make(config: &Config, new: New, paper: &mut Paper) -> anyhow::Result<u8> {
    let store = open(config)?;
    let authority = pki::named_authority(&config.state, config.agents.own.as_ref())?.context(
        "there is no authority yet: start the collector once, with `moored-collector run`",
    )?;
    let now = clock::now();
    let wanted = Wanted {
        label: new.label,
        expires_at: Some(now.checked_add(new.expires.duration())?),
        uses: (!new.any_number).then_some(new.uses),
        group: new.group,
    };
    let secret = secret::random()?;
    let change = store::change(&store)?;
    let id = tokens::add(&change, &wanted, &secret, now)?;
    change.commit()?;
    let token = format!("{secret}.{}", pki::fingerprint(&authority));
    let told = json!({
        "id": id, "token": token, "label": wanted.label,
        "expires_at": wanted.expires_at, "uses": wanted.uses, "group": wanted.group,
    });
    paper.one(&told, &token)?;
    Ok(GOOD)
}

fn list(config: &Config, paper: &mut Paper) -> anyhow::Result<u8> {
    let now = clock::now();
    let tokens = tokens::list(&look(config)?)?;
    let head = ["ID", "LABEL", "MADE", "USED", "LEFT", "GROUP", "STATE"];
    paper.list(&tokens, head, |token| {
        [
            token.id.to_string(),
            token.label.clone(),
            token.created_at.clone(),
            token.used.to_string(),
            token.uses_left.map_or_else(|| "any".to_owned(), |left| left.to_string()),
            token.group.clone().unwrap_or_default(),
            state(token, now),
        ]
    })?;
    Ok(GOOD)
}

fn state(token: &TokenRow, now: Timestamp) -> String {
    match tokens::usable(token, now) {
        Ok(()) => match &token.expires_at {
            Some(end) => format!("until {end}"),
            None => "for good".to_owned(),
        },
        Err(unusable) => unusable.to_string(),
    }
}

fn revoke(config: &Config, id: i64, paper: &mut Paper) -> anyhow::Result<u8> {
    let store = open(config)?;
    let change = store::change(&store)?;
    let revoked = tokens::revoke(&change, id, clock::now())?;
    change.commit()?;
    let text = if revoked { "revoked" } else { "there is no such token, or it is revoked already" };
    paper.one(&json!({ "id": id, "revoked": revoked }), text)?;
    Ok(if revoked { GOOD } else { NOT_SO })
}

pub(super) fn interval(text: &str) -> Result<Interval, String> {
    Interval::try_from(text.to_owned())
}
