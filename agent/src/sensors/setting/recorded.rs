//! What a recording keeps of files with settings: the asked keys, nothing else.

use super::MOST;
use super::ini;
use super::is_plain;
use super::is_read;
use super::places::places;
use super::registry;
use super::value;
use crate::host::Host;
use crate::host::Recording;
use crate::sensors::Asked;
use crate::sensors::asked::Format;
use crate::sensors::asked::Setting;
use crate::sensors::plist;
use crate::sensors::software::homes;
use crate::sensors::software::renamed;
use std::collections::BTreeMap;
use std::io;

/// Values by the keys they stand under.
type Said = BTreeMap<String, String>;

/// A recording of what this sensor sees of `host`, written anew: each file
/// with the keys asked for and nothing else, the homes called `home1`, `home2`,
/// …. The files themselves never get into a recording.
pub fn kept(host: &dyn Host, asked: &Asked) -> Recording {
    let homes = homes(host);
    let mut kept = Recording::blank(host.platform(), "");
    let mut files: BTreeMap<(String, Kind), Said> = BTreeMap::new();
    for setting in asked.settings.iter().filter(|setting| is_read(setting)) {
        if setting.format == Format::Registry {
            registry::keep(host, setting, &mut kept);
            continue;
        }
        for place in setting.at.iter().flat_map(|at| places(host, &homes, at)) {
            let path = renamed(&homes, &place.path);
            if setting.format == Format::Path {
                kept.empty.extend(place.starred.map(|_| path));
                continue;
            }
            let Some(kind) = Kind::of(setting) else { continue };
            match host.file(&place.path, MOST).and_then(|bytes| value(&bytes, setting)) {
                Ok(Some(value)) if is_plain(&value) => {
                    files.entry((path, kind)).or_default().insert(setting.key.clone(), value);
                }
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                    kept.forbidden.insert(path);
                }
                _ => {}
            }
        }
    }
    let written = files.into_iter().map(|((path, kind), said)| (path, kind.write(&said)));
    kept.text.extend(written);
    kept
}

/// How a file is written anew. A property list is as XML.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Ini,
    Toml,
    Json,
    Plist,
}

impl Kind {
    /// `None` for what is in no file.
    fn of(setting: &Setting) -> Option<Self> {
        match setting.format {
            Format::Ini => Some(Self::Ini),
            Format::Toml => Some(Self::Toml),
            Format::Json => Some(Self::Json),
            Format::Plist => Some(Self::Plist),
            Format::Registry | Format::Argument | Format::Path => None,
        }
    }

    /// A name with points in it is read like the tables it stands for.
    fn write(self, said: &Said) -> String {
        match self {
            Self::Ini => said.iter().map(|(key, value)| ini::written(key, value)).collect(),
            Self::Toml => toml::to_string(said).unwrap_or_default(),
            Self::Json => serde_json::to_string(said).unwrap_or_default(),
            Self::Plist => {
                plist::written(said.iter().map(|(key, value)| (key.clone(), value.as_str())))
            }
        }
    }
}
