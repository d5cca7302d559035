//! What whoever manages the machine has set: it goes before the configuration file.

mod environment;
#[cfg(test)]
mod tests;

use super::Config;
use super::Endpoint;
use super::Places;
use super::Proxy;
use super::Token;
use crate::host::Host;
use crate::host::Live;
use crate::host::Platform;
use crate::host::Property;
use crate::platform;
use crate::sensors::plist;
use settings::Problem;
use std::io;
use std::path::Path;
use std::path::PathBuf;

/// Bytes of a file that are read; a larger one is none of ours.
const LARGEST: usize = 1 << 20;

/// What can be set so, by the names that `moored status` tells and those of a
/// variable; a value of the registry and a key of a property list have the third.
const SETTINGS: [(&str, &str, &str); 3] = [
    ("collector", "MOORED_COLLECTOR", "Collector"),
    ("token", "MOORED_TOKEN", "Token"),
    ("proxy", "MOORED_PROXY", "Proxy"),
];

/// What whoever manages the machine has set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Managed {
    collector: Option<Endpoint>,
    token: Option<Token>,
    proxy: Option<Proxy>,
    /// Where the address is written.
    address: Option<String>,
    /// What is wrong; with any, nothing counts.
    pub problems: Vec<Problem>,
    /// What should be mended although it counts.
    pub doubts: Vec<Problem>,
}

/// A value as it is written.
struct Written {
    name: &'static str,
    file: String,
    line: Option<usize>,
    /// What it is called there, if `file` does not say so.
    called: Option<&'static str>,
    /// The value, or why it cannot be read.
    value: Result<String, String>,
}

impl Managed {
    /// What this machine's manager has set, for an agent with this configuration file.
    pub fn here(config: &Path) -> Self {
        let mut managed = Self::of(&Live::new(), config);
        if let Some(file) = file(Platform::OURS, config)
            && let Ok(access) = platform::access(&file)
        {
            managed.judge(&file, access);
        }
        managed
    }

    /// What is set on that machine, without asking whose doing it is.
    pub fn of(host: &dyn Host, config: &Path) -> Self {
        let file = file(host.platform(), config);
        let mut managed = Self::default();
        let written = match host.platform() {
            Platform::Linux => file.map(|file| environment(host, &file)),
            Platform::Macos => file.map(|file| property_list(host, &file)),
            Platform::Windows => Some(registry(host)),
        };
        match written.unwrap_or_else(|| Ok(Vec::new())) {
            Ok(all) => all.iter().for_each(|one| managed.take(one)),
            Err(problems) => managed.problems = problems,
        }
        managed
    }

    /// Lays what is set over what the configuration file says.
    pub(super) fn lay_over(&self, config: &mut Config) {
        let Self { collector, token, proxy, .. } = self;
        let is_set = [collector.is_some(), token.is_some(), proxy.is_some()];
        let names = SETTINGS.iter().zip(is_set).filter(|(_, is_set)| *is_set);
        config.managed = names.map(|((name, ..), _)| *name).collect();
        config.collector.url = collector.clone().or(config.collector.url.take());
        config.collector.token = token.clone().or(config.collector.token.take());
        if let Some(proxy) = proxy {
            config.proxy = proxy.clone();
        }
        config.doubts.clone_from(&self.doubts);
    }

    /// Where the collector's address is written, if it is set.
    pub(super) fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    fn take(&mut self, written: &Written) {
        let value = match &written.value {
            // What a manager has switched off is often left empty.
            Ok(text) if text.trim().is_empty() => return,
            Ok(text) => Ok(text.trim().to_owned()),
            Err(why) => Err(why.clone()),
        };
        let wrong = match written.name {
            "collector" => {
                self.address = Some(written.place());
                value.and_then(Endpoint::try_from).map(|it| self.collector = Some(it)).err()
            }
            "token" => value.and_then(Token::try_from).map(|it| self.token = Some(it)).err(),
            _ => value.and_then(Proxy::try_from).map(|it| self.proxy = Some(it)).err(),
        };
        self.problems.extend(wrong.map(|text| written.problem(&text)));
    }

    /// Takes in who may write and read the file the values are from.
    fn judge(&mut self, file: &Path, access: platform::Access) {
        let problem = |text: &str| Problem::whole(&file.display().to_string(), text);
        if access.others_write {
            self.problems.push(problem(
                "may be written by others than root, so what is in it may be anybody's: look at it, \
                 give it to root, and let nobody else write to it (chown root:root, chmod 600)",
            ));
        }
        // macOS lets everybody read what a profile has brought.
        if access.others_read && self.token.is_some() && Platform::OURS == Platform::Linux {
            self.doubts.push(problem(
                "holds an enrolment token and may be read by others than root: chmod 600",
            ));
        }
    }
}

