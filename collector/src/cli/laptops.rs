//! `moored-collector laptops`: who is enrolled, and taking it back.

use super::GOOD;
use super::NOT_SO;
use super::look;
use super::open;
use super::paper::Paper;
use crate::clock;
use crate::config::Config;
use crate::store;
use crate::store::audit::Actor;
use crate::store::laptops;
use crate::store::read;
use crate::store::read::LaptopRow;
use clap::Args;
use clap::Subcommand;
use jiff::Timestamp;
use model::Sight;
use serde_json::json;

/// What to do with laptops: without a verb, list them.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    /// List all laptops, by host name
    List,
    /// Take a laptop's rights away, at once and for good
    ///
    /// What it has reported stays. To let it report again, enroll it again.
    /// Exit code: 0 revoked, 1 there is no such laptop or it is revoked already.
    Revoke {
        /// The laptop's id, as the list shows it
        id: String,
    },
}

/// Does what the verb says.
pub fn run(config: &Config, arguments: Arguments, paper: &mut Paper) -> anyhow::Result<u8> {
    match arguments.verb {
        None | Some(Verb::List) => list(config, paper),
        Some(Verb::Revoke { id }) => revoke(config, &id, paper),
    }
}

fn list(config: &Config, paper: &mut Paper) -> anyhow::Result<u8> {
    let now = clock::now();
    let laptops = read::laptops(&look(config)?)?;
    let head = ["ID", "HOST", "PLATFORM", "AGENT", "HEARD", "ALERTS", "LEADS", "STATE"];
    paper.list(&laptops, head, |laptop| {
        [
            laptop.id.clone(),
            laptop.host.clone(),
            laptop.platform.clone(),
            laptop.agent.clone(),
            laptop.heard_at.map_or_else(|| "never".to_owned(), |at| at.to_string()),
            laptop.open_alerts.to_string(),
            laptop.open_leads.to_string(),
            state(laptop, now),
        ]
    })?;
    Ok(GOOD)
}

/// What is wrong with the laptop, in short.
fn state(laptop: &LaptopRow, now: Timestamp) -> String {
    if laptop.revoked_at.is_some() {
        return "revoked".to_owned();
    }
    let blind = laptop.sight.iter().filter(|(_, sight)| **sight != Sight::Seeing);
    let mut wrong: Vec<String> = blind.map(|(sensor, _)| format!("{sensor} is blind")).collect();
    if laptop.not_after <= now {
        wrong.push("certificate ended".to_owned());
    }
    if !laptop.gaps.is_empty() {
        wrong.push("reports missing".to_owned());
    }
    if wrong.is_empty() { "good".to_owned() } else { wrong.join(", ") }
}

fn revoke(config: &Config, id: &str, paper: &mut Paper) -> anyhow::Result<u8> {
    let store = open(config)?;
    let change = store::change(&store)?;
    let revoked = laptops::revoke(&change, id, &Actor::Cli, clock::now())?;
    change.commit()?;
    let text =
        if revoked { "revoked" } else { "there is no such laptop, or it is revoked already" };
    paper.one(&json!({ "id": id, "revoked": revoked }), text)?;
    Ok(if revoked { GOOD } else { NOT_SO })
}
