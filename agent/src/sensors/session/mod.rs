//! Login sessions: who is logged in, how, and from where; and by which ways of the
//! system's own others could be.

mod linux;
mod windows;
mod macos;
mod allowed;
mod origin;
mod sharing;
mod switch;
pub mod utmp;
#[cfg(test)]
mod tests;

use super::Blind;
use super::Sensor;
use super::observe;
use crate::host::Host;
use crate::host::LoginRow;
use crate::host::Platform;
use crate::host::Recording;
use model::Observation;
use serde::Serialize;
use switch::Switch;

/// Looks at the login sessions.
pub struct Session;

/// A login session. One that is ending is not stated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
struct Login {
    /// `x11`, `wayland`, `tty`, `unspecified`, …; on Windows `rdp`, `ica` or
    /// `console`, on macOS `aqua` or `tty`.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// `user`, `greeter`, `lock-screen`, `background`, `manager`, …
    class: Option<String>,
    /// Which program let them in: its PAM service, such as `sshd`; on Windows
    /// `TermService`, on macOS `sshd` or nothing.
    service: Option<String>,
    /// Whether it comes from elsewhere; nothing where that is not said.
    remote: Option<bool>,
    /// What kind of address it comes from: `loopback`, `private`, `public` or
    /// `name`; never for a local session, nor on Windows, which does not tell.
    from: Option<&'static str>,
    /// The address or name it comes from, on Windows what the client says that its
    /// own is; never for a local session.
    remote_host: Option<String>,
    /// Who is logged in.
    user: Option<String>,
    /// The screen and keyboard it belongs to, such as `seat0`, or `console` on
    /// Windows and macOS; remote sessions have none.
    seat: Option<String>,
}

/// A session, and where it was found.
struct Found {
    id: String,
    source: String,
    login: Login,
}

impl Found {
    fn observe(&self) -> Observation {
        observe("session", &self.id, &self.source, &self.login)
    }
}

impl Sensor for Session {
    fn name(&self) -> &'static str {
        "session"
    }

    fn reads(&self) -> &'static str {
        "who is logged in, in which kind of session, and from which address if from elsewhere; on Windows also whether \
         Remote Desktop, its shadowing and Remote Assistance are switched on, on macOS screen sharing, remote login and \
         remote management"
    }

    fn needs(&self, platform: Platform) -> Option<&'static str> {
        match platform {
            Platform::Macos => Some("root, for launchd's list"),
            Platform::Linux | Platform::Windows => None,
        }
    }

    fn look(&self, host: &dyn Host) -> Result<Vec<Observation>, Blind> {
        let (found, switches) = match host.platform() {
            Platform::Linux => (linux::sessions(host), Vec::new()),
            Platform::Windows => (windows::sessions(host), allowed::switches(host)?),
            Platform::Macos => (macos::sessions(host), sharing::switches(host)?),
        };
        let found = match found {
            Err(Blind::Absent) if !switches.is_empty() => Vec::new(),
            found => found?,
        };
        let switches = switches.iter().map(Switch::observe);
        Ok(found.iter().map(Found::observe).chain(switches).collect())
    }

    fn example(&self) -> Observation {
        let text = |text: &str| Some(text.to_owned());
        let login = Login {
            kind: text("x11"),
            class: text("user"),
            service: text("xrdp-sesman"),
            remote: Some(true),
            from: Some("public"),
            remote_host: text("198.51.100.7"),
            user: text("alice"),
            seat: text("seat0"),
        };
        let id = "4".to_owned();
        let mut seen = Found { source: format!("{}/{id}", linux::FOLDER), id, login }.observe();
        // One observation has either: it is a session, or a way in.
        let (consent, control) = (Some(false), Some(true));
        let switch =
            Switch { subject: "shadowing", enabled: true, consent, control, ..Switch::default() };
        seen.fields.extend(switch.observe().fields);
        seen
    }

    fn blank(&self, recording: &mut Recording) {
        linux::blank(recording);
        sharing::blank(recording);
        for row in recording.login.iter_mut().flatten() {
            blank(row);
        }
    }
}

/// Where the rows come from, for people to read.
const LOGINS: &str = "logins";

/// Blanks who it is and where from; root, and the kind of address, stay.
fn blank(row: &mut LoginRow) {
    if let Some(user) = row.user.as_mut().filter(|user| *user != "root") {
        "user".clone_into(user);
    }
    if let Some(address) = &mut row.address {
        origin::stand_in(origin::kind(address)).clone_into(address);
    }
}
