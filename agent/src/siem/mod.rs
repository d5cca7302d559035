//! From the spool to a log collector: an agent that has no collector of its own.
//!
//! It reads the spool as the uplink does, and marks a report as sent once what
//! it tells is written. So nothing is lost over a restart; what a crash leaves
//! between the two is written again, under the same name.

mod teller;
mod part;
mod write;
#[cfg(test)]
mod tests;

use crate::config::Config;
use crate::config::Siem as Wanted;
use crate::private;
use crate::spool::Outbox;
use crate::uplink::Standing;
use event::Detail;
use event::Event;
use jiff::Timestamp;
use model::Report;
use std::io;
use std::path::PathBuf;
use std::time::Duration;
use teller::Teller;
use tokio::task::spawn_blocking;
use write::Told;

/// The file of what was told, in the state folder.
const FILE: &str = "told.json";

/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_mins(5);

/// The most reports, and the most bytes beyond the first, of one turn.
const BATCH: (usize, usize) = (64, 256 << 10);

/// Writes events where a log collector reads them.
pub struct Siem {
    wanted: Wanted,
    outbox: Outbox,
    told: PathBuf,
    standing: Standing,
    /// What was told; read from disk with the first report.
    teller: Option<Teller>,
    failures: u32,
}

impl Siem {
    /// Writes as it is wanted, about the reports in the state folder; `None` if
    /// it is not wanted.
    pub fn new(config: &Config) -> Option<Self> {
        let wanted = config.siem.clone()?;
        let outbox = Outbox::new(&config.state.join("spool"));
        let standing = Standing { siem: Some(write::place(&wanted.to)), ..Standing::default() };
        let told = config.state.join(FILE);
        Some(Self { wanted, outbox, told, standing, teller: None, failures: 0 })
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
                LONGEST_WAIT
            }
            Err(error) => {
                self.failures = self.failures.saturating_add(1);
                // What is told and what is on disk may differ now.
                self.teller = None;
                self.standing.trouble = Some(error.to_string());
                let bound = Duration::from_secs(1 << self.failures.min(16)).min(LONGEST_WAIT);
                bound.mul_f64(chance.clamp(0.0, 1.0)).max(Duration::from_millis(100))
            }
        };
        self.standing.waiting = self.outbox.waiting().unwrap_or_default();
        wait
    }

    async fn work(&mut self, now: Timestamp) -> io::Result<()> {
        loop {
            let batch = self.outbox.batch(BATCH.0, BATCH.1)?;
            if batch.is_empty() {
                return Ok(());
            }
            let reports = reports(&batch.body)?;
            let mut teller = match self.teller.take() {
                Some(teller) => teller,
                None => private::load(&self.told)?.unwrap_or_default(),
            };
            let mut told = Vec::new();
            for report in &reports {
                told.append(&mut self.tell(&mut teller, report));
            }
            self.write(told).await?;
            private::save(&self.told, &teller)?;
            self.teller = Some(teller);
            let last = reports.last().map_or(0, |report| report.sequence);
            self.outbox.acknowledge(&batch, last)?;
            self.standing.acknowledged = Some(now);
        }
    }

    fn tell(&self, teller: &mut Teller, report: &Report) -> Vec<Told> {
        let events = teller.tell(report, self.wanted.leads).into_iter();
        let format = self.wanted.format;
        let told = |event: Event| {
            let what = event.what;
            let records = format.records(&event.into(), Detail::Incidents).into_iter();
            records.map(move |record| Told { what, record })
        };
        events.flat_map(told).collect()
    }

    async fn write(&self, told: Vec<Told>) -> io::Result<()> {
        if told.is_empty() {
            return Ok(());
        }
        let (to, place) = (self.wanted.to.clone(), write::place(&self.wanted.to));
        let written = spawn_blocking(move || write::all(&to, &told));
        let written = written.await.map_err(io::Error::other)?;
        written.map_err(|error| {
            io::Error::new(error.kind(), format!("cannot write to {place}: {error}"))
        })
    }
}

/// The reports of a batch, each on a line of its own.
fn reports(body: &[u8]) -> io::Result<Vec<Report>> {
    let text = zstd::decode_all(body)?;
    let lines = text.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).map_err(io::Error::from)).collect()
}
