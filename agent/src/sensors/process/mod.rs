//! Processes: which programs run now.

#[cfg(test)]
mod tests;

use super::Blind;
use super::Sensor;
use super::observe;
use crate::host::Host;
use crate::host::Platform;
use crate::host::ProcessRow;
use crate::host::SignerRow;
use model::Observation;
use serde::Serialize;
use std::collections::BTreeMap;

/// The sensor's name.
pub const NAME: &str = "process";

/// Looks at the running processes.
pub struct Process;

/// A running process, without its secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Running {
    /// The process name; on Linux at most 15 bytes.
    name: String,
    /// The executable's path; nothing where it cannot be read.
    executable: Option<String>,
    /// The last part of the executable's path, without a `.exe`.
    program: Option<String>,
    /// The names of its options and its leading subcommand, never their values.
    verbs: Vec<String>,
    /// The user it runs as.
    user: Option<String>,
    /// The name of its parent process.
    parent: Option<String>,
    /// Who has signed its program.
    #[serde(flatten)]
    signed: Signed,
}

/// Who has signed a program, where the system says so and has found the
/// signature good; nothing of one that is not signed or has been changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Signed {
    /// The name in the certificate.
    signer: Option<String>,
    /// The team of the certificate (macOS).
    team: Option<String>,
    /// What the signer calls the program (macOS).
    identifier: Option<String>,
}

impl Signed {
    /// Of the program at a path.
    pub(super) fn at(host: &dyn Host, path: Option<&str>) -> Self {
        let is_told = host.platform() != Platform::Linux;
        let path = path.filter(|_| is_told).map(|path| path.replace('\\', "/"));
        path.and_then(|path| host.signer(&path).ok()).map(Self::of).unwrap_or_default()
    }

    /// As the system tells it.
    pub(super) fn of(row: SignerRow) -> Self {
        let SignerRow { trusted, name, team, identifier } = row;
        if trusted { Self { signer: name, team, identifier } } else { Self::default() }
    }

    /// With every field filled.
    pub(super) fn example() -> Self {
        let text = |text: &str| Some(text.to_owned());
        Self {
            signer: text("AnyDesk Software GmbH"),
            team: text("KHRWM533LU"),
            identifier: text("com.philandro.anydesk"),
        }
    }
}

impl Sensor for Process {
    fn name(&self) -> &'static str {
        NAME
    }

    fn reads(&self) -> &'static str {
        "the names, paths, users and option names of running programs, and who has signed them; only those a signature names leave the laptop"
    }

    fn needs(&self, platform: Platform) -> Option<&'static str> {
        match platform {
            Platform::Linux => Some("CAP_NET_ADMIN and CAP_SYS_PTRACE"),
            Platform::Windows => Some("SeDebugPrivilege, for other users' paths and options"),
            Platform::Macos => Some("root"),
        }
    }

    fn look(&self, host: &dyn Host) -> Result<Vec<Observation>, Blind> {
        let mut rows = host.processes().map_err(Blind::at("process table"))?;
        rows.extend(host.ended().map_err(Blind::at("process table"))?);
        let names: BTreeMap<u32, &str> =
            rows.iter().map(|row| (row.id, row.name.as_str())).collect();
        let signed = |row: &ProcessRow| Signed::at(host, row.executable.as_deref());
        Ok(rows.iter().map(|row| running(row, &names, signed(row))).collect())
    }

    fn example(&self) -> Observation {
        let row = ProcessRow {
            id: 4711,
            parent: Some(1),
            name: "rustdesk".to_owned(),
            executable: Some("/usr/bin/rustdesk".to_owned()),
            arguments: vec!["--cm".to_owned()],
            user: Some("alice".to_owned()),
        };
        running(&row, &BTreeMap::from([(1, "systemd")]), Signed::example())
    }

    fn guarded(&self) -> &'static [&'static str] {
        &["verbs"]
    }
}

/// Keeps of a recording's processes those whose observation is wanted, and of
/// their arguments only the verbs, and `KEY=value` where `asked` gives some.
/// `signers` are those the recording has.
pub fn keep(
    rows: &mut Vec<ProcessRow>,
    signers: &BTreeMap<String, SignerRow>,
    wanted: impl Fn(&Observation) -> bool,
    asked: impl Fn(&ProcessRow) -> Vec<String>,
) {
    let all = rows.clone();
    let names: BTreeMap<u32, &str> = all.iter().map(|row| (row.id, row.name.as_str())).collect();
    let signed = |row: &ProcessRow| {
        let path = row.executable.as_ref().map(|path| path.replace('\\', "/"));
        path.and_then(|path| signers.get(&path).cloned()).map(Signed::of).unwrap_or_default()
    };
    rows.retain(|row| wanted(&running(row, &names, signed(row))) || !asked(row).is_empty());
    for row in rows {
        let asked = asked(row);
        let keys: Vec<&str> = asked.iter().filter_map(|one| one.split('=').next()).collect();
        let verbs = verbs(&row.arguments).into_iter().filter(|verb| !keys.contains(&verb.as_str()));
        row.arguments = verbs.chain(asked.iter().cloned()).collect();
    }
}

