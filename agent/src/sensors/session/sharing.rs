//! What is switched on in macOS' Sharing: screen sharing, remote login, remote
//! management.
//!
//! The first two are jobs of launchd that are off unless it was told otherwise, and
//! what it was told is written in one list. The third is on while a file is there
//! (`PathState` in launchd.plist(5)).

use super::switch::Switch;
use crate::host::Host;
use crate::host::Recording;
use crate::sensors::Blind;
use crate::sensors::plist;
use std::io;

/// What launchd was told of jobs: a label, and whether it is disabled. Only root
/// may read it.
const TOLD: &str = "/private/var/db/com.apple.xpc.launchd/disabled.plist";

/// The jobs, and what we call them.
const JOBS: [(&str, &str); 2] =
    [("com.apple.screensharing", "screen-sharing"), ("com.openssh.sshd", "remote-login")];

/// While one of these is there, remote management is on: the newer place, the older.
const MANAGED: [&str; 2] = [
    "/Library/Application Support/Apple/Remote Desktop/RemoteManagement.launchd",
    "/etc/RemoteManagement.launchd",
];

/// What is set for screen sharing and remote management.
const SETTINGS: &str = "/Library/Preferences/com.apple.RemoteManagement.plist";

/// Whoever has a password that is no account's looks and operates.
const BY_PASSWORD: &str = "VNCLegacyConnectionsEnabled";

/// Whoever has an account here does, as far as remote management is on.
const BY_ACCOUNT: &str = "ARD_AllLocalUsers";

/// Bytes of a file that are read; real ones have a few thousand.
const MOST: usize = 1 << 20;

/// Nothing where none of it is written. Whether others must ask is said where they
/// need not: with an account of their own it depends on whose desktop is shown.
pub(super) fn switches(host: &dyn Host) -> Result<Vec<Switch>, Blind> {
    let told = match host.file(TOLD, MOST) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(Blind::at(TOLD)(error)),
    };
    let settings = host.file(SETTINGS, MOST).unwrap_or_default();
    let is_set = |key: &str| flag(&settings, key).ok().flatten() == Some(true);
    let unasked = |is_unasked: bool| is_unasked.then_some(false);
    let mut found = Vec::new();
    for (label, subject) in told.iter().flat_map(|_| JOBS) {
        let bytes = told.as_deref().unwrap_or_default();
        let enabled = flag(bytes, label).map_err(Blind::at(TOLD))? == Some(false);
        let by_password = enabled && subject == "screen-sharing" && is_set(BY_PASSWORD);
        let source = format!("{TOLD}#{label}");
        found.push(Switch {
            subject,
            source,
            enabled,
            consent: unasked(by_password),
            control: None,
        });
    }
    let file = MANAGED.iter().find(|path| host.file(path, MOST).is_ok());
    if told.is_some() || file.is_some() {
        let enabled = file.is_some();
        let is_unasked = enabled && (is_set(BY_PASSWORD) || is_set(BY_ACCOUNT));
        found.push(Switch {
            subject: "remote-management",
            source: (*file.unwrap_or(&MANAGED[0])).to_owned(),
            enabled,
            consent: unasked(is_unasked),
            control: None,
        });
    }
    Ok(found)
}

/// A flag, which is also written as a number.
fn flag(bytes: &[u8], key: &str) -> io::Result<Option<bool>> {
    let value = plist::value(bytes, key)?;
    Ok(value.map(|value| value == "true" || value == "1"))
}

/// Leaves in a recording only what is looked at: all jobs of launchd are there.
pub(super) fn blank(recording: &mut Recording) {
    let labels: Vec<&str> = JOBS.iter().map(|(label, _)| *label).collect();
    for (path, keys) in [(TOLD, labels), (SETTINGS, vec![BY_PASSWORD, BY_ACCOUNT])] {
        let Ok(bytes) = recording.file(path, MOST) else { continue };
        recording.bytes.remove(path);
        let kept = keys.into_iter().filter_map(|key| {
            let value = flag(&bytes, key).ok().flatten()?;
            Some((key.to_owned(), value))
        });
        recording.text.insert(path.to_owned(), plist::written(kept));
    }
}

