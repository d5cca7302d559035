//! In which format something is told, and the records that makes.

use crate::Arrival;
use crate::Event;
use crate::News;
use crate::What;
use crate::cef;
use crate::ecs;
use crate::ocsf;
use crate::peripheral;
use crate::peripheral::Shown;
use jiff::Timestamp;
use model::Severity;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use std::fmt;

/// A format in which events are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// The Open Cybersecurity Schema Framework, as JSON.
    #[default]
    Ocsf,
    /// The Elastic Common Schema, as JSON.
    Ecs,
    /// The Common Event Format, one line of text.
    Cef,
}

/// How much is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// Incidents.
    #[default]
    Incidents,
    /// Also what they are made of, as far as the formats have events for it.
    Raw,
}

/// One event in one format.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Names it, and no other, at every attempt to send it.
    pub uid: String,
    /// When it happened.
    pub at: Timestamp,
    /// What it is of: `incident`, `peripheral`, `laptop` or `test`.
    pub topic: &'static str,
    /// How bad it is if it is true.
    pub severity: Severity,
    /// The laptop's host name; empty if it is of none.
    pub host: String,
    /// What it says in one line.
    pub title: String,
    /// All of it: JSON, or a text.
    pub body: Value,
}

impl Format {
    /// Its name, everywhere.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ocsf => "ocsf",
            Self::Ecs => "ecs",
            Self::Cef => "cef",
        }
    }

    /// What is told, in this format, in order; nothing if it is not wanted in
    /// such detail.
    pub fn records(self, news: &News, detail: Detail) -> Vec<Record> {
        let event = match (news, detail) {
            (News::Incident(event), _) => event,
            (News::Laptop(_), Detail::Incidents) => return Vec::new(),
            (News::Laptop(arrival), Detail::Raw) => return vec![self.arrival(arrival)],
        };
        let mut records = self.peripherals(event, detail);
        records.push(self.incident(event));
        records
    }

    fn incident(self, event: &Event) -> Record {
        let body = match self {
            Self::Ocsf => ocsf::finding(event),
            Self::Ecs => ecs::alert(event),
            Self::Cef => cef::alert(event).into(),
        };
        Record {
            uid: event.uid.clone(),
            at: event.at,
            topic: if event.what == What::Test { "test" } else { "incident" },
            severity: event.incident.severity,
            host: host(event),
            title: event.message(),
            body,
        }
    }

    /// Only what opens or grows has new evidence.
    fn peripherals(self, event: &Event, detail: Detail) -> Vec<Record> {
        let is_new = matches!(event.what, What::Opened | What::Grown | What::Reopened);
        if detail == Detail::Incidents || !is_new {
            return Vec::new();
        }
        peripheral::all(event).iter().map(|shown| self.peripheral(shown)).collect()
    }

    fn peripheral(self, shown: &Shown) -> Record {
        Record {
            uid: shown.uid.clone(),
            at: shown.at,
            topic: "peripheral",
            severity: Severity::Informational,
            host: shown.laptop.map(|laptop| laptop.host.clone()).unwrap_or_default(),
            title: format!("{} at port {}", shown.thing.name, shown.thing.port),
            body: match self {
                Self::Ocsf => ocsf::peripheral(shown),
                Self::Ecs => ecs::peripheral(shown),
                Self::Cef => cef::peripheral(shown).into(),
            },
        }
    }

    fn arrival(self, arrival: &Arrival) -> Record {
        Record {
            uid: arrival.uid.clone(),
            at: arrival.at,
            topic: "laptop",
            severity: Severity::Informational,
            host: arrival.laptop.host.clone(),
            title: format!("{} was enrolled", arrival.laptop.host),
            body: match self {
                Self::Ocsf => ocsf::inventory(arrival),
                Self::Ecs => ecs::inventory(arrival),
                Self::Cef => cef::inventory(arrival).into(),
            },
        }
    }
}

fn host(event: &Event) -> String {
    event.incident.laptops.first().map(|laptop| laptop.host.clone()).unwrap_or_default()
}

impl Record {
    /// As one line, without its end.
    pub fn line(&self) -> String {
        match &self.body {
            Value::String(text) => text.clone(),
            body => body.to_string(),
        }
    }

    /// The same in at most so many bytes, if that can be had by leaving out
    /// what the sensors saw; the record says that it is left out.
    pub fn line_within(&self, bytes: usize) -> String {
        let whole = self.line();
        if whole.len() <= bytes {
            return whole;
        }
        let mut body = self.body.clone();
        for left_out in ["/evidences", "/unmapped/moored/findings", "/moored/findings"] {
            if let Some(list) = body.pointer_mut(left_out) {
                *list = json!([]);
                mark(&mut body, whole.len());
            }
            let line = body.to_string();
            if line.len() <= bytes {
                return line;
            }
        }
        Self { body, ..self.clone() }.line()
    }
}

fn mark(body: &mut Value, size: usize) {
    for place in ["/metadata", "/moored"] {
        if let Some(Value::Object(place)) = body.pointer_mut(place) {
            place.insert("is_truncated".to_owned(), json!(true));
            place.insert("untruncated_size".to_owned(), json!(size));
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
