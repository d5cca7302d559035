//! `moored status`

use super::paper;
use super::table;
use crate::host::Unseen;
use crate::status;
use crate::status::Measured;
use crate::status::Status;
use anyhow::Context;
use model::Landmark;
use model::Sight;
use serde::Serialize;
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

#[derive(clap::Args)]
pub struct Arguments {
    /// Print JSON; its keys are stable
    #[arg(long)]
    json: bool,
}

/// How the agent fares, in one word; its number is the exit code.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Healthy,
    Degraded,
    NotEnrolled,
    NotRunning,
}

#[derive(Serialize)]
struct Answer {
    state: State,
    /// Everything that is wrong, each in a sentence.
    complaints: Vec<String>,
    #[serde(flatten)]
    status: Option<Status>,
}

pub fn run(folder: &Path, arguments: &Arguments) -> anyhow::Result<u8> {
    let status = Status::read(folder)
        .with_context(|| format!("cannot read the status in {}", folder.display()))?;
    let state = state(status.as_ref(), status::is_running(folder));
    let complaints = status.as_ref().map(Status::complaints).unwrap_or_default();
    let answer = Answer { state, complaints, status };
    if arguments.json {
        paper::print(&(serde_json::to_string_pretty(&answer)? + "\n"))?;
    } else {
        paper::print(&told(&answer)?)?;
    }
    Ok(state as u8)
}

fn state(status: Option<&Status>, is_running: bool) -> State {
    match status {
        Some(status) if is_running => {
            match status.uplink.laptop.as_ref().or(status.uplink.siem.as_ref()) {
                None => State::NotEnrolled,
                Some(_) if status.complaints().is_empty() => State::Healthy,
                Some(_) => State::Degraded,
            }
        }
        _ => State::NotRunning,
    }
}

/// The answer as a text to read.
fn told(answer: &Answer) -> Result<String, std::fmt::Error> {
    let state = match answer.state {
        State::Healthy => "healthy",
        State::Degraded => "degraded",
        State::NotEnrolled => "not enrolled",
        State::NotRunning => "not running",
    };
    let mut text = format!("{state}\n");
    for complaint in &answer.complaints {
        writeln!(text, "  ! {complaint}")?;
    }
    let Some(status) = &answer.status else { return Ok(text) };
    let uplink = &status.uplink;
    let or = |text: Option<String>, other: &str| text.unwrap_or_else(|| other.to_owned());
    if let Some(siem) = &uplink.siem {
        writeln!(text, "  events go to {siem}")?;
    } else {
        writeln!(text, "  collector    {}", or(uplink.collector.clone(), "none"))?;
        writeln!(text, "  laptop id    {}", or(uplink.laptop.clone(), "not enrolled"))?;
    }
    let time = |time: Option<jiff::Timestamp>| time.map(|time| time.to_string());
    writeln!(text, "  acknowledged {}", or(time(uplink.acknowledged), "nothing yet"))?;
    if uplink.siem.is_none() {
        let end = or(time(uplink.certificate_ends), "never: there is none");
        writeln!(text, "  certificate  ends {end}")?;
    }
    writeln!(text, "  waiting      {} reports", uplink.waiting)?;
    let seeing = status.sight.iter().filter(|(_, sight)| **sight == Sight::Seeing);
    let seeing: Vec<&str> = seeing.map(|(name, _)| name.as_str()).collect();
    writeln!(text, "  seeing       {}", seeing.join(", "))?;
    for line in table::unseen(&status.unread).lines() {
        writeln!(text, "  unread       {line}")?;
    }
    text += &table::spared(&status.spared);
    writeln!(text, "  findings     {} open, of {} signatures", status.open, status.signatures)?;
    if let Some(landmarks) = landmarks(&status.landmarks) {
        writeln!(text, "  landmarks    {landmarks}")?;
    }
    let Unseen { gone, dropped, overruns } = status.unseen;
    if status.unseen != Unseen::default() {
        writeln!(
            text,
            "  unseen       {gone} programs ended before they had a name, {dropped} found no room, \
             {overruns} times starts were lost"
        )?;
    }
    writeln!(text, "  version      {}, started {}", status.version, status.started)?;
    Ok(text)
}

/// The ways to landmarks, in a line; nothing if there are none or it is too early.
fn landmarks(measured: &Measured) -> Option<String> {
    if let Some(why) = &measured.omitted {
        return Some(format!("not measured: {why}"));
    }
    let at = measured.at?;
    let way = |one: &Landmark| {
        let milliseconds = Duration::from_micros(one.microseconds).as_secs_f64() * 1000.0;
        format!("{} {milliseconds:.1} ms", one.name)
    };
    let ways: Vec<String> = measured.ways.iter().map(way).collect();
    let ways = if ways.is_empty() { "none answered".to_owned() } else { ways.join(", ") };
    Some(format!("{ways}; measured {at}"))
}
