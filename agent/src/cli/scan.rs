//! `moored scan`, and one look at any host.
#![expect(clippy::print_stdout, reason = "this is what talks to a person")]
#![expect(clippy::disallowed_methods, reason = "the verb reads the clock once")]

use super::CANNOT;
use super::table;
use super::tell;
use crate::config::Config;
use crate::host::Host;
use crate::host::Live;
use crate::sensors::Blind;
use crate::signature;
use crate::signature::Signature;
use crate::watch::Look;
use crate::watch::Watch;
use crate::watch::look;
use jiff::Timestamp;
use model::Finding;
use model::Sight;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(clap::Args)]
pub struct Arguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What one look at a host gives; one line of `--json`.
#[derive(Serialize)]
pub struct Judged {
    /// The host's name, or the recording's.
    pub host: String,
    /// What was found.
    pub findings: Vec<Finding>,
    /// How well each sensor saw.
    pub sight: BTreeMap<String, Sight>,
}

pub fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<u8> {
    let signatures = signature::load(&config.signatures).map_err(|problems| tell(&problems))?;
    let host = Live::new();
    let looks: Vec<Look> = config.sensors().into_iter().map(|sensor| look(sensor, &host)).collect();
    let blind = looks.iter().any(|look| matches!(look.seen, Err(Blind::Failed { .. })));
    let seen = table::looks(&looks);
    let judged = judge(host.hostname(), looks, signatures, Timestamp::now());
    if arguments.json {
        println!("{}", serde_json::to_string(&judged)?);
    } else {
        print!("{seen}\n{}", table::findings(&judged.findings));
        println!("{}", count(judged.findings.len()));
    }
    Ok(match judged.findings.len() {
        0 if blind => CANNOT,
        0 => 0,
        _ => 1,
    })
}

/// Judges what was seen of a host.
pub fn judge(host: String, looks: Vec<Look>, signatures: Vec<Signature>, now: Timestamp) -> Judged {
    let mut watch = Watch::new(signatures, looks.iter().map(|look| look.sensor));
    for look in looks {
        watch.take(look, now);
    }
    Judged { host, findings: watch.open(), sight: watch.sight() }
}

fn count(findings: usize) -> String {
    match findings {
        0 => "nothing found".to_owned(),
        1 => "1 finding".to_owned(),
        many => format!("{many} findings"),
    }
}
