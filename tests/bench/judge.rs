//! How many recorded hosts are judged a second.

use crate::laptop::agent;
use anyhow::bail;
use std::fs;
use std::process::Command;
use std::time::Instant;
use tests::program;
use tests::recorded;
use tests::root;

const HOSTS: u16 = 5000;

pub fn run() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let config = folder.path().join("agent.toml");
    let signatures = root().join("config/signatures");
    fs::write(&config, format!("signatures = \"{}\"\n", signatures.display()))?;
    let names = ["pikvm", "clean-docked-gaming-keyboard", "clean-yubikey-two-monitors"];
    let mut lines = String::new();
    for number in 0..HOSTS {
        let mut recording = recorded::host(names[usize::from(number) % names.len()])?;
        recording.host = format!("host-{number}");
        lines += &serde_json::to_string(&recording)?;
        lines.push('\n');
    }
    let mut command = Command::new(agent());
    command.arg("--config").arg(&config).args(["judge", "--json", "-"]);
    let begun = Instant::now();
    let output = program::run_with(&mut command, lines.as_bytes())?;
    let took = begun.elapsed().as_secs_f64();
    let judged = output.stdout.split(|&byte| byte == b'\n').count() - 1;
    if judged != usize::from(HOSTS) {
        bail!("only {judged} of {HOSTS} were judged");
    }
    let bytes = lines.len() / usize::from(HOSTS);
    println!("  {:.0} recorded hosts a second, of {bytes} bytes each", f64::from(HOSTS) / took);
    Ok(())
}
