//! Writes records into a log of the system, to syslog, or into a file.
//!
//! The journal's protocol is a datagram of lines, which our values are: no
//! library is worth its weight for that. What does not fit into a datagram
//! leaves out what the sensors saw, and says so.

use super::part;
use crate::config::Way;
use crate::platform;
use crate::platform::Entry;
use crate::platform::Urgency;
use event::Record;
use event::What;
use model::Severity;
use outlet::Level;
use outlet::Lines;
use outlet::Message;
use std::io;
use std::path::Path;

/// The most of a datagram's text; the system's limit is 208 KiB by default.
const DATAGRAM: usize = 128 << 10;

/// The most of an entry of Windows' event log: it takes 31,839 characters.
const ENTRY: usize = 31_000;

/// The most of a message over TCP, as most servers have it.
const MESSAGE: usize = 8000;

/// Where that is, for people.
pub fn place(to: &Way) -> String {
    match to {
        Way::Journal(path) | Way::Local(path) | Way::File { path, .. } => {
            path.display().to_string()
        }
        Way::EventLog => "the event log".to_owned(),
        Way::UnifiedLog => "the unified log".to_owned(),
        Way::Tcp(server) => server.to_string(),
    }
}

/// A record, and what happened that it tells of.
pub struct Told {
    /// What happened.
    pub what: What,
    /// The record.
    pub record: Record,
}

/// Writes them all, in order.
pub fn all(to: &Way, told: &[Told]) -> io::Result<()> {
    let records = told.iter().map(|told| &told.record);
    match to {
        Way::Journal(socket) => datagrams(socket, records.map(entry)),
        Way::Local(socket) => {
            let local = |record: &Record| {
                let text = record.line_within(DATAGRAM);
                message(record, &text).local().into_bytes()
            };
            datagrams(socket, records.map(local))
        }
        Way::EventLog => {
            let text = |record: &Record| vec![record.line_within(ENTRY)];
            platform::write_event_log(&entries(told, text))
        }
        Way::UnifiedLog => {
            let parts = |record: &Record| part::parts(&record.uid, &record.line());
            platform::write_unified_log(&entries(told, parts))
        }
        Way::Tcp(server) => tcp(*server, records),
        Way::File { path, limit, keep } => {
            let lines = Lines { path: path.clone(), limit: limit.bytes(), keep: *keep };
            let texts: Vec<String> = records.map(Record::line).collect();
            lines.append(texts.iter().map(String::as_str))
        }
    }
}

/// The entries that tell of them, each text as one.
fn entries(told: &[Told], texts: impl Fn(&Record) -> Vec<String>) -> Vec<Entry> {
    let entries = |told: &Told| {
        let (id, urgency) = (id(told.what), urgency(told.record.severity));
        let entry = move |text| Entry { id, urgency, text };
        texts(&told.record).into_iter().map(entry).collect::<Vec<_>>()
    };
    told.iter().flat_map(entries).collect()
}

/// A SIEM knows an entry by its number: none is ever given to something else.
fn id(what: What) -> u32 {
    match what {
        What::Opened => 1,
        What::Grown => 2,
        What::Closed => 3,
        What::Reopened => 4,
        What::Acknowledged => 5,
        What::Suppressed => 6,
        What::Test => 7,
    }
}

fn urgency(severity: Severity) -> Urgency {
    if severity >= Severity::High { Urgency::Error } else { Urgency::Warning }
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
fn tcp<'a>(
    server: std::net::SocketAddr,
    records: impl Iterator<Item = &'a Record>,
) -> io::Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Platform;
    use serde_json::json;

    fn told(what: What, severity: Severity) -> Told {
        let record = Record {
            uid: "u".to_owned(),
            at: jiff::Timestamp::UNIX_EPOCH,
            topic: "incident",
            severity,
            host: "h".to_owned(),
            title: "t".to_owned(),
            body: json!("text"),
        };
        Told { what, record }
    }

    #[test]
    fn what_happened_is_the_number_and_how_bad_it_is_the_urgency() {
        use Urgency::Error;
        use Urgency::Warning;
        for (what, severity, id, urgency) in [
            (What::Opened, Severity::Critical, 1, Error),
            (What::Opened, Severity::High, 1, Error),
            (What::Grown, Severity::Medium, 2, Warning),
            (What::Closed, Severity::Informational, 3, Warning),
        ] {
            let text = |record: &Record| vec![record.line()];
            let entry = Entry { id, urgency, text: "text".to_owned() };
            assert_eq!(entries(&[told(what, severity)], text), [entry]);
        }
    }

    #[test]
    fn every_number_is_given_once() {
        let all = [
            What::Opened,
            What::Grown,
            What::Closed,
            What::Reopened,
            What::Acknowledged,
            What::Suppressed,
            What::Test,
        ];
        assert_eq!(all.map(id), [1, 2, 3, 4, 5, 6, 7]);
    }

    /// Those that are not this platform's own.
    #[test]
    fn a_log_that_is_not_there_is_an_error() {
        let told = [told(What::Opened, Severity::High)];
        let strange = match Platform::OURS {
            Platform::Windows => vec![Way::UnifiedLog],
            Platform::Macos => vec![Way::EventLog],
            Platform::Linux => vec![Way::EventLog, Way::UnifiedLog],
        };
        for way in strange {
            let error = all(&way, &told).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::Unsupported);
        }
    }
}
