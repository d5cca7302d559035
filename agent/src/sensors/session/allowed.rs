//! Whether Windows lets others in: Remote Desktop, its shadowing, Remote Assistance.
//!
//! A policy is above what is set at the machine. Where neither says anything,
//! nothing is stated: what Windows does then depends on its edition.

#[cfg(test)]
mod tests;

use super::switch::Switch;
use crate::host::Host;
use crate::host::RegistryKey;
use crate::sensors::Blind;
use std::io;

/// What the company decides for all three.
const POLICY: &str = r"HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services";

/// What is set at the machine.
const DESKTOP: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server";
const ASSISTANCE: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\Remote Assistance";

/// Each service of which something is said.
pub(super) fn switches(host: &dyn Host) -> Result<Vec<Switch>, Blind> {
    let key = |path: &'static str| match host.registry(path) {
        Ok(key) => Ok((path, key)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok((path, RegistryKey::default())),
        Err(error) => Err(Blind::at(path)(error)),
    };
    let policy = key(POLICY)?;
    let told = [
        desktop(&[&policy, &key(DESKTOP)?]),
        shadowing(&policy),
        assistance(&[&policy, &key(ASSISTANCE)?]),
    ];
    Ok(told.into_iter().flatten().collect())
}

/// A key and what is in it.
type Place = (&'static str, RegistryKey);

/// The value is about being refused.
fn desktop(places: &[&Place]) -> Option<Switch> {
    let (denied, source) = first(places, "fDenyTSConnections")?;
    let enabled = denied == 0;
    Some(Switch { subject: "remote-desktop", source, enabled, ..Switch::default() })
}

/// Looking over the shoulder of whoever is at the screen. 0 forbids it, 1 and 2 let
/// operate, 3 and 4 let look; at 2 and 4 nobody is asked.
fn shadowing(policy: &Place) -> Option<Switch> {
    let (mode, source) = first(&[policy], "Shadow")?;
    let (enabled, consent, control) = match mode {
        0 => (false, None, None),
        1 => (true, Some(true), Some(true)),
        2 => (true, Some(false), Some(true)),
        3 => (true, Some(true), Some(false)),
        4 => (true, Some(false), Some(false)),
        _ => return None,
    };
    Some(Switch { subject: "shadowing", source, enabled, consent, control })
}

/// Somebody who helps: on invitation, so that the user is always asked.
fn assistance(places: &[&Place]) -> Option<Switch> {
    let (allowed, source) = first(places, "fAllowToGetHelp")?;
    let enabled = allowed != 0;
    let control = first(places, "fAllowFullControl").map(|(control, _)| control != 0);
    let (consent, control) = (enabled.then_some(true), control.filter(|_| enabled));
    Some(Switch { subject: "remote-assistance", source, enabled, consent, control })
}

/// A number by the first of these keys that has it. Names of values have no case.
fn first(places: &[&Place], name: &str) -> Option<(i64, String)> {
    places.iter().find_map(|(path, key)| {
        let mut values = key.values.iter();
        let (_, value) = values.find(|(other, _)| other.eq_ignore_ascii_case(name))?;
        Some((value.number()?, (*path).to_owned()))
    })
}
