//! `moored-collector suppressions`: what alerts nobody for a time.

use super::GOOD;
use super::NOT_SO;
use super::look;
use super::open;
use super::paper::Paper;
use crate::clock;
use crate::config::Config;
use crate::store;
use crate::store::audit::Actor;
use crate::store::suppressions;
use crate::store::suppressions::Suppression;
use crate::store::suppressions::Which;
use clap::Args;
use clap::Subcommand;
use jiff::Timestamp;
use serde_json::json;
use settings::Interval;

/// What to do with suppressions.
#[derive(Subcommand)]
pub enum Verb {
    /// Let findings of a tool, a signature, a group or a laptop alert nobody for a time
    ///
    /// All that is named must meet. What is suppressed is still kept and shown, and does not
    /// count in incidents; when the time is over it alerts if it still holds.
    Add(Add),
    /// List all, the newest first
    List,
    /// End one before its time
    ///
    /// Exit code: 0 ended, 1 there is none that holds.
    End {
        /// Its number, as the list shows it
        id: i64,
    },
}

/// Which findings, why and for how long.
#[derive(Args)]
pub struct Add {
    /// The remote tool, such as anydesk
    #[arg(long, value_name = "ID")]
    tool: Option<String>,
    /// The signature, such as kvm.pikvm, or a family: `kvm.*`
    #[arg(long, value_name = "ID")]
    signature: Option<String>,
    /// The group of laptops
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
    /// The laptop's id
    #[arg(long, value_name = "ID")]
    laptop: Option<String>,
    /// Why, for those who come after
    #[arg(long, value_name = "TEXT")]
    why: String,
    /// For how long, such as 12h or 30d
    #[arg(long = "for", value_name = "TIME", value_parser = interval)]
    length: Interval,
}

/// Does what the verb says.
pub fn run(config: &Config, verb: Verb, paper: &mut Paper) -> anyhow::Result<u8> {
    match verb {
        Verb::Add(add) => make(config, add, paper),
        Verb::List => list(config, paper),
        Verb::End { id } => end(config, id, paper),
    }
}

fn make(config: &Config, add: Add, paper: &mut Paper) -> anyhow::Result<u8> {
    let now = clock::now();
    let Add { tool, signature, group, laptop, why, length } = add;
    let which = Which { tool, signature, group, laptop };
    let until = now.checked_add(length.duration())?;
    suppressions::fits(&which, (&why, until), now).map_err(anyhow::Error::msg)?;
    let store = open(config)?;
    let change = store::change(&store)?;
    let id = suppressions::add(&change, &which, (why.trim(), until), &Actor::Cli, now)?;
    change.commit()?;
    let text = format!("suppression {id}: {} until {until}", which.words());
    paper.one(&json!({ "id": id, "which": which, "until": until }), &text)?;
    Ok(GOOD)
}

fn list(config: &Config, paper: &mut Paper) -> anyhow::Result<u8> {
    let now = clock::now();
    let all = suppressions::all(&look(config)?)?;
    let head = ["ID", "WHICH", "STATE", "BY", "WHY"];
    paper.list(&all, head, |one| {
        let Suppression { id, which, why, actor, .. } = one;
        [id.to_string(), which.words(), state(one, now), actor.clone(), why.clone()]
    })?;
    Ok(GOOD)
}

fn state(one: &Suppression, now: Timestamp) -> String {
    match one.ended_at {
        Some(at) => format!("ended {at}"),
        None if one.holds(now) => format!("until {}", one.until),
        None => format!("over since {}", one.until),
    }
}

fn end(config: &Config, id: i64, paper: &mut Paper) -> anyhow::Result<u8> {
    let store = open(config)?;
    let change = store::change(&store)?;
    let ended = suppressions::end(&change, id, &Actor::Cli, clock::now())?;
    change.commit()?;
    let text = if ended { "ended" } else { "there is no such suppression, or it is over" };
    paper.one(&json!({ "id": id, "ended": ended }), text)?;
    Ok(if ended { GOOD } else { NOT_SO })
}

fn interval(text: &str) -> Result<Interval, String> {
    Interval::try_from(text.to_owned())
}