#[cfg(test)]
mod tests {
    //! Made up, in the form launchd and Remote Management write; nothing was read of a Mac.

    use super::*;
    use crate::host::Platform;
    use crate::sensors::Sensor as _;
    use crate::sensors::session::Session;

    /// A laptop on which launchd was told this, with these settings; `true` for
    /// remote management switched on.
    fn laptop(told: &[(&str, bool)], settings: &[(&str, bool)], is_managed: bool) -> Recording {
        let list = |pairs: &[(&str, bool)]| {
            plist::written(pairs.iter().map(|&(key, on)| (key.to_owned(), on)))
        };
        let mut host = Recording::blank(Platform::Macos, "");
        host.text.insert(TOLD.to_owned(), list(told));
        host.text.insert(SETTINGS.to_owned(), list(settings));
        if is_managed {
            host.text.insert(MANAGED[0].to_owned(), "enabled\n".to_owned());
        }
        host
    }

    /// Each service: its name, whether it is on, and whether somebody is asked.
    fn seen(host: &Recording) -> Vec<(&'static str, bool, Option<bool>)> {
        let switches = switches(host).unwrap();
        switches.iter().map(|it| (it.subject, it.enabled, it.consent)).collect()
    }

    #[test]
    fn what_launchd_was_not_told_is_off() {
        let off = [
            ("screen-sharing", false, None),
            ("remote-login", false, None),
            ("remote-management", false, None),
        ];
        assert_eq!(seen(&laptop(&[], &[], false)), off);
        let told = [("com.apple.screensharing", true), ("com.openssh.sshd", true)];
        assert_eq!(seen(&laptop(&told, &[(BY_PASSWORD, true)], false)), off);
    }

    #[test]
    fn what_is_on_says_whether_others_need_not_ask() {
        let told = [("com.apple.screensharing", false), ("com.openssh.sshd", false)];
        for (settings, is_managed, shared, managed) in [
            (&[][..], false, None, None),
            (&[(BY_PASSWORD, true)], false, Some(false), None),
            (&[(BY_PASSWORD, false), ("ScreenSharingReqPermEnabled", true)], true, None, None),
            (&[(BY_ACCOUNT, true)], true, None, Some(false)),
            (&[(BY_PASSWORD, true)], true, Some(false), Some(false)),
        ] {
            let expected = [
                ("screen-sharing", true, shared),
                ("remote-login", true, None),
                ("remote-management", is_managed, managed),
            ];
            assert_eq!(seen(&laptop(&told, settings, is_managed)), expected, "{settings:?}");
        }
    }

    #[test]
    fn a_list_that_cannot_be_read_is_blindness_and_no_list_says_nothing() {
        assert_eq!(seen(&Recording::blank(Platform::Macos, "")), []);
        let mut host = laptop(&[], &[], false);
        host.text.insert(TOLD.to_owned(), "<plist".to_owned());
        assert!(matches!(switches(&host), Err(Blind::Failed { source, .. }) if source == TOLD));
        let mut host = laptop(&[], &[], true);
        host.text.remove(TOLD);
        assert_eq!(seen(&host), [("remote-management", true, None)]);
        host.forbidden.insert(TOLD.to_owned());
        assert!(switches(&host).is_err());
    }

    #[test]
    fn a_recording_keeps_what_is_looked_at_and_tells_the_same() {
        let told = [("com.apple.screensharing", false), ("com.example.alice", true)];
        let mut host = laptop(&told, &[(BY_PASSWORD, true), ("Text1Alice", true)], true);
        let before = Session.look(&host).unwrap();
        assert_eq!(before.len(), 3);
        Session.blank(&mut host);
        assert_eq!(Session.look(&host).unwrap(), before);
        assert!(!toml::to_string(&host).unwrap().to_lowercase().contains("alice"));
    }
}
