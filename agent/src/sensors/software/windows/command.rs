//! What a command line of Windows starts: only the program, never its arguments.

/// Variables that stand for the same folder on every machine, or for one of
/// each user's.
const VARIABLES: [(&str, &str); 10] = [
    ("SystemRoot", r"C:\Windows"),
    ("windir", r"C:\Windows"),
    ("ProgramFiles", r"C:\Program Files"),
    ("ProgramW6432", r"C:\Program Files"),
    ("ProgramFiles(x86)", r"C:\Program Files (x86)"),
    ("ProgramData", r"C:\ProgramData"),
    ("ALLUSERSPROFILE", r"C:\ProgramData"),
    ("LOCALAPPDATA", r"~\AppData\Local"),
    ("APPDATA", r"~\AppData\Roaming"),
    ("USERPROFILE", "~"),
];

/// The program: what is in quotes, or all up to the first `.exe`, for paths with
/// spaces need no quotes (`CreateProcessW`), or the first word. `None` if there
/// is none, or one with signs that steer a terminal.
pub(super) fn program(command: &str) -> Option<String> {
    let command = command.trim();
    let program = match command.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => to_exe(command).or_else(|| command.split_whitespace().next())?,
    };
    let program = program.strip_prefix(r"\??\").unwrap_or(program);
    let is_one = !program.is_empty() && !program.contains(char::is_control);
    is_one.then(|| expanded(program))
}

fn to_exe(command: &str) -> Option<&str> {
    let lower = command.to_ascii_lowercase();
    let mut ends = lower.match_indices(".exe").map(|(place, ending)| place + ending.len());
    let is_end = |end: &usize| {
        lower
            .get(*end..)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
    };
    command.get(..ends.find(is_end)?)
}

/// With the variable it begins with, if it is one of those above, replaced; and
/// with what paths of services are relative to.
fn expanded(program: &str) -> String {
    if let Some((name, rest)) = program.strip_prefix('%').and_then(|rest| rest.split_once('%')) {
        let known = VARIABLES.iter().find(|(variable, _)| variable.eq_ignore_ascii_case(name));
        return known.map_or_else(|| program.to_owned(), |(_, folder)| format!("{folder}{rest}"));
    }
    for start in [r"\SystemRoot\", r"System32\", r"SysWOW64\"] {
        let (head, rest) = program.split_at_checked(start.len()).unwrap_or_default();
        if head.eq_ignore_ascii_case(start) {
            let folder = if start.starts_with('\\') { "" } else { head };
            return format!(r"C:\Windows\{folder}{rest}");
        }
    }
    program.to_owned()
}

/// A line that starts this program.
pub(super) fn line(program: &str) -> String {
    format!("\"{program}\"")
}
