//! What a sink sends to: started, killed, started again.

use std::fs;
use std::net::TcpListener;
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
}

impl Receiver {
    /// Not started yet.
    pub fn new(folder: &Path, port: u16, command: impl Fn() -> Command + 'static) -> Self {
        let log = folder.join("receiver.log");
        Self { command: Box::new(command), port, log, running: None }
    }

    /// One of those in `receiver.py`, which writes what it gets into `got`.
    pub fn python(folder: &Path, kind: &'static str, port: u16) -> Self {
        let (script, got) = (root().join("tests/sinks/receiver.py"), folder.join("got"));
        Self::new(folder, port, move || {
            let mut command = Command::new("python3");
            command.env("PYTHONPATH", root().join("target/python"));
            command.arg(&script).args([kind, &port.to_string()]).arg(&got);
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

    /// Ends it without a warning.
    pub fn kill(&mut self) {
        self.running = None;
    }

    /// What it printed.
    pub fn printed(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

/// A port that nobody listens at.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