impl Written {
    fn place(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.file),
            None => self.file.clone(),
        }
    }

    fn problem(&self, text: &str) -> Problem {
        let called = self.called.map(|called| format!("{called}: ")).unwrap_or_default();
        Problem { file: self.file.clone(), line: self.line, text: format!("{called}{text}") }
    }
}

/// The file that holds what is set; nothing where it is the registry. On Linux it
/// stands beside the configuration file.
pub fn file(platform: Platform, config: &Path) -> Option<PathBuf> {
    let place = Places::of(platform).managed;
    match platform {
        // A recording of Linux has these separators wherever it is judged.
        Platform::Linux => {
            let config = config.to_string_lossy();
            let folder = config.rfind('/').and_then(|end| config.get(..=end)).unwrap_or_default();
            place.rsplit('/').next().map(|name| format!("{folder}{name}").into())
        }
        Platform::Macos => Some(place.into()),
        Platform::Windows => None,
    }
}

fn environment(host: &dyn Host, file: &Path) -> Result<Vec<Written>, Vec<Problem>> {
    let name = file.display().to_string();
    let Some(bytes) = read(host, file)? else { return Ok(Vec::new()) };
    let text = String::from_utf8_lossy(&bytes);
    let mut problems = Vec::new();
    let mut all = Vec::new();
    for (line, read) in environment::lines(&text) {
        let line = Some(line);
        let problem = |text: String| Problem { file: name.clone(), line, text };
        match read {
            Err(why) => problems.push(problem(why)),
            Ok((variable, value)) => {
                match SETTINGS.iter().find(|(_, known, _)| *known == variable) {
                    Some(&(name, called, _)) => all.push(Written {
                        name,
                        file: file.display().to_string(),
                        line,
                        called: Some(called),
                        value: Ok(value),
                    }),
                    // Others are for others; these can only be a mistake.
                    None if variable.starts_with("MOORED_") => {
                        let known = SETTINGS.map(|(_, known, _)| known).join(", ");
                        problems
                            .push(problem(format!("{variable} is not set here; here go {known}")));
                    }
                    None => {}
                }
            }
        }
    }
    if problems.is_empty() { Ok(last_of_each(all)) } else { Err(problems) }
}

/// Of a name that is written twice, what comes last counts.
fn last_of_each(all: Vec<Written>) -> Vec<Written> {
    let mut last: Vec<Written> = Vec::new();
    for one in all {
        last.retain(|other| other.name != one.name);
        last.push(one);
    }
    last
}

fn property_list(host: &dyn Host, file: &Path) -> Result<Vec<Written>, Vec<Problem>> {
    let Some(bytes) = read(host, file)? else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    let read = plist::each(&bytes, |key, value| {
        let known = SETTINGS.iter().find(|(.., known)| *known == key);
        all.extend(known.map(|&(name, _, called)| Written {
            name,
            file: file.display().to_string(),
            line: None,
            called: Some(called),
            value: Ok(value.to_owned()),
        }));
    });
    let file = file.display().to_string();
    read.map(|()| all).map_err(|_| vec![Problem::whole(&file, "is not a property list")])
}

fn registry(host: &dyn Host) -> Result<Vec<Written>, Vec<Problem>> {
    let place = Places::of(Platform::Windows).managed;
    let key = match host.registry(place) {
        Ok(key) => key,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(vec![Problem::whole(place, format!("cannot read: {}", error.kind()))]);
        }
    };
    let written = key.values.into_iter().filter_map(|(value, property)| {
        let mut known = SETTINGS.iter();
        let &(name, ..) = known.find(|(.., known)| known.eq_ignore_ascii_case(&value))?;
        let text = match property {
            Property::Text(text) => Ok(text),
            _ => Err("must be a text (REG_SZ)".to_owned()),
        };
        let file = format!(r"{place}\{value}");
        Some(Written { name, file, line: None, called: None, value: text })
    });
    Ok(written.collect())
}

/// The bytes of a file; `None` if there is none.
fn read(host: &dyn Host, file: &Path) -> Result<Option<Vec<u8>>, Vec<Problem>> {
    let name = file.display().to_string();
    match host.file(&name, LARGEST) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(vec![Problem::whole(&name, format!("cannot read: {}", error.kind()))]),
    }
}
