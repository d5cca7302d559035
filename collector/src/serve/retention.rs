//! What is kept of what was, and for how long.

use crate::clock;
use crate::config::Config;
use crate::private;
use crate::secret::Key;
use crate::store::Reader;
use crate::store::Unwritten;
use crate::store::Writer;
use crate::store::crossings;
use crate::store::events;
use crate::store::exits;
use crate::store::keep;
use crate::store::keep::Kind;
use crate::store::landmarks;
use jiff::Timestamp;
use std::io;
use std::time::Duration;

/// The file of the key for old addresses, in the state folder.
const KEY: &str = "exits.key";
/// What is found to be old at a time.
const FOUND: u32 = 1000;
/// What is deleted in one change: others are written between two.
const BITE: usize = 50;

/// How long an event is kept after all sinks have taken it.
const DONE: Duration = Duration::from_hours(24);

/// Forgets what is too old.
pub struct Retention {
    writer: Writer,
    reader: Reader,
    addresses: Duration,
    events: Duration,
    kept: Vec<(Kind, Duration)>,
    key: Key,
}

impl Retention {
    /// As the configuration says, under the key in the state folder, made if
    /// need be.
    pub fn open(config: &Config, writer: Writer, reader: Reader) -> io::Result<Self> {
        let path = config.state.join(KEY);
        let key = private::key(&path).map_err(|error| {
            io::Error::new(error.kind(), format!("cannot use {}: {error}", path.display()))
        })?;
        let (addresses, events) = (config.place.keep.duration(), config.keep_events.duration());
        let kept = [
            (Kind::Findings, config.keep.findings.duration()),
            (Kind::Incidents, config.keep.findings.duration()),
            (Kind::Routers, Some(addresses)),
            (Kind::Numbering, config.keep.numbering.duration()),
            (Kind::Revoked, config.keep.revoked.duration()),
            (Kind::Ways, Some(addresses)),
        ];
        let kept = kept.into_iter().filter_map(|(kind, age)| Some((kind, age?))).collect();
        Ok(Self { writer, reader, addresses, events, kept, key })
    }

    /// Forgets what is too old now.
    pub async fn apply(&self) {
        let now = clock::now();
        let rows = self.forget_rows(now).await;
        let addresses = self.forget_addresses(before(now, self.addresses)).await;
        let events = self.forget_events(now).await;
        for error in [rows, addresses, events].into_iter().filter_map(Result::err) {
            // The next hour comes.
            tracing::error!("cannot forget what is old: {error}");
        }
    }

    async fn forget_rows(&self, now: Timestamp) -> Result<(), Unwritten> {
        for &(kind, age) in &self.kept {
            let count = self.forget(kind, before(now, age)).await?;
            if count > 0 {
                tracing::info!(what = ?kind, count, "forgot what is older than is kept");
            }
        }
        Ok(())
    }

    async fn forget(&self, kind: Kind, before: Timestamp) -> Result<usize, Unwritten> {
        let mut count = 0;
        loop {
            let old = move |store: &_| keep::old(store, kind, FOUND, before).map_err(failed);
            let keys = self.reader.read(old).await?;
            for bite in keys.chunks(BITE) {
                let bite = bite.to_vec();
                let forget = move |store: &_| keep::forget(store, kind, &bite).map_err(failed);
                self.writer.write(forget).await?;
            }
            count += keys.len();
            if keys.is_empty() {
                return Ok(count);
            }
        }
    }

    async fn forget_events(&self, now: Timestamp) -> Result<(), Unwritten> {
        let (done, old) = (before(now, DONE), before(now, self.events));
        let forget = move |store: &_| events::forget(store, done, old).map_err(failed);
        self.writer.write(forget).await.map(drop)
    }

    async fn forget_addresses(&self, before: Timestamp) -> Result<(), Unwritten> {
        let key = self.key;
        let forget = move |store: &_| {
            crossings::forget(store, before).map_err(failed)?;
            landmarks::forget(store, before).map_err(failed)?;
            exits::forget(store, before, &key).map_err(failed)
        };
        let exits = self.writer.write(forget).await?;
        if exits > 0 {
            tracing::info!(exits, "forgot addresses that are older than is kept");
        }
        Ok(())
    }
}

fn before(now: Timestamp, age: Duration) -> Timestamp {
    now.checked_sub(age).unwrap_or(Timestamp::MIN)
}

#[expect(clippy::needless_pass_by_value, reason = "it is a map_err")]
fn failed(error: rusqlite::Error) -> Unwritten {
    Unwritten::Failed(error.to_string())
}
