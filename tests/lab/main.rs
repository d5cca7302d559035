//! `make lab` and `make lab-all`: plugs described devices into a real kernel
//! and prints what the agent says.

use anyhow::Context;
use anyhow::bail;
use std::num::NonZero;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use std::time::Instant;
use tests::lab;
use tests::lab::description::Description;
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

/// Plugs in everything, in a guest for each processor, and prints a table; 1 if
/// anything is not as expected.
fn all(agent: &Path) -> anyhow::Result<u8> {
    let cases = cases()?;
    let begun = Instant::now();
    let guests = thread::available_parallelism().map_or(1, NonZero::get);
    let share = cases.len().div_ceil(guests);
    let wrong = thread::scope(|scope| {
        let tried = cases.chunks(share).map(|share| scope.spawn(|| attempt(agent, share)));
        let tried: Vec<_> = tried.collect();
        let wrong = tried.into_iter().map(|share| share.join().expect("a guest's thread ends"));
        wrong.sum::<anyhow::Result<usize>>()
    })?;
    let seconds = begun.elapsed().as_secs();
    println!("\n{} devices, {wrong} not as expected, {seconds} s", cases.len());
    Ok(u8::from(wrong > 0))
}

/// Plugs these in, one after the other; how many were not as expected.
fn attempt(agent: &Path, cases: &[Case]) -> anyhow::Result<usize> {
    let begun = Instant::now();
    let mut guest = Guest::boot_with(agent, Network::None)?;
    println!("booted in {:.1} s", begun.elapsed().as_secs_f32());
    let mut wrong = 0;
    for case in cases {
        let begun = Instant::now();
        guest.plug(0, &case.description)?;
        let verdict = Verdict::of(&guest.scan()?);
        guest.unplug(0)?;
        wrong += usize::from(!verdict.is_expected(&case.description));
        println!("{}", case.row(&verdict, begun.elapsed().as_secs_f32()));
    }
    Ok(wrong)
}

/// A device as it is described, or as a variant of itself.
struct Case {
    description: Description,
    variant: &'static str,
}

impl Case {
    fn row(&self, verdict: &Verdict, seconds: f32) -> String {
        let Description { product, disguise, expect, .. } = &self.description;
        let mark = if verdict.is_expected(&self.description) { ' ' } else { '≠' };
        let (variant, told) = (self.variant, verdict.told());
        let expect = expect.to_string();
        format!(
            "{mark} {product:<15} {disguise:<26} {variant:<14} {expect:<10} {seconds:>4.1} s  {told}"
        )
    }
}

/// Every described device and each of its variants.
fn cases() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for path in lab::files()? {
        let plain = Description::read(&path)?;
        let varied = plain
            .also
            .iter()
            .map(|&variant| Case { description: plain.varied(variant), variant: variant.name() });
        let varied: Vec<Case> = varied.collect();
        cases.push(Case { description: plain, variant: "" });
        cases.extend(varied);
    }
    Ok(cases)
}
