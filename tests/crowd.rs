//! Programs by the thousand, each alone on a recorded machine, judged as
//! `moored judge` judges: which of them would alert somebody?

use crate::program;
use crate::root;
use agent::host::Platform;
use agent::host::ProcessRow;
use agent::host::Recording;
use anyhow::Context;
use anyhow::bail;
use std::fs;
use std::process::Command;

/// So many machines are judged at a time.
const BATCH: usize = 5000;

/// The remote tools that Debian ships and whose place there is sign enough:
/// they are found as what they are.
const TOOLS: &[(&str, &str)] = &[
    ("X0tigervnc", "remote-tools.tigervnc"),
    ("x0tigervncserver", "remote-tools.tigervnc"),
    ("x11vnc", "remote-tools.x11vnc"),
];

/// What was found on all the machines.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The programs that alert, each with the signature that says so.
    pub alerts: Vec<String>,
    /// Those that are the very tool they alert as.
    pub tools: Vec<String>,
    /// The same for those that are only leads.
    pub leads: Vec<String>,
}

/// Judges a machine for each path, on which that program runs and nothing
/// else, by the shipped signatures and without a policy.
pub fn judge(paths: &[String]) -> anyhow::Result<Found> {
    let folder = tempfile::tempdir()?;
    let config = folder.path().join("agent.toml");
    let signatures = root().join("config/signatures");
    fs::write(&config, format!("signatures = \"{}\"\n", signatures.display()))?;
    let mut found = Found::default();
    for batch in paths.chunks(BATCH) {
        let mut lines = String::new();
        for path in batch {
            lines += &serde_json::to_string(&machine(path))?;
            lines.push('\n');
        }
        let mut command = Command::new(program::ours("moored"));
        command.arg("--config").arg(&config).args(["judge", "--json", "-"]);
        let output = program::run_with(&mut command, lines.as_bytes())?;
        let told: Vec<&[u8]> = output.stdout.split(|&byte| byte == b'\n').collect();
        if told.len() != batch.len() + 1 {
            bail!("not all were judged: {}", String::from_utf8_lossy(&output.stderr));
        }
        told.iter().take(batch.len()).try_for_each(|line| found.take(line))?;
    }
    Ok(found)
}

impl Found {
    /// Takes what was said of one machine.
    fn take(&mut self, line: &[u8]) -> anyhow::Result<()> {
        let said: serde_json::Value = serde_json::from_slice(line)?;
        let host = said["host"].as_str().context("a machine has a name")?;
        for finding in said["findings"].as_array().context("findings are a list")? {
            let signature = finding["signature"].as_str().unwrap_or_default();
            let name = host.rsplit('/').next().unwrap_or_default();
            let of = match finding["standing"] == "lead" {
                true => &mut self.leads,
                false if TOOLS.contains(&(name, signature)) => &mut self.tools,
                false => &mut self.alerts,
            };
            of.push(format!("{host} {signature}"));
        }
        Ok(())
    }
}

/// A machine that is called after the one program that runs on it.
fn machine(path: &str) -> Recording {
    let name = path.rsplit('/').next().unwrap_or_default();
    let mut machine = Recording::blank(Platform::Linux, path);
    machine.process = Some(vec![ProcessRow {
        id: 4711,
        parent: Some(1),
        name: name.chars().take(15).collect(),
        executable: Some(path.to_owned()),
        arguments: Vec::new(),
        user: Some("alice".to_owned()),
    }]);
    machine
}
