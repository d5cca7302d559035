//! What verbs print on. Whoever reads it, such as `head`, may stop reading.

use super::log;
use crate::platform;
use std::error::Error;
use std::io;
use std::io::Write;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

/// Prints a text; without a word where nobody reads any more.
pub fn print(text: &(impl AsRef<[u8]> + ?Sized)) -> anyhow::Result<()> {
    quiet(write(&mut io::stdout().lock(), text.as_ref()))
}

/// Says on standard error what is wrong. If nobody reads that, nobody can be told.
pub fn complain(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
    if LOGS.load(Ordering::Relaxed) {
        // A log that cannot be written stops nobody.
        let _ = platform::write_event_log(&[log::error(line.to_owned())]);
    }
}

/// From now on Windows' event log is told as well what is wrong.
pub fn log_as_well() {
    LOGS.store(true, Ordering::Relaxed);
}

static LOGS: AtomicBool = AtomicBool::new(false);

/// What was written as far as somebody read it is written well.
pub fn quiet(written: anyhow::Result<()>) -> anyhow::Result<()> {
    written.or_else(|error| if error.chain().any(is_closed) { Ok(()) } else { Err(error) })
}

fn write(out: &mut impl Write, text: &[u8]) -> anyhow::Result<()> {
    out.write_all(text)?;
    Ok(out.flush()?)
}

fn is_closed(error: &(dyn Error + 'static)) -> bool {
    let plain = error.downcast_ref::<io::Error>().map(io::Error::kind);
    // What writes JSON hides the error below its own.
    let json = error.downcast_ref::<serde_json::Error>();
    let kind = plain.or_else(|| json.and_then(serde_json::Error::io_error_kind));
    kind == Some(io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pipe that nobody reads.
    fn closed() -> io::PipeWriter {
        io::pipe().unwrap().1
    }

    #[test]
    fn a_reader_that_went_away_is_no_error() {
        assert!(write(&mut closed(), b"text").is_err());
        assert!(quiet(write(&mut closed(), b"text")).is_ok());
        let json = serde_json::to_writer(closed(), "text");
        assert!(quiet(json.map_err(Into::into)).is_ok());
    }

    #[test]
    fn a_full_disk_is_an_error() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let told = quiet(Err(full.into())).unwrap_err();
        assert_eq!(told.to_string(), "no storage space");
    }
}
