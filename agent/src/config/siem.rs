//! Where events go without a collector.

use crate::host::Platform;
use event::Format;
use settings::Reader;
use settings::Size;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Where events go without a collector, and in which format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Siem {
    /// Where they go.
    pub to: Way,
    /// The format.
    pub format: Format,
    /// True if leads are told, too.
    pub leads: bool,
}

/// Where events go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// To systemd's journal.
    Journal(PathBuf),
    /// To the system's own syslog.
    Local(PathBuf),
    /// Into Windows' event log.
    EventLog,
    /// Into macOS' unified log.
    UnifiedLog,
    /// To a syslog server over TCP.
    Tcp(SocketAddr),
    /// Into a file.
    File {
        /// The file.
        path: PathBuf,
        /// How large it may be before it is put aside.
        limit: Size,
        /// How many are kept beside it.
        keep: u32,
    },
}

/// The kinds there are, by the names that the file has for them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Journald,
    Syslog,
    File,
    EventLog,
    UnifiedLog,
}

/// Where these are on every Linux.
const JOURNAL: &str = "/run/systemd/journal/socket";
const LOCAL: &str = "/dev/log";

impl Siem {
    /// Reads them for an agent on this platform; `None` if events go nowhere but
    /// to a collector.
    pub fn read(section: &mut Reader<'_>, platform: Platform) -> Option<Self> {
        let name: Option<String> = section.take("to");
        let (format, leads) = (section.take("format"), section.take("leads"));
        let (path, server): (Option<PathBuf>, _) = (section.take("path"), section.take("server"));
        let limit = section.take("limit").unwrap_or(Size::mib(16));
        let keep = section.take("keep").unwrap_or(3);
        let kind = kind(section, platform, &name?)?;
        let to = match (kind, path, server) {
            (Kind::Journald, path, None) => Way::Journal(path.unwrap_or_else(|| JOURNAL.into())),
            (Kind::EventLog, None, None) => Way::EventLog,
            (Kind::UnifiedLog, None, None) => Way::UnifiedLog,
            (Kind::Syslog, None, Some(server)) => Way::Tcp(server),
            (Kind::Syslog, path, None) if platform == Platform::Linux => {
                Way::Local(path.unwrap_or_else(|| LOCAL.into()))
            }
            (Kind::Syslog, _, None) => {
                section
                    .problem("to", "needs the `server`, too: this system has no syslog of its own");
                return None;
            }
            (Kind::File, Some(path), None) => Way::File { path, limit, keep },
            (Kind::File, None, None) => {
                section.problem("to", "needs the file's `path`, too");
                return None;
            }
            (Kind::EventLog | Kind::UnifiedLog, Some(_), None) => {
                section.problem("path", "is not for a log of the system that has one place");
                return None;
            }
            (_, _, Some(_)) => {
                section.problem("server", "is for `to = \"syslog\"` alone, without `path`");
                return None;
            }
        };
        let (format, leads) = (format.unwrap_or_default(), leads.unwrap_or(false));
        Some(Self { to, format, leads })
    }
}

/// The kind of this name, if the platform has it.
fn kind(section: &mut Reader<'_>, platform: Platform, name: &str) -> Option<Kind> {
    let there: &[(&str, Kind)] = match platform {
        Platform::Linux => {
            &[("journald", Kind::Journald), ("syslog", Kind::Syslog), ("file", Kind::File)]
        }
        Platform::Windows => {
            &[("eventlog", Kind::EventLog), ("syslog", Kind::Syslog), ("file", Kind::File)]
        }
        Platform::Macos => {
            &[("unified-log", Kind::UnifiedLog), ("syslog", Kind::Syslog), ("file", Kind::File)]
        }
    };
    let found = there.iter().find(|(there, _)| *there == name).map(|(_, kind)| *kind);
    if found.is_none() {
        let there: Vec<String> = there.iter().map(|(name, _)| format!("`{name}`")).collect();
        let (platform, there) = (platform.name(), there.join(", "));
        section.problem("to", &format!("cannot be `{name}`; on {platform} there are {there}"));
    }
    found
}
