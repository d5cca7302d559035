//! What the operator may set.

mod place;
mod incidents;
mod console;
mod oidc;
mod running;
#[cfg(test)]
mod tests;

use crate::place::geo::folder;
use crate::sinks::Wanted;
pub use console::Console;
pub use console::SecondFactor;
pub use incidents::Incidents;
pub use oidc::Oidc;
pub use place::Place;
pub use running::Format;
pub use running::Keep;
pub use running::Level;
pub use running::Log;
pub use running::Metrics;
use rustls::pki_types::ServerName;
use serde::Deserialize;
use settings::Interval;
use settings::Problem;
use settings::Reader;
use settings::Size;
use std::fmt;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::Path;
use std::path::PathBuf;

/// The collector's settings; `config/collector.toml` says what each is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where the database, the authority and the keys are.
    pub state: PathBuf,
    /// Where agents are heard.
    pub agents: Agents,
    /// Where people look.
    pub console: Console,
    /// What laptops are given.
    pub certificates: Certificates,
    /// What is known of places.
    pub place: Place,
    /// When incidents are told, and when they end by themselves.
    pub incidents: Incidents,
    /// How long events are kept for a sink that does not take them.
    pub keep_events: Interval,
    /// Where events are sent.
    pub sinks: Vec<Wanted>,
    /// How long things are kept.
    pub keep: Keep,
    /// Where figures can be read.
    pub metrics: Metrics,
    /// How the log is written.
    pub log: Log,
}

/// Where agents are heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agents {
    /// The address to listen at.
    pub listen: SocketAddr,
    /// What agents call this collector.
    pub names: Vec<Name>,
    /// The company's own certificate, if ours is not wanted.
    pub own: Option<Own>,
    /// Connections at a time.
    pub connections: NonZeroU32,
    /// The largest request taken.
    pub body_limit: Size,
    /// The most that a request may hold once decompressed.
    pub decompressed_limit: Size,
}

/// What laptops are given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificates {
    /// How long a laptop's certificate is valid.
    pub lifetime: Interval,
}

/// A certificate the company brings, PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// The file of the whole chain, the authority's certificate last.
    pub certificate: PathBuf,
    /// The file of the private key.
    pub key: PathBuf,
}

/// A DNS name or IP address of the collector.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Name(String);

impl Default for Config {
    fn default() -> Self {
        Self {
            state: PathBuf::from("/var/lib/moored-collector"),
            agents: Agents::default(),
            console: Console::default(),
            certificates: Certificates::default(),
            place: Place::default(),
            incidents: Incidents::default(),
            keep_events: Interval::seconds(30 * 24 * 3600),
            sinks: Vec::new(),
            keep: Keep::default(),
            metrics: Metrics::default(),
            log: Log::default(),
        }
    }
}

impl Default for Agents {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 8443),
            names: vec![Name("localhost".to_owned())],
            own: None,
            connections: NonZeroU32::new(10_000).unwrap_or(NonZeroU32::MIN),
            body_limit: Size::mib(1),
            decompressed_limit: Size::mib(8),
        }
    }
}

impl Default for Certificates {
    fn default() -> Self {
        Self { lifetime: Interval::seconds(30 * 24 * 3600) }
    }
}

impl Config {
    /// Reads the configuration file, or tells all that is wrong with it.
    pub fn read(path: &Path) -> Result<Self, Vec<Problem>> {
        let name = path.display().to_string();
        let text = settings::text(path).map_err(|problem| vec![problem])?;
        Self::parse(&name, &text)
    }

    /// Reads the text of a configuration file called `name`.
    pub fn parse(name: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let usual = Self::default();
        let mut reader = Reader::new(name, text);
        let config = Self {
            state: reader.take("state").unwrap_or(usual.state),
            agents: reader.section("agents", Agents::read),
            console: reader.section("console", Console::read),
            certificates: reader.section("certificates", |section| Certificates {
                lifetime: section.take("lifetime").unwrap_or(usual.certificates.lifetime),
            }),
            place: reader.section("place", Place::read),
            incidents: reader.section("incidents", Incidents::read),
            keep_events: reader
                .section("events", |section| section.take("keep").unwrap_or(usual.keep_events)),
            sinks: reader.tables("sinks", Wanted::read).into_iter().flatten().collect(),
            keep: reader.section("keep", Keep::read),
            metrics: reader.section("metrics", Metrics::read),
            log: reader.section("log", Log::read),
        };
        if config.agents.listen == config.console.listen && config.agents.listen.port() != 0 {
            let text = format!("must not both be {}", config.agents.listen);
            reader.problem("agents.listen and console.listen", &text);
        }
        let problems = reader.finish();
        if problems.is_empty() { Ok(config) } else { Err(problems) }
    }
}

impl Config {
    /// The folder of the databases this collector has made.
    pub fn geo_folder(&self) -> PathBuf {
        self.state.join("geo")
    }

    /// The folders in which databases are looked for; later ones go first.
    pub fn geo_folders(&self) -> [PathBuf; 2] {
        [PathBuf::from(folder::SHIPPED), self.geo_folder()]
    }
}

impl Agents {
    fn read(section: &mut Reader<'_>) -> Self {
        let usual = Self::default();
        let read = Self {
            listen: section.take("listen").unwrap_or(usual.listen),
            names: section.take("names").unwrap_or(usual.names),
            own: own(section),
            connections: section.take("connections").unwrap_or(usual.connections),
            body_limit: section.take("body_limit").unwrap_or(usual.body_limit),
            decompressed_limit: section
                .take("decompressed_limit")
                .unwrap_or(usual.decompressed_limit),
        };
        if read.names.is_empty() {
            section.problem("names", "must have a name: agents check it");
        }
        read
    }
}

fn own(section: &mut Reader<'_>) -> Option<Own> {
    match (section.take("certificate"), section.take("key")) {
        (Some(certificate), Some(key)) => Some(Own { certificate, key }),
        (Some(_), None) => {
            section.problem("certificate", "needs the file of its private key, `key`, too");
            None
        }
        (None, Some(_)) => {
            section.problem("key", "needs the file of its certificate, `certificate`, too");
            None
        }
        (None, None) => None,
    }
}

impl Name {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match ServerName::try_from(text.as_str()) {
            Ok(_) => Ok(Self(text)),
            Err(_) => Err(format!("`{text}` is not a DNS name or an IP address")),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
