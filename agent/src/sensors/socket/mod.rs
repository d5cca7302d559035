//! Sockets: at which ports programs wait, who is connected there, and which
//! programs are connected to somewhere else. Of addresses only the class is said,
//! and of the resolver's names for them only those a signature asks for.

mod arrivals;
mod class;
mod owner;
mod shown;
#[cfg(test)]
mod tests;

use super::Asked;
use super::Blind;
use super::Sensor;
use super::observe;
use super::process;
use crate::host::Host;
use crate::host::Platform;
use crate::host::SocketRow;
use crate::host::Transport;
use arrivals::sort;
use class::Class;
use model::Observation;
use owner::Processes;
use serde::Serialize;
pub use shown::keep;
use std::collections::BTreeSet;

/// The sensor's name.
pub const NAME: &str = "socket";

/// Where the rows come from, for people to read.
const SOURCE: &str = "socket table";

/// Looks at the sockets.
pub struct Socket;

/// What a program does on the network: it waits at a port, or is connected to
/// somewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Use {
    /// The process's id; nothing where it is not known who holds the socket.
    process: Option<String>,
    /// The last part of the executable's path, without a `.exe`.
    program: Option<String>,
    /// The executable's path; nothing where it cannot be read.
    executable: Option<String>,
    /// The user it runs as.
    user: Option<String>,
    /// `in` or `out`.
    direction: &'static str,
    /// `tcp` or `udp`.
    protocol: Transport,
    /// In: the port it waits at.
    port: Option<u16>,
    /// In: `network` if others can reach it, `loopback` if only this machine can.
    reach: Option<&'static str>,
    /// Out: the ports at the other end.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    ports: BTreeSet<u16>,
    /// The classes of the addresses at the other end.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    peers: BTreeSet<Class>,
    /// Out: those of the names signatures ask for under which the system's
    /// resolver remembers an address at the other end.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    relays: BTreeSet<String>,
}

impl Sensor for Socket {
    fn name(&self) -> &'static str {
        NAME
    }

    fn reads(&self) -> &'static str {
        "at which ports programs wait and which programs are connected to somewhere; of the address at the other end only whether it is on this machine, a private network or the internet, and whether the system's resolver remembers it by a name a signature asks for, such as that of a remote tool's relay; only what a signature names leaves the laptop"
    }

    fn needs(&self, platform: Platform) -> Option<&'static str> {
        match platform {
            Platform::Linux => {
                Some("CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH, to know whose a socket is")
            }
            Platform::Macos => Some("root"),
            Platform::Windows => None,
        }
    }

    fn look(&self, host: &dyn Host) -> Result<Vec<Observation>, Blind> {
        self.look_for(host, &Asked::default())
    }

    fn look_for(&self, host: &dyn Host, asked: &Asked) -> Result<Vec<Observation>, Blind> {
        let mut sockets = host.sockets().map_err(Blind::at(SOURCE))?;
        drop_others(&mut sockets, asked);
        let processes = host.processes().map_err(Blind::at("process table"))?;
        let processes = Processes::new(&processes);
        let sorted = sort(&sockets, &processes);
        Ok(sorted.iter().map(|(subject, rows)| subject.observe(rows, &processes)).collect())
    }

    fn example(&self) -> Observation {
        let facts = Use {
            process: Some("4711".to_owned()),
            program: Some("x11vnc".to_owned()),
            executable: Some("/usr/bin/x11vnc".to_owned()),
            user: Some("alice".to_owned()),
            direction: "in",
            protocol: Transport::Tcp,
            port: Some(5900),
            reach: Some("network"),
            ports: BTreeSet::from([443]),
            peers: BTreeSet::from([Class::Private]),
            relays: BTreeSet::from(["relay-1.net.anydesk.com".to_owned()]),
        };
        observe(NAME, "4711 in tcp 5900", SOURCE, &facts)
    }

    fn guarded(&self) -> &'static [&'static str] {
        &["ports", "relays"]
    }

    fn unseen(&self, seen: &[Observation]) -> Vec<String> {
        let nobodys = seen.iter().filter(|it| !it.fields.contains_key("process"));
        nobodys.map(|it| format!("{}: no program may be seen to hold it", it.subject)).collect()
    }
}

/// What one observation is about. The process is `None` where it is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    In(Option<u32>, Transport, u16),
    Out(Option<u32>),
}

impl Subject {
    fn process(self) -> Option<u32> {
        match self {
            Self::In(process, ..) | Self::Out(process) => process,
        }
    }

    fn observe(self, rows: &[&SocketRow], processes: &Processes) -> Observation {
        let row = self.process().and_then(|id| processes.get(id));
        let executable = row.and_then(|row| row.executable.clone());
        let remotes = || rows.iter().filter_map(|row| row.remote);
        let (direction, protocol, port) = match self {
            Self::In(_, protocol, port) => ("in", protocol, Some(port)),
            Self::Out(_) => ("out", Transport::Tcp, None),
        };
        let ports = remotes().map(|remote| remote.port()).filter(|_| port.is_none());
        let names = rows.iter().flat_map(|row| &row.names).filter(|_| port.is_none());
        let facts = Use {
            process: self.process().map(|id| id.to_string()),
            program: executable.as_deref().and_then(process::program),
            executable,
            user: row.and_then(|row| row.user.clone()),
            direction,
            protocol,
            port,
            reach: port.map(|_| reach(rows)),
            ports: ports.collect(),
            peers: remotes().map(|remote| Class::of(remote.ip())).collect(),
            relays: names.cloned().collect(),
        };
        observe(NAME, &self.text(), SOURCE, &facts)
    }

    fn text(self) -> String {
        let who = self.process().map_or_else(|| "unknown".to_owned(), |id| id.to_string());
        match self {
            Self::In(_, Transport::Tcp, port) => format!("{who} in tcp {port}"),
            Self::In(_, Transport::Udp, port) => format!("{who} in udp {port}"),
            Self::Out(_) => format!("{who} out"),
        }
    }
}

/// Drops every name that no signature asks for: which pages somebody reads is
/// in them.
fn drop_others(sockets: &mut [SocketRow], asked: &Asked) {
    for row in sockets {
        row.names.retain(|name| asked.is_relay(name));
    }
}

fn reach(rows: &[&SocketRow]) -> &'static str {
    let mut waiting = rows.iter().filter(|row| row.remote.is_none());
    let is_near = |row: &&SocketRow| Class::of(row.local.ip()) == Class::Loopback;
    if waiting.all(is_near) { "loopback" } else { "network" }
}
