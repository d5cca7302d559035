//! What it costs to judge the running programs by the shipped signatures, and
//! by ten times as many.

use crate::sample::Sample;
use agent::host::Platform;
use agent::host::ProcessRow;
use agent::host::Recording;
use agent::ledger::Ledger;
use agent::policy::Policy;
use agent::rules::Rules;
use agent::sensors;
use agent::signature;
use agent::signature::Question;
use agent::signature::Signature;
use agent::signature::pattern::Pattern;
use agent::world::World;
use anyhow::anyhow;
use jiff::Timestamp;
use model::Value;
use std::fs;
use std::time::Instant;
use tests::root;

const PROGRAMS: u32 = 400;
const ROUNDS: usize = 200;
const TIMES: usize = 10;

pub fn run() -> anyhow::Result<()> {
    let folder = root().join("config/signatures");
    let before = anonymous()?;
    let shipped = signature::load_light(&folder).map_err(|wrong| anyhow!("{wrong:?}"))?.signatures;
    let rules = Rules::new(shipped, Policy::default());
    let kib = anonymous()?.saturating_sub(before);
    println!("  {} signatures, loaded as the agent does: {kib} KiB more", rules.signatures.len());
    let shipped = rules.signatures;
    let copies = (1..TIMES).flat_map(|copy| shipped.iter().map(move |one| other(one, copy)));
    let many: Vec<Signature> = shipped.iter().cloned().chain(copies).collect();
    let (few, all) = (shipped.len(), many.len());
    let world = world()?;
    let once = judging(&Rules::new(shipped, Policy::default()), &world)?;
    let often = judging(&Rules::new(many, Policy::default()), &world)?;
    let ratio = often.median().as_secs_f64() / once.median().as_secs_f64();
    println!("  {PROGRAMS} programs by {few} signatures: {once}");
    println!("  by {all}: {often}; {TIMES} times as many / shipped = {ratio:.2}");
    Ok(())
}

/// The anonymous memory of this process, in KiB.
fn anonymous() -> anyhow::Result<u64> {
    let memory = fs::read_to_string("/proc/self/smaps_rollup")?;
    let line = memory.lines().find_map(|line| line.strip_prefix("Anonymous:"));
    let number = line.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    number.ok_or_else(|| anyhow!("the kernel does not say how much memory is in use"))
}

/// Programs as a desktop has them, mostly packaged, some of a user's own.
fn world() -> anyhow::Result<World> {
    let mut machine = Recording::blank(Platform::Linux, "laptop");
    machine.process = Some((1..=PROGRAMS).map(row).collect());
    let sensor = sensors::find("process").ok_or_else(|| anyhow!("there is no such sensor"))?;
    let mut world = World::default();
    world.take(sensor.name(), sensor.look(&machine));
    Ok(world)
}

fn row(id: u32) -> ProcessRow {
    let folder = ["/usr/bin", "/usr/libexec", "/opt/suite", "/home/alice/.local/bin"];
    let folder = folder[id as usize % folder.len()];
    let name = format!("program-{id}");
    ProcessRow {
        id,
        parent: Some(1),
        executable: Some(format!("{folder}/{name}")),
        name,
        arguments: vec!["serve".to_owned(), "--verbose".to_owned(), "--port=80".to_owned()],
        user: Some("alice".to_owned()),
    }
}

fn judging(rules: &Rules, world: &World) -> anyhow::Result<Sample> {
    let mut ledger = Ledger::default();
    Sample::take(ROUNDS, || {
        let begun = Instant::now();
        drop(ledger.judge(rules, &["process"], world, Timestamp::UNIX_EPOCH));
        Ok(begun.elapsed())
    })
}

/// A signature of another thing: another id, and other texts.
fn other(signature: &Signature, copy: usize) -> Signature {
    let mut other = signature.clone();
    other.id = format!("{}-{copy}", signature.id);
    other.when.iter_mut().chain(&mut other.unless).for_each(|question| rename(question, copy));
    if let Some(tool) = &mut other.tool {
        tool.signs.iter_mut().for_each(|sign| rename(&mut sign.question, copy));
    }
    other
}

fn rename(question: &mut Question, copy: usize) {
    for pattern in question.fields.values_mut() {
        let (Pattern::Any(values) | Pattern::All(values)) = pattern;
        for value in values {
            if let Value::Text(text) = value {
                *text = renamed(text, copy);
            }
        }
    }
}

/// `/opt/tool/*` becomes `/opt/tool3/*`, and `*.example` becomes `*.example3`.
fn renamed(text: &str, copy: usize) -> String {
    match text.split_once('*') {
        Some((start, rest)) if !start.is_empty() => {
            let name = start.trim_end_matches(['/', '\\']);
            let end = start.get(name.len()..).unwrap_or_default();
            format!("{name}{copy}{end}*{rest}")
        }
        _ => format!("{text}{copy}"),
    }
}
