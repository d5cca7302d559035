//! The files in which logind keeps what it knows: one for each session
//! (`session_save`, systemd's `src/login/logind-session.c`) and one for each
//! inhibitor (`inhibitor_save`, `logind-inhibit.c`), with lines `KEY=value`.
//!
//! Some values are text that any user may choose. logind escapes it as C does;
//! newer versions put what is not plain into quotes as well.

use super::Blind;
use crate::host::Host;
use crate::host::Recording;
use std::collections::BTreeMap;
use std::io;

/// Longer values are dropped: logind's own words, names and addresses are not
/// longer (a host name has at most 255 bytes).
const LONGEST: usize = 256;

/// One of logind's files, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State(BTreeMap<String, String>);

impl State {
    /// Reads what such a file says. Lines that are none of `KEY=value`, empty
    /// values and values that are too long say nothing.
    pub fn parse(text: &str) -> Self {
        let pairs = text.lines().filter_map(|line| line.split_once('='));
        let pairs = pairs.filter(|(key, value)| is_key(key) && value.len() <= LONGEST);
        let plain = pairs.map(|(key, value)| (key.to_owned(), plain(value.trim())));
        Self(plain.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// What stands behind a key, if anything does.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// True or false behind a key; logind writes 1 and 0.
    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.get(key)? {
            "1" => Some(true),
            "0" => Some(false),
            _ => None,
        }
    }
}

/// All of logind's files in a folder, by their ids. One that goes while we look
/// is not there.
pub fn states(host: &dyn Host, folder: &str) -> Result<Vec<(String, State)>, Blind> {
    let names = host.names(folder).map_err(Blind::at(folder))?;
    let mut states = Vec::new();
    for id in names.into_iter().filter(|name| is_id(name)) {
        let path = format!("{folder}/{id}");
        match host.text(&path) {
            Ok(text) => states.push((id, State::parse(&text))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(Blind::at(&path)(error)),
        }
    }
    Ok(states)
}

/// Rewrites the recorded files of a folder with these keys only, each value as
/// `show` gives it. Files that are no text are dropped.
pub fn keep(
    recording: &mut Recording,
    folder: &str,
    show: impl Fn(&str, &State) -> Option<String>,
    keys: &[&str],
) {
    let is_inside =
        |path: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    recording.bytes.retain(|path, _| !is_inside(path));
    for (_, text) in recording.text.iter_mut().filter(|(path, _)| is_inside(path)) {
        let state = State::parse(text);
        let shown = keys.iter().filter_map(|key| Some(format!("{key}={}\n", show(key, &state)?)));
        *text = shown.collect();
    }
}

/// Ids are letters and digits (`session_id_valid`); pipes (`2.ref`) and files
/// that are being written (`.#2…`) have other names.
fn is_id(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_key(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// A value without its quotes and escapes, and without control characters.
fn plain(value: &str) -> String {
    let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let text = match inner {
        Some(inner) => unescape(&unquote(inner)),
        None => unescape(value),
    };
    let visible = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    text.chars().map(visible).collect()
}

/// Between quotes, a backslash protects what a shell would take for its own.
fn unquote(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let protected = (c == '\\').then(|| rest.next_if(|next| "\"\\`$".contains(*next)));
        plain.push(protected.flatten().unwrap_or(c));
    }
    plain
}

/// Takes back C's escapes. A backslash that begins none stays.
fn unescape(text: &str) -> String {
    let mut plain = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let escaped = if byte == b'\\' { escape(after) } else { None };
        let (byte, length) = escaped.unwrap_or((byte, 0));
        plain.push(byte);
        rest = after.get(length..).unwrap_or_default();
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// The byte an escape stands for, and how many bytes follow its backslash:
/// three octal digits, or a letter or mark for itself (`cescape_char`,
/// systemd's `src/basic/escape.c`).
fn escape(after: &[u8]) -> Option<(u8, usize)> {
    let octal = after.first_chunk::<3>().and_then(|digits| str::from_utf8(digits).ok());
    let octal = octal.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()));
    if let Some(byte) = octal.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
        return Some((byte, 3));
    }
    let byte = match after.first()? {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'a' | b'b' | b'f' | b'v' => 0x07,
        &mark @ (b'"' | b'\'' | b'\\') => mark,
        _ => return None,
    };
    Some((byte, 1))
}

#[cfg(test)]
mod tests {
    //! Lines as logind writes them, and lines nobody should.

    use super::*;

    #[test]
    fn what_two_generations_of_logind_write_reads_the_same() {
        // The older is of systemd 252, the newer from `write_env_var` (`env-file.c`), of `a "b" $c né\d`.
        for line in [r#"WHO=a \"b\" $c n\303\251\\d"#, r#"WHO="a \\\"b\\\" \$c n\\303\\251\\\\d""#]
        {
            assert_eq!(State::parse(line).get("WHO"), Some(r#"a "b" $c né\d"#), "{line}");
        }
    }

    #[test]
    fn nonsense_says_nothing() {
        let long = format!("WHO={}", "a".repeat(1 << 20));
        for text in ["", "\0", "WHO", "=x", "who=x", "WHO=", "# WHO=x", " WHO=x", &long] {
            assert_eq!(State::parse(text), State::default(), "{text:.20}");
        }
    }

    #[test]
    fn hidden_characters_are_made_visible_and_broken_escapes_stay() {
        for (value, expected) in [
            (r"a\nUID=0", "a\u{fffd}UID=0"),
            ("a\0b\u{1b}[2J", "a\u{fffd}b\u{fffd}[2J"),
            (r"\400\8\x", r"\400\8\x"),
            (r"\3", r"\3"),
            (r"\303", "\u{fffd}"),
            (r"end\", r"end\"),
            ("\"", "\""),
        ] {
            let state = State::parse(&format!("WHO={value}\nUID=1000"));
            assert_eq!(state.get("WHO"), Some(expected), "{value}");
            assert_eq!(state.get("UID"), Some("1000"), "{value}");
        }
    }
}
