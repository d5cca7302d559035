//! What is kept of where laptops come from, and for how long.

use crate::clock;
use crate::config::Config;
use crate::private;
use crate::secret::Key;
use crate::store::Unwritten;
use crate::store::Writer;
use crate::store::crossings;
use crate::store::events;
use crate::store::exits;
use crate::store::landmarks;
use crate::store::ways;
use jiff::Timestamp;
use std::io;
use std::time::Duration;

/// The file of the key for old addresses, in the state folder.
const KEY: &str = "exits.key";

/// How long an event is kept after all sinks have taken it.
const DONE: Duration = Duration::from_hours(24);

/// Forgets addresses, round trips and events once they are old.
pub struct Retention {
    writer: Writer,
    keep: Duration,
    keep_events: Duration,
    key: Key,
}

impl Retention {
    /// As the configuration says, under the key in the state folder, made if
    /// need be.
    pub fn open(config: &Config, writer: Writer) -> io::Result<Self> {
        let path = config.state.join(KEY);
        let key = private::key(&path).map_err(|error| {
            io::Error::new(error.kind(), format!("cannot use {}: {error}", path.display()))
        })?;
        let (keep, keep_events) = (config.place.keep.duration(), config.keep_events.duration());
        Ok(Self { writer, keep, keep_events, key })
    }

    /// Forgets what is too old now.
    pub async fn apply(&self) {
        let ago = |time: Duration| clock::now().checked_sub(time).unwrap_or(Timestamp::MIN);
        let (before, told) = (ago(self.keep), (ago(DONE), ago(self.keep_events)));
        let key = self.key;
        let forgotten = self.writer.write(move |store| {
            let failed = |error: rusqlite::Error| Unwritten::Failed(error.to_string());
            crossings::forget(store, before).map_err(failed)?;
            events::forget(store, told.0, told.1).map_err(failed)?;
            landmarks::forget(store, before).map_err(failed)?;
            let ways = ways::forget(store, before).map_err(failed)?;
            Ok::<_, Unwritten>((ways, exits::forget(store, before, &key).map_err(failed)?))
        });
        match forgotten.await {
            Ok((0, 0)) => {}
            Ok((ways, exits)) => tracing::info!(ways, exits, "forgot what is older than is kept"),
            // The next hour comes.
            Err(error) => tracing::error!("cannot forget old addresses: {error}"),
        }
    }
}
