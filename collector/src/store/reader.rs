//! A connection that is only read from, shared by all who ask in passing.

use super::Unwritten;
use super::look;
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

/// Reads on a thread that may block.
#[derive(Clone)]
pub struct Reader(Arc<Mutex<Connection>>);

impl Reader {
    /// Reads through this connection.
    pub fn new(connection: Connection) -> Self {
        Self(Arc::new(Mutex::new(connection)))
    }

    /// What `question` finds, all of it at one moment.
    pub async fn read<T, E, F>(&self, question: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Unwritten> + Send + 'static,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        let connection = Arc::clone(&self.0);
        let asked = tokio::task::spawn_blocking(move || {
            let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            let failed = |error: rusqlite::Error| Unwritten::Failed(error.to_string());
            question(&*look(&connection).map_err(failed)?)
        });
        asked.await.unwrap_or_else(|error| Err(Unwritten::Failed(error.to_string()).into()))
    }
}
