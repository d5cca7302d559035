//! Sessions as macOS' table of logins tells them, and who is at the screen.

use super::Found;
use super::LOGINS;
use super::Login;
use super::origin;
use crate::host::Host;
use crate::host::LoginRow;
use crate::host::ProcessRow;
use crate::sensors::Blind;
use crate::sensors::process;
use std::collections::BTreeMap;
use std::iter;

/// The machine's own screen and keyboard.
const CONSOLE: &str = "console";

/// The state of the desktop that is on the screen.
const SHOWN: &str = "active";

/// Who is there while nobody is logged in.
const GREETER: &str = "loginwindow";

/// No family of processes is deeper; a table read while it changed may have loops.
const DEEPEST: usize = 64;

pub(super) fn sessions(host: &dyn Host) -> Result<Vec<Found>, Blind> {
    let rows = host.logins().map_err(Blind::at(LOGINS))?;
    let processes = host.processes().unwrap_or_default();
    let processes = processes.iter().map(|row| (row.id, row)).collect();
    Ok(rows.into_iter().map(|row| session(row, &processes)).collect())
}

/// The table names the terminal and the host only: a session is over SSH if the
/// process that holds it came from there.
fn session(row: LoginRow, processes: &BTreeMap<u32, &ProcessRow>) -> Found {
    let at_console = row.station == CONSOLE;
    let is_greeter = row.user.as_deref().is_none_or(|user| user == GREETER);
    let address = row.address.filter(|_| row.remote);
    let login = Login {
        kind: Some(if at_console { "aqua" } else { "tty" }.to_owned()),
        class: Some(if is_greeter { "greeter" } else { "user" }.to_owned()),
        service: is_of_ssh(row.id, processes).then(|| "sshd".to_owned()),
        remote: Some(row.remote),
        from: address.as_deref().map(origin::kind),
        remote_host: address,
        user: row.user,
        seat: (at_console && !row.remote && row.state == SHOWN).then(|| CONSOLE.to_owned()),
    };
    Found { id: row.id.to_string(), source: LOGINS.to_owned(), login }
}

/// True if the process is OpenSSH's server or descends from it; since OpenSSH 9.8
/// what serves a session is called `sshd-session`.
fn is_of_ssh(id: u32, processes: &BTreeMap<u32, &ProcessRow>) -> bool {
    let first = processes.get(&id).copied();
    let parent = |row: &&ProcessRow| processes.get(&row.parent?).copied();
    let mut line = iter::successors(first, parent).take(DEEPEST);
    line.any(|row| {
        let program = row.executable.as_deref().and_then(process::program);
        program.is_some_and(|program| program == "sshd" || program.starts_with("sshd-"))
    })
}
