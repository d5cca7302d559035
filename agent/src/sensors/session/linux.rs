//! Sessions as logind keeps them, or as utmp does where there is no logind.

use super::Found;
use super::Login;
use super::origin;
use super::utmp;
use super::utmp::Entry;
use crate::host::Host;
use crate::host::Recording;
use crate::sensors::Blind;
use crate::sensors::logind;
use crate::sensors::logind::State;
use std::io;

/// Where logind keeps a file for each session.
pub(super) const FOLDER: &str = "/run/systemd/sessions";

/// The table of logins.
const TABLE: &str = "/run/utmp";

/// What a recording keeps of logind's files.
const KEYS: &[&str] =
    &["USER", "STATE", "REMOTE", "TYPE", "CLASS", "SEAT", "REMOTE_HOST", "SERVICE"];

pub(super) fn sessions(host: &dyn Host) -> Result<Vec<Found>, Blind> {
    match logind::states(host, FOLDER) {
        Err(Blind::Absent) => logins(host),
        states => Ok(states?.into_iter().filter_map(session).collect()),
    }
}

/// Blanks who is logged in and where from; root, and the kind of address, stay.
pub(super) fn blank(recording: &mut Recording) {
    let show = |key: &str, state: &State| {
        let value = state.get(key)?;
        Some(match key {
            "USER" if value != "root" => "user".to_owned(),
            "REMOTE_HOST" => origin::stand_in(origin::kind(value)).to_owned(),
            _ => value.to_owned(),
        })
    };
    logind::keep(recording, FOLDER, show, KEYS);
    let Ok(mut table) = recording.read(TABLE) else { return };
    utmp::blank(&mut table, stand_in);
    recording.text.remove(TABLE);
    recording.bytes.insert(TABLE.to_owned(), hex::encode(table));
}

/// What is shown for the host of a login that is local, remote, or neither for sure.
fn stand_in(entry: &Entry) -> &'static str {
    match come_from(entry) {
        Some(host) => origin::stand_in(origin::kind(&host)),
        None if entry.host.is_empty() => "",
        None if entry.host.starts_with(':') => ":0",
        None => "program",
    }
}

/// `None` for a session that is ending: it lingers as long as a program that
/// was left behind runs.
fn session((id, state): (String, State)) -> Option<Found> {
    if state.get("STATE") == Some("closing") {
        return None;
    }
    let text = |key: &str| state.get(key).map(str::to_owned);
    let remote = state.flag("REMOTE");
    let remote_host = text("REMOTE_HOST").filter(|_| remote == Some(true));
    let login = Login {
        kind: text("TYPE"),
        class: text("CLASS"),
        service: text("SERVICE"),
        remote,
        from: remote_host.as_deref().map(origin::kind),
        remote_host,
        user: text("USER"),
        seat: text("SEAT"),
    };
    Some(Found { source: format!("{FOLDER}/{id}"), id, login })
}

fn logins(host: &dyn Host) -> Result<Vec<Found>, Blind> {
    let table = host.read(TABLE).map_err(Blind::at(TABLE))?;
    let entries =
        utmp::parse(&table).ok_or_else(|| Blind::at(TABLE)(io::ErrorKind::InvalidData.into()))?;
    Ok(entries.into_iter().filter(|entry| is_held(host, entry)).map(login).collect())
}

/// A crash leaves entries behind whose process is gone.
fn is_held(host: &dyn Host, entry: &Entry) -> bool {
    host.read(&format!("/proc/{}/comm", entry.process)).is_ok()
}

fn login(entry: Entry) -> Found {
    let remote_host = come_from(&entry);
    let is_local = entry.host.is_empty() || entry.host.starts_with(':');
    let kind = if entry.line.starts_with(':') { "x11" } else { "tty" };
    let login = Login {
        kind: Some(kind.to_owned()),
        remote: if is_local { Some(false) } else { remote_host.as_ref().map(|_| true) },
        from: remote_host.as_deref().map(origin::kind),
        remote_host,
        user: Some(entry.user),
        ..Login::default()
    };
    Found { id: entry.line, source: TABLE.to_owned(), login }
}

/// Where a login comes from, if it surely comes from elsewhere.
///
/// Terminal multiplexers put words of their own in a host's place
/// (`tmux(7).%0`), or behind it (`198.51.100.7 via mosh [7]`).
fn come_from(entry: &Entry) -> Option<String> {
    let word = entry.host.split_whitespace().next().filter(|word| !word.starts_with(':'))?;
    (entry.address.is_some() || origin::kind(word) != "name").then(|| word.to_owned())
}
