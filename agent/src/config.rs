//! What the operator may set.

mod places;
pub mod managed;
mod siem;
mod landmark;
#[cfg(test)]
mod tests;

use crate::host::Platform;
use crate::policy::Approved;
use crate::policy::Policy;
use crate::sensors;
use hyper::Uri;
pub use landmark::Landmark;
pub use managed::Managed;
use serde::Deserialize;
use settings::Interval;
use settings::Problem;
use settings::Reader;
use settings::Size;
use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::path::PathBuf;

pub use places::Places;
pub use siem::Siem;
pub use siem::Way;

/// The agent's settings; `config/agent.toml` says what each is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where the agent keeps its key, its waiting reports and its status.
    pub state: PathBuf,
    /// The signatures to judge by.
    pub signatures: PathBuf,
    /// How often every sensor looks although nothing happened.
    pub look: Interval,
    /// How often the agent reports although nothing changed.
    pub heartbeat: Interval,
    /// Sensors that must not look.
    pub disabled: BTreeSet<String>,
    /// Where reports go.
    pub collector: Collector,
    /// Where events go without a collector; nothing if there is one.
    pub siem: Option<Siem>,
    /// How the collector is reached.
    pub proxy: Proxy,
    /// How much room waiting reports may take.
    pub spool_limit: Size,
    /// What the company says of remote tools.
    pub policy: Policy,
    /// The machines of the company to which the way is measured.
    pub landmarks: Vec<Landmark>,
    /// True if macOS' Endpoint Security is asked to tell of processes.
    pub endpoint_security: bool,
    /// The settings that whoever manages the machine has set, by name.
    pub managed: Vec<&'static str>,
    /// What should be mended although it is in force.
    pub doubts: Vec<Problem>,
}

/// Where reports go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collector {
    /// The collector's address.
    pub url: Option<Endpoint>,
    /// The enrolment token.
    pub token: Option<Token>,
    /// The authority that signed the collector's certificate, as a PEM file.
    pub authority: Option<PathBuf>,
}

/// How the collector is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Proxy {
    /// As the environment says.
    #[default]
    System,
    /// Directly.
    None,
    /// Through this proxy.
    Url(Uri),
}

/// The address of a collector: `https`, a host, and no path.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Endpoint(String);

/// An enrolment token. It is a secret: it is never printed.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Token {
    /// What the collector knows the token by.
    pub secret: String,
    /// The SHA-256 of the certificate of the collector's authority, in hexadecimal.
    pub fingerprint: String,
}

impl Default for Config {
    fn default() -> Self {
        Self::usual(Platform::OURS)
    }
}

impl Config {
    /// What holds on this platform where the file says nothing.
    pub fn usual(platform: Platform) -> Self {
        let places = Places::of(platform);
        Self {
            state: places.state.into(),
            signatures: places.signatures.into(),
            look: Interval::seconds(600),
            heartbeat: Interval::seconds(900),
            disabled: BTreeSet::new(),
            collector: Collector::default(),
            siem: None,
            proxy: Proxy::default(),
            spool_limit: Size::mib(16),
            policy: Policy::default(),
            landmarks: Vec::new(),
            endpoint_security: false,
            managed: Vec::new(),
            doubts: Vec::new(),
        }
    }

    /// Reads the configuration file and what whoever manages the machine has set,
    /// or tells all that is wrong with both. Without a file at its usual place the
    /// defaults hold.
    pub fn read(path: &Path) -> Result<Self, Vec<Problem>> {
        let name = path.display().to_string();
        let managed = Managed::here(path);
        let is_usual = path == Path::new(Places::of(Platform::OURS).config);
        let text =
            if is_usual && !path.exists() { Ok(String::new()) } else { settings::text(path) };
        match text {
            Ok(text) => Self::parse_under(&managed, Platform::OURS, &name, &text),
            Err(problem) => Err([vec![problem], managed.problems].concat()),
        }
    }

    /// Reads the text of a configuration file called `name`.
    pub fn parse(name: &str, text: &str) -> Result<Self, Vec<Problem>> {
        Self::parse_for(Platform::OURS, name, text)
    }

    /// The same, as an agent on this platform does.
    pub fn parse_for(platform: Platform, name: &str, text: &str) -> Result<Self, Vec<Problem>> {
        Self::parse_under(&Managed::default(), platform, name, text)
    }

