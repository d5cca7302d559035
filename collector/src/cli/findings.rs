//! `moored-collector findings`: what the laptops have found.

use super::GOOD;
use super::NOT_SO;
use super::open;
use super::paper::Paper;
use super::paper::harmless;
use crate::config::Config;
use crate::corroboration;
use crate::store::read;
use crate::store::read::Filter;
use crate::store::read::FindingDetail;
use crate::store::read::Slice;
use crate::store::read::State;
use clap::Args;
use model::Standing;
use std::fmt::Write;

const EVERYTHING: Slice = Slice { skip: 0, take: u32::MAX };

/// Which findings to list: without an option, the alerts that are open.
#[derive(Args)]
pub struct Arguments {
    /// Show this one in full, with its evidence
    #[arg(value_name = "ID", conflicts_with_all = ["leads", "all", "laptop"])]
    id: Option<i64>,
    /// List leads as well: weak signs, each of which alerts nobody by itself
    #[arg(long)]
    leads: bool,
    /// List everything: closed ones and leads as well
    #[arg(long)]
    all: bool,
    /// Only those of this laptop
    #[arg(long, value_name = "ID")]
    laptop: Option<String>,
}

/// Lists findings, newest first.
pub fn run(config: &Config, arguments: Arguments, paper: &mut Paper) -> anyhow::Result<u8> {
    if let Some(id) = arguments.id {
        return show(config, id, paper);
    }
    let filter = Filter {
        state: if arguments.all { State::All } else { State::Open },
        standing: (!arguments.leads && !arguments.all).then_some(Standing::Alert),
        laptop: arguments.laptop,
        ..Filter::default()
    };
    let found = read::findings(&open(config)?, &filter, EVERYTHING)?.rows;
    paper.list(&found, ["ID", "WHEN", "LAPTOP", "STANDING", "SEVERITY", "TITLE"], |finding| {
        let closed = finding.closed_at.map(|at| format!(" (closed {at})"));
        [
            finding.id.to_string(),
            finding.opened_at.to_string(),
            finding.host.clone(),
            finding.standing.to_string(),
            finding.severity.to_string(),
            finding.title.clone() + &closed.unwrap_or_default(),
        ]
    })?;
    Ok(GOOD)
}

/// Shows one finding in full.
fn show(config: &Config, id: i64, paper: &mut Paper) -> anyhow::Result<u8> {
    let Some(finding) = read::finding(&open(config)?, id)? else {
        let text =
            format!("there is no finding {id}; `moored-collector findings --all` lists them");
        paper.one(&model::Refused { error: text.clone() }, &text)?;
        return Ok(NOT_SO);
    };
    paper.one(&finding, &story(&finding))?;
    Ok(GOOD)
}

/// A finding as a text to read.
fn story(finding: &FindingDetail) -> String {
    let FindingDetail { row, body } = finding;
    let closed = row.closed_at.map_or_else(|| "still holds".to_owned(), |at| format!("until {at}"));
    let mut text = format!(
        "{}\n{}, {} severity, {} confidence, {}, ATT&CK {}\n\
         {} evidence: {}\non {} ({}), since {}, {closed}\n\n\
         {}\n\n\
         Why it matters: {}\n\nWhat could be innocent: {}\n",
        row.title,
        row.standing,
        row.severity,
        row.confidence,
        row.signature,
        row.technique,
        row.kind,
        corroboration::meaning(row.kind),
        row.host,
        row.laptop,
        row.opened_at,
        corroboration::told(row.standing, &body.corroboration).join("\n"),
        body.why,
        body.innocent
    );
    for seen in &body.evidence {
        let _ = write!(text, "\n{} {}, read at {}\n", seen.sensor, seen.subject, seen.source);
        for (field, value) in &seen.fields {
            let _ = writeln!(text, "    {field}: {value}");
        }
    }
    let lines: Vec<String> = text.trim_end().lines().map(harmless).collect();
    lines.join("\n")
}
