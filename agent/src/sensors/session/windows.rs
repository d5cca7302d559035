//! Sessions as Windows' session manager tells them.

use super::Found;
use super::LOGINS;
use super::Login;
use crate::host::Host;
use crate::host::LoginRow;
use crate::sensors::Blind;

/// The service that lets everybody in who comes over a network.
const SERVICE: &str = "TermService";

/// The station of the machine's own screen and keyboard.
const CONSOLE: &str = "console";

pub(super) fn sessions(host: &dyn Host) -> Result<Vec<Found>, Blind> {
    let rows = host.logins().map_err(Blind::at(LOGINS))?;
    Ok(rows.into_iter().filter_map(session).collect())
}

/// `None` for what is no session of anybody: that of the services, those that wait
/// for somebody, those that are ending.
fn session(row: LoginRow) -> Option<Found> {
    let is_shown = matches!(row.state.as_str(), "active" | "connected" | "shadow");
    let is_kept = matches!(row.state.as_str(), "disconnected" | "idle") && row.user.is_some();
    if !is_shown && !is_kept {
        return None;
    }
    let at_console = row.station.eq_ignore_ascii_case(CONSOLE);
    // Of a session that is shown nowhere, Windows has forgotten where it was.
    let remote = is_shown.then_some(row.remote);
    let address = row.address.filter(|_| remote == Some(true));
    let login = Login {
        kind: row.protocol.or_else(|| at_console.then(|| CONSOLE.to_owned())),
        class: Some(if row.user.is_some() { "user" } else { "greeter" }.to_owned()),
        service: (remote == Some(true)).then(|| SERVICE.to_owned()),
        remote,
        // The address is what the client says of itself: not where it comes from.
        from: None,
        remote_host: address,
        user: row.user,
        seat: (at_console && remote == Some(false)).then(|| CONSOLE.to_owned()),
    };
    Some(Found { id: row.id.to_string(), source: LOGINS.to_owned(), login })
}
