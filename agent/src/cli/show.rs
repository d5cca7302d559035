//! `moored show`: the employee's view.

use super::paper;
use crate::config::Config;
use crate::config::Landmark;
use crate::memory;
use crate::memory::Memory;
use crate::private;
use crate::sensors::Sensor;
use crate::spool;
use anyhow::Context;
use model::Report;
use std::fmt::Write;
use std::io;

#[derive(clap::Args)]
pub struct Arguments {
    /// Print only the reports, byte for byte as they were sent
    #[arg(long)]
    raw: bool,
}

const NEVER: &str = "\
Never collected: what you type, window titles, what is on the screen, the
contents of your files, the pages you visit, your messages, a position (no
satellites, no list of wireless networks). What a sensor sees stays on this
laptop unless a signature names it; then just those observations are sent, as
the evidence you can read here. Besides, the collector learns which address this
laptop comes from and how long the way to it is. Only these are told without a
signature, as they change, so that your employer's collector can judge whether
the laptop is on the line where it should be:";

const LANDMARKS: &str = "\
How long a connection to these machines of your employer takes to come about is
measured when the network has changed and every few hours, and told with the next
report; nothing is sent to them:";

pub fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<u8> {
    let folder = config.state.join("spool");
    let sent = spool::sent(&folder).or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(Vec::new()),
        _ => Err(error),
    });
    let sent = sent.with_context(|| format!("cannot read {}", folder.display()))?;
    if arguments.raw {
        paper::print(&sent.concat())?;
        return Ok(0);
    }
    paper::print(&story(config, &sent)?)?;
    Ok(0)
}

/// What is looked at, what never is, and what was sent, with the bytes.
fn story(config: &Config, sent: &[Vec<u8>]) -> anyhow::Result<String> {
    let mut text = "What Moored looks at on this laptop:\n".to_owned();
    for sensor in config.sensors() {
        writeln!(text, "  {:<11} {}", sensor.name(), sensor.reads())?;
    }
    writeln!(text, "\n{NEVER} {}.\n", told(config))?;
    if !config.landmarks.is_empty() {
        let names: Vec<&str> = config.landmarks.iter().map(Landmark::as_str).collect();
        writeln!(text, "{LANDMARKS} {}.\n", names.join(", "))?;
    }
    let memory: Option<Memory> = private::load(&config.state.join(memory::FILE))?;
    let count = memory.map_or(0, |memory| memory.things().len());
    writeln!(text, "Remembered on this laptop and nowhere else ({}):", memory::FILE)?;
    writeln!(text, "  {count} USB devices and displays seen in the last 180 days\n")?;
    writeln!(text, "Sent so far, oldest first ({} reports are kept to be shown):", sent.len())?;
    for bytes in sent {
        let report: Report = serde_json::from_slice(bytes)?;
        writeln!(text, "\nReport {} of {}: {}", report.sequence, report.at, why(&report))?;
        text.push_str(&String::from_utf8_lossy(bytes));
    }
    Ok(text)
}

/// The sensors that are told although no signature names what they see.
fn told(config: &Config) -> String {
    let told = config.sensors().into_iter().filter(|sensor| sensor.is_told());
    let names: Vec<&str> = told.map(Sensor::name).collect();
    if names.is_empty() { "none, they are switched off".to_owned() } else { names.join(", ") }
}

/// Why a report was sent.
fn why(report: &Report) -> String {
    if report.findings.is_empty() && !report.told.is_empty() {
        let names: Vec<&str> = report.told.iter().map(|one| one.sensor.as_str()).collect();
        return format!("what is told as it changes ({})", names.join(", "));
    }
    if report.findings.is_empty() && !report.landmarks.is_empty() {
        return "how long the ways to your employer's landmarks are".to_owned();
    }
    if report.findings.is_empty() {
        return "a sign of life, and how well the sensors see".to_owned();
    }
    let title = |finding: &model::Finding| match finding.closed {
        None => format!("“{}” holds", finding.title),
        Some(_) => format!("“{}” no longer holds", finding.title),
    };
    report.findings.iter().map(title).collect::<Vec<_>>().join("; ")
}
