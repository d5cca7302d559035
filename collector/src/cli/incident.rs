//! `moored-collector incidents`: what needs a person, and what people do about it.

use super::GOOD;
use super::NOT_SO;
use super::look;
use super::open;
use super::paper::Paper;
use super::paper::harmless;
use crate::clock;
use crate::config::Config;
use crate::incident::hands;
use crate::incident::hands::Act;
use crate::incident::hands::Undone;
use crate::store;
use crate::store::audit::Actor;
use crate::store::incidents::Kept;
use crate::store::read;
use crate::store::read::IncidentDetail;
use crate::store::read::Wanted;
use clap::Args;
use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;
use event::Outcome;
use event::State;
use jiff::Timestamp;
use settings::Interval;
use std::fmt::Write;

/// Which incidents to list: without an option, those that are not closed.
#[derive(Args)]
pub struct Arguments {
    /// Show this one in full: its story, its evidence, what to do
    #[arg(value_name = "ID", conflicts_with_all = ["all", "laptop"])]
    id: Option<i64>,
    /// List closed ones as well
    #[arg(long)]
    all: bool,
    /// Only those of this laptop
    #[arg(long, value_name = "ID")]
    laptop: Option<String>,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    /// Say that somebody looks into it
    Acknowledge(Noted),
    /// Let it be silent for a time
    Suppress {
        /// For how long, such as 12h or 7d
        #[arg(long = "for", value_name = "TIME", value_parser = interval)]
        length: Interval,
        #[command(flatten)]
        noted: Noted,
    },
    /// Close it, and say what it was
    Close {
        /// What it was: true, benign (as it looked, and allowed) or false
        #[arg(long = "as", value_name = "OUTCOME", value_parser = outcomes())]
        outcome: Outcome,
        #[command(flatten)]
        noted: Noted,
    },
    /// Open a closed or silent one again
    Reopen(Noted),
    /// Add a note to it
    Note(Noted),
}

#[derive(Args)]
struct Noted {
    /// Its number
    #[arg(value_name = "ID")]
    id: i64,
    /// Why, for those who come after
    #[arg(long, value_name = "TEXT", default_value = "")]
    note: String,
}

fn outcomes() -> impl TypedValueParser<Value = Outcome> {
    PossibleValuesParser::new(Outcome::ALL.map(Outcome::name))
        .try_map(|name| Outcome::named(&name).ok_or("there is no such outcome"))
}

fn interval(text: &str) -> Result<Interval, String> {
    Interval::try_from(text.to_owned())
}

/// Lists incidents, shows one, or does something about one.
pub fn run(config: &Config, arguments: Arguments, paper: &mut Paper) -> anyhow::Result<u8> {
    match (arguments.verb, arguments.id) {
        (Some(verb), _) => act(config, verb, paper),
        (None, Some(id)) => show(config, id, paper),
        (None, None) => list(config, arguments.all, arguments.laptop, paper),
    }
}

fn list(
    config: &Config,
    all: bool,
    laptop: Option<String>,
    paper: &mut Paper,
) -> anyhow::Result<u8> {
    let open_states = vec![State::Open, State::Acknowledged, State::Suppressed];
    let states = if all { Vec::new() } else { open_states };
    let wanted = Wanted { states, laptop, ..Wanted::default() };
    let found = read::incidents(&look(config)?, &wanted, None, u32::MAX)?;
    let head = ["ID", "CHANGED", "STATE", "SEVERITY", "CONFIDENCE", "LAPTOPS", "TITLE"];
    paper.list(&found, head, |incident| {
        let outcome = incident.outcome.map(|outcome| format!(" ({outcome})"));
        let more =
            incident.laptops.saturating_sub(u32::try_from(incident.hosts.len()).unwrap_or(0));
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        [
            incident.id.to_string(),
            incident.changed_at.to_string(),
            format!("{}{}", incident.state, outcome.unwrap_or_default()),
            incident.severity.to_string(),
            format!("{} ({})", incident.confidence, incident.score),
            incident.hosts.join(", ") + &more,
            incident.title.clone(),
        ]
    })?;
    Ok(GOOD)
}

