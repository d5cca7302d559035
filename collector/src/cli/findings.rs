//! `moored-collector findings`: what the laptops have found.

use super::GOOD;
use super::open;
use super::paper::Paper;
use crate::config::Config;
use crate::store::read;
use crate::store::read::Filter;
use crate::store::read::Slice;
use crate::store::read::State;
use clap::Args;

const EVERYTHING: Slice = Slice { skip: 0, take: u32::MAX };

/// Which findings to list.
#[derive(Args)]
pub struct Arguments {
    /// List closed ones too
    #[arg(long)]
    all: bool,
    /// Only those of this laptop
    #[arg(long, value_name = "ID")]
    laptop: Option<String>,
}

/// Lists findings, newest first.
pub fn run(config: &Config, arguments: Arguments, paper: &mut Paper) -> anyhow::Result<u8> {
    let filter = Filter {
        state: if arguments.all { State::All } else { State::Open },
        laptop: arguments.laptop,
        ..Filter::default()
    };
    let found = read::findings(&open(config)?, &filter, EVERYTHING)?.rows;
    paper.list(&found, ["WHEN", "LAPTOP", "SEVERITY", "TITLE"], |finding| {
        let closed = finding.closed_at.map(|at| format!(" (closed {at})"));
        [
            finding.opened_at.to_string(),
            finding.host.clone(),
            finding.severity.to_string(),
            finding.title.clone() + &closed.unwrap_or_default(),
        ]
    })?;
    Ok(GOOD)
}
