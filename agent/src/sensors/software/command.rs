//! What a unit or a desktop entry starts: only the program, never its arguments.

use std::mem;

/// Finds the programs in a file of `key=value` lines, line by line.
pub(super) struct Commands {
    key: &'static str,
    continues: bool,
}

impl Commands {
    /// Of the key `ExecStart` (systemd.service(5)) or `Exec` (Desktop Entry
    /// Specification 1.5).
    pub(super) fn of(file: &str) -> Self {
        let key = if file.ends_with(".desktop") { "Exec" } else { "ExecStart" };
        Self { key, continues: false }
    }

    /// The program this line names.
    pub(super) fn take(&mut self, line: &[u8]) -> Option<String> {
        let line = str::from_utf8(line).ok()?.trim();
        if line.starts_with(['#', ';']) {
            return None;
        }
        let value = match line.split_once('=') {
            _ if mem::take(&mut self.continues) => line,
            Some((key, value)) if key.trim_end() == self.key => value.trim_start(),
            _ => return None,
        };
        self.continues = value == "\\";
        program(value).filter(|_| !self.continues)
    }

    /// A line that names this program.
    pub(super) fn line(&self, program: &str) -> String {
        let quote = if program.contains('"') { '\'' } else { '"' };
        format!("{}={quote}{program}{quote}\n", self.key)
    }
}

/// The first word, which may be in quotes, without systemd's signs before it.
/// `None` if there is none, or one with signs that steer a terminal.
fn program(value: &str) -> Option<String> {
    let value = value.trim_start_matches(['@', '-', ':', '+', '!', '|', ' ']);
    let program = match value.chars().next().filter(|sign| matches!(sign, '"' | '\'')) {
        Some(quote) => value.strip_prefix(quote)?.split_once(quote)?.0,
        None => value.split_ascii_whitespace().next()?,
    };
    let is_one = !program.is_empty() && !program.contains(char::is_control);
    is_one.then(|| program.to_owned())
}
