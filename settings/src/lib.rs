//! Reads a TOML file an operator or analyst wrote, and tells everything that
//! is wrong with it at once, each with its line.
//!
//! `serde` alone stops at the first mistake. Here the caller asks for one key
//! after the other; what is missing, misspelled or of the wrong kind is noted
//! and reading goes on.
#![forbid(unsafe_code)]
#![expect(clippy::disallowed_methods, reason = "settings are files")]

mod age;
mod interval;
mod size;
#[cfg(test)]
mod tests;

use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use toml::de::DeTable;
use toml::de::DeValue;
use toml::de::ValueDeserializer;

pub use age::Age;
pub use interval::Interval;
pub use size::Size;

/// Something an operator or analyst must fix, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, as it was named to us.
    pub file: String,
    /// The line, counted from 1; `None` where the problem has no place in the file.
    pub line: Option<usize>,
    /// What is wrong and what to do.
    pub text: String,
}

impl Problem {
    /// A problem with the whole of a file.
    pub fn whole(file: &str, text: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: None, text: text.into() }
    }
}

/// The text of a file an operator wrote, or why it cannot be read.
pub fn text(path: &Path) -> Result<String, Problem> {
    fs::read_to_string(path).map_err(|error| {
        let text = format!("cannot read: {}", error.kind());
        Problem::whole(&path.display().to_string(), text)
    })
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.text),
            None => write!(f, "{}: {}", self.file, self.text),
        }
    }
}

/// A table of a TOML file, read key by key.
pub struct Reader<'i> {
    file: &'i str,
    text: &'i str,
    prefix: String,
    values: BTreeMap<String, (Range<usize>, Spanned<DeValue<'i>>)>,
    asked: Vec<&'static str>,
    lines: BTreeMap<String, usize>,
    problems: Vec<Problem>,
}

impl<'i> Reader<'i> {
    /// Reads `text`, called `file` in problems. Mistakes in the syntax are noted.
    pub fn new(file: &'i str, text: &'i str) -> Self {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut reader = Self::table(file, text, String::new(), table.into_inner());
        for error in errors {
            let line = error.span().map(|span| line(text, span.start));
            reader.note(line, error.message().trim());
        }
        reader
    }

    fn table(file: &'i str, text: &'i str, prefix: String, table: DeTable<'i>) -> Self {
        let mut values = BTreeMap::new();
        let mut lines = BTreeMap::new();
        for (key, value) in table {
            let name = key.get_ref().clone().into_owned();
            lines.insert(name.clone(), line(text, key.span().start));
            values.insert(name, (key.span(), value));
        }
        Self { file, text, prefix, values, asked: Vec::new(), lines, problems: Vec::new() }
    }

    /// True if nothing was set here that has not been taken yet.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The value of `key`; `None` if it is not there, or not a `T`, which is noted.
    pub fn take<T: DeserializeOwned>(&mut self, key: &'static str) -> Option<T> {
        self.asked.push(key);
        self.remove(key)
    }

    /// All that nobody has asked for, in a table whose keys are words of whoever
    /// wrote it.
    pub fn rest<T: DeserializeOwned>(&mut self) -> BTreeMap<String, T> {
        let keys: Vec<String> = self.values.keys().cloned().collect();
        keys.into_iter().filter_map(|key| self.remove(&key).map(|value| (key, value))).collect()
    }

    fn remove<T: DeserializeOwned>(&mut self, key: &str) -> Option<T> {
        let (place, value) = self.values.remove(key)?;
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(value) => Some(value),
            Err(error) => {
                let start = error.span().filter(|span| !span.is_empty()).unwrap_or(place).start;
                let text = format!("{}{key}: {}", self.prefix, error.message().trim());
                self.note(Some(line(self.text, start)), &text);
                None
            }
        }
    }

    /// The value of `key`, which must be there.
    pub fn need<T: DeserializeOwned>(&mut self, key: &'static str) -> Option<T> {
        if !self.values.contains_key(key) {
            self.problem(key, "is missing");
        }
        self.take(key)
    }

    /// The table `key`, read by `read`; an empty one if it is not there.
    pub fn section<T>(&mut self, key: &'static str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.asked.push(key);
        let table = match self.values.remove(key) {
            None => DeTable::new(),
            Some((_, value)) if value.get_ref().is_table() => match value.into_inner() {
                DeValue::Table(table) => table,
                _ => DeTable::new(),
            },
            Some((place, _)) => {
                let place = Some(line(self.text, place.start));
                self.note(place, &format!("{}{key}: must be a table, [{key}]", self.prefix));
                DeTable::new()
            }
        };
        let prefix = format!("{}{key}.", self.prefix);
        let mut section = Self::table(self.file, self.text, prefix, table);
        let value = read(&mut section);
        self.problems.append(&mut section.finish());
        value
    }

    /// The tables under `key`, such as `[key.name]`, each read by `read`, in
    /// order of their names.
    pub fn tables<T>(
        &mut self,
        key: &'static str,
        mut read: impl FnMut(&str, &mut Self) -> T,
    ) -> Vec<T> {
        self.section(key, |all| {
            let mut tables = Vec::new();
            for (name, (place, value)) in std::mem::take(&mut all.values) {
                let DeValue::Table(table) = value.into_inner() else {
                    let text = format!("{}{name}: must be a table, [{key}.{name}]", all.prefix);
                    all.note(Some(line(all.text, place.start)), &text);
                    continue;
                };
                let prefix = format!("{}{name}.", all.prefix);
                let mut table = Self::table(all.file, all.text, prefix, table);
                tables.push(read(&name, &mut table));
                all.problems.append(&mut table.finish());
            }
            tables
        })
    }

    /// Passes over all keys nobody has asked for: which there may be is not known.
    pub fn pass_over_the_rest(&mut self) {
        self.values.clear();
    }

    /// Notes that something is wrong with the value of `key`.
    pub fn problem(&mut self, key: &str, text: &str) {
        let text = format!("{}{key} {text}", self.prefix);
        self.note(self.lines.get(key).copied(), &text);
    }

    /// Everything noted, and every key nobody asked for, in order of lines.
    pub fn finish(mut self) -> Vec<Problem> {
        let unknown: Vec<String> = self.values.keys().cloned().collect();
        for key in unknown {
            let known = self.asked.join(", ");
            let text = format!("{}{key} is not a setting; here go {known}", self.prefix);
            self.note(self.lines.get(&key).copied(), &text);
        }
        self.problems.sort();
        self.problems
    }

    fn note(&mut self, line: Option<usize>, text: &str) {
        let file = self.file.to_owned();
        self.problems.push(Problem { file, line, text: text.to_owned() });
    }
}

/// The line of a byte of `text`, counted from 1.
fn line(text: &str, byte: usize) -> usize {
    let before = text.as_bytes().iter().take(byte);
    1 + before.filter(|&&byte| byte == b'\n').count()
}
