//! Settings among the arguments of running programs.

use super::is_plain;
use super::is_read;
use super::state;
use crate::host::Host;
use crate::host::ProcessRow;
use crate::sensors::asked::Format;
use crate::sensors::asked::Setting;
use crate::sensors::process::called;
use model::Observation;
use std::collections::BTreeSet;

/// Each value that the named programs have; none where processes are not known,
/// which the sensor of processes tells.
pub(super) fn look(host: &dyn Host, setting: &Setting) -> Vec<Observation> {
    let rows = host.processes().unwrap_or_default();
    let found = rows.iter().filter(|row| is_meant(row, setting)).filter_map(|row| {
        let value = value(&row.arguments, &setting.key).filter(|value| is_plain(value))?;
        Some((called(row), value))
    });
    let found: BTreeSet<(String, String)> = found.collect();
    found.iter().map(|(program, value)| state(setting, program, value)).collect()
}

/// Of a process, the arguments that say what is asked for and nothing else.
pub fn kept(row: &ProcessRow, settings: &[Setting]) -> Vec<String> {
    let asked = settings.iter().filter(|setting| setting.format == Format::Argument);
    let asked = asked.filter(|setting| is_read(setting) && is_meant(row, setting));
    let said = asked.filter_map(|setting| {
        let value = value(&row.arguments, &setting.key).filter(|value| is_plain(value))?;
        Some(format!("{}={value}", setting.key))
    });
    said.collect()
}

fn is_meant(row: &ProcessRow, setting: &Setting) -> bool {
    let name = called(row);
    setting.at.iter().any(|program| program.eq_ignore_ascii_case(&name))
}

/// The first value of a key: after `KEY=`, in the next argument, or in a query.
fn value(arguments: &[String], key: &str) -> Option<String> {
    let after = arguments.iter().skip(1).map(Some).chain([None]);
    arguments.iter().zip(after).find_map(|(argument, next)| {
        if argument == key {
            return next.filter(|next| !next.starts_with('-')).cloned();
        }
        let own = argument.strip_prefix(key).and_then(|rest| rest.strip_prefix('='));
        own.map(str::to_owned).or_else(|| in_query(argument, key))
    })
}

/// In `?e=Access&h=relay.example.com`, with what leads to the `?` or not.
fn in_query(argument: &str, key: &str) -> Option<String> {
    let (_, query) = argument.split_once('?')?;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, _)| *name == key)?;
    Some(decoded(value))
}

/// The letters and signs of host names, decoded (RFC 3986, 2.1); what else is
/// encoded stays as it is.
fn decoded(value: &str) -> String {
    let mut parts = value.split('%');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let byte = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let letter =
            byte.map(char::from).filter(|it| it.is_ascii_alphanumeric() || ".-:[]".contains(*it));
        if let Some((letter, rest)) = letter.zip(part.get(2..)) {
            text.push(letter);
            text.push_str(rest);
        } else {
            text.push('%');
            text.push_str(part);
        }
    }
    text
}
