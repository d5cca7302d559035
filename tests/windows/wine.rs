//! A Windows that is Wine.

use anyhow::Context;
use anyhow::bail;
use std::fs;
use std::fs::File;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use tests::program::wait_for;
use tests::root;
use tests::site::PATIENCE;

/// There is one, with one service called Moored: tests take turns.
static TURN: Mutex<()> = Mutex::new(());

/// The one Windows of all tests, while it is a test's turn.
pub struct Windows {
    folder: PathBuf,
    /// Without a program that a user runs, Wine ends, and with it its services.
    _user: Awake,
    _turn: MutexGuard<'static, ()>,
}

impl Windows {
    /// Waits for its turn; what is printed is kept in `folder`.
    pub fn start(folder: &Path) -> anyhow::Result<Self> {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        if !root().join("target/wine/complete").exists() {
            bail!("there is no Windows for Wine: run `make tools-targets`");
        }
        let user = Awake::start(&shell())?;
        Ok(Self { folder: folder.to_owned(), _user: user, _turn: turn })
    }

    /// Runs a program of Windows. What it prints goes into a file: Wine's own programs,
    /// which stay, would keep a pipe open.
    pub fn wine(&self, arguments: &[&str]) -> anyhow::Result<(i32, String)> {
        let said = self.folder.join("said");
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

    /// What a key and all keys below it hold.
    pub fn registry_below(&self, key: &str) -> String {
        self.wine(&["reg.exe", "query", key, "/s"]).unwrap().1
    }

    /// What a key holds; nothing if it is not there.
    pub fn registry(&self, key: &str) -> String {
        let (code, said) = self.wine(&["reg.exe", "query", key]).unwrap();
        if code == 0 { said } else { String::new() }
    }
}

/// Where Wine keeps the drive C.
pub fn drive() -> PathBuf {
    root().join("target/wine/prefix/drive_c")
}

/// Wine's own shell.
pub fn shell() -> PathBuf {
    drive().join("windows/system32/cmd.exe")
}

/// A shell that waits for what is typed, until it is dropped.
pub struct Awake(Child);

impl Awake {
    pub fn start(shell: &Path) -> anyhow::Result<Self> {
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

fn wine() -> Command {
    Command::new(root().join("packaging/windows/wine.sh"))
}

/// On Wine this machine is the drive Z.
pub fn windows(path: &Path) -> String {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    format!("Z:{}", path.display()).replace('/', "\\")
}
