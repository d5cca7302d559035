//! What may be found about a laptop's place, each with what it means, what it
//! does not show, and what it weighs.

use super::meaning;
use model::Severity;
use serde::Serialize;
use std::fmt;

/// Something found about a laptop's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// Something between the laptop and the collector ends its TCP connections.
    ProxiedPath,
    /// The exit hides whose it is.
    AnonymizedExit,
    /// A VPN client runs on the laptop.
    VpnOnDevice,
    /// Another kind of TCP stack than the laptop's sends its packets.
    ForeignStack,
    /// Packets pass a tunnel behind the exit.
    LongTail,
    /// The exit is in a country where the laptop does not belong.
    WrongCountry,
    /// The databases do not agree on the exit's country, or it says nothing.
    CountryUnclear,
    /// The exit is far from where the laptop belongs.
    WrongRegion,
    /// Light is too slow for the laptop to be where it belongs.
    PhysicsRefutes,
    /// One device's key is used at two places at once.
    TwoLives,
    /// The exit moved faster than a plane.
    Velocity,
    /// The laptop's clock is set to a zone that is not where it belongs.
    ForeignTimeZone,
    /// The laptop was first seen far from where it was sent.
    FarFromDelivery,
    /// The laptop was issued and has not been heard of.
    Silent,
}

/// Which of the three places a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// Where the address is.
    Exit,
    /// Where the laptop is.
    Device,
    /// Where the hands are.
    Operator,
}

/// Findings of one family say much the same; together they weigh no more than
/// the family's most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// The way to the laptop.
    Path,
    /// Where the laptop is.
    Device,
    /// What drives the laptop: KVM boxes and remote tools.
    Operator,
}

impl Family {
    /// The most that findings of the family weigh together.
    pub fn most(self) -> f64 {
        match self {
            Self::Path => 4.0,
            Self::Device => 5.0,
            Self::Operator => 7.0,
        }
    }
}

/// What is fixed about a code.
pub struct Meaning {
    /// In one line.
    pub title: &'static str,
    /// How bad it is as a rule.
    pub severity: Severity,
    /// Which place it is about.
    pub place: Place,
    /// Whom it weighs with.
    pub family: Family,
    /// What it weighs: the natural logarithm of how much more often it is seen
    /// where something is wrong than where all is well. Starting values: replace
    /// them by what your own laptops show.
    pub weight: f64,
    /// The sentence on what it does not show.
    pub not_shown: &'static str,
    /// What could be innocent about it.
    pub innocent: &'static str,
    /// The ATT&CK technique it may be part of.
    pub technique: &'static str,
}

impl Code {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::ProxiedPath,
        Self::AnonymizedExit,
        Self::VpnOnDevice,
        Self::ForeignStack,
        Self::LongTail,
        Self::WrongCountry,
        Self::CountryUnclear,
        Self::WrongRegion,
        Self::PhysicsRefutes,
        Self::TwoLives,
        Self::Velocity,
        Self::ForeignTimeZone,
        Self::FarFromDelivery,
        Self::Silent,
    ];

    /// True for what goes to a person at once, whatever else is known.
    pub fn is_case_alone(self) -> bool {
        matches!(self, Self::TwoLives | Self::PhysicsRefutes)
    }

    /// What it means.
    pub fn meaning(self) -> &'static Meaning {
        meaning::of(self)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::ProxiedPath => "proxied-path",
            Self::AnonymizedExit => "anonymized-exit",
            Self::VpnOnDevice => "vpn-on-device",
            Self::ForeignStack => "foreign-stack",
            Self::LongTail => "long-tail",
            Self::WrongCountry => "wrong-country",
            Self::CountryUnclear => "country-unclear",
            Self::WrongRegion => "wrong-region",
            Self::PhysicsRefutes => "physics-refutes",
            Self::TwoLives => "two-lives",
            Self::Velocity => "velocity",
            Self::ForeignTimeZone => "foreign-time-zone",
            Self::FarFromDelivery => "far-from-delivery",
            Self::Silent => "silent",
        })
    }
}
