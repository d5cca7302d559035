//! What all requests share: the way to the store, and who must wait.

use super::problem::Problem;
use super::rate::Rates;
use crate::store;
use crate::store::Opener;
use jiff::Timestamp;
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;

/// Requests answered at a time.
const AT_ONCE: usize = 16;

/// What all requests share.
pub struct Gate {
    store: Opener,
    rates: Mutex<Rates>,
    permits: Arc<Semaphore>,
}

impl Gate {
    /// The way to this file, for tokens that ask so often a minute at most.
    pub fn new(store: PathBuf, requests: u32) -> Self {
        let rates = Mutex::new(Rates::new(requests));
        Self { store: Opener::new(store), rates, permits: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Does `work` on a connection that cannot write.
    pub async fn read<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Problem> + Send + 'static,
    {
        self.store.read(work).await
    }

    /// Does `work` in one change, kept whole or not at all.
    pub async fn write<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Problem> + Send + 'static,
    {
        self.store
            .write(move |store| {
                let change = store::change(store)?;
                let done = work(&change)?;
                change.commit()?;
                Ok(done)
            })
            .await
    }

    /// Counts a request of this token, or tells it to wait.
    pub fn count(&self, token: i64, now: Timestamp) -> Result<OwnedSemaphorePermit, Problem> {
        let mut rates = self.rates.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seconds) = rates.wait(token, now) {
            return Err(Problem::too_often(seconds));
        }
        Arc::clone(&self.permits).try_acquire_owned().map_err(|_| Problem::busy())
    }
}
