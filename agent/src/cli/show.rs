//! `moored show`: the employee's view.
#![expect(clippy::print_stdout, reason = "this is what talks to a person")]

use crate::config::Config;
use crate::spool;
use anyhow::Context;
use model::Report;
use std::io;
use std::io::Write;

#[derive(clap::Args)]
pub struct Arguments {
    /// Print only the reports, byte for byte as they were sent
    #[arg(long)]
    raw: bool,
}

const NEVER: &str = "\
Never collected: what you type, window titles, what is on the screen, the
contents of your files, the pages you visit, where you are, your messages. What
a sensor sees stays on this laptop unless a signature names it; then just those
observations are sent, as the evidence you can read here.";

pub fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<u8> {
    let folder = config.state.join("spool");
    let sent = spool::sent(&folder).or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(Vec::new()),
        _ => Err(error),
    });
    let sent = sent.with_context(|| format!("cannot read {}", folder.display()))?;
    if arguments.raw {
        for report in sent {
            io::stdout().write_all(&report)?;
        }
        return Ok(0);
    }
    println!("What Moored looks at on this laptop:");
    for sensor in config.sensors() {
        println!("  {:<8} {}", sensor.name(), sensor.reads());
    }
    println!("\n{NEVER}\n");
    println!("Sent so far, oldest first ({} reports are kept to be shown):", sent.len());
    for bytes in sent {
        let report: Report = serde_json::from_slice(&bytes)?;
        println!("\nReport {} of {}: {}", report.sequence, report.at, why(&report));
        print!("{}", String::from_utf8_lossy(&bytes));
    }
    Ok(0)
}

/// Why a report was sent.
fn why(report: &Report) -> String {
    if report.findings.is_empty() {
        return "a sign of life, and how well the sensors see".to_owned();
    }
    let title = |finding: &model::Finding| match finding.closed {
        None => format!("“{}” holds", finding.title),
        Some(_) => format!("“{}” no longer holds", finding.title),
    };
    report.findings.iter().map(title).collect::<Vec<_>>().join("; ")
}
