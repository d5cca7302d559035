//! A file of variables, as systemd's `EnvironmentFile=` takes it.
//!
//! A line is `NAME=value`; a value may stand in quotes. What systemd reads besides,
//! backslashes and values of several lines, is a mistake here: no value of ours
//! needs it, and it would be read as something else by whoever forgets it.

/// A name and its value, or why the line cannot be read.
pub type Line = Result<(String, String), String>;

/// The lines that say something, each with its number, counted from 1.
pub fn lines(text: &str) -> Vec<(usize, Line)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let all = text.lines().map(str::trim).enumerate();
    let said = all.filter(|(_, line)| !line.is_empty() && !line.starts_with(['#', ';']));
    said.map(|(at, line)| (at + 1, read(line))).collect()
}

fn read(line: &str) -> Line {
    let (name, value) = line.split_once('=').ok_or("is not NAME=value")?;
    let (name, value) = (name.trim_end(), value.trim_start());
    let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if name.is_empty() || !is_name(name) {
        return Err("is not NAME=value".to_owned());
    }
    // What is said to others is not ours to judge.
    if !name.starts_with("MOORED_") {
        return Ok((name.to_owned(), value.to_owned()));
    }
    let quote = value.chars().next().filter(|first| ['"', '\''].contains(first));
    let bare = match quote {
        Some(quote) => value.get(1..).and_then(|rest| rest.strip_suffix(quote)),
        None => Some(value),
    };
    match bare {
        Some(bare) if !bare.contains(['\\', '"', '\'']) => Ok((name.to_owned(), bare.to_owned())),
        _ => Err(format!(
            "{name}: quotes go around all of a value or nowhere, and there are no backslashes"
        )),
    }
}
