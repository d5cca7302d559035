//! `moored record`
#![expect(clippy::disallowed_methods, reason = "the verb writes the file it is told to")]

use super::paper;
use super::tell;
use crate::config::Config;
use crate::host::Live;
use crate::host::Recorder;
use crate::host::Recording;
use crate::host::SignerRow;
use crate::rules::Rules;
use crate::sensors::input;
use crate::sensors::neighbor;
use crate::sensors::network;
use crate::sensors::process;
use crate::sensors::program;
use crate::sensors::route;
use crate::sensors::setting;
use crate::sensors::socket;
use crate::sensors::software;
use crate::signature;
use crate::signature::Signature;
use anyhow::Context;
use model::Observation;
use model::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Arguments {
    /// The file to write; standard output without
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<u8> {
    let signatures = signature::load(&config.signatures).map_err(|problems| tell(&problems))?;
    let recording = record(config, &signatures);
    let text = toml::to_string(&recording)?;
    match &arguments.output {
        Some(path) => {
            fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        None => paper::print(&text)?,
    }
    Ok(0)
}

/// The sensors that state who has signed a program.
const SIGNED: [&str; 3] = [process::NAME, program::NAME, "software"];

/// The programs of what is in a recording, as their signers are found.
fn executables(recording: &Recording) -> BTreeSet<String> {
    let running = recording.process.iter().flatten().filter_map(|row| row.executable.as_ref());
    let made = recording.program.iter().flatten().map(|row| &row.executable);
    running.chain(made).map(|path| path.replace('\\', "/")).collect()
}

/// Keeps who has signed the programs of a recording, and whom a signature speaks of.
fn keep_signers(recording: &mut Recording, speaks_of: impl Fn(&str, &str) -> bool) {
    let executables = executables(recording);
    recording.signer.retain(|path, SignerRow { name, team, identifier, .. }| {
        let mut said = [name, team, identifier].into_iter().flatten();
        executables.contains(path)
            || said.any(|it| SIGNED.iter().any(|sensor| speaks_of(sensor, it)))
    });
}

/// The tools that run, each with the ids of its processes.
fn running<'a>(
    signatures: &'a [Signature],
    seen: &'a [Observation],
) -> Vec<(&'a Signature, BTreeSet<&'a str>)> {
    let is_process = |one: &&Observation| [process::NAME, program::NAME].contains(&&*one.sensor);
    let own = |tool: &Signature| {
        let shown = seen.iter().filter(is_process).filter(|one| tool.names(one));
        shown.map(|one| one.subject.as_str()).collect::<BTreeSet<_>>()
    };
    let tools = signatures.iter().filter(|signature| signature.tool.is_some());
    tools.map(|tool| (tool, own(tool))).filter(|(_, own)| !own.is_empty()).collect()
}

/// What the sensors read of this machine, made fit to be shown.
fn record(config: &Config, signatures: &[Signature]) -> Recording {
    let live = Live::new();
    let recorder = Recorder::new(&live);
    let asked = Rules::from(signatures.to_vec()).asked();
    let (reads_settings, sensors): (Vec<_>, Vec<_>) =
        config.sensors().into_iter().partition(|sensor| sensor.name() == setting::NAME);
    // A blind sensor is part of the picture.
    let seen: Vec<Observation> = sensors
        .iter()
        .flat_map(|sensor| sensor.look_for(&recorder, &asked).unwrap_or_default())
        .collect();
    let running = running(signatures, &seen);
    let mut recording = recorder.finish();
    for sensor in config.sensors() {
        sensor.blank(&mut recording);
    }
    let is_looking = |name: &str| config.sensors().iter().any(|sensor| sensor.name() == name);
    let way = is_looking(network::NAME).then(|| network::Kept::of(&mut recording)).flatten();
    let wanted = |observation: &Observation| {
        signatures.iter().any(|signature| signature.names(observation))
            || running.iter().any(|(tool, own)| tool.names_of_own(observation, own))
    };
    let mut holding = input::keep(&mut recording, wanted);
    if let Some(rows) = &mut recording.socket {
        let processes = recording.process.as_deref().unwrap_or_default();
        holding.extend(socket::keep(rows, processes, &asked, wanted));
    }
    if let Some(rows) = &mut recording.process {
        let settings = if reads_settings.is_empty() { &[][..] } else { &asked.settings };
        let is_wanted = |seen: &Observation| {
            wanted(seen) || seen.subject.parse().is_ok_and(|id| holding.contains(&id))
        };
        process::keep(rows, &recording.signer, is_wanted, |row| {
            setting::kept_arguments(row, settings)
        });
    }
    match (&mut recording.link, &mut recording.route) {
        (Some(links), Some(routes)) => route::keep(recording.platform, links, routes, wanted),
        // Each says nothing without the other.
        (links, routes) => (*links, *routes) = (None, None),
    }
    let speaks_of = |sensor: &str, name: &str| {
        let name = Value::Text(name.to_owned());
        signatures.iter().any(|signature| signature.speaks_of(sensor, &name))
    };
    if let Some(rows) = &mut recording.program {
        program::keep(rows, &recording.signer, wanted, |name| speaks_of("program", name));
    }
    if let Some(rows) = &mut recording.neighbor {
        neighbor::keep(rows, wanted);
    }
    if let Some(way) = way {
        way.put(&mut recording);
    }
    software::keep(&mut recording, |name| speaks_of("software", name));
    keep_signers(&mut recording, speaks_of);
    if !reads_settings.is_empty() {
        // Apart, so that what else is in those files is never in a recording.
        recording.add(setting::kept(&live, &asked));
    }
    recording
}
