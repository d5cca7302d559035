//! `moored-collector export`: everything of a kind, for another program.

use super::GOOD;
use super::look;
use super::paper::Paper;
use crate::config::Config;
use crate::store::read;
use crate::store::read::After;
use crate::store::read::Filter;
use crate::store::read::Wanted;
use clap::Args;
use clap::ValueEnum;
use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;
use serde_json::Value;
use std::io::Write;

/// Rows read at a time: memory does not grow with the store.
const AT_ONCE: u32 = 1000;

/// What to export, and how.
#[derive(Args)]
pub struct Arguments {
    /// What
    what: What,
    /// How: a JSON object on each line, or CSV with a head line
    #[arg(long, default_value = "jsonl")]
    format: Format,
    /// Only what has changed since then, such as 2026-11-24T00:00:00Z; laptops: heard of since
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    Incidents,
    Findings,
    Laptops,
    Audit,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Jsonl,
    Csv,
}

/// Columns of the CSV, which are the keys of the JSON.
const INCIDENT: [&str; 17] = [
    "id",
    "title",
    "state",
    "outcome",
    "severity",
    "confidence",
    "score",
    "opened_at",
    "changed_at",
    "quiet_at",
    "closed_at",
    "silent_until",
    "assignee",
    "is_learned",
    "hosts",
    "laptops",
    "findings",
];
const FINDING: [&str; 16] = [
    "id",
    "laptop",
    "host",
    "signature",
    "title",
    "severity",
    "confidence",
    "kind",
    "standing",
    "technique",
    "opened_at",
    "last_at",
    "closed_at",
    "rung",
    "verdict",
    "approval",
];
const LAPTOP: [&str; 14] = [
    "id",
    "host",
    "platform",
    "agent",
    "enrolled_at",
    "heard_at",
    "not_after",
    "revoked_at",
    "sight",
    "lost",
    "damaged",
    "open_alerts",
    "open_leads",
    "gaps",
];
const AUDIT: [&str; 6] = ["id", "at", "actor", "action", "subject", "hash"];

/// Writes it to the output as it is read.
pub fn run(config: &Config, arguments: &Arguments, paper: &mut Paper) -> anyhow::Result<u8> {
    let reading = look(config)?;
    let since = arguments.since;
    match arguments.what {
        What::Incidents => {
            let mut sheet = Sheet::new(&INCIDENT, arguments.format, &mut *paper.out)?;
            incidents(&reading, since, &mut sheet)?;
        }
        What::Findings => {
            let mut sheet = Sheet::new(&FINDING, arguments.format, &mut *paper.out)?;
            findings(&reading, since, &mut sheet)?;
        }
        What::Laptops => {
            let mut sheet = Sheet::new(&LAPTOP, arguments.format, &mut *paper.out)?;
            laptops(&reading, since, &mut sheet)?;
        }
        What::Audit => {
            let mut sheet = Sheet::new(&AUDIT, arguments.format, &mut *paper.out)?;
            audit(&reading, since, &mut sheet)?;
        }
    }
    paper.out.flush()?;
    Ok(GOOD)
}

fn incidents(
    store: &Connection,
    since: Option<Timestamp>,
    sheet: &mut Sheet,
) -> anyhow::Result<()> {
    let (wanted, mut after) = (Wanted::default(), None);
    loop {
        let rows = read::incidents(store, &wanted, after.as_ref(), AT_ONCE)?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(After { changed_at: last.changed_at.to_string(), id: last.id });
        for row in rows.iter().filter(|row| since.is_none_or(|since| row.changed_at >= since)) {
            sheet.write(row)?;
        }
    }
}

fn findings(store: &Connection, since: Option<Timestamp>, sheet: &mut Sheet) -> anyhow::Result<()> {
    let (filter, mut after) = (Filter::default(), None);
    loop {
        let rows = read::findings_after(store, &filter, since, after, AT_ONCE)?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some((last.opened_at, last.id));
        for row in &rows {
            sheet.write(row)?;
        }
    }
}

fn laptops(store: &Connection, since: Option<Timestamp>, sheet: &mut Sheet) -> anyhow::Result<()> {
    let mut after: Option<String> = None;
    loop {
        let rows = read::laptops_after(store, None, after.as_deref(), AT_ONCE)?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(last.id.clone());
        for row in rows.iter().filter(|row| since.is_none_or(|since| row.heard_at >= Some(since))) {
            sheet.write(row)?;
        }
    }
}

fn audit(store: &Connection, since: Option<Timestamp>, sheet: &mut Sheet) -> anyhow::Result<()> {
    let mut after = 0;
    loop {
        let rows = read::audit_after(store, since, after, AT_ONCE)?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id;
        for row in &rows {
            sheet.write(row)?;
        }
    }
}

/// Where rows go.
enum Sheet<'a> {
    Jsonl(&'a mut dyn Write),
    Csv(Box<csv::Writer<&'a mut dyn Write>>, &'static [&'static str]),
}

impl<'a> Sheet<'a> {
    fn new(
        columns: &'static [&'static str],
        format: Format,
        out: &'a mut dyn Write,
    ) -> anyhow::Result<Self> {
        match format {
            Format::Jsonl => Ok(Self::Jsonl(out)),
            Format::Csv => {
                let mut writer = csv::Writer::from_writer(out);
                writer.write_record(columns)?;
                Ok(Self::Csv(Box::new(writer), columns))
            }
        }
    }

    fn write(&mut self, row: &impl Serialize) -> anyhow::Result<()> {
        match self {
            Self::Jsonl(out) => {
                serde_json::to_writer(&mut *out, row)?;
                writeln!(out)?;
            }
            Self::Csv(writer, columns) => {
                let row = serde_json::to_value(row)?;
                writer.write_record(columns.iter().map(|column| cell(&row[*column])))?;
            }
        }
        Ok(())
    }
}

/// Text as it is, nothing for null, and anything else as JSON.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => harmless(text),
        other => other.to_string(),
    }
}

/// Host names and titles come from laptops: a spreadsheet must not take one
/// for a formula, so such a one has an apostrophe before it.
fn harmless(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula { format!("'{text}") } else { text.to_owned() }
}
