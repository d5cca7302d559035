//! A whole site on this machine: a real collector, and laptops with the real agent.

use crate::port;
use crate::program;
use crate::program::Running;
use crate::root;
use anyhow::Context;
use anyhow::bail;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;
use std::time::Duration;

/// How long anything may take before a test fails: machines are busy at times.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// A collector and the folder everything lies in.
pub struct Site {
    folder: PathBuf,
    collector: Option<Running>,
    /// The collector's address for agents.
    pub agents: String,
    /// The address of its console.
    pub console: String,
}

impl Site {
    /// A site in `folder`, its collector started. `settings` are lines of the
    /// collector's configuration, such as `[certificates]\nlifetime = "6s"`.
    pub fn start(folder: &Path, settings: &str) -> anyhow::Result<Self> {
        Self::start_at(folder, &format!("127.0.0.1:{}", port::free()), settings)
    }

    /// The same at this address, of version 4, and port.
    pub fn start_at(folder: &Path, agents: &str, settings: &str) -> anyhow::Result<Self> {
        let mut site = Self {
            folder: folder.to_owned(),
            collector: None,
            agents: agents.to_owned(),
            console: format!("127.0.0.1:{}", port::free()),
        };
        site.configure(settings)?;
        site.start_collector()?;
        site.configure(settings)?;
        Ok(site)
    }

    fn configure(&self, settings: &str) -> anyhow::Result<()> {
        let (host, _) = self.agents.split_once(':').context("an address has a port")?;
        let text = format!(
            "state = \"{}\"\n[agents]\nlisten = \"{}\"\nnames = [\"{host}\", \"localhost\"]\n\
             [console]\nlisten = \"{}\"\n{settings}\n",
            self.state().display(),
            self.agents,
            self.console,
        );
        Ok(fs::write(self.folder.join("collector.toml"), text)?)
    }

    /// Stops the collector and starts it with other settings, where it was.
    pub fn restart_with(&mut self, settings: &str) -> anyhow::Result<()> {
        if let Some(running) = &mut self.collector {
            running.stop()?;
        }
        self.configure(settings)?;
        self.start_collector()
    }

    /// Starts the collector, on the addresses it had before if it had any.
    pub fn start_collector(&mut self) -> anyhow::Result<()> {
        let addresses = self.state().join("addresses.json");
        drop(fs::remove_file(&addresses));
        let mut command = self.command();
        let running = Running::start(command.arg("run"), &self.collector_log())?;
        let running = self.collector.insert(running);
        let mut read = None;
        let begun = program::wait_for(PATIENCE, || {
            read = fs::read(&addresses).ok().and_then(|text| serde_json::from_slice(&text).ok());
            read.is_some() || !running.is_running()
        });
        let Some(Value::Object(read)) = read.filter(|_| begun) else {
            bail!("the collector did not start:\n{}", running.printed());
        };
        let address = |name: &str| read.get(name).and_then(Value::as_str).map(str::to_owned);
        self.agents = address("agents").context("the collector says where agents are heard")?;
        self.console = address("console").context("the collector says where its console is")?;
        Ok(())
    }

    /// The folder of the collector's state.
    pub fn state(&self) -> PathBuf {
        self.folder.join("collector")
    }

    fn collector_log(&self) -> PathBuf {
        self.folder.join("collector.log")
    }

    /// The collector while it runs.
    pub fn collector(&mut self) -> Option<&mut Running> {
        self.collector.as_mut()
    }

    /// Ends the collector as a crash would.
    pub fn kill_collector(&mut self) {
        self.collector = None;
    }

    /// What the collector has printed so far.
    pub fn collector_printed(&self) -> String {
        fs::read_to_string(self.collector_log()).unwrap_or_default()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(program::ours("moored-collector"));
        command.arg("--config").arg(self.folder.join("collector.toml"));
        command
    }

    /// Runs a verb of the collector's command line; its output if it went well.
    pub fn ask(&self, arguments: &[&str]) -> anyhow::Result<String> {
        text(&program::run(self.command().args(arguments))?, arguments)
    }

