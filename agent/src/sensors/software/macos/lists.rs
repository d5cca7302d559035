//! Property lists of applications and of what launchd starts: of each only what
//! it is called and which program it is, never arguments or variables.

use crate::sensors::plist;
use crate::sensors::software::places::Places;
use crate::sensors::software::places::homely;

/// Bytes of a list that are read; real ones have a few thousand.
const MOST: usize = 1 << 20;

/// The keys that are read.
const BUNDLE: &str = "CFBundleIdentifier";
const LABEL: &str = "Label";
const PROGRAM: &str = "Program";
const FIRST_ARGUMENT: &str = "ProgramArguments.0";

/// What launchd is told of a program it starts (launchd.plist(5)).
pub(super) struct Job {
    pub label: Option<String>,
    pub program: Option<String>,
}

/// The id of an application; `None` for one without.
pub(super) fn bundle(places: &mut Places, path: &str) -> Option<String> {
    let bytes = places.file(&format!("{path}/Contents/Info.plist"), MOST);
    value(&bytes, BUNDLE)
}

/// What a list of launchd says; nothing of one that cannot be read.
pub(super) fn job(places: &mut Places, path: &str) -> Job {
    let bytes = places.file(path, MOST);
    let program = value(&bytes, PROGRAM).or_else(|| value(&bytes, FIRST_ARGUMENT));
    // A name without a path is no place of a program.
    Job {
        label: value(&bytes, LABEL),
        program: program.filter(|path| path.starts_with(['/', '~'])),
    }
}

/// The value of a key as it may be stated.
fn value(bytes: &[u8], key: &str) -> Option<String> {
    let value = plist::value(bytes, key).ok().flatten()?;
    let is_plain = !value.is_empty() && value.len() <= 1024 && !value.contains(char::is_control);
    is_plain.then_some(value)
}

/// The same list with only what is read of it and wanted; nothing if that is nothing.
pub(in crate::sensors::software) fn kept(
    bytes: &[u8],
    homes: &[String],
    wanted: &impl Fn(&str) -> bool,
) -> String {
    let program = value(bytes, PROGRAM).or_else(|| value(bytes, FIRST_ARGUMENT));
    let program = program.map(|program| homely(homes, &program));
    let said = [(BUNDLE, value(bytes, BUNDLE)), (LABEL, value(bytes, LABEL)), (PROGRAM, program)];
    let said = said.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    let said: Vec<(String, String)> = said.filter(|(_, value)| wanted(value)).collect();
    if said.is_empty() { String::new() } else { plist::written(said) }
}
