//! An OpenTelemetry collector: OTLP over HTTP, as JSON.

use super::Failure;
use super::Sending;
use super::Sink;
use super::Taken;
use super::client::Address;
use super::client::Client;
use super::secret;
use super::trust::Trust;
use event::Record;
use jiff::Timestamp;
use model::Severity;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use settings::Reader;
use std::path::PathBuf;

/// Which collector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    url: Address,
    token_file: Option<PathBuf>,
    trust: Trust,
}

impl Settings {
    /// Reads them.
    pub fn read(table: &mut Reader<'_>) -> Option<Self> {
        let (token_file, trust) = (table.take("token_file"), Trust::read(table));
        Some(Self { url: table.need("url")?, token_file, trust })
    }
}

/// A collector.
pub struct Otlp {
    settings: Settings,
    client: Client,
}

/// The answer; empty if all is well.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Answer {
    partial_success: Partial,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Partial {
    /// A number, which JSON may write as text.
    rejected_log_records: Value,
    error_message: String,
}

impl Otlp {
    /// Makes ready.
    pub fn open(settings: &Settings) -> Result<Self, String> {
        let mut head = Vec::new();
        if let Some(file) = &settings.token_file {
            head.push(("authorization", format!("Bearer {}", secret(file)?)));
        }
        Ok(Self { settings: settings.clone(), client: Client::new(&settings.trust, &head)? })
    }

    async fn deliver(&self, body: Vec<u8>) -> Result<(), Failure> {
        let url = self.settings.url.at("/v1/logs");
        let answer = self.client.post(&url, "application/json", body, &[]).await?.good()?;
        // Some answer with nothing at all.
        let Partial { rejected_log_records: rejected, error_message } =
            serde_json::from_slice::<Answer>(&answer.body).unwrap_or_default().partial_success;
        let is_none = rejected.is_null() || rejected == 0 || rejected == "0";
        if is_none {
            return Ok(());
        }
        Err(Failure::Unfit(format!("the receiver rejects some: {error_message}")))
    }
}

fn logs(batch: &[Record], now: Timestamp) -> Value {
    let records: Vec<Value> = batch.iter().map(|record| log(record, now)).collect();
    let version = env!("CARGO_PKG_VERSION");
    json!({ "resourceLogs": [{
        "resource": { "attributes": [
            text("service.name", "moored-collector"),
            text("service.version", version),
        ] },
        "scopeLogs": [{ "scope": { "name": "moored", "version": version }, "logRecords": records }],
    }] })
}

fn log(record: &Record, now: Timestamp) -> Value {
    let (number, name) = severity(record.severity);
    let event = format!("moored.{}", record.topic);
    json!({
        "timeUnixNano": record.at.as_nanosecond().to_string(),
        "observedTimeUnixNano": now.as_nanosecond().to_string(),
        "severityNumber": number,
        "severityText": name,
        "eventName": event,
        "body": value(&record.body),
        "attributes": [
            text("event.name", &event),
            text("host.name", &record.host),
            text("log.record.uid", &record.uid),
        ],
    })
}

fn text(key: &str, value: &str) -> Value {
    json!({ "key": key, "value": { "stringValue": value } })
}

/// The first numbers of the standard's ranges: information to fatal.
fn severity(severity: Severity) -> (u8, &'static str) {
    match severity {
        Severity::Informational => (9, "INFO"),
        Severity::Low => (10, "INFO2"),
        Severity::Medium => (13, "WARN"),
        Severity::High => (17, "ERROR"),
        Severity::Critical => (21, "FATAL"),
    }
}

/// JSON in the protocol's own words.
fn value(json: &Value) -> Value {
    match json {
        Value::Null => json!({}),
        Value::Bool(flag) => json!({ "boolValue": flag }),
        Value::Number(number) if number.is_i64() => json!({ "intValue": number.to_string() }),
        Value::Number(number) => json!({ "doubleValue": number }),
        Value::String(text) => json!({ "stringValue": text }),
        Value::Array(list) => {
            json!({ "arrayValue": { "values": list.iter().map(value).collect::<Vec<_>>() } })
        }
        Value::Object(object) => {
            let pair = |(key, json): (&String, &Value)| json!({ "key": key, "value": value(json) });
            json!({ "kvlistValue": { "values": object.iter().map(pair).collect::<Vec<_>>() } })
        }
    }
}

impl Sink for Otlp {
    fn send<'a>(&'a mut self, batch: &'a [Record], now: Timestamp) -> Sending<'a> {
        let body = logs(batch, now).to_string().into_bytes();
        Box::pin(async move { self.deliver(body).await.map(|()| Taken::all(batch)) })
    }
}
