//! From the spool to the collector: enrolment, reports, renewal.
//!
//! [`Uplink::turn`] does all there is to do and says when to come again. It is
//! told the time and a chance; waiting is its caller's.

mod client;
mod echo;
mod enrolment;
pub mod landmark;
mod tls;
mod trouble;
#[cfg(test)]
mod tests;

use crate::config::Config;
use crate::host::Host;
use crate::identity::Identity;
use crate::sensors::machine;
use crate::spool::Batch;
use crate::spool::Outbox;
use client::Answer;
use client::Client;
use client::Letter;
use echo::Pace;
use jiff::SignedDuration;
use jiff::Timestamp;
use model::Acknowledged;
use model::Certified;
use model::Renew;
use serde::Deserialize;
use serde::Serialize;
use std::time::Duration;

pub use echo::Echo;
pub use enrolment::Enrolment;
pub use enrolment::keep;
pub use trouble::Trouble;

/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_mins(5);

/// The most reports, and the most bytes beyond the first, of one request.
const BATCH: (usize, usize) = (64, 256 << 10);

/// A difference between our clock and the collector's that is worth telling.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(120);

/// How things stand between us and the collector.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The collector's address, once there is one.
    pub collector: Option<String>,
    /// Our id there; nothing before enrolment.
    pub laptop: Option<String>,
    /// What is wrong, in a sentence; nothing while all is well.
    pub trouble: Option<String>,
    /// When the collector last acknowledged something.
    pub acknowledged: Option<Timestamp>,
    /// When our certificate ends.
    pub certificate_ends: Option<Timestamp>,
    /// How far our clock is off, in a sentence; nothing while it is right.
    pub clock: Option<String>,
    /// How many reports wait.
    pub waiting: usize,
    /// Where events go instead, if there is to be no collector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub siem: Option<String>,
}

/// What this laptop is called when it enrolls.
#[derive(Clone, Debug)]
pub struct Laptop {
    /// Its host name.
    pub host: String,
    /// Its platform.
    pub platform: String,
    /// Its serial number, if its firmware says one.
    pub serial: Option<String>,
}

impl Laptop {
    /// What that machine is called.
    pub fn of(host: &dyn Host) -> Self {
        let platform = host.platform().name().to_owned();
        Self { host: host.hostname(), platform, serial: machine::serial(host) }
    }
}

/// Talks to the collector.
pub struct Uplink {
    config: Config,
    laptop: Laptop,
    outbox: Outbox,
    standing: Standing,
    connection: Option<Connection>,
    failures: u32,
    /// How many reports the next request may hold: halved when one is too large.
    most: usize,
    pace: Pace,
    echo: Option<Echo>,
}

/// An identity and the client that shows it.
struct Connection {
    identity: Identity,
    client: Client,
}

impl Uplink {
    /// Talks as `config` says, about the reports in its state folder.
    pub fn new(config: Config, laptop: Laptop) -> Self {
        let outbox = Outbox::new(&config.state.join("spool"));
        let standing = Standing::default();
        Self {
            config,
            laptop,
            outbox,
            standing,
            connection: None,
            failures: 0,
            most: BATCH.0,
            pace: Pace::default(),
            echo: None,
        }
    }

    /// How things stand.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Does all there is to do; gives how long to wait before the next turn,
    /// unless something is spooled before. `chance` is from 0 to 1.
    pub async fn turn(&mut self, now: Timestamp, chance: f64) -> Duration {
        let wait = match self.work(now).await {
            Ok(()) => {
                self.failures = 0;
                self.standing.trouble = None;
                self.prepare_echo(now, chance);
                self.until_renewal(now).min(self.until_echo(now))
            }
            Err(trouble) => {
                self.failures += 1;
                self.standing.trouble = Some(trouble.to_string());
                self.wait_after(&trouble, chance)
            }
        };
        self.standing.waiting = self.outbox.waiting().unwrap_or_default();
        wait
    }

    /// The echo that is due after this turn, to be answered beside the next ones.
    pub fn echo(&mut self) -> Option<Echo> {
        self.echo.take()
    }

    /// Reports come first: there is no echo before one was acknowledged.
    fn prepare_echo(&mut self, now: Timestamp, chance: f64) {
        let Some(Connection { identity, .. }) = &self.connection else { return };
        if self.standing.acknowledged.is_none() || !self.pace.until(now).is_zero() {
            return;
        }
        self.pace.begin(now, chance);
        self.echo = Echo::new(identity, &self.config.proxy).ok();
    }

    fn until_echo(&self, now: Timestamp) -> Duration {
        let wait = self.standing.acknowledged.map(|_| self.pace.until(now));
        wait.unwrap_or(Duration::MAX)
    }

    async fn work(&mut self, now: Timestamp) -> Result<(), Trouble> {
        self.connect(now).await?;
        let Some(connection) = &self.connection else {
            return Ok(());
        };
        if connection.identity.wants_renewal(now) {
            self.renew(now).await?;
        }
        while self.send(now).await? {}
        Ok(())
    }

    /// Makes sure that there is a connection: by the identity on disk, else by
    /// enrolment.
    async fn connect(&mut self, now: Timestamp) -> Result<(), Trouble> {
        let state = &self.config.state;
        let stored = Identity::read(state)
            .map_err(|error| Trouble::Ours(format!("cannot read our identity: {error}")))?;
        let usable =
            |identity: &Identity| !identity.has_ended(now) || Enrolment::due(&self.config).is_err();
        match stored.filter(usable) {
            Some(identity) if self.has_connection(&identity) => Ok(()),
            Some(identity) => self.take_on(identity),
            None => {
                let identity = self.enroll(now).await?;
                self.take_on(identity)
            }
        }
    }

