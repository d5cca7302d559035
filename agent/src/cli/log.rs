//! Where the agent's own log lines go.
//!
//! To standard error: systemd's journal has it, and a file of launchd's. A service of
//! Windows has none; its warnings and errors go into the event log.

use crate::platform;
use crate::platform::Entry;
use crate::platform::Life;
use crate::platform::Urgency;
use std::io;
use std::io::IsTerminal;
use std::io::Write;
use tracing::Level;
use tracing::Metadata;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::fmt::MakeWriter;

/// Begins to log.
pub fn begin(life: Life) {
    match life {
        Life::Program => {
            // The journal has its own clock and no colors.
            let lines = fmt().with_max_level(LevelFilter::INFO).with_target(false).without_time();
            // A log that nobody reads does not stop the watch.
            let lines = lines.log_internal_errors(false).with_ansi(io::stderr().is_terminal());
            lines.with_writer(io::stderr).init();
        }
        Life::Service => {
            let lines = fmt().with_max_level(LevelFilter::WARN).with_target(false).without_time();
            let lines = lines.log_internal_errors(false).with_ansi(false).with_level(false);
            lines.with_writer(EventLog).init();
            std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
        }
    }
}

/// The numbers of entries that are about the agent itself; 1 to 7 are events.
const WARNING: u32 = 100;
const ERROR: u32 = 101;

/// An entry about the agent itself, for what is an error.
pub fn error(text: String) -> Entry {
    Entry { id: ERROR, urgency: Urgency::Error, text }
}

struct EventLog;

/// One line, which is written at once and whole.
struct Line(u32, Urgency);

impl<'a> MakeWriter<'a> for EventLog {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line(WARNING, Urgency::Warning)
    }

    fn make_writer_for(&'a self, about: &Metadata<'_>) -> Line {
        match *about.level() {
            Level::ERROR => Line(ERROR, Urgency::Error),
            _ => self.make_writer(),
        }
    }
}

impl Write for Line {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line).trim().to_owned();
        platform::write_event_log(&[Entry { id: self.0, urgency: self.1, text }])?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_an_entry_of_its_own_number() {
        let lines = fmt().with_writer(EventLog).finish();
        tracing::subscriber::with_default(lines, || {
            // Wine prints what it is handed; elsewhere there is no such log, which stops nobody.
            tracing::error!("an error of a test");
            tracing::warn!("a warning of a test");
        });
        let line = EventLog.make_writer();
        assert_eq!((line.0, line.1), (100, Urgency::Warning));
    }
}
