//! Events in the Common Event Format: one line, and flat.

use crate::Arrival;
use crate::Event;
use crate::Laptop;
use crate::What;
use crate::peripheral::Peripheral;
use crate::peripheral::Shown;
use model::Severity;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The most signs of a text in the extension; the format allows 1,023.
const LONGEST: usize = 1023;

/// An incident.
pub fn alert(event: &Event) -> String {
    let incident = &event.incident;
    let signatures: BTreeSet<&str> =
        incident.findings.iter().map(|it| it.finding.signature.as_str()).collect();
    let techniques: BTreeSet<&str> =
        incident.findings.iter().map(|it| it.finding.technique.as_str()).collect();
    let first = incident.findings.first().map(|it| it.finding.signature.as_str());
    let class = if event.what == What::Test { "test" } else { first.unwrap_or("incident") };
    let mut line = Line::begin(class, &incident.title, incident.severity);
    line.put("rt", &event.at.as_millisecond().to_string());
    line.put("start", &incident.opened_at.as_millisecond().to_string());
    if let Some(closed) = incident.closed_at {
        line.put("end", &closed.as_millisecond().to_string());
    }
    line.put("externalId", &event.story());
    line.put("act", event.what.name());
    line.put("cat", class.split('.').next().unwrap_or_default());
    line.laptop(incident.laptops.first());
    line.put("reason", &event.because);
    line.custom("cs1", "attack", &join(&techniques));
    line.custom("cs2", "signatures", &join(&signatures));
    line.custom("cs3", "state", incident.state.name());
    line.custom("cs4", "outcome", incident.outcome.map_or("", |outcome| outcome.name()));
    line.custom("cs5", "uid", &event.uid);
    line.custom("cs6", "next", incident.steps.first().map_or("", String::as_str));
    line.custom("cn1", "score", &incident.score.to_string());
    line.put("msg", &event.message());
    line.0
}

/// A thing at a port.
pub fn peripheral(shown: &Shown) -> String {
    let Shown { uid, at, thing, laptop } = shown;
    let mut line = Line::begin("peripheral", &thing.name, Severity::Informational);
    line.put("rt", &at.as_millisecond().to_string());
    line.put("act", "connected");
    line.laptop(*laptop);
    line.custom("cs1", "port", thing.port);
    line.custom("cs2", "maker", thing.maker.unwrap_or_default());
    line.custom("cs3", "number", &number(thing));
    line.custom("cs4", "serial", thing.serial.unwrap_or_default());
    line.custom("cs5", "uid", uid);
    line.0
}

fn number(thing: &Peripheral) -> String {
    let parts = [thing.maker_id, thing.model_id];
    parts.into_iter().flatten().collect::<Vec<_>>().join(":")
}

/// A laptop that was enrolled.
pub fn inventory(arrival: &Arrival) -> String {
    let mut line = Line::begin("laptop", "Laptop enrolled", Severity::Informational);
    line.put("rt", &arrival.at.as_millisecond().to_string());
    line.put("act", "enrolled");
    line.laptop(Some(&arrival.laptop));
    line.custom("cs4", "serial", arrival.laptop.serial.as_deref().unwrap_or_default());
    line.custom("cs5", "uid", &arrival.uid);
    line.0
}

fn join(texts: &BTreeSet<&str>) -> String {
    texts.iter().copied().collect::<Vec<_>>().join(",")
}

/// From 0 to 10, as the format wants it.
fn severity(severity: Severity) -> u8 {
    match severity {
        Severity::Informational => 1,
        Severity::Low => 3,
        Severity::Medium => 5,
        Severity::High => 8,
        Severity::Critical => 10,
    }
}

/// A line as it grows.
struct Line(String);

impl Line {
    fn begin(class: &str, name: &str, how_bad: Severity) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        let (class, name) = (header(class), header(name));
        Self(format!("CEF:0|Moored|Moored|{version}|{class}|{name}|{}|", severity(how_bad)))
    }

    /// A field; an empty one is left out.
    fn put(&mut self, key: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        let space = if self.0.ends_with('|') { "" } else { " " };
        // Writing to a string cannot fail.
        let _ = write!(self.0, "{space}{key}={}", extension(value));
    }

    /// A field whose meaning is said beside it.
    fn custom(&mut self, key: &str, label: &str, value: &str) {
        if !value.is_empty() {
            self.put(key, value);
            self.put(&format!("{key}Label"), label);
        }
    }

    fn laptop(&mut self, laptop: Option<&Laptop>) {
        let Some(laptop) = laptop else { return };
        self.put("dvchost", &laptop.host);
        self.put("deviceExternalId", &laptop.id);
        self.put("duser", laptop.person.as_deref().unwrap_or_default());
    }
}

/// In the header a pipe ends a field, and a line must stay one.
fn header(text: &str) -> String {
    let flat = text.chars().map(|sign| if sign.is_control() { ' ' } else { sign });
    flat.take(512).collect::<String>().replace('\\', "\\\\").replace('|', "\\|")
}

/// In the extension an equals sign ends a key; line ends are written as signs.
fn extension(text: &str) -> String {
    let cut: String = text.trim().chars().take(LONGEST).collect();
    let escaped = cut.replace('\\', "\\\\").replace('=', "\\=");
    let lines = escaped.replace("\r\n", "\\n").replace('\n', "\\n").replace('\r', "\\r");
    lines.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect()
}
