//! Where events go without a collector.

use event::Format;
use serde::Deserialize;
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

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Journald,
    Syslog,
    File,
}

/// Where these are on every Linux.
const JOURNAL: &str = "/run/systemd/journal/socket";
const LOCAL: &str = "/dev/log";

impl Siem {
    /// Reads them; `None` if events go nowhere but to a collector.
    pub fn read(section: &mut Reader<'_>) -> Option<Self> {
        let kind: Option<Kind> = section.take("to");
        let (format, leads) = (section.take("format"), section.take("leads"));
        let (path, server): (Option<PathBuf>, _) = (section.take("path"), section.take("server"));
        let limit = section.take("limit").unwrap_or(Size::mib(16));
        let keep = section.take("keep").unwrap_or(3);
        let to = match (kind?, path, server) {
            (Kind::Journald, path, None) => Way::Journal(path.unwrap_or_else(|| JOURNAL.into())),
            (Kind::Syslog, None, Some(server)) => Way::Tcp(server),
            (Kind::Syslog, path, None) => Way::Local(path.unwrap_or_else(|| LOCAL.into())),
            (Kind::File, Some(path), None) => Way::File { path, limit, keep },
            (Kind::File, None, None) => {
                section.problem("to", "needs the file's `path`, too");
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
