//! `make names`: does any program that Debian ships raise a false alarm?
//!
//! Reads indices of contents (`Contents-amd64`: a path and its packages on a
//! line) from standard input, and lets each program in a folder of programs run
//! on a recorded machine of its own. None may be more than a lead.

use std::collections::BTreeMap;
use std::io;
use std::io::BufRead;
use std::process::ExitCode;
use tests::crowd;

/// Fewer programs are no index of a distribution.
const FEWEST: usize = 10_000;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("the names were not judged: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// True if nothing alerts.
fn run() -> anyhow::Result<bool> {
    let paths = programs(io::stdin().lock())?;
    anyhow::ensure!(paths.len() >= FEWEST, "there are only {} programs in it", paths.len());
    let found = crowd::judge(&paths)?;
    println!("{} programs of different names", paths.len());
    list("leads", &found.leads);
    list("remote tools that Debian ships, found as what they are", &found.tools);
    list("others above a lead", &found.alerts);
    Ok(found.alerts.is_empty())
}

fn list(what: &str, found: &[String]) {
    println!("{} {what}", found.len());
    for one in found {
        println!("  {one}");
    }
}

/// The paths of programs, the first of each name.
fn programs(index: impl BufRead) -> io::Result<Vec<String>> {
    let mut known = BTreeMap::new();
    for line in index.split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        if let Some((folder, name)) = program(&line) {
            known.entry(name.to_owned()).or_insert_with(|| format!("/{folder}/{name}"));
        }
    }
    Ok(known.into_values().collect())
}

/// The folder and the name of a program. `None` for any other file.
fn program(line: &str) -> Option<(&str, &str)> {
    // The packages follow the last white space; a name may have some in it.
    let (path, _packages) = line.trim_end().rsplit_once(char::is_whitespace)?;
    let (folder, name) = path.trim_end().rsplit_once('/')?;
    let last = folder.rsplit('/').next()?;
    (["bin", "sbin", "games"].contains(&last) && !name.is_empty()).then_some((folder, name))
}
