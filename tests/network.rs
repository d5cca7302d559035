//! A network and a table of processes of a test's own, in which programs and
//! `moored` run, until the script that makes it ends.
//!
//! Needs root, `unshare` and `ip`; where one is missing the test fails.

use crate::program;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Output;

/// Where the programs of a script are.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Writes a signature `probe.NAME` that asks one question, and a
/// configuration with which only these sensors look. Gives the configuration.
pub fn configure(folder: &Path, sensors: &[&str], signatures: &[(&str, &str)]) -> PathBuf {
    let family = folder.join("signatures/probe");
    fs::create_dir_all(&family).unwrap();
    for (name, rest) in signatures {
        let text = format!(
            "title = \"A probe\"\nseverity = \"low\"\nconfidence = \"low\"\nkind = \"activity\"\n\
             technique = \"T1219.002\"\nwhy = \"A test.\"\ninnocent = \"A test.\"\n\
             blind_spots = \"A test.\"\nverify = \"A test.\"\nresponse = \"A test.\"\n\
             references = []\n{rest}"
        );
        fs::write(family.join(format!("{name}.toml")), text).unwrap();
    }
    let names = agent::sensors::ALL.iter().map(|sensor| sensor.name());
    let others: Vec<String> = names.filter(|name| !sensors.contains(name)).map(quoted).collect();
    let text = format!(
        "state = {}\nsignatures = {}\ndisabled = [{}]\n",
        quoted(&folder.join("state").display().to_string()),
        quoted(&folder.join("signatures").display().to_string()),
        others.join(", ")
    );
    let config = folder.join("agent.toml");
    fs::write(&config, text).unwrap();
    config
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// Runs a shell script in `folder` on a network of its own; `moored` in it is
/// our program with the configuration there. What it starts ends with it.
pub fn run(folder: &Path, script: &str) -> Output {
    let moored = format!(
        "moored() {{ {} --config {} \"$@\"; }}",
        program::ours("moored").display(),
        folder.join("agent.toml").display()
    );
    let script = format!("set -eu\ncd {}\n{moored}\nip link set lo up\n{script}", folder.display());
    let mut command = program::apart(Path::new("sh"));
    let output = program::run(command.env("PATH", PATH).args(["-c", &script])).unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{said}");
    output
}

/// What `moored scan --json` printed as the only thing on standard output.
pub fn scanned(output: &Output) -> serde_json::Value {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"))
}