fn show(config: &Config, id: i64, paper: &mut Paper) -> anyhow::Result<u8> {
    let Some(incident) = read::incident(&look(config)?, id)? else {
        return refused(&format!("there is no incident {id}"), paper);
    };
    paper.one(&incident, &story(&incident))?;
    Ok(GOOD)
}

fn act(config: &Config, verb: Verb, paper: &mut Paper) -> anyhow::Result<u8> {
    let now = clock::now();
    let (act, noted) = match verb {
        Verb::Acknowledge(noted) => (Act::Acknowledge, noted),
        Verb::Suppress { length, noted } => {
            (Act::Suppress(now.checked_add(length.duration())?), noted)
        }
        Verb::Close { outcome, noted } => (Act::Close(outcome), noted),
        Verb::Reopen(noted) => (Act::Reopen, noted),
        Verb::Note(noted) => (Act::Note, noted),
    };
    match done(config, (&act, &noted), now)? {
        Ok(after) => {
            let text = format!("incident {} is {}", after.id, after.state);
            paper.one(&serde_json::json!({ "id": after.id, "state": after.state }), &text)?;
            Ok(GOOD)
        }
        Err(text) => refused(&text, paper),
    }
}

fn done(
    config: &Config,
    (act, noted): (&Act, &Noted),
    now: Timestamp,
) -> anyhow::Result<Result<Kept, String>> {
    let store = open(config)?;
    let change = store::change(&store)?;
    match hands::act(&change, noted.id, (act, &noted.note), &Actor::Cli, now) {
        Ok(after) => {
            change.commit()?;
            Ok(Ok(after))
        }
        Err(Undone::Store(error)) => Err(error.into()),
        Err(refused) => Ok(Err(refused.to_string())),
    }
}

fn refused(text: &str, paper: &mut Paper) -> anyhow::Result<u8> {
    paper.one(&model::Refused { error: text.to_owned() }, text)?;
    Ok(NOT_SO)
}

/// An incident as a text to read.
fn story(incident: &IncidentDetail) -> String {
    let IncidentDetail { row, told, steps } = incident;
    let outcome = row.outcome.map(|outcome| format!(" as {outcome}")).unwrap_or_default();
    let mut text = format!(
        "{}\n{}{outcome}, {} severity, {} confidence ({} of 100), since {}\n",
        row.title, row.state, row.severity, row.confidence, row.score, row.opened_at
    );
    for laptop in &told.laptops {
        let said = [&laptop.serial, &laptop.person, &laptop.group];
        let said: Vec<&str> = said.into_iter().flatten().map(String::as_str).collect();
        let _ = writeln!(text, "on {} ({}) {}", laptop.host, laptop.id, said.join(", "));
    }
    text += "\nWhat was found, in order of time:\n";
    for member in &told.findings {
        let finding = &member.finding;
        let end = finding.closed.map(|at| format!(", until {at}")).unwrap_or_default();
        let _ = writeln!(
            text,
            "    {}  {} ({}, {}, finding {}{end})",
            finding.opened, finding.title, finding.standing, finding.signature, member.id
        );
    }
    text += "\nWhat its confidence is made of:\n";
    for reason in &told.reasons {
        let _ = writeln!(text, "    {:+5.0}  {}", reason.weight, reason.text);
    }
    for (head, lines) in [
        ("What could be innocent", &told.innocent),
        ("What would refute it", &told.refutes),
        ("What to do next", &told.steps),
    ] {
        let _ = writeln!(text, "\n{head}:");
        for (place, line) in lines.iter().enumerate() {
            let _ = writeln!(text, "    {}. {}", place + 1, line.replace('\n', " "));
        }
    }
    text += "\nWhat happened to it:\n";
    for step in steps {
        let _ = writeln!(text, "    {}  {} by {}: {}", step.at, step.what, step.actor, step.note);
    }
    let lines: Vec<String> = text.trim_end().lines().map(harmless).collect();
    lines.join("\n")
}
