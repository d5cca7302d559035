//! Where events can be sent, one file for each kind of place.
//!
//! A sink sends and says what became of it. It keeps nothing, waits for
//! nothing but its receiver, and knows of no other sink: what is to be sent,
//! when, and how often is tried, is the delivery's.

mod filter;
mod trust;
mod client;
mod file;
mod syslog;
mod hec;
mod bulk;
mod otlp;
mod webhook;
mod nats;
#[cfg(test)]
mod tests;

use event::Format;
use event::Record;
use jiff::Timestamp;
use settings::Reader;
use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

pub use filter::Filter;

/// Somewhere events can be sent.
pub trait Sink: Send {
    /// Sends records in order. What it answers with is on the receiver's side:
    /// as far as the receiver's protocol can say that.
    fn send<'a>(&'a mut self, batch: &'a [Record], now: Timestamp) -> Sending<'a>;
}

/// What comes of an attempt to send.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<Taken, Failure>> + Send + 'a>>;

/// A batch, or the beginning of it, is done with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// So many records, from the first on.
    pub count: usize,
    /// Those among them that the receiver will never take: place, and why.
    pub refused: Vec<(usize, String)>,
}

/// Nothing of a batch was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It may be taken later.
    Later {
        /// What is wrong, in a sentence.
        why: String,
        /// When the receiver wants to be asked again.
        after: Option<Duration>,
    },
    /// The receiver does not take the batch as it is; perhaps one record of it
    /// is to blame.
    Unfit(String),
}

impl Taken {
    /// The whole batch.
    pub fn all(batch: &[Record]) -> Self {
        Self { count: batch.len(), refused: Vec::new() }
    }
}

impl Failure {
    /// It may be taken later.
    pub fn later(why: impl Into<String>) -> Self {
        Self::Later { why: why.into(), after: None }
    }
}

/// What comes of sending one by one, when one fails after so many: those are
/// taken, and the next attempt begins with the one that failed.
fn so_far(count: usize, failure: Failure) -> Result<Taken, Failure> {
    if count == 0 { Err(failure) } else { Ok(Taken { count, refused: Vec::new() }) }
}

/// A sink as the operator wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What it is called.
    pub name: String,
    /// The format it gets.
    pub format: Format,
    /// What it is sent.
    pub filter: Filter,
    /// What kind it is, and where.
    pub kind: Kind,
}

/// The kinds of sinks, each with its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file of lines.
    File(file::Settings),
    /// A syslog server, over TCP or TLS.
    Syslog(syslog::Settings),
    /// Splunk's HTTP event collector.
    Hec(hec::Settings),
    /// Elasticsearch or OpenSearch.
    Bulk(bulk::Settings),
    /// An OpenTelemetry collector.
    Otlp(otlp::Settings),
    /// Any web server; Slack and Teams.
    Webhook(webhook::Settings),
    /// A stream of NATS.
    Nats(nats::Settings),
}

/// How a kind is named, and how its settings are read.
type Named = (&'static str, fn(&mut Reader<'_>) -> Option<Kind>);

const KINDS: [Named; 7] = [
    ("file", |table| file::Settings::read(table).map(Kind::File)),
    ("syslog", |table| syslog::Settings::read(table).map(Kind::Syslog)),
    ("splunk", |table| hec::Settings::read(table).map(Kind::Hec)),
    ("elasticsearch", |table| bulk::Settings::read(table).map(Kind::Bulk)),
    ("otlp", |table| otlp::Settings::read(table).map(Kind::Otlp)),
    ("webhook", |table| webhook::Settings::read(table).map(Kind::Webhook)),
    ("nats", |table| nats::Settings::read(table).map(Kind::Nats)),
];

impl Kind {
    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::File(_) => "file",
            Self::Syslog(_) => "syslog",
            Self::Hec(_) => "splunk",
            Self::Bulk(_) => "elasticsearch",
            Self::Otlp(_) => "otlp",
            Self::Webhook(_) => "webhook",
            Self::Nats(_) => "nats",
        }
    }
}

impl Wanted {
    /// Reads the table of a sink; `None` if there is a mistake in it.
    pub fn read(name: &str, table: &mut Reader<'_>) -> Option<Self> {
        let format = table.take("format").unwrap_or_default();
        let filter = Filter::read(table);
        let kind: Option<String> = table.need("kind");
        let Some((_, read)) = KINDS.iter().find(|(known, _)| Some(*known) == kind.as_deref())
        else {
            if kind.is_some() {
                let known = KINDS.map(|(known, _)| known).join(", ");
                table.problem("kind", &format!("must be one of {known}"));
            }
            table.pass_over_the_rest();
            return None;
        };
        Some(Self { name: name.to_owned(), format, filter, kind: read(table)? })
    }

    /// Makes ready to send. Secrets and certificates are read now, so that a
    /// new one is used as soon as the old one does no more.
    pub fn open(&self) -> Result<Box<dyn Sink>, Failure> {
        let opened: Result<Box<dyn Sink>, String> = match &self.kind {
            Kind::File(settings) => Ok(Box::new(file::File::new(settings))),
            Kind::Syslog(settings) => syslog::Syslog::open(settings).map(boxed),
            Kind::Hec(settings) => hec::Hec::open(settings).map(boxed),
            Kind::Bulk(settings) => bulk::Bulk::open(settings).map(boxed),
            Kind::Otlp(settings) => otlp::Otlp::open(settings).map(boxed),
            Kind::Webhook(settings) => webhook::Webhook::open(settings).map(boxed),
            Kind::Nats(settings) => Ok(Box::new(nats::Nats::new(settings))),
        };
        opened.map_err(Failure::later)
    }
}

fn boxed<S: Sink + 'static>(sink: S) -> Box<dyn Sink> {
    Box::new(sink)
}

/// What a file holds that only we should know, without its end of line.
fn secret(path: &Path) -> Result<String, String> {
    let text = settings::text(path).map_err(|problem| problem.to_string())?;
    match text.trim() {
        "" => Err(format!("{} is empty", path.display())),
        secret => Ok(secret.to_owned()),
    }
}
