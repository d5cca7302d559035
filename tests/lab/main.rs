//! `make lab` and `make lab-all`: plugs described devices into a real kernel
//! and prints what the agent says.

use anyhow::Context;
use anyhow::bail;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;
use tests::lab;
use tests::lab::description::Description;
use tests::lab::description::Expect;
use tests::lab::description::Variant;
use tests::lab::machine::Guest;
use tests::lab::machine::Network;
use tests::lab::verdict::Verdict;
use tests::program;

const USAGE: &str = "usage: lab DEVICE.toml [EDID]   plug one in and say what the agent says
       lab --all               plug in all that are described
       lab --agent MOORED …    the same, with an agent built in another way
       lab --guest LINE        inside the guest: obey the orders on a serial line";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let ["--guest", line] = words[..] {
        return exit(lab::guest::obey(line).map(|()| 0));
    }
    let (agent, words) = match &words[..] {
        ["--agent", agent, rest @ ..] => (PathBuf::from(agent), rest),
        rest => (program::ours("moored"), rest),
    };
    let ended = match *words {
        ["--all"] => all(&agent),
        [device] if !device.starts_with('-') => one(&agent, device, None),
        [device, edid] if !device.starts_with('-') => one(&agent, device, Some(Path::new(edid))),
        _ => Err(anyhow::anyhow!("{USAGE}")),
    };
    exit(ended)
}

fn exit(ended: anyhow::Result<u8>) -> ExitCode {
    match ended {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("the lab failed: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Plugs one device in; the agent's own exit code.
fn one(agent: &Path, device: &str, edid: Option<&Path>) -> anyhow::Result<u8> {
    let description = Description::read(&found(device)?)?;
    let begun = Instant::now();
    let mut guest = Guest::boot_with(agent, Network::None)?;
    eprintln!("booted in {:.1} s", begun.elapsed().as_secs_f32());
    if let Some(edid) = edid {
        guest.connect(&lab::edid::read(edid)?)?;
    }
    guest.plug(0, &description)?;
    let ran = guest.moored(&["scan"])?;
    print!("{}", ran.out);
    eprint!("{}", ran.err);
    u8::try_from(ran.code).context("the agent was ended by a signal")
}

/// A device's file, named from here or from the devices' folder.
fn found(device: &str) -> anyhow::Result<PathBuf> {
    let candidates = [PathBuf::from(device), lab::devices().join(device)];
    match candidates.into_iter().find(|path| path.is_file()) {
        Some(path) => Ok(path),
        None => bail!("there is no {device}, neither here nor in {}", lab::devices().display()),
    }
}

/// Plugs in everything and prints a table; 1 if anything is not as expected.
fn all(agent: &Path) -> anyhow::Result<u8> {
    let cases = cases()?;
    let begun = Instant::now();
    let mut guest = Guest::boot_with(agent, Network::None)?;
    println!("booted in {:.1} s\n", begun.elapsed().as_secs_f32());
    let mut wrong = 0;
    for (description, variant) in &cases {
        let begun = Instant::now();
        guest.plug(0, description)?;
        let verdict = Verdict::of(&guest.scan()?);
        guest.unplug(0)?;
        let mark = if verdict.is_expected(description) { " " } else { "≠" };
        wrong += usize::from(mark == "≠");
        let expect = match description.expect {
            Expect::Alert => "alert",
            Expect::Quiet => "quiet",
            Expect::BlindSpot => "blind spot",
        };
        println!(
            "{mark} {:<14} {:<30} {:<14} {expect:<10} {:>4.1} s  {}",
            description.product,
            description.disguise,
            variant.map_or("", Variant::name),
            begun.elapsed().as_secs_f32(),
            verdict.told(),
        );
    }
    println!(
        "\n{} devices, {wrong} not as expected, {:.0} s",
        cases.len(),
        begun.elapsed().as_secs_f32()
    );
    Ok(u8::from(wrong > 0))
}

/// Every described device and each of its variants.
fn cases() -> anyhow::Result<Vec<(Description, Option<Variant>)>> {
    let mut cases = Vec::new();
    for path in lab::files()? {
        let plain = Description::read(&path)?;
        let varied = plain.also.iter().map(|variant| (plain.varied(*variant), Some(*variant)));
        let varied: Vec<_> = varied.collect();
        cases.push((plain, None));
        cases.extend(varied);
    }
    Ok(cases)
}
