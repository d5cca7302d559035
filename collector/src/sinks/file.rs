//! A file of lines, put aside when it is large.
//!
//! What is taken is on disk. After a crash the last lines may be there twice.

use super::Failure;
use super::Sending;
use super::Sink;
use super::Taken;
use event::Record;
use jiff::Timestamp;
use outlet::Lines;
use settings::Reader;
use settings::Size;
use std::path::PathBuf;
use tokio::task::spawn_blocking;

/// Which file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    path: PathBuf,
    limit: Size,
    keep: u32,
}

impl Settings {
    /// Reads them.
    pub fn read(table: &mut Reader<'_>) -> Option<Self> {
        let limit = table.take("limit").unwrap_or(Size::mib(64));
        let keep = table.take("keep").unwrap_or(7);
        Some(Self { path: table.need("path")?, limit, keep })
    }
}

/// A file.
pub struct File(Lines);

impl File {
    /// The file that is wanted; made with the first lines.
    pub fn new(settings: &Settings) -> Self {
        let Settings { path, limit, keep } = settings.clone();
        Self(Lines { path, limit: limit.bytes(), keep })
    }
}

impl Sink for File {
    fn send<'a>(&'a mut self, batch: &'a [Record], _now: Timestamp) -> Sending<'a> {
        let lines: Vec<String> = batch.iter().map(Record::line).collect();
        let (file, taken) = (self.0.clone(), Taken::all(batch));
        Box::pin(async move {
            let path = file.path.display().to_string();
            let wrong = |error: String| Failure::later(format!("cannot write {path}: {error}"));
            let write = spawn_blocking(move || file.append(lines.iter().map(String::as_str)));
            match write.await {
                Ok(Ok(())) => Ok(taken),
                Ok(Err(error)) => Err(wrong(error.to_string())),
                Err(error) => Err(wrong(error.to_string())),
            }
        })
    }
}
