//! How the running agent fares, as a file for `moored status` to read.
#![expect(clippy::disallowed_methods, reason = "the status file is ours")]

use crate::host::Platform;
use crate::host::Unseen;
use crate::sensors;
use crate::uplink::Standing;
use jiff::Timestamp;
use model::Landmark;
use model::Sight;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs;
use std::fs::File;
use std::fs::TryLockError;
use std::io;
use std::path::Path;

const FILE: &str = "status.json";
const LOCK: &str = "agent.lock";

/// How the running agent fares. Keys are stable: an MDM may read them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The agent's version.
    pub version: String,
    /// When it started.
    pub started: Timestamp,
    /// When this was written.
    pub at: Timestamp,
    /// How things stand between us and the collector.
    pub uplink: Standing,
    /// How well each sensor sees.
    pub sight: BTreeMap<String, Sight>,
    /// How many signatures judge.
    pub signatures: usize,
    /// The families of signatures that do not judge this machine, each with the reason.
    #[serde(default)]
    pub spared: BTreeMap<String, String>,
    /// The settings that whoever manages the machine has set, by name.
    #[serde(default)]
    pub managed: Vec<String>,
    /// How many findings are open.
    pub open: usize,
    /// What is wrong with the configuration or a signature; the last good ones are in force.
    pub problems: Vec<String>,
    /// What the system does not tell us when it happens, so that only scheduled looks see it.
    pub deaf: Vec<String>,
    /// Why reports cannot be written to disk; nothing while they can.
    pub disk: Option<String>,
    /// Programs no look will see, as counted from the start to the last report
    /// or scheduled look.
    #[serde(default)]
    pub unseen: Unseen,
    /// What sensors that see could not look into, in sentences.
    #[serde(default)]
    pub unread: BTreeMap<String, Vec<String>>,
    /// The ways to landmarks.
    #[serde(default)]
    pub landmarks: Measured,
}

/// The ways to landmarks, as they were last measured.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// When; nothing as long as they have not been.
    pub at: Option<Timestamp>,
    /// Those that answered, as they were told the collector.
    pub ways: Vec<Landmark>,
    /// Why they are not measured, if they are not to be.
    pub omitted: Option<String>,
}

impl Status {
    /// Everything that keeps the agent from doing all it should, each in a sentence.
    pub fn complaints(&self) -> Vec<String> {
        let blind = self.sight.iter().filter_map(|(sensor, sight)| match sight {
            Sight::Seeing => None,
            Sight::Blind(why) => {
                let needs = sensors::needs(sensor, Platform::OURS);
                let needs = needs.map(|needs| format!("; it needs {needs}")).unwrap_or_default();
                Some(format!("the sensor {sensor} is blind: {}: {}{needs}", why.source, why.reason))
            }
        });
        let said = [&self.uplink.trouble, &self.uplink.clock, &self.disk].into_iter().flatten();
        said.chain(&self.problems).chain(&self.deaf).cloned().chain(blind).collect()
    }

    /// Writes the status beside its place and renames it. It need not outlive
    /// a crash, so it is not forced to disk.
    pub fn write(&self, state: &Path) -> io::Result<()> {
        let half = state.join("status.half");
        fs::write(&half, serde_json::to_vec_pretty(self)?)?;
        fs::rename(half, state.join(FILE))
    }

    /// The status last written; `None` if none ever was.
    pub fn read(state: &Path) -> io::Result<Option<Self>> {
        match fs::read(state.join(FILE)) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Says that we run, as long as it is kept; an error if another agent does.
pub fn claim(state: &Path) -> io::Result<File> {
    fs::create_dir_all(state)?;
    let lock = File::create(state.join(LOCK))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(io::ErrorKind::ResourceBusy.into()),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// True if an agent runs on this state folder.
pub fn is_running(state: &Path) -> bool {
    let Ok(lock) = File::open(state.join(LOCK)) else {
        return false;
    };
    matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock))
}
