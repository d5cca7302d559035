//! `moored status`

use super::paper;
use super::table;
use crate::config::Config;
use crate::form;
use crate::host::Platform;
use crate::host::Unseen;
use crate::sensors;
use crate::status;
use crate::status::Measured;
use crate::status::Status;
use model::Landmark;
use model::Sight;
use serde::Serialize;
use std::collections::BTreeMap;
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
    /// Of each sensor that is blind, the right or grant without which it is; nothing
    /// if no right is missing.
    needs: BTreeMap<String, Option<&'static str>>,
    #[serde(flatten)]
    status: Option<Status>,
}

pub fn run(file: &Path, arguments: &Arguments) -> anyhow::Result<u8> {
    let answer = answer(file);
    if arguments.json {
        paper::print(&(serde_json::to_string_pretty(&answer)? + "\n"))?;
    } else {
        paper::print(&told(&answer)?)?;
    }
    Ok(answer.state as u8)
}

/// How the agent with this configuration file fares. Whatever cannot be read is a
/// complaint: who asks gets an answer in any case.
fn answer(file: &Path) -> Answer {
    let folder = Config::state_at_least(file);
    let mut complaints = Vec::new();
    let status = match form::refuse_newer(&folder) {
        Ok(()) => Status::read(&folder).unwrap_or_else(|error| {
            complaints.push(format!("cannot read the status in {}: {error}", folder.display()));
            None
        }),
        Err(refused) => {
            complaints.push(refused.to_string());
            None
        }
    };
    let state = state(status.as_ref(), status::is_running(&folder));
    if state == State::NotRunning
        && let Err(problems) = Config::read(file)
    {
        complaints.extend(problems.iter().map(ToString::to_string));
    }
    complaints.extend(status.iter().flat_map(Status::complaints));
    let needs = status.as_ref().map(needs).unwrap_or_default();
    Answer { state, complaints, needs, status }
}

/// What each sensor needs that is blind.
fn needs(status: &Status) -> BTreeMap<String, Option<&'static str>> {
    let blind = status.sight.iter().filter(|(_, sight)| **sight != Sight::Seeing);
    let needs = blind.map(|(name, _)| (name.clone(), sensors::needs(name, Platform::OURS)));
    needs.collect()
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
    if !status.managed.is_empty() {
        writeln!(text, "  managed      {}", status.managed.join(", "))?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn of_a_blind_sensor_it_is_said_what_would_let_it_see() {
        let blind = json!({ "blind": { "source": "it", "reason": "permission denied" } });
        let status: Status = serde_json::from_value(json!({
            "version": "0.1.0", "started": "2026-11-24T11:00:00Z", "at": "2026-11-24T11:00:00Z",
            "uplink": crate::uplink::Standing::default(), "signatures": 1, "open": 0,
            "problems": [], "deaf": [], "disk": null,
            "sight": { "process": blind, "usb": blind, "clock": "seeing" },
        }))
        .unwrap();
        let process = sensors::needs("process", Platform::OURS).unwrap();
        let expected = [("process".to_owned(), Some(process)), ("usb".to_owned(), None)];
        assert_eq!(needs(&status), BTreeMap::from(expected));
        assert_eq!(
            status.complaints(),
            [
                format!("the sensor process is blind: it: permission denied; it needs {process}"),
                "the sensor usb is blind: it: permission denied".to_owned(),
            ]
        );
    }
}