    fn has_connection(&self, identity: &Identity) -> bool {
        let key = |connection: &Connection| connection.identity.key == identity.key;
        self.connection.as_ref().is_some_and(key)
    }

    fn take_on(&mut self, identity: Identity) -> Result<(), Trouble> {
        let tls = tls::enrolled(&identity)
            .map_err(|error| Trouble::Ours(format!("cannot use our identity: {error}")))?;
        let client = Client::new(tls, &self.config.proxy, &identity.collector);
        self.standing.collector = Some(identity.collector.clone());
        self.standing.laptop = Some(identity.certified.laptop.clone());
        self.standing.certificate_ends = Some(identity.certified.not_after);
        self.connection = Some(Connection { identity, client });
        Ok(())
    }

    async fn enroll(&mut self, now: Timestamp) -> Result<Identity, Trouble> {
        let enrolment = Enrolment::due(&self.config)?;
        self.standing.collector = Some(enrolment.collector.to_string());
        let (identity, date) = enrolment.make(&self.laptop).await?;
        self.hear_clock(date, now);
        keep(&self.config.state, &identity)
            .map_err(|error| Trouble::Ours(format!("cannot keep our identity: {error}")))?;
        let laptop = &identity.certified.laptop;
        tracing::info!(laptop, collector = identity.collector, "enrolled");
        Ok(identity)
    }

    async fn renew(&mut self, now: Timestamp) -> Result<(), Trouble> {
        let Some(Connection { identity, client }) = &self.connection else {
            return Ok(());
        };
        let fresh = enrolment::fresh()?;
        let url = format!("{}/v1/renew", identity.collector);
        let answer: Answer<Certified> = client.post(json(url, &Renew { csr: fresh.csr })).await?;
        let collector = identity.collector.clone();
        let identity = Identity { collector, key: fresh.key, certified: answer.value };
        identity
            .keep(&self.config.state)
            .map_err(|error| Trouble::Ours(format!("cannot keep our identity: {error}")))?;
        tracing::info!(until = %identity.certified.not_after, "renewed the certificate");
        self.hear_clock(answer.date, now);
        self.take_on(identity)
    }

    /// Sends one batch; false if nothing waits.
    async fn send(&mut self, now: Timestamp) -> Result<bool, Trouble> {
        let batch = self.outbox.batch(self.most, BATCH.1).map_err(disk)?;
        let Some(Connection { identity, client }) = &self.connection else {
            return Ok(false);
        };
        if batch.is_empty() {
            return Ok(false);
        }
        let letter = Letter {
            url: format!("{}/v1/reports", identity.collector),
            content_type: "application/x-ndjson",
            content_encoding: Some("zstd"),
            body: batch.body.clone(),
        };
        match client.post::<Acknowledged>(letter).await {
            Ok(answer) => {
                self.hear_clock(answer.date, now);
                self.outbox.acknowledge(&batch, answer.value.through).map_err(disk)?;
                self.standing.acknowledged = Some(now);
                self.most = BATCH.0;
                Ok(true)
            }
            Err(Trouble::Refused { status: 400 | 413 | 415 | 422, said, .. }) => {
                self.give_way(&batch, &said).map(|()| true)
            }
            Err(trouble) => Err(trouble),
        }
    }

    /// The collector will not take a batch as it is: a smaller one may do; a
    /// single report it refuses is set aside, or nothing would ever follow it.
    fn give_way(&mut self, batch: &Batch, said: &str) -> Result<(), Trouble> {
        if batch.len() > 1 {
            self.most = batch.len() / 2;
            return Ok(());
        }
        tracing::error!(said, "set a report aside that the collector refuses");
        self.most = BATCH.0;
        self.outbox.set_aside(batch).map_err(disk)
    }

    fn hear_clock(&mut self, date: Option<Timestamp>, now: Timestamp) {
        self.standing.clock = date.and_then(|date| {
            let off = now.duration_since(date);
            let which = if off.is_negative() { "behind" } else { "ahead of" };
            let words =
                || format!("this laptop's clock is {:#} {which} the collector's", off.abs());
            (off.abs() > CLOCK_TOLERANCE).then(words)
        });
    }

    fn until_renewal(&self, now: Timestamp) -> Duration {
        let renewal = self.connection.as_ref().map(|connection| connection.identity.renewal());
        let wait = renewal.map(|at| at.duration_since(now)).and_then(|wait| wait.try_into().ok());
        wait.unwrap_or(LONGEST_WAIT)
    }

    /// Full jitter: anything up to a bound that doubles with each failure, so
    /// that a fleet does not come back all at once.
    fn wait_after(&self, trouble: &Trouble, chance: f64) -> Duration {
        let bound = Duration::from_secs(1 << self.failures.min(16)).min(LONGEST_WAIT);
        let jitter = bound.mul_f64(chance.clamp(0.0, 1.0)).max(Duration::from_millis(100));
        match trouble {
            Trouble::Refused { retry_after: Some(asked), .. } => {
                jitter + (*asked).min(Duration::from_hours(1))
            }
            Trouble::Refused { status: 401 | 403, .. } => LONGEST_WAIT,
            _ => jitter,
        }
    }
}

fn json(url: String, body: &impl Serialize) -> Letter {
    let body = serde_json::to_vec(body).unwrap_or_default();
    Letter { url, content_type: "application/json", content_encoding: None, body }
}

#[expect(clippy::needless_pass_by_value, reason = "it is a map_err")]
fn disk(error: std::io::Error) -> Trouble {
    Trouble::Ours(format!("cannot use the spool: {error}"))
}
