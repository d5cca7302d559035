//! Elasticsearch and OpenSearch, by their bulk interface.
//!
//! Each event is created under its own name, so what is sent twice is there once.

use super::Failure;
use super::Sending;
use super::Sink;
use super::Taken;
use super::client::Address;
use super::client::Client;
use super::secret;
use super::trust::Trust;
use crate::secret::base64;
use event::Record;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use settings::Reader;
use std::path::PathBuf;

/// Which server, and where there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    url: Address,
    index: String,
    user: Option<(String, PathBuf)>,
    api_key_file: Option<PathBuf>,
    trust: Trust,
}

impl Settings {
    /// Reads them.
    pub fn read(table: &mut Reader<'_>) -> Option<Self> {
        let index = table.take("index").unwrap_or_else(|| "moored-events".to_owned());
        let user = match (table.take("user"), table.take("password_file")) {
            (Some(user), Some(password)) => Some((user, password)),
            (None, None) => None,
            _ => {
                table.problem("user", "and the file of the password, `password_file`, go together");
                None
            }
        };
        let (api_key_file, trust) = (table.take("api_key_file"), Trust::read(table));
        Some(Self { url: table.need("url")?, index, user, api_key_file, trust })
    }

    fn authorization(&self) -> Result<Option<String>, String> {
        if let Some(file) = &self.api_key_file {
            return Ok(Some(format!("ApiKey {}", secret(file)?)));
        }
        let Some((user, file)) = &self.user else { return Ok(None) };
        let pair = format!("{user}:{}", secret(file)?);
        Ok(Some(format!("Basic {}", base64(pair.as_bytes()))))
    }
}

/// A server.
pub struct Bulk {
    settings: Settings,
    client: Client,
}

/// The answer: one item for each event.
#[derive(Deserialize)]
struct Answer {
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    create: Created,
}

#[derive(Deserialize)]
struct Created {
    status: u16,
    #[serde(default)]
    error: Value,
}

impl Bulk {
    /// Makes ready.
    pub fn open(settings: &Settings) -> Result<Self, String> {
        let authorization = settings.authorization()?;
        let head: Vec<_> = authorization.map(|it| ("authorization", it)).into_iter().collect();
        Ok(Self { settings: settings.clone(), client: Client::new(&settings.trust, &head)? })
    }

    fn lines(&self, record: &Record) -> Vec<u8> {
        let action = json!({ "create": { "_index": self.settings.index, "_id": record.uid } });
        format!("{action}\n{}\n", document(record)).into_bytes()
    }

    async fn deliver(&self, body: Vec<u8>, count: usize) -> Result<Taken, Failure> {
        let url = self.settings.url.at("/_bulk");
        let kind = "application/x-ndjson";
        let answer = self.client.post(&url, kind, body, &[]).await?.good()?;
        let items = answer.json::<Answer>()?.items;
        if items.len() != count {
            return Err(Failure::later("the receiver's answer is not of all events"));
        }
        judge(items.iter().map(|item| &item.create))
    }
}

/// A conflict means that the event is there already. From the first on that the
/// receiver was too busy for, all are sent again: so the order is kept.
fn judge<'a>(items: impl Iterator<Item = &'a Created>) -> Result<Taken, Failure> {
    let mut taken = Taken { count: 0, refused: Vec::new() };
    for item in items {
        match item.status {
            200..=299 | 409 => {}
            400 | 413 | 422 if !is_of_the_index(item) => {
                taken.refused.push((taken.count, item.error.to_string()));
            }
            status if taken.count == 0 => {
                let error = &item.error;
                return Err(Failure::later(format!("the receiver says {status}: {error}")));
            }
            _ => break,
        }
        taken.count += 1;
    }
    Ok(taken)
}

/// These servers say 400 of a name that no index may have, too, but then it is
/// the setting that is wrong, and not the event.
fn is_of_the_index(item: &Created) -> bool {
    item.error["type"] == "invalid_index_name_exception"
}

/// Both schemas' events as documents; time is where these servers look for it.
fn document(record: &Record) -> Value {
    match &record.body {
        Value::Object(object) => {
            let mut document = object.clone();
            document.entry("@timestamp").or_insert_with(|| json!(record.at));
            Value::Object(document)
        }
        text => json!({ "@timestamp": record.at, "message": text }),
    }
}

impl Sink for Bulk {
    fn send<'a>(&'a mut self, batch: &'a [Record], _now: Timestamp) -> Sending<'a> {
        let body = batch.iter().flat_map(|record| self.lines(record)).collect();
        Box::pin(self.deliver(body, batch.len()))
    }
}
