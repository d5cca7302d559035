//! `moored-collector assets`: where laptops are expected.

use super::GOOD;
use super::NOT_SO;
use super::look;
use super::open;
use super::paper::Paper;
use super::paper::harmless;
use crate::clock;
use crate::config::Config;
use crate::place::expected;
use crate::place::expected::Expected;
use crate::store;
use crate::store::assets;
use crate::store::assets::Asset;
use crate::store::audit;
use crate::store::audit::Actor;
use clap::Subcommand;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use std::path::Path;
use std::path::PathBuf;

/// What to do with the company's list of laptops.
#[derive(Subcommand)]
pub enum Verb {
    /// Take in a list of laptops: a CSV file with a head line
    ///
    /// Columns are serial (which must be there), host, person, home, offices, travel, borders,
    /// `delivered_to`, `delivered_at`, start, group and `alive_at`; several in one cell are separated by `;`. A place is
    /// written US, US-TX, US-TX 78701 or US-TX@30.3,-97.7; an office also 192.0.2.0/24; a journey
    /// CA 2026-12-01..2026-12-14 TICKET-7. Every wrong row is told with its line, and then
    /// nothing of the file is taken in. Laptops that are not in the file stay as they are.
    ///
    /// Exit code: 0 taken in, 1 something is wrong with the file.
    Import {
        /// The file
        file: PathBuf,
    },
    /// List them, and whether each has been heard of
    List,
    /// Take a laptop off the list
    ///
    /// Exit code: 0 removed, 1 it is not on the list.
    Remove {
        /// Its serial number
        serial: String,
    },
}

/// Does what the verb says.
pub fn run(config: &Config, verb: Verb, paper: &mut Paper) -> anyhow::Result<u8> {
    match verb {
        Verb::Import { file } => import(config, &file, paper),
        Verb::List => list(config, paper),
        Verb::Remove { serial } => remove(config, &serial, paper),
    }
}

fn import(config: &Config, file: &Path, paper: &mut Paper) -> anyhow::Result<u8> {
    let text = settings::text(file).map_err(|problem| anyhow::anyhow!("{problem}"))?;
    let all = match expected::import(&text) {
        Ok(all) => all,
        Err(wrong) => {
            let name = file.display();
            let line =
                |one: &expected::Wrong| harmless(&format!("{name}:{}: {}", one.line, one.text));
            let lines: Vec<String> = wrong.iter().map(line).collect();
            let told: Vec<_> =
                wrong.iter().map(|one| json!({"line": one.line, "text": one.text})).collect();
            paper.one(&json!({"imported": 0, "problems": told}), &lines.join("\n"))?;
            return Ok(NOT_SO);
        }
    };
    let now = clock::now();
    let store = open(config)?;
    let change = store::change(&store)?;
    assets::put(&change, &all, now)?;
    audit::note(&change, &Actor::Cli, ("assets.import", &format!("laptops:{}", all.len())), now)?;
    change.commit()?;
    let text = format!("took in {} laptops", all.len());
    paper.one(&json!({"imported": all.len(), "problems": []}), &text)?;
    Ok(GOOD)
}

fn list(config: &Config, paper: &mut Paper) -> anyhow::Result<u8> {
    let all: Vec<Row> = assets::all(&look(config)?)?.into_iter().map(Row::of).collect();
    let head = ["SERIAL", "HOST", "PERSON", "HOME", "DELIVERED", "HEARD"];
    paper.list(&all, head, |row| {
        let expected = &row.expected;
        let homes: Vec<String> = expected.homes.iter().map(ToString::to_string).collect();
        let last = match (&row.laptop, row.heard_at) {
            (None, _) => "not enrolled".to_owned(),
            (Some(_), None) => "never".to_owned(),
            (Some(_), Some(at)) => at.to_string(),
        };
        [
            expected.serial.clone(),
            expected.host.clone().unwrap_or_default(),
            expected.person.clone().unwrap_or_default(),
            homes.join("; "),
            expected.delivered_at.map(|day| day.to_string()).unwrap_or_default(),
            last,
        ]
    })?;
    Ok(GOOD)
}

/// A row of the list.
#[derive(Serialize)]
struct Row {
    expected: Expected,
    laptop: Option<String>,
    heard_at: Option<Timestamp>,
}

impl Row {
    fn of(asset: Asset) -> Self {
        let Asset { expected, laptop, heard_at } = asset;
        Self { expected, laptop, heard_at }
    }
}

fn remove(config: &Config, serial: &str, paper: &mut Paper) -> anyhow::Result<u8> {
    let now = clock::now();
    let store = open(config)?;
    let change = store::change(&store)?;
    let removed = assets::remove(&change, serial)?;
    if removed {
        audit::note(&change, &Actor::Cli, ("assets.remove", &format!("serial:{serial}")), now)?;
    }
    change.commit()?;
    let text = if removed { "removed" } else { "it is not on the list" };
    paper.one(&json!({"serial": serial, "removed": removed}), text)?;
    Ok(if removed { GOOD } else { NOT_SO })
}
