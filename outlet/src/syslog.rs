//! Messages of syslog, as RFC 5424 wants them.

use jiff::Timestamp;

/// Messages of security and authorization.
const FACILITY: u8 = 10;

/// How urgent a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Somebody must act at once.
    Alert = 1,
    /// It is critical.
    Critical = 2,
    /// It is an error.
    Error = 3,
    /// It is a warning.
    Warning = 4,
    /// It is normal, and worth a note.
    Notice = 5,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// How urgent it is.
    pub level: Level,
    /// When it happened.
    pub at: Timestamp,
    /// The host it is about.
    pub host: &'a str,
    /// The program that says it.
    pub program: &'a str,
    /// What kind of message it is.
    pub kind: &'a str,
    /// The message: one line.
    pub text: &'a str,
}

impl Message<'_> {
    /// As one line, without its end.
    ///
    /// No byte order mark is put before the text, although the standard has one
    /// there: readers take it for a part of the JSON.
    pub fn line(&self) -> String {
        let priority = FACILITY * 8 + self.level as u8;
        let host = word(self.host, 255);
        let (program, kind) = (word(self.program, 48), word(self.kind, 32));
        format!("<{priority}>1 {:.3} {host} {program} - {kind} - {}", self.at, self.text)
    }

    /// As the system's own syslog takes it, at its socket: the older form, without
    /// the host.
    pub fn local(&self) -> String {
        let priority = FACILITY * 8 + self.level as u8;
        let at = self.at.strftime("%b %e %H:%M:%S");
        format!("<{priority}>{at} {}: {}", word(self.program, 48), self.text)
    }

    /// As it goes over a stream: its length first (RFC 5425, RFC 6587).
    pub fn frame(&self) -> Vec<u8> {
        let line = self.line();
        format!("{} {line}", line.len()).into_bytes()
    }
}

/// Only visible signs of ASCII may stand in the head; a dash is nothing.
fn word(text: &str, most: usize) -> String {
    let visible = text.chars().filter(char::is_ascii_graphic).take(most);
    let word: String = visible.collect();
    if word.is_empty() { "-".to_owned() } else { word }
}
