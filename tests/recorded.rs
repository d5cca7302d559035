//! Recorded laptops, played: the agent's own library looks at a recording
//! instead of this machine, and reports to a real collector as it always does.

use crate::root;
use crate::site::Laptop;
use agent::config::Config;
use agent::hints::Hint;
use agent::host::ContentRow;
use agent::host::Host;
use agent::host::LinkRow;
use agent::host::LoginRow;
use agent::host::NeighborRow;
use agent::host::Node;
use agent::host::Platform;
use agent::host::ProcessRow;
use agent::host::Recording;
use agent::host::RegistryKey;
use agent::host::RouteRow;
use agent::host::SignerRow;
use agent::host::SocketRow;
use agent::host::WakeRow;
use agent::identity;
use agent::run;
use agent::run::Start;
use agent::sensors;
use anyhow::Context;
use anyhow::anyhow;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;
use std::thread::JoinHandle;
use tokio::sync::mpsc;
use tokio::sync::mpsc::Receiver;
use tokio::sync::mpsc::Sender;
use tokio::sync::oneshot;

/// Starts the agent of a laptop, as configured, on a recorded machine.
///
/// The laptop comes from [`crate::site::Site::laptop`], given signatures by
/// [`Laptop::use_shipped_signatures`]; it must not be started as a program too.
pub fn play(laptop: &Laptop, recording: Recording) -> anyhow::Result<Playing> {
    let file = laptop.configuration();
    let config = Config::read(&file).map_err(|wrong| anyhow!("{wrong:?}"))?;
    identity::make_folder(&config.state)
        .with_context(|| format!("cannot make {}", config.state.display()))?;
    let machine = Arc::new(Machine(Mutex::new(Arc::new(recording))));
    let (to, hints) = mpsc::channel(64);
    let (stop, stopped) = oneshot::channel();
    let agent = Agent { config, file, machine: Arc::clone(&machine), hints };
    let thread = thread::spawn(move || agent.run(stopped));
    Ok(Playing { machine, hints: to, stop: Some(stop), thread: Some(thread) })
}

/// A recording of `tests/hosts/linux`, by its name, such as `pikvm`.
pub fn host(name: &str) -> anyhow::Result<Recording> {
    let path = root().join("tests/hosts/linux").join(name).with_extension("toml");
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Recording::from_toml(&text).with_context(|| format!("cannot understand {}", path.display()))
}

/// An agent that watches a recorded machine on a thread of its own, until dropped.
pub struct Playing {
    machine: Arc<Machine>,
    hints: Sender<Hint>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Playing {
    /// Turns the machine into another, as when something is plugged in or
    /// pulled out: the agent is told to look and reports what has changed.
    pub fn change(&self, recording: Recording) {
        *self.machine.0.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(recording);
        for sensor in sensors::ALL {
            // A full queue holds such a hint already.
            let _ = self.hints.try_send(Hint::Look(sensor.name()));
        }
    }
}

impl Drop for Playing {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// What the thread of an agent begins with.
struct Agent {
    config: Config,
    file: PathBuf,
    machine: Arc<Machine>,
    hints: Receiver<Hint>,
}

impl Agent {
    fn run(self, stopped: oneshot::Receiver<()>) {
        let host = self.machine.hostname();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let start = Start {
            config: self.config,
            file: self.file,
            host: self.machine,
            hints: self.hints,
            deaf: Vec::new(),
        };
        let stop = async { drop(stopped.await) };
        let ended = runtime.map(|runtime| runtime.block_on(run::run(start, stop)));
        match ended {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => eprintln!("the agent of {host} has ended: {error:#}"),
            Err(error) => eprintln!("the agent of {host} cannot start: {error}"),
        }
    }
}

/// A machine that can be changed while it is watched.
struct Machine(Mutex<Arc<Recording>>);

impl Machine {
    fn now(&self) -> Arc<Recording> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Host for Machine {
    fn platform(&self) -> Platform {
        self.now().platform()
    }

    fn hostname(&self) -> String {
        self.now().hostname()
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.now().read(path)
    }

    fn names(&self, path: &str) -> io::Result<Vec<String>> {
        self.now().names(path)
    }

    fn target(&self, path: &str) -> io::Result<String> {
        self.now().target(path)
    }

    fn processes(&self) -> io::Result<Vec<ProcessRow>> {
        self.now().processes()
    }

    fn neighbors(&self) -> io::Result<Vec<NeighborRow>> {
        self.now().neighbors()
    }

    fn sockets(&self) -> io::Result<Vec<SocketRow>> {
        self.now().sockets()
    }

    fn links(&self) -> io::Result<Vec<LinkRow>> {
        self.now().links()
    }

    fn routes(&self) -> io::Result<Vec<RouteRow>> {
        self.now().routes()
    }

    fn rpms(&self) -> io::Result<BTreeSet<String>> {
        self.now().rpms()
    }

    fn registry(&self, key: &str) -> io::Result<RegistryKey> {
        self.now().registry(key)
    }

    fn nodes(&self, kind: &str) -> io::Result<Vec<Node>> {
        self.now().nodes(kind)
    }

    fn logins(&self) -> io::Result<Vec<LoginRow>> {
        self.now().logins()
    }

    fn wakers(&self) -> io::Result<Vec<WakeRow>> {
        self.now().wakers()
    }

    fn signer(&self, path: &str) -> io::Result<SignerRow> {
        self.now().signer(path)
    }

    fn holders(&self, path: &str) -> io::Result<Vec<u32>> {
        self.now().holders(path)
    }

    fn contents(&self, markers: &BTreeSet<String>) -> io::Result<Vec<ContentRow>> {
        self.now().contents(markers)
    }
}
