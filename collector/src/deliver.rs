//! Takes events to one sink, in order, until it has them.
//!
//! The queue is the table of events, and where the sink is in it: both are on
//! disk, and a sink that is slow or dead keeps nobody waiting but itself.
#![expect(clippy::disallowed_methods, reason = "a main loop: it waits")]

mod load;
#[cfg(test)]
mod tests;

use crate::clock;
use crate::secret;
use crate::sinks::Failure;
use crate::sinks::Sink;
use crate::sinks::Wanted;
use crate::store::Reader;
use crate::store::Unwritten;
use crate::store::Writer;
use crate::store::deliveries;
use crate::store::deliveries::Step;
use crate::store::events;
use jiff::Timestamp;
use load::Load;
use std::pin::pin;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::sleep;
use tokio::time::timeout;

/// Events read at a time, and so the most that a request tells of.
const BATCH: u32 = 200;
/// How long an attempt may take.
const PATIENCE: Duration = Duration::from_secs(90);
/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_mins(5);
/// How long a burst of changes is waited for.
const REST: Duration = Duration::from_millis(50);
/// Another process may have written; nobody says so.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// How long an attempt under way may go on once we are to stop.
const GRACE: Duration = Duration::from_secs(5);

/// The way of events to one sink.
pub struct Delivery {
    wanted: Wanted,
    reader: Reader,
    writer: Writer,
    changes: watch::Receiver<u64>,
    /// Opened when there is something to send, and anew after a failure.
    sink: Option<Box<dyn Sink>>,
    failures: u32,
    /// Records that are still to be sent one by one, for one of them is unfit.
    one_by_one: usize,
}

/// What a turn has come to.
#[derive(Debug, PartialEq, Eq)]
enum Turn {
    /// Something was done; there may be more.
    More,
    /// There is nothing to send.
    Idle,
    /// It is to be tried again after this.
    Wait(Duration),
}

impl Delivery {
    /// To this sink, by a connection of its own to read by.
    pub fn new(
        wanted: Wanted,
        reader: Reader,
        writer: Writer,
        changes: watch::Receiver<u64>,
    ) -> Self {
        Self { wanted, reader, writer, changes, sink: None, failures: 0, one_by_one: 0 }
    }

