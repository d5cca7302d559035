//! A Windows that is Wine, and the agent on it.

use anyhow::Context;
use anyhow::bail;
use std::fs;
use std::fs::File;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use tests::program::wait_for;
use tests::root;
use tests::site::Laptop;
use tests::site::PATIENCE;

/// The sensors that say on Wine that they are blind.
const BLIND: &str = r#"["clock", "inhibit", "neighbor", "network", "session"]"#;

/// A machine with the agent's configuration, and one signature that holds while a probe runs.
pub struct Machine {
    laptop: Laptop,
    probe: PathBuf,
    /// Without a program that a user runs, Wine ends, and with it its services.
    _user: Awake,
}

impl Machine {
    /// What is built and Wine, or which of them is missing.
    pub fn start(folder: &Path, probe: &str) -> anyhow::Result<Self> {
        if !agent().exists() {
            bail!("{} is not built: run `make test-windows`", agent().display());
        }
        if !root().join("target/wine/complete").exists() {
            bail!("there is no Windows for Wine: run `make tools-targets`");
        }
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
        let shell = root().join("target/wine/prefix/drive_c/windows/system32/cmd.exe");
        let probe = folder.join(format!("{probe}.exe"));
        fs::copy(&shell, &probe).context("Wine has a shell")?;
        let _user = Awake::start(&shell)?;
        let machine = Self { laptop, probe, _user };
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
        let (program, file) = (windows(&agent()), windows(&self.laptop.configuration()));
        let all = [&[program.as_str(), "--config", &file], arguments].concat();
        self.wine(&all)
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

    /// Runs a program of Windows. What it prints goes into a file: Wine's own programs,
    /// which stay, would keep a pipe open.
    pub fn wine(&self, arguments: &[&str]) -> anyhow::Result<(i32, String)> {
        let said = self.laptop.folder.join("said");
        let file = File::create(&said)?;
        let mut command = wine();
        command.args(arguments).stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
        let code = command.status().context("cannot start Wine")?.code().unwrap_or(-1);
        let printed = String::from_utf8_lossy(&fs::read(&said)?).replace('\r', "");
        Ok((code, printed))
    }

    /// Waits until our service is in this state.
    pub fn is_service(&self, state: &str) {
        let mut last = String::new();
        let is_so = wait_for(PATIENCE, || {
            last =
                self.wine(&["sc.exe", "query", "Moored"]).map_or(String::new(), |(_, said)| said);
            last.contains(state)
        });
        assert!(is_so, "the service is not {state}: {last}");
    }

    /// What a key holds; nothing if it is not there.
    pub fn registry(&self, key: &str) -> String {
        let (code, said) = self.wine(&["reg.exe", "query", key]).unwrap();
        if code == 0 { said } else { String::new() }
    }

    /// Starts what the signature looks for; it ends when it is dropped.
    pub fn probe(&self) -> anyhow::Result<Awake> {
        Awake::start(&self.probe)
    }
}

/// A shell that waits for what is typed, until it is dropped.
pub struct Awake(Child);

impl Awake {
    fn start(shell: &Path) -> anyhow::Result<Self> {
        let child = wine()
            .arg(shell)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Ok(Self(child.context("cannot start Wine")?))
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn agent() -> PathBuf {
    root().join("target/x86_64-pc-windows-gnu/debug/moored.exe")
}

fn wine() -> Command {
    Command::new(root().join("packaging/windows/wine.sh"))
}

/// On Wine this machine is the drive Z.
fn windows(path: &Path) -> String {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    format!("Z:{}", path.display()).replace('/', "\\")
}
