//! How a laptop gets its first certificate.

use super::Answer;
use super::Client;
use super::Laptop;
use super::Trouble;
use super::json;
use super::tls;
use super::tls::Trust;
use crate::config::Config;
use crate::config::Endpoint;
use crate::config::Proxy;
use crate::config::Token;
use crate::identity::Fresh;
use crate::identity::Identity;
use crate::identity::Request;
use jiff::Timestamp;
use model::Certified;
use model::Enroll;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

const NOT_ENROLLED: &str = "not enrolled: run `moored enroll --collector URL --token TOKEN`";

/// An enrolment to be made.
pub struct Enrolment {
    /// The collector's address.
    pub collector: Endpoint,
    /// The enrolment token.
    pub token: Token,
    /// The authority to know the collector by, a PEM file; without it, the one
    /// the token names.
    pub authority: Option<PathBuf>,
    /// How the collector is reached.
    pub proxy: Proxy,
}

impl Enrolment {
    /// The enrolment that whoever manages the machine has set, else the one that was asked
    /// for, else the one in the configuration file: a slip in an installer's call does not
    /// outlive its correction.
    pub fn due(config: &Config) -> Result<Self, Trouble> {
        let is_managed = ["collector", "token"].iter().all(|name| config.managed.contains(name));
        let waiting = || {
            Request::read(&config.state).map_err(|error| {
                Trouble::Ours(format!("cannot read the enrolment asked for: {error}"))
            })
        };
        let asked = if is_managed { None } else { waiting()? };
        let (collector, token) = match asked {
            Some(asked) => {
                let collector = Endpoint::try_from(asked.collector).map_err(Trouble::Ours)?;
                (collector, Token::try_from(asked.token).map_err(Trouble::Ours)?)
            }
            None => match (&config.collector.url, &config.collector.token) {
                (Some(url), Some(token)) => (url.clone(), token.clone()),
                _ => return Err(Trouble::Ours(NOT_ENROLLED.to_owned())),
            },
        };
        let authority = config.collector.authority.clone();
        Ok(Self { collector, token, authority, proxy: config.proxy.clone() })
    }

    /// Asks the collector for an identity; gives the collector's time as well.
    /// The key is made here and stays here.
    pub async fn make(&self, laptop: &Laptop) -> Result<(Identity, Option<Timestamp>), Trouble> {
        let tls = tls::enrolling(&self.trust()?)
            .map_err(|error| Trouble::Ours(format!("cannot use the authority: {error}")))?;
        let fresh = fresh()?;
        let enroll = Enroll {
            token: self.token.secret.clone(),
            csr: fresh.csr,
            host: laptop.host.clone(),
            platform: laptop.platform.clone(),
            serial: laptop.serial.clone(),
        };
        let client = Client::new(tls, &self.proxy, &self.collector.at(""));
        let answer: Answer<Certified> =
            client.post(json(self.collector.at("/v1/enroll"), &enroll)).await?;
        let collector = self.collector.to_string();
        Ok((Identity { collector, key: fresh.key, certified: answer.value }, answer.date))
    }

    #[expect(clippy::disallowed_methods, reason = "the authority is the operator's file")]
    fn trust(&self) -> Result<Trust, Trouble> {
        let Some(path) = &self.authority else {
            return Ok(Trust::Fingerprint(self.token.fingerprint.clone()));
        };
        fs::read(path).map(Trust::Authority).map_err(|error| {
            Trouble::Ours(format!("cannot read {}: {}", path.display(), error.kind()))
        })
    }
}

/// Keeps an identity, and forgets the enrolment that was asked for: it has come about.
pub fn keep(state: &Path, identity: &Identity) -> io::Result<()> {
    identity.keep(state)?;
    Request::forget(state)
}

/// A new key and the request to certify it.
pub fn fresh() -> Result<Fresh, Trouble> {
    Fresh::make().map_err(|error| Trouble::Ours(format!("cannot make a key: {error}")))
}
