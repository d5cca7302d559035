//! Connections of their own for those who ask now and then: pages and programs.

use super::Unwritten;
use super::look;
use super::wait;
use rusqlite::Connection;
use rusqlite::OpenFlags;
use std::path::Path;
use std::path::PathBuf;

/// Opens the store anew for each piece of work, on a thread that may block.
#[derive(Clone)]
pub struct Opener(PathBuf);

impl Opener {
    /// Opens this file, its schema in place.
    pub fn new(file: PathBuf) -> Self {
        Self(file)
    }

    /// Does `work` on a connection that cannot write, and sees one moment only.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Unwritten> + From<rusqlite::Error> + Send + 'static,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        self.with(OpenFlags::SQLITE_OPEN_READ_ONLY, |store| work(&*look(store)?)).await
    }

    /// Does `work` on a connection that can write.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Unwritten> + From<rusqlite::Error> + Send + 'static,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        self.with(OpenFlags::SQLITE_OPEN_READ_WRITE, work).await
    }

    async fn with<T, E, F>(&self, flags: OpenFlags, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Unwritten> + From<rusqlite::Error> + Send + 'static,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        let file = self.0.clone();
        let done = tokio::task::spawn_blocking(move || work(&open(&file, flags)?));
        done.await.unwrap_or_else(|error| Err(Unwritten::Failed(error.to_string()).into()))
    }
}

fn open(file: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let mut connection =
        Connection::open_with_flags(file, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_handler(Some(wait))?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}
