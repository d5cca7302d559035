//! What all requests share: the way to the store, and who must wait.

use super::Console;
use super::answer::Refused;
use super::overview::Glance;
use super::sealed::Seal;
use super::waits::Waits;
use crate::config::SecondFactor;
use crate::oidc::Provider;
use crate::secret::NoChance;
use crate::store::Opener;
use jiff::Timestamp;
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::sync::watch;

/// Passwords checked at a time: each takes a processor and 19 MiB.
const PASSWORDS_AT_ONCE: usize = 2;
/// Pages that listen for changes at a time.
const STREAMS_AT_ONCE: usize = 64;

/// What all requests share.
pub struct Desk {
    store: Opener,
    /// Moves whenever something a page shows has changed.
    pub changes: watch::Receiver<u64>,
    /// How long somebody stays signed in.
    pub session: Duration,
    /// Whether a one-time code must be asked for.
    pub second_factor: SecondFactor,
    /// Who else may say who people are.
    pub provider: Option<Arc<Provider>>,
    /// Until when incidents are put together and nobody is told.
    pub learn_until: Option<Timestamp>,
    /// What all sensors see, not read for every page.
    pub glance: Glance,
    /// What is given to a browser to keep for us.
    pub seal: Seal,
    /// Permits to check a password.
    pub passwords: Arc<Semaphore>,
    /// Permits to listen for changes.
    pub streams: Arc<Semaphore>,
    waits: Mutex<Waits>,
}

impl Desk {
    /// A desk nobody has been to yet.
    pub fn new(console: Console) -> Result<Self, NoChance> {
        Ok(Self {
            store: Opener::new(console.store),
            changes: console.changes,
            session: console.session,
            second_factor: console.second_factor,
            provider: console.provider,
            learn_until: console.learn_until,
            glance: Glance::default(),
            seal: Seal::new()?,
            passwords: Arc::new(Semaphore::new(PASSWORDS_AT_ONCE)),
            streams: Arc::new(Semaphore::new(STREAMS_AT_ONCE)),
            waits: Mutex::default(),
        })
    }

    /// Does `work` on a connection that cannot write.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, Refused>
    where
        T: Send + 'static,
        E: Into<Refused>,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        self.store.read(move |store| work(store).map_err(Into::into)).await
    }

    /// Does `work` on a connection that can write.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, Refused>
    where
        T: Send + 'static,
        E: Into<Refused>,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        self.store.write(move |store| work(store).map_err(Into::into)).await
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
}
