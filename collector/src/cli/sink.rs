//! `moored-collector sink`: where events are sent, and how that goes.

use super::GOOD;
use super::NOT_SO;
use super::look;
use super::open;
use super::paper::Paper;
use crate::clock;
use crate::config::Config;
use crate::sinks::Failure;
use crate::sinks::Sink;
use crate::sinks::Taken;
use crate::sinks::Wanted;
use crate::store::deliveries;
use crate::store::deliveries::Dead;
use crate::store::deliveries::Figures;
use anyhow::Context;
use anyhow::anyhow;
use clap::Subcommand;
use event::Event;
use event::Record;
use jiff::Timestamp;
use serde_json::json;
use std::time::Duration;
use uuid::Uuid;

/// How long an attempt may take.
const PATIENCE: Duration = Duration::from_secs(90);

/// What to do with sinks.
#[derive(Subcommand)]
pub enum Verb {
    /// List the sinks and how they fare
    List,
    /// Send one event that is marked as a test, and tell what happened
    ///
    /// It goes straight to the sink, whatever waits for it. Exit code: 0 the sink took it, 1 it
    /// did not, or there is no such sink.
    Test {
        /// The sink, as the configuration names it
        name: String,
    },
    /// List what a sink has refused, or send that again
    ///
    /// Exit code: 0 nothing is refused, 1 something is, or there is no such sink.
    Dead {
        /// The sink, as the configuration names it
        name: String,
        /// Send it again; what is taken now is no longer listed
        #[arg(long)]
        retry: bool,
    },
}

/// Does what the verb says.
pub fn run(config: &Config, verb: Verb, paper: &mut Paper) -> anyhow::Result<u8> {
    match verb {
        Verb::List => list(config, paper),
        Verb::Test { name } => test(config, &name, paper),
        Verb::Dead { name, retry: false } => dead(config, &name, paper),
        Verb::Dead { name, retry: true } => retry(config, &name, paper),
    }
}

fn find<'a>(config: &'a Config, name: &str) -> anyhow::Result<&'a Wanted> {
    config.sinks.iter().find(|wanted| wanted.name == name).with_context(|| {
        let names: Vec<&str> = config.sinks.iter().map(|wanted| wanted.name.as_str()).collect();
        match names.as_slice() {
            [] => format!("there is no sink `{name}`: the configuration has none"),
            names => format!("there is no sink `{name}`; there are {}", names.join(", ")),
        }
    })
}

fn list(config: &Config, paper: &mut Paper) -> anyhow::Result<u8> {
    let figures = deliveries::figures(&look(config)?)?;
    let head = ["NAME", "KIND", "SENT", "WAITING", "REFUSED", "LOST", "FAILED", "LAST", "ERROR"];
    let kind = |figures: &Figures| {
        let wanted = config.sinks.iter().find(|wanted| wanted.name == figures.name);
        wanted.map_or("(removed)", |wanted| wanted.kind.name()).to_owned()
    };
    paper.list(&figures, head, |figures| {
        [
            figures.name.clone(),
            kind(figures),
            figures.sent.to_string(),
            figures.waiting.to_string(),
            figures.dead.to_string(),
            figures.lost.to_string(),
            figures.failed.to_string(),
            figures.last_at.clone().unwrap_or_else(|| "never".to_owned()),
            figures.error.clone().unwrap_or_default(),
        ]
    })?;
    Ok(GOOD)
}

fn test(config: &Config, name: &str, paper: &mut Paper) -> anyhow::Result<u8> {
    let wanted = find(config, name)?;
    let event = Event::test(Uuid::new_v4().to_string(), clock::now());
    let uid = event.uid.clone();
    let records = wanted.format.records(&event.into(), wanted.filter.detail);
    let problem = attempt(wanted, &records)?.err();
    let told = json!({ "sink": name, "uid": uid, "taken": problem.is_none(), "problem": problem });
    let text = match &problem {
        None => format!("{name} took the test event {uid}"),
        Some(problem) => format!("{name} did not take the test event {uid}: {problem}"),
    };
    paper.one(&told, &text)?;
    Ok(if problem.is_none() { GOOD } else { NOT_SO })
}

fn dead(config: &Config, name: &str, paper: &mut Paper) -> anyhow::Result<u8> {
    find(config, name)?;
    let dead = deliveries::dead(&look(config)?, name)?;
    for Dead { number, at, why, news } in &dead {
        let uid = news.uid();
        let told = json!({ "event": number, "uid": uid, "refused_at": at, "why": why });
        paper.line(&told, &format!("{number}  {at}  {uid}  {}", super::paper::harmless(why)))?;
    }
    Ok(if dead.is_empty() { GOOD } else { NOT_SO })
}

fn retry(config: &Config, name: &str, paper: &mut Paper) -> anyhow::Result<u8> {
    let wanted = find(config, name)?;
    let store = open(config)?;
    let mut left = 0;
    for Dead { number, news, .. } in deliveries::dead(&store, name)? {
        let records = wanted.format.records(&news, wanted.filter.detail);
        let problem = attempt(wanted, &records)?.err();
        if problem.is_none() {
            deliveries::revive(&store, name, number)?;
        } else {
            left += 1;
        }
        let told = json!({ "event": number, "uid": news.uid(), "problem": problem });
        let text = match &problem {
            None => format!("{number}  taken"),
            Some(problem) => format!("{number}  {}", super::paper::harmless(problem)),
        };
        paper.line(&told, &text)?;
    }
    Ok(if left == 0 { GOOD } else { NOT_SO })
}

/// Sends once; the inner error is what the sink says.
fn attempt(wanted: &Wanted, records: &[Record]) -> anyhow::Result<Result<(), String>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let now = clock::now();
    Ok(runtime.block_on(async {
        let mut sink = wanted.open().map_err(why)?;
        match tokio::time::timeout(PATIENCE, all(sink.as_mut(), records, now)).await {
            Ok(sent) => sent,
            Err(_) => Err(anyhow!("no answer within {} s", PATIENCE.as_secs()).to_string()),
        }
    }))
}

async fn all(sink: &mut dyn Sink, mut rest: &[Record], now: Timestamp) -> Result<(), String> {
    while !rest.is_empty() {
        let Taken { count, refused } = sink.send(rest, now).await.map_err(why)?;
        if let Some((_, why)) = refused.into_iter().next() {
            return Err(why);
        }
        rest = rest.get(count..).unwrap_or_default();
    }
    Ok(())
}

fn why(failure: Failure) -> String {
    match failure {
        Failure::Later { why, .. } | Failure::Unfit(why) => why,
    }
}