    /// What a verb prints, and whether its exit code is 0.
    pub fn told(&self, arguments: &[&str]) -> anyhow::Result<(bool, String)> {
        let output = program::run(self.command().args(arguments))?;
        let printed = [output.stdout, output.stderr].concat();
        Ok((output.status.success(), String::from_utf8_lossy(&printed).into_owned()))
    }

    /// The JSON a verb prints.
    pub fn ask_json(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
        Ok(serde_json::from_str(&self.ask(&arguments)?)?)
    }

    /// The findings the collector has, closed ones as well.
    pub fn findings(&self) -> anyhow::Result<Vec<Value>> {
        match self.ask_json(&["findings", "--all"])? {
            Value::Array(findings) => Ok(findings),
            other => bail!("`findings --json` is not a list: {other}"),
        }
    }

    /// A new enrolment token.
    pub fn token(&self) -> anyhow::Result<String> {
        Ok(self.ask(&["token", "new", "--any-number"])?.trim().to_owned())
    }

    /// The password of the console's first account, as it was printed.
    pub fn password(&self) -> anyhow::Result<String> {
        let printed = self.collector_printed();
        let line = printed.lines().find(|line| line.contains("password"));
        let word = line.and_then(|line| line.split_whitespace().last());
        word.map(str::to_owned).context("the collector prints a password at its first start")
    }

    /// A laptop of this site, enrolled by its configuration; not started yet.
    pub fn laptop(&self, name: &str) -> anyhow::Result<Laptop> {
        let folder = self.folder.join(name);
        fs::create_dir_all(folder.join("signatures"))?;
        let laptop = Laptop { folder, url: format!("https://{}", self.agents), running: None };
        laptop.configure(&format!("token = \"{}\"\n", self.token()?))?;
        Ok(laptop)
    }
}

/// The agent of one laptop: its folder, its configuration, its process.
pub struct Laptop {
    /// Where its configuration, state and signatures are.
    pub folder: PathBuf,
    url: String,
    running: Option<Running>,
}

impl Laptop {
    /// A laptop without a collector. `settings` are lines of its configuration.
    pub fn alone(folder: &Path, settings: &str) -> anyhow::Result<Self> {
        fs::create_dir_all(folder.join("signatures"))?;
        let laptop = Self { folder: folder.to_owned(), url: String::new(), running: None };
        let text = format!(
            "state = \"{}\"\nsignatures = \"{}\"\n{settings}\n",
            laptop.state().display(),
            laptop.signatures().display(),
        );
        fs::write(laptop.configuration(), text)?;
        Ok(laptop)
    }

    /// Writes the configuration anew. `settings` are lines that follow the
    /// collector's address.
    pub fn configure(&self, settings: &str) -> anyhow::Result<()> {
        let text = format!(
            "state = \"{}\"\nsignatures = \"{}\"\n[collector]\nurl = \"{}\"\n{settings}\n",
            self.state().display(),
            self.signatures().display(),
            self.url,
        );
        Ok(fs::write(self.configuration(), text)?)
    }

    /// Its configuration file.
    pub fn configuration(&self) -> PathBuf {
        self.folder.join("agent.toml")
    }

    /// Its state folder.
    pub fn state(&self) -> PathBuf {
        self.folder.join("state")
    }

    /// Its signature folder, empty at first.
    pub fn signatures(&self) -> PathBuf {
        self.folder.join("signatures")
    }

    /// Gives it the signatures that ship.
    pub fn use_shipped_signatures(&self) -> anyhow::Result<()> {
        copy(&root().join("config/signatures"), &self.signatures())
    }

