//! Splunk's HTTP event collector, with acknowledgement by the indexers.

use super::Failure;
use super::Sending;
use super::Sink;
use super::Taken;
use super::client::Address;
use super::client::Answer;
use super::client::Client;
use super::secret;
use super::trust::Trust;
use event::Record;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use settings::Reader;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;
use uuid::Uuid;

/// How often it is asked whether events are indexed, and how many times at most.
const ASK: Duration = Duration::from_millis(250);
const MOST: u32 = 240;

/// Which collector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    url: Address,
    token_file: PathBuf,
    index: Option<String>,
    acknowledge: bool,
    trust: Trust,
}

impl Settings {
    /// Reads them.
    pub fn read(table: &mut Reader<'_>) -> Option<Self> {
        let (index, trust) = (table.take("index"), Trust::read(table));
        let acknowledge = table.take("acknowledge").unwrap_or(true);
        let (url, token_file) = (table.need("url"), table.need("token_file"));
        Some(Self { url: url?, token_file: token_file?, index, acknowledge, trust })
    }
}

/// A collector, and our channel there.
pub struct Hec {
    settings: Settings,
    client: Client,
}

/// The answer to events.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Received {
    ack_id: Option<u64>,
}

/// The answer to the question what is indexed.
#[derive(Deserialize)]
struct Acknowledged {
    acks: BTreeMap<String, bool>,
}

/// What Splunk says if it does not take events.
#[derive(Deserialize)]
struct Refusal {
    code: u32,
}

/// Its codes for events that it cannot read: no valid JSON, no event, an empty
/// one, bad fields.
const OF_EVENTS: [u32; 4] = [6, 12, 13, 15];

impl Hec {
    /// Makes ready.
    pub fn open(settings: &Settings) -> Result<Self, String> {
        let token = secret(&settings.token_file)?;
        let head = [
            ("authorization", format!("Splunk {token}")),
            ("x-splunk-request-channel", Uuid::new_v4().to_string()),
        ];
        Ok(Self { settings: settings.clone(), client: Client::new(&settings.trust, &head)? })
    }

    fn event(&self, record: &Record) -> Vec<u8> {
        let host = if record.host.is_empty() { "moored-collector" } else { &record.host };
        let mut event = json!({
            "time": seconds(record.at),
            "host": host,
            "source": "moored",
            "sourcetype": format!("moored:{}", record.topic),
            "event": record.body,
            "fields": { "uid": record.uid },
        });
        if let Some(index) = &self.settings.index {
            event["index"] = json!(index);
        }
        format!("{event}\n").into_bytes()
    }

    async fn deliver(&self, body: Vec<u8>) -> Result<(), Failure> {
        let url = self.settings.url.at("/services/collector/event");
        let answer = self.client.post(&url, "application/json", body, &[]).await?;
        let answer = good(answer)?;
        if !self.settings.acknowledge {
            return Ok(());
        }
        let received: Received = answer.json()?;
        let id = received.ack_id.ok_or_else(|| {
            let text = "the token does not acknowledge: enable that, or set `acknowledge = false`";
            Failure::later(text)
        })?;
        self.wait_for(id).await
    }

    #[expect(clippy::disallowed_methods, reason = "the receiver has to be asked again and again")]
    async fn wait_for(&self, id: u64) -> Result<(), Failure> {
        let url = self.settings.url.at("/services/collector/ack");
        for _ in 0..MOST {
            let question = json!({ "acks": [id] }).to_string().into_bytes();
            let answer = self.client.post(&url, "application/json", question, &[]).await?;
            let answer = good(answer)?;
            let acknowledged: Acknowledged = answer.json()?;
            if acknowledged.acks.get(&id.to_string()) == Some(&true) {
                return Ok(());
            }
            tokio::time::sleep(ASK).await;
        }
        Err(Failure::later("what was sent was not indexed within a minute"))
    }
}

/// Splunk says 400 of an event it cannot read and of a token it cannot use in
/// this way. Only the first is the event's fault; the other, such as an index
/// that the token may not write to, is mended in Splunk or in our settings.
fn good(answer: Answer) -> Result<Answer, Failure> {
    let refusal = answer.json::<Refusal>().map(|refusal| refusal.code);
    answer.good().map_err(|failure| match (failure, refusal) {
        (Failure::Unfit(why), Ok(code)) if !OF_EVENTS.contains(&code) => Failure::later(why),
        (failure, _) => failure,
    })
}

/// As Splunk writes a time.
fn seconds(at: Timestamp) -> String {
    let thousandths = at.as_millisecond();
    format!("{}.{:03}", thousandths.div_euclid(1000), thousandths.rem_euclid(1000))
}

impl Sink for Hec {
    fn send<'a>(&'a mut self, batch: &'a [Record], _now: Timestamp) -> Sending<'a> {
        let body = batch.iter().flat_map(|record| self.event(record)).collect();
        Box::pin(async move { self.deliver(body).await.map(|()| Taken::all(batch)) })
    }
}
