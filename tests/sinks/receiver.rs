//! What a sink sends to: started, killed, started again.

use super::certificates::Certificates;
use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use tests::program;
use tests::program::Running;
use tests::root;
use tests::site::PATIENCE;

/// A receiver and how it is started.
pub struct Receiver {
    command: Box<dyn Fn() -> Command>,
    port: u16,
    log: PathBuf,
    running: Option<Running>,
    ending: Ending,
}

/// How a receiver ends in the middle of the load.
#[derive(Clone, Copy)]
enum Ending {
    /// As by a power cut.
    Killed,
    /// As an operator ends it: asked to, and waited for.
    Stopped,
}

impl Receiver {
    /// Not started yet.
    pub fn new(folder: &Path, port: u16, command: impl Fn() -> Command + 'static) -> Self {
        let log = folder.join("receiver.log");
        Self { command: Box::new(command), port, log, running: None, ending: Ending::Killed }
    }

    /// The same, but asked to end instead of killed.
    pub fn stopped_in_peace(self) -> Self {
        Self { ending: Ending::Stopped, ..self }
    }

    /// One of those in `receiver.py`, which writes what it gets into `got`.
    pub fn python(folder: &Path, kind: &'static str, port: u16) -> Self {
        Self::python_with(folder, kind, port, Vec::new())
    }

    /// The same, over TLS.
    pub fn python_over_tls(
        folder: &Path,
        kind: &'static str,
        port: u16,
        Certificates { server, key, .. }: &Certificates,
    ) -> Self {
        Self::python_with(folder, kind, port, vec![server.clone(), key.clone()])
    }

    fn python_with(folder: &Path, kind: &'static str, port: u16, more: Vec<PathBuf>) -> Self {
        let (script, got) = (root().join("tests/sinks/receiver.py"), folder.join("got"));
        Self::new(folder, port, move || {
            let mut command = Command::new("python3");
            command.env("PYTHONPATH", root().join("target/python"));
            command.arg(&script).args([kind, &port.to_string()]).arg(&got).args(&more);
            command
        })
    }

    /// Starts it, and waits until it listens.
    pub fn start(&mut self) {
        let mut running = Running::start(&mut (self.command)(), &self.log).unwrap();
        let listens = program::wait_for(PATIENCE, || {
            TcpStream::connect(("127.0.0.1", self.port)).is_ok() || !running.is_running()
        });
        assert!(listens && running.is_running(), "it does not start:\n{}", running.printed());
        self.running = Some(running);
    }

    /// Ends it.
    pub fn end(&mut self) {
        if let (Ending::Stopped, Some(running)) = (self.ending, &mut self.running) {
            running.stop().unwrap();
        }
        self.running = None;
    }

    /// What it printed.
    pub fn printed(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}