fn running(row: &ProcessRow, names: &BTreeMap<u32, &str>, signed: Signed) -> Observation {
    // Where the path may not be read: on Windows the name is the file's.
    let own = || without_exe(&row.name).map(str::to_owned);
    let program = row.executable.as_deref().and_then(program).or_else(own);
    let arguments = match program.as_deref() {
        Some("ssh") => until_command(&row.arguments, "BbcDEeFIiJLlmOoPpQRSWw"),
        Some("autossh") => until_command(&row.arguments, "BbcDEeFIiJLlMmOoPpQRSWw"),
        Some(program) if program != row.name => after_script(row),
        _ => &row.arguments,
    };
    let facts = Running {
        name: row.name.clone(),
        executable: row.executable.clone(),
        verbs: verbs(arguments),
        program,
        user: row.user.clone(),
        parent: row.parent.and_then(|id| names.get(&id)).map(|&name| name.to_owned()),
        signed,
    };
    observe(NAME, &row.id.to_string(), "process table", &facts)
}

/// What a process is called: its program's name, or its own where the
/// executable cannot be read.
pub(super) fn called(row: &ProcessRow) -> String {
    let own = || without_exe(&row.name).unwrap_or(&row.name).to_owned();
    row.executable.as_deref().and_then(program).unwrap_or_else(own)
}

/// The last part of an executable's path, without a `.exe`; `None` for a path
/// that ends in a separator.
///
/// Linux appends ` (deleted)` to the path of an executable that was replaced
/// or removed while it runs.
pub fn program(path: &str) -> Option<String> {
    let path = path.strip_suffix(" (deleted)").unwrap_or(path);
    let last = path.rsplit(['/', '\\']).next().filter(|last| !last.is_empty())?;
    Some(without_exe(last).unwrap_or(last).to_owned())
}

/// A name without its `.exe`, in whatever case; `None` if it has none.
fn without_exe(name: &str) -> Option<&str> {
    let (name, ending) = name.split_at_checked(name.len().checked_sub(4)?)?;
    (!name.is_empty() && ending.eq_ignore_ascii_case(".exe")).then_some(name)
}

/// The arguments of a script, without its own path. Linux calls the process of
/// a script as the file is called, at most 15 bytes of it, and gives the file's
/// path to the interpreter as an argument (`execve(2)`).
fn after_script(row: &ProcessRow) -> &[String] {
    let is_script = |path: &str| {
        let file = path.rsplit_once('/').map(|(_, file)| file);
        file.is_some_and(|file| file.get(..15).unwrap_or(file) == row.name)
    };
    match row.arguments.split_first() {
        Some((first, own)) if is_script(first) => own,
        _ => &row.arguments,
    }
}

/// The arguments of an `ssh` without the command it runs on the other machine,
/// whose options are not its own. `valued` are the letters that need a value.
fn until_command<'a>(arguments: &'a [String], valued: &str) -> &'a [String] {
    let (mut has_host, mut is_value) = (false, false);
    let ends = arguments.iter().position(|argument| {
        if is_value {
            is_value = false;
        } else if let Some(letters) = argument.strip_prefix('-').filter(|it| !it.is_empty()) {
            let first = letters.find(|letter| valued.contains(letter));
            is_value = first.is_some_and(|place| place + 1 == letters.len());
        } else if has_host {
            return true;
        } else {
            has_host = true;
        }
        false
    });
    &arguments[..ends.unwrap_or(arguments.len())]
}

/// The names of options, cut at `=`, and the subcommand before the first of
/// them. Everything else may be a host, a path or a password and is dropped,
/// as is an option with anything but letters, digits and dashes in its name.
fn verbs(arguments: &[String]) -> Vec<String> {
    let is_word = |text: &str| {
        !text.is_empty()
            && text.len() <= 40
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let subcommand = arguments
        .first()
        .filter(|first| first.starts_with(|c: char| c.is_ascii_lowercase()) && is_word(first));
    let options = arguments.iter().filter_map(|argument| {
        let name = argument.split('=').next()?;
        (name.starts_with('-') && name.len() > 1 && is_word(name)).then_some(name)
    });
    subcommand.map(String::as_str).into_iter().chain(options).map(str::to_owned).collect()
}
