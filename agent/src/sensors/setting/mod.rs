//! Settings: whose instance a tool is, as its own files and arguments say.
//!
//! Only what a signature asks for by name is read out of a file, and never
//! what is called like a secret: only whose it is matters.

mod argument;
mod ini;
mod places;
mod recorded;
mod registry;
mod tree;
#[cfg(test)]
mod tests;

use super::Asked;
use super::Blind;
use super::Sensor;
use super::asked::Format;
use super::asked::Name;
use super::asked::Setting;
use super::observe;
use super::plist;
use super::software;
use super::software::homely;
use super::software::homes;
use crate::host::Host;
use crate::host::Platform;
use model::Observation;
use places::Place;
use places::places;
use serde::Serialize;
use std::io;

pub use argument::kept as kept_arguments;
pub use recorded::kept;

/// The sensor's name.
pub const NAME: &str = "setting";

/// Looks for the settings that signatures ask for.
pub struct Settings;

/// Bytes of a file that may hold a setting; a larger one is not read.
const MOST: usize = 1 << 20;

/// Bytes of a value; a longer one is not whose instance it is.
const LONGEST: usize = 256;

/// What is stated of a setting.
#[derive(Serialize)]
struct Found<'a> {
    tool: &'a str,
    name: &'static str,
    value: Option<&'a str>,
    /// Why what is there could not be read.
    unread: Option<&'a str>,
}

impl Sensor for Settings {
    fn name(&self) -> &'static str {
        NAME
    }

    fn reads(&self) -> &'static str {
        "of the settings of remote tools, those a signature asks for by name: which installation it is, \
         whose server it talks to, whose account it belongs to; never a password or a key"
    }

    fn needs(&self, platform: Platform) -> Option<&'static str> {
        software::Software.needs(platform)
    }

    fn look(&self, host: &dyn Host) -> Result<Vec<Observation>, Blind> {
        self.look_for(host, &Asked::default())
    }

    fn look_for(&self, host: &dyn Host, asked: &Asked) -> Result<Vec<Observation>, Blind> {
        let wanted: Vec<&Setting> = asked.settings.iter().filter(|it| is_read(it)).collect();
        if wanted.is_empty() {
            return Err(Blind::Absent);
        }
        let homes = homes(host);
        let found: Vec<Observation> =
            wanted.iter().flat_map(|setting| look_at(host, &homes, setting)).collect();
        // Without files, as in a recording of devices, there is nothing to see.
        if found.is_empty() && !has_files(host) {
            return Err(Blind::Absent);
        }
        Ok(found)
    }

    fn example(&self) -> Observation {
        let setting = Setting {
            tool: "anydesk".to_owned(),
            name: Name::Instance,
            at: Vec::new(),
            format: Format::Ini,
            key: "ad.anynet.id".to_owned(),
        };
        let path = "/etc/anydesk/system.conf";
        let found = Found {
            tool: &setting.tool,
            name: setting.name.name(),
            value: Some("123456789"),
            unread: Some("permission denied"),
        };
        observe(NAME, &subject(path, &setting), path, &found)
    }

    fn unseen(&self, seen: &[Observation]) -> Vec<String> {
        let unread = seen.iter().filter_map(|one| match one.fields.get("unread") {
            Some(model::Value::Text(reason)) => Some(format!("{}: {reason}", one.source)),
            _ => None,
        });
        unread.collect()
    }
}

/// What is called like a secret never is.
fn is_read(setting: &Setting) -> bool {
    !setting.is_secret()
}

/// True if there are files to see: not in a recording of devices.
fn has_files(host: &dyn Host) -> bool {
    let folders = match host.platform() {
        Platform::Linux => ["/home", "/etc"],
        Platform::Macos => ["/Users", "/Library"],
        Platform::Windows => ["C:/Users", "C:/ProgramData"],
    };
    folders.iter().any(|folder| host.names(folder).is_ok())
}

fn look_at(host: &dyn Host, homes: &[String], setting: &Setting) -> Vec<Observation> {
    match setting.format {
        Format::Argument => return argument::look(host, setting),
        Format::Registry => return registry::look(host, setting),
        _ => {}
    }
    let places = setting.at.iter().flat_map(|at| places(host, homes, at));
    places.filter_map(|place| at_place(host, homes, setting, &place)).collect()
}

/// What a setting is at one place; `None` if it is not there.
fn at_place(
    host: &dyn Host,
    homes: &[String],
    setting: &Setting,
    place: &Place,
) -> Option<Observation> {
    let value = match setting.format {
        Format::Path => Ok(place.starred.clone()),
        _ => host.file(&place.path, MOST).and_then(|bytes| value(&bytes, setting)),
    };
    let path = homely(homes, &place.path);
    match value {
        Ok(value) => Some(state(setting, &path, &value.filter(|value| is_plain(value))?)),
        Err(error) => untold(setting, &path, &error),
    }
}

/// What the key is in a file; `None` if it is not there, an error if the file
/// is not of its format.
fn value(bytes: &[u8], setting: &Setting) -> io::Result<Option<String>> {
    let text = || str::from_utf8(bytes).map_err(|_| io::Error::from(io::ErrorKind::InvalidData));
    match setting.format {
        Format::Ini => Ok(ini::value(&String::from_utf8_lossy(bytes), &setting.key)),
        Format::Toml => tree::toml(text()?, &setting.key),
        Format::Json => tree::json(bytes, &setting.key),
        Format::Plist => plist::value(bytes, &setting.key),
        Format::Registry | Format::Argument | Format::Path => Ok(None),
    }
}

/// True of text as it may be stated.
fn is_plain(value: &str) -> bool {
    !value.is_empty() && value.len() <= LONGEST && !value.contains(char::is_control)
}

fn state(setting: &Setting, path: &str, value: &str) -> Observation {
    let name = setting.name.name();
    let found = Found { tool: &setting.tool, name, value: Some(value), unread: None };
    observe(NAME, &subject(path, setting), path, &found)
}

/// States that something is there and cannot be read.
fn untold(setting: &Setting, path: &str, error: &io::Error) -> Option<Observation> {
    if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) {
        return None;
    }
    let (name, reason) = (setting.name.name(), error.kind().to_string());
    let found = Found { tool: &setting.tool, name, value: None, unread: Some(&reason) };
    Some(observe(NAME, &subject(path, setting), path, &found))
}

/// Where a setting stands: the path, and the key if there is one.
fn subject(path: &str, setting: &Setting) -> String {
    let parts = [path, &setting.key];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}
