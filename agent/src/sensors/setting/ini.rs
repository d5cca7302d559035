//! `key=value` lines, in `[sections]` or not.

/// The value of a key; in a section, the key begins with its name and a point.
/// The first one counts. Comments begin with `#` or `;`; a value may be in
/// double quotes.
pub(super) fn value(text: &str, key: &str) -> Option<String> {
    let mut section = "";
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            section = name.trim();
            continue;
        }
        let Some((name, value)) = line.split_once('=') else { continue };
        if !line.starts_with(['#', ';']) && is_called(section, name.trim_end(), key) {
            return Some(unquoted(value.trim()).to_owned());
        }
    }
    None
}

fn is_called(section: &str, name: &str, key: &str) -> bool {
    if section.is_empty() {
        return name == key;
    }
    let name_in = key.strip_prefix(section).and_then(|rest| rest.strip_prefix('.'));
    name_in == Some(name)
}

fn unquoted(value: &str) -> &str {
    let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    inner.unwrap_or(value)
}

/// A file that says this and nothing else.
pub(super) fn written(key: &str, value: &str) -> String {
    format!("[]\n{key}={value}\n")
}