    /// The same, where these settings go before the file.
    pub fn parse_under(
        managed: &Managed,
        platform: Platform,
        name: &str,
        text: &str,
    ) -> Result<Self, Vec<Problem>> {
        let usual = Self::usual(platform);
        let mut reader = Reader::new(name, text);
        let mut config = Self {
            state: reader.take("state").unwrap_or(usual.state),
            signatures: reader.take("signatures").unwrap_or(usual.signatures),
            look: reader.take("look").unwrap_or(usual.look),
            heartbeat: reader.take("heartbeat").unwrap_or(usual.heartbeat),
            disabled: reader.take("disabled").unwrap_or_default(),
            collector: reader.section("collector", |section| Collector {
                url: section.take("url"),
                token: section.take("token"),
                authority: section.take("authority"),
            }),
            siem: reader.section("siem", |section| Siem::read(section, platform)),
            proxy: reader.section("proxy", |section| section.take("use").unwrap_or_default()),
            spool_limit: reader
                .section("spool", |section| section.take("limit").unwrap_or(usual.spool_limit)),
            policy: Policy {
                mode: reader.section("policy", |section| section.take("mode").unwrap_or_default()),
                approved: reader.take("approved").unwrap_or_default(),
            },
            landmarks: reader.section("place", landmarks),
            endpoint_security: reader.section("macos", |section| {
                section.take("endpoint_security").unwrap_or(usual.endpoint_security)
            }),
            managed: usual.managed,
            doubts: usual.doubts,
        };
        managed.lay_over(&mut config);
        config.tell_problems(managed, &mut reader);
        let problems = [managed.problems.clone(), reader.finish()].concat();
        if problems.is_empty() { Ok(config) } else { Err(problems) }
    }

    /// Tells what is wrong with values that are good each for itself.
    fn tell_problems(&self, managed: &Managed, reader: &mut Reader<'_>) {
        for problem in self.policy.approved.iter().flat_map(Approved::problems) {
            reader.problem("approved", &format!("has a mistake: {problem}"));
        }
        for name in self.disabled.iter().filter(|name| sensors::find(name).is_none()) {
            reader.problem("disabled", &format!("names `{name}`, which is no sensor"));
        }
        if self.siem.is_some() && self.collector.url.is_some() {
            let address = managed.address().map(|place| format!("address in {place}"));
            let address = address.unwrap_or_else(|| "`url`".to_owned());
            reader.problem("siem", &format!("and the collector's {address} exclude each other"));
        }
        let day = Interval::seconds(24 * 3600);
        for (key, interval) in [("look", self.look), ("heartbeat", self.heartbeat)] {
            if interval > day {
                reader.problem(key, "must be at most 24h");
            }
        }
    }

    /// Where the agent keeps its state, even if all else in the file is wrong:
    /// a running agent goes on after a bad edit, and can still be asked how it fares.
    pub fn state_at_least(path: &Path) -> PathBuf {
        let name = path.display().to_string();
        let text = settings::text(path).unwrap_or_default();
        let stated = Reader::new(&name, &text).take("state");
        stated.unwrap_or_else(|| Self::default().state)
    }

    /// The sensors that may look.
    pub fn sensors(&self) -> Vec<&'static dyn sensors::Sensor> {
        let sensors = sensors::ALL.iter().copied();
        sensors.filter(|sensor| !self.disabled.contains(sensor.name())).collect()
    }
}

fn landmarks(section: &mut Reader<'_>) -> Vec<Landmark> {
    let all: Vec<Landmark> = section.take("landmarks").unwrap_or_default();
    if all.len() > Landmark::MOST {
        section.problem("landmarks", &format!("must be {} at most", Landmark::MOST));
    }
    all
}

impl TryFrom<String> for Proxy {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "system" => Ok(Self::System),
            "none" => Ok(Self::None),
            url => match url.parse::<Uri>() {
                Ok(uri) if uri.scheme_str() == Some("http") && uri.host().is_some() => {
                    Ok(Self::Url(uri))
                }
                _ => Err("must be system, none, or a URL such as http://proxy:3128".to_owned()),
            },
        }
    }
}

impl Endpoint {
    /// The address of one of the collector's services, such as `/v1/reports`.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl TryFrom<String> for Endpoint {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let wrong = || format!("`{text}` is not an address such as https://collector:8443");
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let plain = uri.scheme_str() == Some("https") && matches!(uri.path(), "/" | "");
        if !plain || uri.host().is_none_or(str::is_empty) || uri.query().is_some() {
            return Err(wrong());
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Token {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let wrong =
            || "is not an enrolment token; `moored-collector token new` makes one".to_owned();
        let (secret, fingerprint) = text.trim().split_once('.').ok_or_else(wrong)?;
        let is_hash = fingerprint.len() == 64 && fingerprint.bytes().all(|b| b.is_ascii_hexdigit());
        if secret.is_empty() || !is_hash {
            return Err(wrong());
        }
        let fingerprint = fingerprint.to_ascii_lowercase();
        Ok(Self { secret: secret.to_owned(), fingerprint })
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}
