//! Decides about places and silences from time to time: a minute after a laptop
//! was heard of, and about all once an hour, for some things are found by time
//! alone.
#![expect(clippy::disallowed_methods, reason = "a main loop; the table of zones is a file")]

use crate::clock;
use crate::config::Config;
use crate::incident;
use crate::judge;
use crate::judge::Usual;
use crate::place::atlas::Atlas;
use crate::place::geo::folder;
use crate::place::geo::folder::Stamp;
use crate::place::zone;
use crate::place::zone::Zones;
use crate::store::Reader;
use crate::store::Unwritten;
use crate::store::Writer;
use crate::store::corrections;
use crate::store::places;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::spawn_blocking;

/// How often laptops that were heard of are decided about.
const SOON: Duration = Duration::from_mins(1);

/// So many rounds are an hour.
const HOUR: u32 = 60;

/// Laptops decided about in one change of the database: agents wait no longer
/// than these take.
const AT_ONCE: usize = 20;

/// Decides about places from time to time.
pub struct Placing {
    config: Config,
    writer: Writer,
    /// What is only asked keeps no agent waiting.
    reader: Reader,
    atlas: Arc<Atlas>,
    files: Vec<Stamp>,
    usual: Arc<Usual>,
}

impl Placing {
    /// With the databases the configuration names; they are read in the first round.
    pub fn new(config: &Config, (writer, reader): (Writer, Reader)) -> Self {
        let (atlas, usual) = (Arc::default(), Arc::default());
        Self { config: config.clone(), writer, reader, atlas, files: Vec::new(), usual }
    }

    /// Goes on until `stop` is true.
    pub async fn go_on(mut self, mut stop: watch::Receiver<bool>) {
        let mut since = Timestamp::MIN;
        for round in 0_u32.. {
            let now = clock::now();
            let since_then = if round % HOUR == 0 { Timestamp::MIN } else { since };
            if let Err(error) = self.round(since_then, now).await {
                tracing::error!("cannot decide about places: {error}");
            }
            since = now;
            let stopped = stop.wait_for(|stop| *stop);
            if tokio::time::timeout(SOON, stopped).await.is_ok() {
                return;
            }
        }
    }

    async fn round(&mut self, since: Timestamp, now: Timestamp) -> Result<(), Unwritten> {
        self.refresh(now).await?;
        if since == Timestamp::MIN {
            let atlas = Arc::clone(&self.atlas);
            let gathered =
                self.reader.read(move |store| Usual::gather(store, &atlas, now).map_err(failed));
            self.usual = Arc::new(gathered.await?);
        }
        let due: Vec<String> =
            self.reader.read(move |store| places::due(store, since).map_err(failed)).await?;
        for some in due.chunks(AT_ONCE) {
            let (some, atlas, usual) =
                (some.to_vec(), Arc::clone(&self.atlas), Arc::clone(&self.usual));
            let rules = self.config.incidents.rules();
            let decided = self.writer.write(move |store| {
                for laptop in &some {
                    if judge::laptop(store, laptop, (&atlas, &usual), now).map_err(failed)? {
                        incident::of_laptop(store, laptop, &rules, now).map_err(failed)?;
                    }
                }
                Ok::<_, Unwritten>(())
            });
            decided.await?;
        }
        if since == Timestamp::MIN { self.by_time(now).await } else { Ok(()) }
    }

    /// What time alone changes about incidents.
    async fn by_time(&self, now: Timestamp) -> Result<(), Unwritten> {
        let rules = self.config.incidents.rules();
        let issued = rules.clone();
        self.writer.write(move |store| judge::issued(store, &issued, now).map_err(failed)).await?;
        let due = self.reader.read(|store| incident::due(store).map_err(failed)).await?;
        for some in due.chunks(AT_ONCE) {
            let (some, rules) = (some.to_vec(), rules.clone());
            let done = self
                .writer
                .write(move |store| incident::by_time(store, &some, &rules, now).map_err(failed));
            done.await?;
        }
        Ok(())
    }

    /// Reads databases again that have changed, and what holds beside them.
    async fn refresh(&mut self, now: Timestamp) -> Result<(), Unwritten> {
        let folders = self.config.geo_folders();
        let files = folder::files(&folders, &self.config.place.databases);
        let holding =
            self.reader.read(move |store| corrections::holding(store, now).map_err(failed));
        let corrections: Vec<_> =
            holding.await?.into_iter().map(|one| (one.network, one.country)).collect();
        if files == self.files && corrections == self.atlas.corrections {
            return Ok(());
        }
        let (listed, config) = (files.clone(), self.config.clone());
        let atlas = spawn_blocking(move || atlas(&config, &listed, corrections)).await;
        self.atlas = Arc::new(atlas.map_err(|error| Unwritten::Failed(error.to_string()))?);
        self.files = files;
        Ok(())
    }
}

fn atlas(
    config: &Config,
    files: &[Stamp],
    corrections: Vec<(ipnetwork::IpNetwork, crate::place::country::Country)>,
) -> Atlas {
    let (databases, problems) = folder::open(files);
    for problem in problems {
        tracing::warn!("{problem}");
    }
    // Without the table no zone is held against anybody.
    let zones = std::fs::read_to_string(zone::TABLE).unwrap_or_default();
    Atlas {
        databases,
        networks: config.place.networks(),
        corrections,
        zones: Zones::parse(&zones),
        collector: config.place.collector,
        landmarks: config.place.landmarks.clone(),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to `map_err`")]
fn failed(error: rusqlite::Error) -> Unwritten {
    Unwritten::Failed(error.to_string())
}
