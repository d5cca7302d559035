//! What is kept of where laptops come from, and for how long.

use crate::clock;
use crate::config::Config;
use crate::private;
use crate::secret::Key;
use crate::store::Unwritten;
use crate::store::Writer;
use crate::store::crossings;
use crate::store::exits;
use crate::store::ways;
use jiff::Timestamp;
use std::io;
use std::time::Duration;

/// The file of the key for old addresses, in the state folder.
const KEY: &str = "exits.key";

/// Forgets addresses and round trips once they are old.
pub struct Retention {
    writer: Writer,
    keep: Duration,
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
        Ok(Self { writer, keep: config.place.keep.duration(), key })
    }

    /// Forgets what is too old now.
    pub async fn apply(&self) {
        let before = clock::now().checked_sub(self.keep).unwrap_or(Timestamp::MIN);
        let key = self.key;
        let forgotten = self.writer.write(move |store| {
            let failed = |error: rusqlite::Error| Unwritten::Failed(error.to_string());
            crossings::forget(store, before).map_err(failed)?;
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
