//! A web server that is told of each event, signed; Slack and Teams.

mod card;

use super::Failure;
use super::Sending;
use super::Sink;
use super::Taken;
use super::client::Address;
use super::client::Client;
use super::secret;
use super::so_far;
use super::trust::Trust;
use crate::secret::hexadecimal;
use crate::secret::signed;
use card::Style;
use event::Record;
use jiff::Timestamp;
use settings::Reader;
use std::path::PathBuf;

/// Which server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    place: Place,
    key_file: Option<PathBuf>,
    style: Style,
    trust: Trust,
}

/// Slack's and Teams' addresses are secrets, so they may be in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Url(Address),
    File(PathBuf),
}

impl Settings {
    /// Reads them.
    pub fn read(table: &mut Reader<'_>) -> Option<Self> {
        let (key_file, trust) = (table.take("key_file"), Trust::read(table));
        let style = table.take("style").unwrap_or_default();
        let place = match (table.take("url"), table.take("url_file")) {
            (Some(url), None) => Some(Place::Url(url)),
            (None, Some(file)) => Some(Place::File(file)),
            (Some(_), Some(_)) => {
                table.problem("url", "and `url_file` exclude each other");
                None
            }
            (None, None) => {
                table.problem("url", "is missing, and so is `url_file`");
                None
            }
        };
        Some(Self { place: place?, key_file, style, trust })
    }
}

/// A server.
pub struct Webhook {
    url: String,
    key: Option<String>,
    style: Style,
    client: Client,
}

impl Webhook {
    /// Makes ready.
    pub fn open(settings: &Settings) -> Result<Self, String> {
        let url = match &settings.place {
            Place::Url(url) => url.to_string(),
            Place::File(file) => Address::try_from(secret(file)?)
                .map_err(|_| format!("{} holds no address", file.display()))?
                .to_string(),
        };
        let key = settings.key_file.as_deref().map(secret).transpose()?;
        let client = Client::new(&settings.trust, &[])?;
        Ok(Self { url, key, style: settings.style, client })
    }

    async fn deliver(&self, record: &Record, now: Timestamp) -> Result<(), Failure> {
        let body = card::body(self.style, record);
        let time = now.as_second().to_string();
        let mut head = vec![("moored-event", record.uid.clone())];
        if let Some(key) = &self.key {
            let signature = signed(key.as_bytes(), &[time.as_bytes(), b".", body.as_bytes()]);
            head.push(("moored-signature", format!("v1={}", hexadecimal(&signature))));
            head.push(("moored-timestamp", time));
        }
        let kind = if record.body.is_string() && self.style == Style::Plain {
            "text/plain; charset=utf-8"
        } else {
            "application/json"
        };
        let answer = self.client.post(&self.url, kind, body.into_bytes(), &head).await;
        answer.and_then(super::client::Answer::good).map(drop).map_err(|failure| self.hide(failure))
    }

    /// The address may be a secret: no error tells it.
    fn hide(&self, failure: Failure) -> Failure {
        let hidden = |why: String| why.replace(&self.url, "the receiver");
        match failure {
            Failure::Later { why, after } => Failure::Later { why: hidden(why), after },
            Failure::Unfit(why) => Failure::Unfit(hidden(why)),
        }
    }
}

impl Sink for Webhook {
    fn send<'a>(&'a mut self, batch: &'a [Record], now: Timestamp) -> Sending<'a> {
        Box::pin(async move {
            for (place, record) in batch.iter().enumerate() {
                if let Err(failure) = self.deliver(record, now).await {
                    return so_far(place, failure);
                }
            }
            Ok(Taken::all(batch))
        })
    }
}
