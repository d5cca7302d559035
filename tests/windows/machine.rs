//! The agent on a Windows that is Wine, built and configured here.

use crate::wine::Awake;
use crate::wine::Windows;
use crate::wine::shell;
use crate::wine::windows;
use anyhow::Context;
use anyhow::bail;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use tests::root;
use tests::site::Laptop;

/// The sensors that say on Wine that they are blind.
const BLIND: &str = r#"["clock", "inhibit", "neighbor", "network", "session"]"#;

/// A machine with the agent's configuration, and one signature that holds while a probe runs.
pub struct Machine {
    laptop: Laptop,
    probe: PathBuf,
    agent: PathBuf,
    /// The Windows it is on.
    pub windows: Windows,
}

impl Machine {
    /// What is built and Wine, or which of them is missing.
    pub fn start(folder: &Path, probe: &str) -> anyhow::Result<Self> {
        let wine = Windows::start(folder)?;
        let agent = agent()?;
        let laptop = Laptop::alone(&folder.join("laptop"), "")?;
        laptop.watch_for(probe)?;
        let file = laptop.signatures().join("test/probe.toml");
        let text = fs::read_to_string(&file)?.replace("{ name =", "{ program =");
        fs::write(file, text)?;
        let text = format!(
            "state = '{}'\nsignatures = '{}'\nlook = \"1s\"\ndisabled = {BLIND}\n",
            windows(&laptop.state()),
            windows(&laptop.signatures()),
        );
        fs::write(laptop.configuration(), text)?;
        let probe = folder.join(format!("{probe}.exe"));
        fs::copy(shell(), &probe).context("Wine has a shell")?;
        let machine = Self { laptop, probe, windows: wine, agent };
        // What an earlier, broken run has left.
        drop(machine.moored(&["service", "remove"]));
        Ok(machine)
    }

    /// The folder of the agent's state.
    pub fn state(&self) -> PathBuf {
        self.laptop.state()
    }

    /// Runs a verb of the agent's; its exit code, and all that it printed.
    pub fn moored(&self, arguments: &[&str]) -> anyhow::Result<(i32, String)> {
        let (program, file) = (windows(&self.agent), windows(&self.laptop.configuration()));
        let all = [&[program.as_str(), "--config", &file], arguments].concat();
        self.windows.wine(&all)
    }

    /// What `moored status` says.
    pub fn status(&self) -> anyhow::Result<(i32, String)> {
        self.moored(&["status"])
    }

    /// True if the agent runs and complains of nothing but that Wine cannot wake it.
    pub fn is_content(&self) -> bool {
        let Ok((code, said)) = self.status() else { return false };
        let mut complaints = said.lines().filter_map(|line| line.strip_prefix("  ! "));
        code == 0 || code == 1 && complaints.all(|line| line.starts_with("cannot hear "))
    }

    /// Starts what the signature looks for; it ends when it is dropped.
    pub fn probe(&self) -> anyhow::Result<Awake> {
        Awake::start(&self.probe)
    }
}

/// The agent that is built for Windows.
pub fn agent() -> anyhow::Result<PathBuf> {
    let agent = root().join("target/x86_64-pc-windows-gnu/debug/moored.exe");
    if !agent.exists() {
        bail!("{} is not built: run `make test-windows`", agent.display());
    }
    Ok(agent)
}
