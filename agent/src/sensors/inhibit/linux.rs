//! Inhibitors as logind keeps them.

use super::Found;
use super::Inhibitor;
use crate::host::Host;
use crate::host::ProcessRow;
use crate::host::Recording;
use crate::sensors::Blind;
use crate::sensors::logind;
use crate::sensors::logind::State;
use crate::sensors::process;

/// Where logind keeps a file for each inhibitor.
pub(super) const FOLDER: &str = "/run/systemd/inhibit";

pub(super) fn inhibitors(host: &dyn Host) -> Result<Vec<Found>, Blind> {
    let states = logind::states(host, FOLDER)?;
    if states.is_empty() {
        return Ok(Vec::new());
    }
    // Without the table we still know that something is held, not by whom.
    let rows = host.processes().unwrap_or_default();
    Ok(states.into_iter().map(|(id, state)| found(id, &state, &rows)).collect())
}

/// Drops why, and of who all but the first word.
pub(super) fn blank(recording: &mut Recording) {
    let show = |key: &str, state: &State| {
        let value = state.get(key)?;
        Some(if key == "WHO" { first_word(value)?.to_owned() } else { value.to_owned() })
    };
    logind::keep(recording, FOLDER, show, &["WHAT", "MODE", "UID", "PID", "WHO"]);
}

fn found(id: String, state: &State, rows: &[ProcessRow]) -> Found {
    let row = state.get("PID").and_then(|id| id.parse().ok());
    let row = row.and_then(|id: u32| rows.iter().find(|row| row.id == id));
    let program = row.map(process::called);
    let what = state.get("WHAT").unwrap_or_default().split(':').filter(|word| !word.is_empty());
    let inhibitor = Inhibitor {
        what: what.map(str::to_owned).collect(),
        mode: state.get("MODE").map(str::to_owned),
        who: state.get("WHO").and_then(|who| name(who, program.as_deref())).map(str::to_owned),
        program,
        user: row.and_then(|row| row.user.clone()),
    };
    Found { source: format!("{FOLDER}/{id}"), id, inhibitor }
}

/// What an inhibitor calls itself. `systemd-inhibit` and its like put a whole
/// command line there, with whatever secrets stand in it: of theirs, and where
/// it is not known whose it is, only the program is kept.
fn name<'a>(who: &'a str, program: Option<&str>) -> Option<&'a str> {
    if program.is_some_and(|program| !program.ends_with("-inhibit")) {
        return Some(who);
    }
    first_word(who)
}

/// The first word, without the folders before it; nothing if it is no name.
fn first_word(who: &str) -> Option<&str> {
    let word = who.split_whitespace().next()?.rsplit('/').next()?;
    let is_name = |c: char| c.is_alphanumeric() || "._-".contains(c);
    (!word.is_empty() && word.chars().all(is_name)).then_some(word)
}