    /// Goes on until `stop` is true. What is under way may still end.
    pub async fn go_on(mut self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            self.changes.mark_unchanged();
            let turn = {
                let mut turn = pin!(self.turn());
                tokio::select! {
                    turn = &mut turn => turn,
                    () = asked(&mut stop) => {
                        let _ = timeout(GRACE, turn).await;
                        return;
                    }
                }
            };
            tokio::select! {
                () = self.rest(&turn) => {}
                () = asked(&mut stop) => return,
            }
        }
    }

    /// Waits until it is time for the next turn.
    async fn rest(&mut self, turn: &Turn) {
        match turn {
            Turn::More => {}
            Turn::Wait(wait) => sleep(*wait).await,
            Turn::Idle => {
                // If nobody can write any more we are about to be stopped.
                if matches!(timeout(LOOK_AGAIN, self.changes.changed()).await, Ok(Err(_))) {
                    sleep(LOOK_AGAIN).await;
                }
                sleep(REST).await;
            }
        }
    }

    async fn turn(&mut self) -> Turn {
        match self.attempt(clock::now()).await {
            Ok(turn) => turn,
            Err(error) => {
                tracing::error!(sink = self.wanted.name, "cannot deliver: {error}");
                Turn::Wait(self.back_off(None))
            }
        }
    }

    /// Sends what is next, and notes what came of it.
    async fn attempt(&mut self, now: Timestamp) -> Result<Turn, Unwritten> {
        let load = self.next().await?;
        if load.is_empty() {
            return Ok(Turn::Idle);
        }
        let batch = match self.one_by_one {
            0 => load.records(),
            _ => &load.records()[..load.records().len().min(1)],
        };
        if batch.is_empty() {
            self.note(load.step(0, &[]), now).await?;
            return Ok(Turn::More);
        }
        match send(&mut self.sink, &self.wanted, batch, now).await {
            Ok(taken) => {
                self.one_by_one = self.one_by_one.saturating_sub(taken.count);
                self.recover();
                self.note(load.step(taken.count, &taken.refused), now).await?;
            }
            Err(Failure::Unfit(why)) if batch.len() == 1 => {
                self.one_by_one = self.one_by_one.saturating_sub(1);
                self.recover();
                tracing::warn!(sink = self.wanted.name, "an event is refused: {why}");
                self.note(load.step(1, &[(0, why)]), now).await?;
            }
            // One of them is to blame: it is found when each is sent by itself.
            Err(Failure::Unfit(_)) => self.one_by_one = batch.len(),
            Err(Failure::Later { why, after }) => return self.fail(why, after).await,
        }
        Ok(Turn::More)
    }

    async fn next(&mut self) -> Result<Load, Unwritten> {
        let wanted = self.wanted.clone();
        let read = move |store: &rusqlite::Connection| {
            let through = deliveries::through(store, &wanted.name)?.unwrap_or(i64::MAX);
            Ok::<_, Failed>(Load::new(&wanted, through, events::news(store, through, BATCH)?))
        };
        self.reader.read(read).await.map_err(|failed: Failed| failed.0)
    }

    async fn note(&mut self, step: Step, now: Timestamp) -> Result<(), Unwritten> {
        let name = self.wanted.name.clone();
        let write = move |store: &rusqlite::Connection| {
            deliveries::step(store, &name, &step, now).map_err(Failed::from)
        };
        self.writer.write(write).await.map_err(|failed: Failed| failed.0)
    }

    async fn fail(&mut self, why: String, after: Option<Duration>) -> Result<Turn, Unwritten> {
        self.sink = None;
        if self.failures == 0 {
            tracing::warn!(sink = self.wanted.name, "{why}");
        }
        let wait = self.back_off(after);
        let name = self.wanted.name.clone();
        let write = move |store: &rusqlite::Connection| {
            deliveries::failed(store, &name, &why).map_err(Failed::from)
        };
        self.writer.write(write).await.map_err(|failed: Failed| failed.0)?;
        Ok(Turn::Wait(wait))
    }

    fn recover(&mut self) {
        if self.failures > 0 {
            tracing::info!(sink = self.wanted.name, "takes events again");
        }
        self.failures = 0;
    }

    /// Full jitter, at least what the receiver asks for.
    fn back_off(&mut self, after: Option<Duration>) -> Duration {
        self.failures = self.failures.saturating_add(1);
        let most = Duration::from_millis(500).saturating_mul(1 << self.failures.min(16));
        let wait = most.min(LONGEST_WAIT).mul_f64(secret::chance());
        wait.max(after.unwrap_or_default().min(LONGEST_WAIT))
    }
}

/// Comes when we are to stop.
async fn asked(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Opens the sink if need be, and sends.
async fn send(
    sink: &mut Option<Box<dyn Sink>>,
    wanted: &Wanted,
    batch: &[event::Record],
    now: Timestamp,
) -> Result<crate::sinks::Taken, Failure> {
    let sink = match sink {
        Some(sink) => sink,
        None => sink.insert(wanted.open()?),
    };
    let late = |_| Failure::later(format!("no answer within {} s", PATIENCE.as_secs()));
    timeout(PATIENCE, sink.send(batch, now)).await.unwrap_or_else(|elapsed| Err(late(elapsed)))
}

/// Why the store cannot be asked.
struct Failed(Unwritten);

impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Self {
        Self(Unwritten::Failed(error.to_string()))
    }
}

impl From<Unwritten> for Failed {
    fn from(error: Unwritten) -> Self {
        Self(error)
    }
}
