//! What all requests share: the way to the store, and who must wait.

use super::Console;
use super::answer::Refused;
use super::waits::Waits;
use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::OpenFlags;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::sync::watch;

/// How long to wait for a store that somebody else is writing to.
const PATIENCE: Duration = Duration::from_secs(5);
/// Passwords checked at a time: each takes a processor and 19 MiB.
const PASSWORDS_AT_ONCE: usize = 2;
/// Pages that listen for changes at a time.
const STREAMS_AT_ONCE: usize = 64;

/// What all requests share.
pub struct Desk {
    store: PathBuf,
    /// Moves whenever something a page shows has changed.
    pub changes: watch::Receiver<u64>,
    /// How long somebody stays signed in.
    pub session: Duration,
    /// Permits to check a password.
    pub passwords: Arc<Semaphore>,
    /// Permits to listen for changes.
    pub streams: Arc<Semaphore>,
    waits: Mutex<Waits>,
}

impl Desk {
    /// A desk nobody has been to yet.
    pub fn new(console: Console) -> Self {
        Self {
            store: console.store,
            changes: console.changes,
            session: console.session,
            passwords: Arc::new(Semaphore::new(PASSWORDS_AT_ONCE)),
            streams: Arc::new(Semaphore::new(STREAMS_AT_ONCE)),
            waits: Mutex::default(),
        }
    }

    /// Does `work` on a connection that cannot write.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, Refused>
    where
        T: Send + 'static,
        E: Into<Refused>,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        self.with(OpenFlags::SQLITE_OPEN_READ_ONLY, work).await
    }

    /// Does `work` on a connection that can write.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, Refused>
    where
        T: Send + 'static,
        E: Into<Refused>,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        self.with(OpenFlags::SQLITE_OPEN_READ_WRITE, work).await
    }

    /// Counts a try to sign in; if it comes too early, how many seconds to wait.
    pub fn try_again_in(&self, account: &str, now: Timestamp) -> Option<u64> {
        let mut waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        waits.try_again_in(account, now)
    }

    /// Forgets the failures of an account that has signed in.
    pub fn forgive(&self, account: &str) {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner).forget(account);
    }

    /// Does `work` on a thread that may block.
    async fn with<T, E, F>(&self, flags: OpenFlags, work: F) -> Result<T, Refused>
    where
        T: Send + 'static,
        E: Into<Refused>,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        let store = self.store.clone();
        let done = tokio::task::spawn_blocking(move || {
            let connection = open(&store, flags)?;
            work(&connection).map_err(Into::into)
        });
        done.await.unwrap_or_else(|error| Err(Refused::failed(&error)))
    }
}

fn open(store: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(store, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}
