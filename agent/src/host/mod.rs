//! What a sensor may touch: this machine, or a recording of one.
//!
//! The verbs give bytes, text, names and raw rows, never meaning. Every other
//! module reads the machine through them, so a recording is a whole host.

pub mod content;
mod device;
pub mod live;
mod lines;
mod network;
mod recording;
mod recorder;

use std::collections::BTreeSet;
use std::io;

pub use content::Content;
pub use device::Bytes;
pub use device::LoginRow;
pub use device::Node;
pub use device::Property;
pub use device::RegistryKey;
pub use device::SignerRow;
pub use device::WakeRow;
use lines::each_line;
pub use live::Change;
pub use live::Changes;
pub use live::Live;
pub use network::LinkRow;
pub use network::MAIN;
pub use network::RouteRow;
pub use network::SocketRow;
pub use network::Transport;
pub use recorder::Recorder;
pub use recording::Recording;
pub use recording::RecordingError;

/// A machine to look at: live, or recorded.
pub trait Host: Send + Sync {
    /// The platform whose ways of telling things apply.
    fn platform(&self) -> Platform;

    /// The host's own name, for people to read.
    fn hostname(&self) -> String;

    /// The bytes of a file.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// The names in a folder, sorted.
    fn names(&self, path: &str) -> io::Result<Vec<String>>;

    /// Where a symbolic link leads, as it is written in it; an error for what
    /// is no link.
    fn target(&self, path: &str) -> io::Result<String>;

    /// The processes running now, sorted by id.
    fn processes(&self) -> io::Result<Vec<ProcessRow>>;

    /// Those of [`Host::look_out_for`] that ran since this was last asked and
    /// have ended: each is told once, so only the sensor of processes asks.
    fn ended(&self) -> io::Result<Vec<ProcessRow>> {
        Ok(Vec::new())
    }

    /// The machines the system has spoken with on its networks, as its own
    /// tables have them; nothing is sent to learn more.
    fn neighbors(&self) -> io::Result<Vec<NeighborRow>>;

    /// The sockets with which programs listen or are connected.
    fn sockets(&self) -> io::Result<Vec<SocketRow>>;

    /// The processes that have this file open, in order of their ids, of those
    /// that may be looked into; an error if none is seen and some may not be.
    fn holders(&self, path: &str) -> io::Result<Vec<u32>>;

    /// The network interfaces.
    fn links(&self) -> io::Result<Vec<LinkRow>>;

    /// The ways packets may take, of all tables but that of the machine's own
    /// addresses.
    fn routes(&self) -> io::Result<Vec<RouteRow>>;

    /// The names of the packages in rpm's database. `NotFound` if there is none,
    /// `Unsupported` if it is of a kind that is not read.
    fn rpms(&self) -> io::Result<BTreeSet<String>>;

    /// What the running programs are made of that came with no package we know of,
    /// sorted by process id, and which of `markers`, in lower case, is in them.
    fn contents(&self, markers: &BTreeSet<String>) -> io::Result<Vec<ContentRow>>;

    /// A key of Windows' registry, such as `HKLM\SYSTEM\CurrentControlSet`; case
    /// does not matter. Of those of all users, `HKU\SID` is one user's.
    fn registry(&self, key: &str) -> io::Result<RegistryKey>;

    /// The entries of a kind in the system's tree of devices that are there now,
    /// in the order of their ids: on Windows those of an enumerator, such as `USB`
    /// or `DISPLAY`, on macOS those of a class, such as `IOUSBHostDevice`.
    fn nodes(&self, kind: &str) -> io::Result<Vec<Node>>;

    /// Who is logged in, on Windows and macOS.
    fn logins(&self) -> io::Result<Vec<LoginRow>>;

    /// What keeps the machine awake, on Windows and macOS.
    fn wakers(&self) -> io::Result<Vec<WakeRow>>;

    /// Who has signed a program; `NotFound` if nobody has.
    fn signer(&self, path: &str) -> io::Result<SignerRow>;

    /// The bytes of a file. One that is none (a pipe, a device) or is larger
    /// than `most` bytes is an error.
    fn file(&self, path: &str, most: usize) -> io::Result<Vec<u8>> {
        let bytes = self.read(path)?;
        if bytes.len() > most { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
    }

    /// Drops what was kept from earlier looks, so that the next reads all anew.
    fn forget(&self) {}

    /// Lets the host read programs with these names when they start, so that
    /// the next look sees those that have ended by then. Names are in lower case.
    fn look_out_for(&self, _programs: &BTreeSet<String>) {}

    /// What no look will see, as counted since the start.
    fn unseen(&self) -> Unseen {
        Unseen::default()
    }

    /// Gives the lines of a file to `each`, one after the other and without
    /// their ends, not holding all of it. A file that is none (a pipe, a
    /// device) or is larger than 16 MiB is an error; of a line, at most 4 KiB
    /// are given.
    fn lines(&self, path: &str, each: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        each_line(self.read(path)?.as_slice(), each)
    }

    /// The text of a file, without the white space around it; bytes that are
    /// not UTF-8 become U+FFFD.
    fn text(&self, path: &str) -> io::Result<String> {
        let bytes = self.read(path)?;
        Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
    }
}

/// An operating system with its own way of telling things.
///
/// It is a value, not a `cfg`, so that one platform's recordings are judged on
/// every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// Linux, any distribution.
    Linux,
    /// Windows 10 and later.
    Windows,
    /// macOS 13 and later.
    Macos,
}

impl Platform {
    /// The name used on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linux => "linux",
            Self::Windows => "windows",
            Self::Macos => "macos",
        }
    }
}

/// Programs that started and that no look will see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Unseen {
    /// Programs that ended before even their name was read.
    pub gone: u64,
    /// Programs that were looked out for, and more of them between two looks
    /// than are kept.
    pub dropped: u64,
    /// How often the system had more starts to tell than wait to be heard; how
    /// many were lost each time is not known.
    pub overruns: u64,
}

impl Unseen {
    /// All of them; at least so many programs.
    pub fn sum(self) -> u64 {
        self.gone + self.dropped + self.overruns
    }
}

/// One running process, as the system tells it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcessRow {
    /// Process id.
    pub id: u32,
    /// The parent's process id; `None` where the system does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<u32>,
    /// The process name; on Linux at most 15 bytes (`TASK_COMM_LEN`).
    pub name: String,
    /// The executable's path; `None` where it cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executable: Option<String>,
    /// The argument vector, without the program's own name. It may hold
    /// secrets: a sensor keeps only the verbs of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<String>,
    /// The name of the user it runs as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

/// One machine on a network of this one, as the system's tables have it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeighborRow {
    /// Its network address, IPv4 or IPv6.
    pub address: String,
    /// Its link address: six bytes as `48:da:35:6d:01:02`, in lower case;
    /// `None` where the system does not know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The interface it was heard on, such as `wlan0`.
    pub interface: String,
    /// The `.local` name the system's resolver remembers for that address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A running program that came with no package we know of, and what it is made of.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContentRow {
    /// The process that runs it.
    pub process: u32,
    /// The executable's path.
    pub executable: String,
    /// True if it may have come with a package: no list of them could be read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_unsure: bool,
    /// Why it was not read, or not all of it, in a few words; `None` if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
    /// What is in it.
    #[serde(default)]
    pub content: Content,
}
