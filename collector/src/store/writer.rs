//! The one thread that writes, and commits for many at once.
//!
//! Whoever hands in a change is answered after the commit that holds it: an
//! answer means that it is on disk. A change that fails is taken back by
//! itself; the others of its group are not touched.

#[cfg(test)]
mod tests;

use super::POLL;
use crate::figures;
use rusqlite::Connection;
use rusqlite::TransactionBehavior;
use std::io;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::thread;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::oneshot;
use tokio::sync::watch;

/// Changes that may wait; beyond that the collector is overloaded.
const QUEUE: usize = 2048;
/// Changes in one commit at most.
const GROUP: usize = 256;
/// After so many commits others get to write: SQLite's lock goes to whoever asks first,
/// and one who has more to do would always be the first.
const TURN: usize = 16;

/// Why a change is not on disk.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unwritten {
    /// Too many changes wait.
    #[error("too many changes wait to be written")]
    Busy,
    /// The store says no.
    #[error("cannot write to the database: {0}")]
    Failed(String),
}

/// Where changes are handed in.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Job>,
}

/// Does the change; what it returns tells the one who waits, once it is known
/// whether the group is on disk.
type Job = Box<dyn FnOnce(&Connection) -> Done + Send>;
type Tell = Box<dyn FnOnce(Result<(), Unwritten>) + Send>;

struct Done {
    keep: bool,
    tell: Tell,
}

impl Writer {
    /// Starts the thread. After each commit that changed something `changes` moves.
    pub fn start(connection: Connection, changes: watch::Sender<u64>) -> io::Result<Self> {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let thread = thread::Builder::new().name("writer".to_owned());
        thread.spawn(move || write(connection, jobs, &changes))?;
        Ok(Self { queue })
    }

    /// Does `change` inside a transaction, and answers once it is on disk. If
    /// it fails nothing of it is kept.
    pub async fn write<T, E, F>(&self, change: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Unwritten> + Send + 'static,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        let (answer, wait) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let result = change(connection);
            let keep = result.is_ok();
            // One who does not wait any more needs no answer.
            let tell: Tell = Box::new(move |written| {
                let _ = answer.send(written.map_err(E::from).and(result));
            });
            Done { keep, tell }
        });
        let broken = || Unwritten::Failed("the change broke off".to_owned());
        figures::waits();
        self.queue.try_send(job).map_err(|error| {
            figures::written(1);
            match error {
                TrySendError::Full(_) => Unwritten::Busy,
                TrySendError::Closed(_) => broken(),
            }
        })?;
        wait.await.unwrap_or_else(|_| Err(broken().into()))
    }
}

/// Writes until nobody can hand anything in any more.
fn write(mut connection: Connection, mut jobs: mpsc::Receiver<Job>, changes: &watch::Sender<u64>) {
    let mut commits: usize = 0;
    while let Some(first) = jobs.blocking_recv() {
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok(job) = jobs.try_recv()
        {
            group.push(job);
        }
        figures::written(group.len());
        let measured = figures::commit();
        let before = connection.total_changes();
        let mut waiting = Vec::new();
        let written = commit(&mut connection, group, &mut waiting)
            .map_err(|error| Unwritten::Failed(error.to_string()));
        drop(measured);
        if let Err(error) = &written {
            tracing::error!("{error}");
        } else if connection.total_changes() != before {
            changes.send_modify(|count| *count += 1);
        }
        for tell in waiting {
            tell(written.clone());
        }
        commits += 1;
        if commits.is_multiple_of(TURN) {
            thread::park_timeout(2 * POLL);
        }
    }
}

fn commit(
    connection: &mut Connection,
    group: Vec<Job>,
    waiting: &mut Vec<Tell>,
) -> rusqlite::Result<()> {
    let mut group_change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for job in group {
        let mut one = group_change.savepoint()?;
        // The connection stays usable: what a broken job did is rolled back.
        let done = catch_unwind(AssertUnwindSafe(|| job(&one)));
        match done {
            Ok(Done { keep: true, tell }) => {
                one.commit()?;
                waiting.push(tell);
            }
            Ok(Done { keep: false, tell }) => {
                waiting.push(tell);
                one.rollback()?;
                one.commit()?;
            }
            Err(_) => {
                tracing::error!("a change to the database broke off");
                one.rollback()?;
                one.commit()?;
            }
        }
    }
    group_change.commit()
}
