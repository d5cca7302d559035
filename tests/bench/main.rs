//! `make bench`: the figures, as measured here and now.
//!
//! Each figure is a median of many, and comparisons are ratios within one run:
//! machines differ, and neighbors are noisy. Nothing here passes or fails.

mod console;
mod costs;
mod idle;
mod ingest;
mod judge;
mod laptop;
mod latency;
mod look;
mod matching;
mod places;
mod sample;
mod starts;

use std::fs;
use std::process::ExitCode;

type Part = fn() -> anyhow::Result<()>;

/// Every part, by the name it can be asked for.
const PARTS: [(&str, Part); 10] = [
    ("size", size),
    ("look", look::run),
    ("latency", latency::run),
    ("ingest", ingest::run),
    ("console", console::run),
    ("judge", judge::run),
    ("matching", matching::run),
    ("places", places::run),
    ("idle", idle::run),
    ("starts", starts::run),
];

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if wanted.first().is_some_and(|first| first == look::INSIDE) {
        return ended(look::inside());
    }
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("load average at the start: {}", load.trim());
    for (name, part) in PARTS {
        if !wanted.is_empty() && !wanted.iter().any(|want| want == name) {
            continue;
        }
        println!("\n{name}");
        if let Err(error) = part() {
            return ended(Err(error));
        }
    }
    ExitCode::SUCCESS
}

fn ended(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the benchmark failed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn size() -> anyhow::Result<()> {
    let bytes = fs::metadata(laptop::agent())?.len();
    #[expect(clippy::cast_precision_loss, reason = "a size for people to read")]
    let mib = bytes as f64 / f64::from(1 << 20);
    println!("  agent's binary: {mib:.2} MiB ({bytes} bytes)");
    Ok(())
}
