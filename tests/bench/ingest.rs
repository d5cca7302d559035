//! How many reports the collector takes in, each on disk before it is acknowledged.

use agent::config::Config;
use agent::memory::Memory;
use agent::spool::Spool;
use agent::spool::Writer;
use agent::uplink::Laptop;
use agent::uplink::Uplink;
use agent::watch::Letter;
use agent::watch::Watch;
use anyhow::anyhow;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fs;
use std::thread;
use std::time::Duration;
use std::time::Instant;
use tests::recorded;
use tests::root;
use tests::site::Site;

/// So many laptops report at a time, each so many reports.
const LAPTOPS: u32 = 4;
const REPORTS: u32 = 5000;

pub fn run() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut site = Site::start(folder.path(), "")?;
    let letters = [heartbeat(), finding()?];
    for (name, letter) in ["heartbeats", "reports with a finding that changed"].iter().zip(letters)
    {
        let mut threads = Vec::new();
        for number in 0..LAPTOPS {
            let laptop = site.laptop(&format!("{name}-{number}").replace(' ', "-"))?;
            let config =
                Config::read(&laptop.configuration()).map_err(|wrong| anyhow!("{wrong:?}"))?;
            fill(&config, &letter)?;
            threads.push(move || drain(config));
        }
        let collector = site.collector().map(|running| running.id()).unwrap_or_default();
        let (before, begun) = (cpu(collector)?, Instant::now());
        let threads: Vec<_> = threads.into_iter().map(thread::spawn).collect();
        for thread in threads {
            thread.join().map_err(|_| anyhow!("a laptop broke"))??;
        }
        let (took, used) = (begun.elapsed().as_secs_f64(), cpu(collector)?.saturating_sub(before));
        let count = f64::from(LAPTOPS * REPORTS);
        println!(
            "  {name}: {:.0} a second; {:.0} a second and core of the collector",
            count / took,
            count / used.as_secs_f64()
        );
    }
    Ok(())
}

fn heartbeat() -> Letter {
    Letter {
        complete: false,
        findings: Vec::new(),
        sight: BTreeMap::new(),
        unseen: 0,
        told: Vec::new(),
        landmarks: Vec::new(),
    }
}

/// The first letter of the laptop with a PiKVM.
fn finding() -> anyhow::Result<Letter> {
    let recording = recorded::host("pikvm")?;
    let signatures = agent::signature::load(&root().join("config/signatures"))
        .map_err(|wrong| anyhow!("{wrong:?}"))?;
    let sensors = agent::sensors::ALL;
    let rules = agent::rules::Rules::from(signatures);
    let asked = rules.asked();
    let mut watch =
        Watch::new(rules, sensors.iter().map(|sensor| sensor.name()), Memory::default());
    let mut letter = None;
    for sensor in sensors {
        letter = watch
            .take(agent::watch::look(*sensor, &recording, &asked), Timestamp::now())
            .or(letter);
    }
    let letter = letter.ok_or_else(|| anyhow!("the PiKVM is not found"))?;
    Ok(Letter { complete: false, ..letter })
}

fn fill(config: &Config, letter: &Letter) -> anyhow::Result<()> {
    let writer = Writer {
        host: "bench".to_owned(),
        platform: "linux".to_owned(),
        agent: "bench".to_owned(),
        serial: None,
        signatures: None,
    };
    let run = format!("{:?}", Instant::now());
    let mut spool = Spool::open(&config.state.join("spool"), 1 << 30, writer, &run)?;
    for _ in 0..REPORTS {
        spool.push(letter.clone(), Timestamp::now())?;
    }
    Ok(())
}

/// Enrolls and sends everything, in batches of up to 64 as the agent does.
fn drain(config: Config) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let laptop = Laptop { host: "bench".to_owned(), platform: "linux".to_owned(), serial: None };
    let mut uplink = Uplink::new(config, laptop);
    runtime.block_on(uplink.turn(Timestamp::now(), 0.5));
    match &uplink.standing().trouble {
        Some(trouble) => Err(anyhow!("{trouble}")),
        None => Ok(()),
    }
}

/// The processor time a process has used, from its threads' schedules.
pub fn cpu(process: u32) -> anyhow::Result<Duration> {
    let mut used = Duration::ZERO;
    for task in fs::read_dir(format!("/proc/{process}/task"))? {
        let schedule = fs::read_to_string(task?.path().join("schedstat")).unwrap_or_default();
        let ran = schedule.split_whitespace().next().and_then(|word| word.parse().ok());
        used += Duration::from_nanos(ran.unwrap_or_default());
    }
    Ok(used)
}