    /// Gives it these of the signatures that ship, such as `kvm/pikvm`.
    pub fn use_signatures(&self, names: &[&str]) -> anyhow::Result<()> {
        for name in names {
            let file = format!("{name}.toml");
            let to = self.signatures().join(&file);
            fs::create_dir_all(to.parent().context("a signature has a family")?)?;
            let from = root().join("config/signatures").join(&file);
            let family = from.with_file_name("family.toml");
            if family.exists() {
                fs::copy(family, to.with_file_name("family.toml"))?;
            }
            fs::copy(from, to)?;
        }
        Ok(())
    }

    /// Gives it one signature, that holds while a process of that name runs.
    pub fn watch_for(&self, process: &str) -> anyhow::Result<()> {
        let text = format!(
            "title = \"A probe runs\"\nseverity = \"high\"\nconfidence = \"high\"\nkind = \"identity\"\n\
             technique = \"T1219.002\"\nwhy = \"A test.\"\ninnocent = \"A test.\"\n\
             blind_spots = \"A test.\"\nverify = \"A test.\"\nresponse = \"A test.\"\n\
             references = []\n[[when]]\nsensor = \"process\"\nwhere = {{ name = \"{process}\" }}\n\
             [[hit]]\nprocess = [{{ name = \"{process}\" }}]\n\
             [[miss]]\nprocess = [{{ name = \"other\" }}]\n"
        );
        let family = self.signatures().join("test");
        fs::create_dir_all(&family)?;
        Ok(fs::write(family.join("probe.toml"), text)?)
    }

    fn log(&self) -> PathBuf {
        self.folder.join("agent.log")
    }

    /// The agent's command line with this laptop's configuration.
    pub fn command(&self) -> Command {
        let mut command = Command::new(program::ours("moored"));
        command.arg("--config").arg(self.configuration());
        command
    }

    /// Starts the agent.
    pub fn start(&mut self) -> anyhow::Result<()> {
        let mut command = self.command();
        self.start_as(&mut command)
    }

    /// Starts the agent by a command of its own, such as under another clock.
    pub fn start_as(&mut self, command: &mut Command) -> anyhow::Result<()> {
        self.running = Some(Running::start(command.arg("run"), &self.log())?);
        Ok(())
    }

    /// The agent while it runs.
    pub fn agent(&mut self) -> Option<&mut Running> {
        self.running.as_mut()
    }

    /// Ends the agent as a power cut would.
    pub fn kill(&mut self) {
        self.running = None;
    }

    /// What the agent has printed so far.
    pub fn printed(&self) -> String {
        fs::read_to_string(self.log()).unwrap_or_default()
    }

    /// Runs a verb of the agent's command line.
    pub fn run(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        program::run(self.command().args(arguments))
    }

    /// What `moored status` says, and its exit code.
    pub fn status(&self) -> anyhow::Result<(i32, Value)> {
        let output = self.run(&["status", "--json"])?;
        let status = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
        Ok((output.status.code().unwrap_or(-1), status))
    }

    /// Waits until a complaint of `moored status` holds this text.
    pub fn complains(&self, text: &str) -> anyhow::Result<()> {
        let mut last = Value::Null;
        let said = program::wait_for(PATIENCE, || {
            last = self.status().map_or(Value::Null, |(_, status)| status);
            let complaints = last["complaints"].as_array();
            complaints.is_some_and(|all| {
                all.iter().any(|one| one.as_str().is_some_and(|one| one.contains(text)))
            })
        });
        if !said {
            bail!("status never complained of `{text}`: {last}\n{}", self.printed());
        }
        Ok(())
    }

    /// Waits until the agent is well.
    pub fn is_well(&self) -> anyhow::Result<()> {
        let mut last = Value::Null;
        let well = program::wait_for(PATIENCE, || {
            let Ok((code, status)) = self.status() else { return false };
            last = status;
            code == 0
        });
        if !well {
            bail!("the agent never became healthy: {last}\n{}", self.printed());
        }
        Ok(())
    }
}

/// Copies a folder and all below it.
pub fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn text(output: &Output, arguments: &[&str]) -> anyhow::Result<String> {
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed: {said}", arguments.join(" "));
    }
    Ok(String::from_utf8(output.stdout.clone())?)
}
