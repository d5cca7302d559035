//! What the operator may set of where people look.

use super::Oidc;
use super::Own;
use super::own;
use serde::Deserialize;
use settings::Interval;
use settings::Reader;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::num::NonZeroU32;

/// Where people, and programs with a token, look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Console {
    /// The address to listen at.
    pub listen: SocketAddr,
    /// How long somebody stays signed in.
    pub session: Interval,
    /// Whether a one-time code must be asked for.
    pub second_factor: SecondFactor,
    /// Requests a minute that a token of the API may make.
    pub api_requests: NonZeroU32,
    /// The company's own certificate, if not that of the agents' address.
    pub own: Option<Own>,
    /// Who else may say who people are.
    pub oidc: Option<Oidc>,
}

/// Whether who signs in with a password must give a one-time code as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondFactor {
    /// Who has turned it on.
    Optional,
    /// Everybody: who has not turned it on can do nothing else.
    Required,
}

impl Default for Console {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8444),
            session: Interval::seconds(12 * 3600),
            second_factor: SecondFactor::Optional,
            api_requests: NonZeroU32::new(600).unwrap_or(NonZeroU32::MIN),
            own: None,
            oidc: None,
        }
    }
}

impl Console {
    pub(super) fn read(section: &mut Reader<'_>) -> Self {
        let usual = Self::default();
        Self {
            listen: section.take("listen").unwrap_or(usual.listen),
            session: section.take("session").unwrap_or(usual.session),
            second_factor: section.take("second_factor").unwrap_or(usual.second_factor),
            api_requests: section.take("api_requests").unwrap_or(usual.api_requests),
            own: own(section),
            oidc: section.section("oidc", Oidc::read),
        }
    }
}
