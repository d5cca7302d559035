//! A stream of NATS (JetStream): the hand-over to a company's own pipeline.
//!
//! Each event is published once the one before it is stored, so the order is
//! kept; under its own name, so that the stream drops what comes twice.

use super::Failure;
use super::Sending;
use super::Sink;
use super::Taken;
use super::secret;
use super::so_far;
use super::trust::Trust;
use async_nats::ConnectOptions;
use async_nats::ServerAddr;
use async_nats::jetstream;
use async_nats::jetstream::context::PublishErrorKind;
use async_nats::jetstream::message::PublishMessage;
use event::Record;
use jiff::Timestamp;
use settings::Reader;
use std::path::PathBuf;
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Which server, and where there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    url: String,
    subject: String,
    token_file: Option<PathBuf>,
    user: Option<(String, PathBuf)>,
    trust: Trust,
}

impl Settings {
    /// Reads them.
    pub fn read(table: &mut Reader<'_>) -> Option<Self> {
        let subject = table.take("subject").unwrap_or_else(|| "moored".to_owned());
        let (token_file, trust) = (table.take("token_file"), Trust::read(table));
        let user = match (table.take("user"), table.take("password_file")) {
            (Some(user), Some(password)) => Some((user, password)),
            (None, None) => None,
            _ => {
                table.problem("user", "and the file of the password, `password_file`, go together");
                None
            }
        };
        let url: String = table.need("url")?;
        let is_nats = url.starts_with("nats://") || url.starts_with("tls://");
        if !is_nats || url.parse::<ServerAddr>().is_err() {
            table.problem("url", "must be an address such as tls://nats.example.com:4222");
            return None;
        }
        Some(Self { url, subject, token_file, user, trust })
    }
}

/// A server.
pub struct Nats {
    settings: Settings,
    stream: Option<jetstream::Context>,
}

impl Nats {
    /// Makes ready; connects with the first batch.
    pub fn new(settings: &Settings) -> Self {
        Self { settings: settings.clone(), stream: None }
    }

    fn options(&self) -> Result<ConnectOptions, String> {
        let settings = &self.settings;
        let mut options = ConnectOptions::new()
            .name("moored-collector")
            .connection_timeout(PATIENCE)
            .tls_client_config(settings.trust.config()?)
            .require_tls(settings.url.starts_with("tls://"));
        if let Some(file) = &settings.token_file {
            options = options.token(secret(file)?);
        }
        if let Some((user, file)) = &settings.user {
            options = options.user_and_password(user.clone(), secret(file)?);
        }
        Ok(options)
    }

    async fn stream(&mut self) -> Result<jetstream::Context, Failure> {
        if let Some(stream) = &self.stream {
            return Ok(stream.clone());
        }
        let url = &self.settings.url;
        let options = self.options().map_err(Failure::later)?;
        let client = options.connect(url.as_str()).await;
        let client = client.map_err(|error| {
            Failure::later(format!("cannot reach {url}: {}", self.settings.trust.told(&error)))
        })?;
        let mut stream = jetstream::new(client);
        stream.set_timeout(PATIENCE);
        Ok(self.stream.insert(stream).clone())
    }

    async fn publish(&mut self, record: &Record) -> Result<(), Failure> {
        let stream = self.stream().await?;
        let subject = format!("{}.{}", self.settings.subject, record.topic);
        let publish = PublishMessage::build()
            .payload(record.line().into_bytes().into())
            .message_id(&record.uid);
        let sent = match stream.send_publish(subject, publish).await {
            Ok(acknowledgement) => acknowledgement.await,
            Err(error) => Err(error),
        };
        let Err(error) = sent else { return Ok(()) };
        let why = self.settings.trust.told(&error);
        Err(match error.kind() {
            PublishErrorKind::MaxPayloadExceeded => Failure::Unfit(why),
            PublishErrorKind::StreamNotFound => {
                let subject = &self.settings.subject;
                Failure::later(format!("no stream keeps the subjects `{subject}.>`: make one"))
            }
            _ => Failure::later(format!("cannot publish: {why}")),
        })
    }
}

impl Sink for Nats {
    fn send<'a>(&'a mut self, batch: &'a [Record], _now: Timestamp) -> Sending<'a> {
        Box::pin(async move {
            for (place, record) in batch.iter().enumerate() {
                if let Err(failure) = self.publish(record).await {
                    return so_far(place, failure);
                }
            }
            Ok(Taken::all(batch))
        })
    }
}
