//! `make lab-rtt`: lets real agents echo to a real collector over kilometers
//! of made-up wire, and prints what is measured and found.

use anyhow::Context;
use anyhow::bail;
use collector::place::path::CONNECTIONS;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;
use std::time::Instant;
use tests::rtt::geometry;
use tests::rtt::geometry::DUBLIN;
use tests::rtt::geometry::ELSEWHERE;
use tests::rtt::geometry::LINE;
use tests::rtt::geometry::Network;
use tests::rtt::geometry::Outcome;
use tests::rtt::measure::measure;
use tests::rtt::relay;
use tests::rtt::scenario;
use tests::rtt::scenario::Expected;
use tests::rtt::scenario::Scenario;
use tests::rtt::verdict::Verdict;
use tests::rtt::verdict::judge_all;

const USAGE: &str = "usage: lab-rtt RUNS [SCENARIO…]   judge so many laptops in each scenario
       lab-rtt --landmarks           a million laptops by geometry
       lab-rtt --relay               inside a scenario: end TCP and begin it anew";

/// So many scenarios run at once.
const AT_ONCE: usize = 4;

/// So many laptops are drawn for each row of landmarks.
const LAPTOPS: usize = 10_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ended = match words[..] {
        ["--relay"] => relay::run().map(|()| true),
        ["--landmarks"] => Ok(landmarks()),
        [runs, ref names @ ..] if !runs.starts_with('-') => run(runs, names),
        _ => Err(anyhow::anyhow!("{USAGE}")),
    };
    match ended {
        Ok(is_expected) => ExitCode::from(u8::from(!is_expected)),
        Err(error) => {
            eprintln!("the lab failed: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// True if all is as expected.
fn run(runs: &str, names: &[&str]) -> anyhow::Result<bool> {
    let runs: usize = runs.parse().context(USAGE)?;
    let find = |name: &&str| scenario::named(name).with_context(|| format!("no scenario {name}"));
    let mut wanted = names.iter().map(find).collect::<anyhow::Result<Vec<_>>>()?;
    if wanted.is_empty() {
        wanted = scenario::ALL.iter().collect();
    }
    // The longest begins first.
    wanted.sort_by(|one, other| other.delay_ms().total_cmp(&one.delay_ms()));
    let columns = ["tcp_ms", "echo_ms", "excess_ms"].map(|name| format!("{name:>15}"));
    println!("  {:<14} {:>4}  {}    mss  found", "scenario", "runs", columns.join("  "));
    attempt_all(wanted, runs)
}

/// Takes the scenarios in turn, some at once.
fn attempt_all(scenarios: Vec<&'static Scenario>, runs: usize) -> anyhow::Result<bool> {
    let waiting = Mutex::new(scenarios.into_iter());
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
    let turn = || {
        let mut is_expected = true;
        while let Some(scenario) = next() {
            is_expected &= attempt(scenario, runs)?;
        }
        anyhow::Ok(is_expected)
    };
    let ended = thread::scope(|scope| {
        let turns: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(turn)).collect();
        let ends = turns.into_iter().map(|turn| turn.join().expect("a scenario's thread ends"));
        ends.collect::<anyhow::Result<Vec<bool>>>()
    });
    Ok(ended?.into_iter().all(|is_expected| is_expected))
}

/// Judges so many laptops and prints a row; true if it is as expected.
fn attempt(scenario: &Scenario, runs: usize) -> anyhow::Result<bool> {
    let begun = Instant::now();
    let measured = measure(scenario, runs * CONNECTIONS, 1)
        .with_context(|| format!("in the scenario {}", scenario.name))?;
    let verdicts = judge_all(scenario, &measured);
    if verdicts.len() < runs {
        bail!("only {} laptops were judged", verdicts.len());
    }
    let is = |expected| verdicts.iter().filter(|one| one.is_expected(expected)).count();
    let right = is(scenario.expected);
    let missed = if scenario.missed > 0 { is(Expected::Nothing) } else { 0 };
    let is_expected = right + missed == runs && missed <= (scenario.missed * runs).div_ceil(100);
    let mark = if is_expected { ' ' } else { '≠' };
    let mss = verdicts.iter().filter_map(|verdict| verdict.path.mss).min().unwrap_or_default();
    println!(
        "{mark} {:<14} {runs:>4}  {:>15}  {:>15}  {:>15}  {mss:>5}  {} ({} s)",
        scenario.name,
        span(measured.iter().map(|one| one.sample.tcp_ms)),
        span(measured.iter().map(|one| one.sample.echo_ms)),
        span(measured.iter().map(|one| one.sample.echo_ms - one.sample.tcp_ms)),
        told(&verdicts),
        begun.elapsed().as_secs(),
    );
    Ok(is_expected)
}

/// The least and the most of some numbers.
fn span(numbers: impl Iterator<Item = f64> + Clone) -> String {
    let least = numbers.clone().fold(f64::INFINITY, f64::min);
    format!("{least:.1} … {:.1}", numbers.fold(f64::NEG_INFINITY, f64::max))
}

/// What was found, and of how many.
fn told(verdicts: &[Verdict]) -> String {
    let mut counts = BTreeMap::new();
    for verdict in verdicts {
        *counts.entry(verdict.told()).or_insert(0) += 1;
    }
    let counts = counts.iter().map(|(told, count)| format!("{told} {count}/{}", verdicts.len()));
    counts.collect::<Vec<String>>().join(", ")
}

/// Prints who is refuted by geometry; true if no honest laptop is, and all are
/// who should be.
fn landmarks() -> bool {
    println!("  {:<34} {:>9}  stretch: half, one in a hundred … all but one", "", "refuted");
    let mut is_expected = honest().iter().all(|(name, outcome)| {
        row(name, outcome);
        outcome.refuted == 0
    });
    for (city, place, is_always) in ELSEWHERE {
        let plain = geometry::claiming(&[place], LINE, LAPTOPS);
        row(city, &plain);
        let by_an_exit = geometry::by_an_exit(place, LAPTOPS);
        row(&format!("{city}, by an exit in the US"), &by_an_exit);
        is_expected &= (!is_always || plain.refuted == plain.judged) && by_an_exit.refuted == 0;
    }
    is_expected
}

/// Laptops that are where they belong.
fn honest() -> [(&'static str, Outcome); 5] {
    let radio = Network { last_mile_ms: 40.0, wait_ms: 15.0, loss: 0.01, ..LINE };
    let orbit = Network { last_mile_ms: 560.0, wait_ms: 5.0, ..LINE };
    let claiming = |network| geometry::claiming(&[], network, LAPTOPS);
    [
        ("honest, anywhere", geometry::honest(1_000_000, 1)),
        ("honest in the US, line at home", claiming(LINE)),
        ("honest in the US, LTE", claiming(radio)),
        ("honest in the US, satellite", claiming(orbit)),
        ("honest in the US, VPN by Dublin", geometry::tunneled(DUBLIN, LAPTOPS)),
    ]
}

fn row(name: &str, outcome: &Outcome) {
    let Outcome { judged, refuted, stretch: [least, half, most] } = outcome;
    #[expect(clippy::cast_precision_loss, reason = "there are a million of them at most")]
    let percent = 100.0 * *refuted as f64 / *judged as f64;
    println!("  {name:<34} {percent:>7.2} %  {half:.2}, {least:.2} … {most:.2}");
}
