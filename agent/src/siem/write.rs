//! Writes records into the journal, to syslog, or into a file.
//!
//! The journal's protocol is a datagram of lines, which our values are: no
//! library is worth its weight for that. What does not fit into a datagram
//! leaves out what the sensors saw, and says so.

use crate::config::Way;
use event::Record;
use model::Severity;
use outlet::Level;
use outlet::Lines;
use outlet::Message;
use std::io;
use std::path::Path;

/// The most of a datagram's text; the system's limit is 208 KiB by default.
const DATAGRAM: usize = 128 << 10;

/// The most of a message over TCP, as most servers have it.
const MESSAGE: usize = 8000;

/// Where that is, for people.
pub fn place(to: &Way) -> String {
    match to {
        Way::Journal(path) | Way::Local(path) | Way::File { path, .. } => {
            path.display().to_string()
        }
        Way::Tcp(server) => server.to_string(),
    }
}

/// Writes them all, in order.
pub fn all(to: &Way, records: &[Record]) -> io::Result<()> {
    match to {
        Way::Journal(socket) => datagrams(socket, records.iter().map(entry)),
        Way::Local(socket) => {
            let local = |record: &Record| {
                let text = record.line_within(DATAGRAM);
                message(record, &text).local().into_bytes()
            };
            datagrams(socket, records.iter().map(local))
        }
        Way::Tcp(server) => tcp(*server, records),
        Way::File { path, limit, keep } => {
            let lines = Lines { path: path.clone(), limit: limit.bytes(), keep: *keep };
            let texts: Vec<String> = records.iter().map(Record::line).collect();
            lines.append(texts.iter().map(String::as_str))
        }
    }
}

fn message<'a>(record: &'a Record, text: &'a str) -> Message<'a> {
    let level = match record.severity {
        Severity::Informational => Level::Notice,
        Severity::Low => Level::Warning,
        Severity::Medium => Level::Error,
        Severity::High => Level::Critical,
        Severity::Critical => Level::Alert,
    };
    let (at, host, kind) = (record.at, record.host.as_str(), record.topic);
    Message { level, at, host, program: "moored", kind, text }
}

/// An entry of the journal. No value has a line end: JSON and CEF have none, and
/// from a title they are taken.
fn entry(record: &Record) -> Vec<u8> {
    let text = record.line_within(DATAGRAM);
    let title: String = record.title.chars().filter(|sign| !sign.is_control()).collect();
    let level = message(record, &text).level as u8;
    let uid: String = record.uid.chars().filter(|sign| !sign.is_control()).collect();
    let fields = [
        ("MESSAGE", title.as_str()),
        ("PRIORITY", &level.to_string()),
        ("SYSLOG_FACILITY", "10"),
        ("SYSLOG_IDENTIFIER", "moored"),
        ("MOORED_UID", &uid),
        ("MOORED_EVENT", &text),
    ];
    fields.iter().fold(String::new(), |all, (name, value)| all + name + "=" + value + "\n").into()
}

#[cfg(unix)]
fn datagrams(socket: &Path, mut all: impl Iterator<Item = Vec<u8>>) -> io::Result<()> {
    use std::os::unix::net::UnixDatagram;
    use std::time::Duration;

    let sender = UnixDatagram::unbound()?;
    sender.connect(socket)?;
    sender.set_write_timeout(Some(Duration::from_secs(10)))?;
    all.try_for_each(|datagram| sender.send(&datagram).map(drop))
}

#[cfg(not(unix))]
fn datagrams(_socket: &Path, _all: impl Iterator<Item = Vec<u8>>) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "this system has no such socket"))
}

/// A server closes the connection once it has read all, when we say that we are
/// done; only then it is taken.
#[expect(clippy::disallowed_methods, reason = "it opens a socket, as the uplink does")]
fn tcp(server: std::net::SocketAddr, records: &[Record]) -> io::Result<()> {
    use std::io::Read;
    use std::io::Write;
    use std::net::Shutdown;
    use std::net::TcpStream;
    use std::time::Duration;

    let mut stream = TcpStream::connect(server)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    stream.set_write_timeout(Some(Duration::from_secs(30)))?;
    for record in records {
        let text = record.line_within(MESSAGE);
        stream.write_all(&message(record, &text).frame())?;
    }
    stream.shutdown(Shutdown::Write)?;
    let mut said = [0; 512];
    while stream.read(&mut said)? > 0 {}
    Ok(())
}
