//! What keeps Windows and macOS awake: power requests, power assertions.

use super::Found;
use super::Inhibitor;
use crate::host::Host;
use crate::host::ProcessRow;
use crate::host::Recording;
use crate::host::WakeRow;
use crate::sensors::Blind;
use crate::sensors::process;

/// What was asked; there is no path to it.
const SOURCE: &str = "power requests";

pub(super) fn inhibitors(host: &dyn Host) -> Result<Vec<Found>, Blind> {
    let mut wakers = host.wakers().map_err(Blind::at(SOURCE))?;
    // One for each program and kind: browsers hold many for one film.
    for row in &mut wakers {
        row.why = None;
    }
    wakers.sort();
    wakers.dedup();
    let rows = if wakers.is_empty() { Vec::new() } else { host.processes().unwrap_or_default() };
    Ok(wakers.iter().map(|waker| found(waker, &rows)).collect())
}

fn found(waker: &WakeRow, rows: &[ProcessRow]) -> Found {
    let row = rows.iter().find(|row| Some(row.id) == waker.process);
    let told = waker.program.as_deref().and_then(|path| path.rsplit(['/', '\\']).next());
    let program = row.map(process::called).or_else(|| told.map(str::to_lowercase));
    let program = program.map(|it| it.strip_suffix(".exe").unwrap_or(&it).to_owned());
    let inhibitor = Inhibitor {
        what: what(&waker.what).into_iter().map(str::to_owned).collect(),
        mode: Some("block".to_owned()),
        who: None,
        user: row.and_then(|row| row.user.clone()),
        program,
    };
    let process = waker.process.map(|id| id.to_string());
    let holder = process.or_else(|| inhibitor.program.clone()).unwrap_or_default();
    Found { id: format!("{} {holder}", waker.what), source: SOURCE.to_owned(), inhibitor }
}

/// The systems' words in those of this sensor: a screen stays lit only while
/// nobody is thought to be away.
fn what(word: &str) -> Vec<&str> {
    match word {
        "DISPLAY" | "PreventUserIdleDisplaySleep" | "NoDisplaySleepAssertion" => vec!["idle"],
        "SYSTEM"
        | "AWAYMODE"
        | "EXECUTION"
        | "PreventUserIdleSystemSleep"
        | "PreventSystemSleep"
        | "NoIdleSleepAssertion" => vec!["sleep"],
        other => vec![other],
    }
}

/// Drops why.
pub(super) fn blank(recording: &mut Recording) {
    for row in recording.waker.iter_mut().flatten() {
        row.why = None;
    }
}
