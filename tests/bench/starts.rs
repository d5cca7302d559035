//! What the agent costs while programs start by the thousand, and how many of
//! the short-lived ones that a signature names it catches.

use crate::costs::Costs;
use anyhow::Context;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;
use std::thread;
use std::time::Duration;
use std::time::Instant;
use tests::program;
use tests::site::Laptop;
use tests::site::Site;

/// How long each part is measured; `BENCH_STARTS` in seconds shortens it for a try.
const MEASURED: Duration = Duration::from_secs(20);

/// Starts a second that are tried for.
const RATE: u32 = 2000;

/// So many of them are of the program a signature names.
const PROBES: u32 = 200;

const PROBE: &str = "bench-probe";

pub fn run() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let site = Site::start(folder.path(), "")?;
    let mut laptop = site.laptop("laptop")?;
    laptop.use_shipped_signatures()?;
    laptop.watch_for(PROBE)?;
    laptop.start()?;
    laptop.is_well()?;
    let brief = brief_program(folder.path())?;
    let probe = folder.path().join(PROBE);
    fs::copy(&brief, &probe)?;
    thread::sleep(Duration::from_secs(2));
    let shorter = std::env::var("BENCH_STARTS").ok().and_then(|text| text.parse().ok());
    let measured = shorter.map_or(MEASURED, Duration::from_secs);
    println!("  one run of the program takes {:.2?}", once(&brief)?);
    let agent = laptop.agent().map(|agent| agent.id()).unwrap_or_default();
    for probes in [0, PROBES] {
        let before = Costs::of(agent)?;
        let begun = Instant::now();
        let load = Load { brief: &brief, probe: &probe, probes, lasts: measured };
        let started = load.run()?;
        let after = Costs::of(agent)?;
        let cpu = after.used.saturating_sub(before.used).as_secs_f64();
        let wakes = after.switches.saturating_sub(before.switches);
        let seconds = begun.elapsed().as_secs_f64();
        println!(
            "  {:.0} starts a second for {seconds:.0} s, {} of them of a watched program:",
            f64::from(started.count) / seconds,
            started.probes.len()
        );
        println!(
            "    {:.2} % of a core, {:.0} wake-ups a second, {:.1} µs a start",
            100.0 * cpu / seconds,
            f64::from(wakes) / seconds,
            1e6 * cpu / f64::from(started.count)
        );
        told(&laptop, &started.probes)?;
    }
    Ok(())
}

/// Prints how many of the probes a report quotes, and what status says of the rest.
fn told(laptop: &Laptop, probes: &BTreeSet<String>) -> anyhow::Result<()> {
    let mut caught = BTreeSet::new();
    program::wait_for(Duration::from_secs(5), || {
        caught = quoted(laptop).unwrap_or_default();
        probes.is_subset(&caught)
    });
    let missed = probes.difference(&caught).count();
    println!("    caught {} of {}", probes.len() - missed, probes.len());
    println!("    status: unseen {}", laptop.status()?.1["unseen"]);
    Ok(())
}

/// The processes that findings in the spool quote.
fn quoted(laptop: &Laptop) -> anyhow::Result<BTreeSet<String>> {
    let shown = laptop.run(&["show", "--raw"])?;
    let mut subjects = BTreeSet::new();
    for line in String::from_utf8(shown.stdout)?.lines() {
        let report: model::Report = serde_json::from_str(line)?;
        let evidence = report.findings.into_iter().flat_map(|finding| finding.evidence);
        subjects.extend(evidence.map(|seen| seen.subject));
    }
    Ok(subjects)
}

/// A program that does nothing, without a dynamic linker to make it slow.
fn brief_program(folder: &Path) -> anyhow::Result<PathBuf> {
    let program = folder.join("bench-brief");
    let mut command = Command::new("cc");
    command.args(["-static", "-Os", "-x", "c", "-o"]).arg(&program).arg("-");
    let output = program::run_with(&mut command, b"int main(void) { return 0; }\n")?;
    let said = String::from_utf8_lossy(&output.stderr);
    output.status.success().then_some(program).with_context(|| format!("cc failed: {said}"))
}

fn once(program: &Path) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    start(program)?;
    Ok(begun.elapsed())
}

/// Runs a program to its end; its process id.
fn start(program: &Path) -> anyhow::Result<u32> {
    let mut child = Command::new(program)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    child.wait()?;
    Ok(child.id())
}

struct Load<'a> {
    brief: &'a Path,
    probe: &'a Path,
    probes: u32,
    lasts: Duration,
}

struct Started {
    count: u32,
    probes: BTreeSet<String>,
}

impl Load<'_> {
    /// Starts programs at the rate, on two threads, each catching up when it is late.
    fn run(&self) -> anyhow::Result<Started> {
        let halves = thread::scope(|scope| {
            let threads = [0, 1].map(|half| scope.spawn(move || self.half(half)));
            threads.map(|thread| thread.join().map_err(|_| anyhow::anyhow!("a thread broke"))?)
        });
        let mut all = Started { count: 0, probes: BTreeSet::new() };
        for half in halves {
            let half = half?;
            all.count += half.count;
            all.probes.extend(half.probes);
        }
        Ok(all)
    }

    fn half(&self, half: u32) -> anyhow::Result<Started> {
        let total = self.lasts.as_secs_f64() * f64::from(RATE) / 2.0;
        let mut started = Started { count: 0, probes: BTreeSet::new() };
        let mut dice = Dice(u64::from(half) + 1);
        let begun = Instant::now();
        while begun.elapsed() < self.lasts {
            let owed = begun.elapsed().as_secs_f64() * f64::from(RATE) / 2.0;
            if f64::from(started.count) >= owed {
                thread::sleep(Duration::from_micros(200));
                continue;
            }
            if dice.chance() < f64::from(self.probes) / 2.0 / total {
                started.probes.insert(start(self.probe)?.to_string());
            } else {
                start(self.brief)?;
            }
            started.count += 1;
        }
        Ok(started)
    }
}

/// The same chances in every run (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn chance(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        f64::from(u32::try_from(self.0 >> 32).unwrap_or_default()) / f64::from(u32::MAX)
    }
}
