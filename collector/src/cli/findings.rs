//! `moored-collector findings`: what the laptops have found.

use super::GOOD;
use super::NOT_SO;
use super::look;
use super::paper::Paper;
use super::paper::harmless;
use crate::config::Config;
use crate::corroboration;
use crate::policy;
use crate::store::read;
use crate::store::read::Filter;
use crate::store::read::FindingDetail;
use crate::store::read::Slice;
use crate::store::read::State;
use crate::store::read::StepRow;
use clap::Args;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;
use model::Rung;
use model::Standing;
use model::Verdict;
use std::fmt::Write;

const EVERYTHING: Slice = Slice { skip: 0, take: u32::MAX };

/// Which findings to list: without an option, the alerts that are open.
#[derive(Args)]
pub struct Arguments {
    /// Show this one in full, with its evidence
    #[arg(value_name = "ID", conflicts_with_all = ["leads", "all", "laptop", "rung", "verdict"])]
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
    /// Only those of remote tools that have come at least this far
    #[arg(long, value_name = "RUNG", value_parser = rungs())]
    rung: Option<Rung>,
    /// Only those of remote tools of which the policy says this
    #[arg(long, value_name = "VERDICT", value_parser = verdicts())]
    verdict: Option<Verdict>,
}

fn rungs() -> impl TypedValueParser<Value = Rung> {
    PossibleValuesParser::new(policy::RUNGS.map(policy::rung_name))
        .try_map(|name| policy::rung(&name).ok_or("there is no such rung"))
}

fn verdicts() -> impl TypedValueParser<Value = Verdict> {
    PossibleValuesParser::new(policy::VERDICTS.map(policy::verdict_name))
        .try_map(|name| policy::verdict(&name).ok_or("there is no such verdict"))
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
        rung: arguments.rung,
        verdict: arguments.verdict,
        ..Filter::default()
    };
    let found = read::findings(&look(config)?, &filter, EVERYTHING)?.rows;
    let head = ["ID", "WHEN", "LAPTOP", "STANDING", "SEVERITY", "RUNG", "VERDICT", "TITLE"];
    paper.list(&found, head, |finding| {
        let closed = finding.closed_at.map(|at| format!(" (closed {at})"));
        [
            finding.id.to_string(),
            finding.opened_at.to_string(),
            finding.host.clone(),
            finding.standing.to_string(),
            finding.severity.to_string(),
            finding.rung.map(policy::rung_name).unwrap_or_default().to_owned(),
            finding.verdict.map(policy::verdict_name).unwrap_or_default().to_owned(),
            finding.title.clone() + &closed.unwrap_or_default(),
        ]
    })?;
    Ok(GOOD)
}

/// Shows one finding in full.
fn show(config: &Config, id: i64, paper: &mut Paper) -> anyhow::Result<u8> {
    let Some(finding) = read::finding(&look(config)?, id)? else {
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
    let FindingDetail { row, body, .. } = finding;
    let closed = row.closed_at.map_or_else(|| "still holds".to_owned(), |at| format!("until {at}"));
    let mut text = format!(
        "{}\n{}, {} severity, {} confidence, {}, ATT&CK {}\n\
         {} evidence: {}\non {} ({}), since {}, {closed}\n\n\
         {}{}\n\n\
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
        of_tool(finding),
        corroboration::told(row.standing, &body.corroboration).join("\n"),
        body.why,
        body.innocent
    );
    text += &how_it_went(finding);
    for seen in &body.evidence {
        let _ = write!(text, "\n{} {}, read at {}\n", seen.sensor, seen.subject, seen.source);
        for (field, value) in &seen.fields {
            let _ = writeln!(text, "    {field}: {value}");
        }
    }
    let lines: Vec<String> = text.trim_end().lines().map(harmless).collect();
    lines.join("\n")
}

/// How far the remote tool has come and what the policy says of it, if it is about one.
fn of_tool(finding: &FindingDetail) -> String {
    let Some(tool) = &finding.body.tool else { return String::new() };
    let mut text = format!(
        "Remote tool: {} ({})\nHow far it has come: {} ({})\nPolicy: {}. {}\n",
        harmless(&tool.id),
        harmless(&tool.category),
        tool.rung,
        policy::meaning(tool.rung),
        tool.verdict,
        policy::told(tool.verdict),
    );
    if let Some(approval) = &tool.approval {
        let _ = writeln!(
            text,
            "Approval: by {}, for {}, last day {} (UTC)",
            harmless(&approval.owner),
            harmless(&approval.reason),
            approval.expires,
        );
    }
    text + "\n"
}

/// What reports said new of it, in order; nothing if there was only one.
fn how_it_went(finding: &FindingDetail) -> String {
    let mut text = String::new();
    if finding.steps.len() < 2 {
        return text;
    }
    text += "\nHow it went:\n";
    let dropped = finding.dropped_steps();
    for (place, step) in finding.steps.iter().enumerate() {
        if place == 1 && dropped > 0 {
            let _ = writeln!(text, "    … {dropped} steps are no longer kept");
        }
        let _ = writeln!(text, "    {}", told(step));
    }
    text
}

fn told(step: &StepRow) -> String {
    let rung = step.rung.map(|rung| format!(", {rung}")).unwrap_or_default();
    let verdict = step.verdict.map(|verdict| format!(", {verdict}")).unwrap_or_default();
    let end = if step.open { "" } else { ", closed" };
    let title = harmless(&step.title);
    format!("{}  {title} ({}, {}{rung}{verdict}{end})", step.at, step.standing, step.severity)
}
