//! What the first packet of a laptop's TCP connection says of whoever sent it.
//!
//! That is the laptop, or what ends TCP in its stead. Two marks tell kinds of
//! TCP stacks apart and are believed only together: the hops a packet begins
//! with, and whether it carries timestamps. Routers that share a phone's line
//! set the hops anew so that nobody counts them; the options they leave alone.

use serde::Deserialize;
use serde::Serialize;
use std::fmt;

/// The first packet of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Syn {
    /// How many routers more it could have passed: the TTL, or hop limit.
    pub hops_left: u8,
    /// The largest segment its sender takes, in bytes.
    pub mss: Option<u16>,
    /// By how many bits its sender shifts windows.
    pub window_scale: Option<u8>,
    /// True if it carries a timestamp (RFC 7323).
    pub has_timestamp: bool,
}

/// A kind of TCP stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stack {
    /// Linux, Android, macOS and iOS: 64 hops, with timestamps.
    Unix,
    /// Windows: 128 hops, without timestamps.
    Windows,
}

impl Syn {
    /// How many hops it began with: the next of the numbers systems begin with.
    pub fn hops_at_first(&self) -> u8 {
        match self.hops_left {
            ..=64 => 64,
            65..=128 => 128,
            _ => 255,
        }
    }

    /// How many routers it passed.
    pub fn hops(&self) -> u8 {
        self.hops_at_first() - self.hops_left
    }

    /// The kind of stack both marks name; `None` if they do not agree, and for
    /// network equipment (255 hops).
    pub fn stack(&self) -> Option<Stack> {
        match (self.hops_at_first(), self.has_timestamp) {
            (64, true) => Some(Stack::Unix),
            (128, false) => Some(Stack::Windows),
            _ => None,
        }
    }
}

impl Stack {
    /// The kind that is part of a platform, by the platform's name in reports;
    /// `None` for platforms that are not known here.
    pub fn of_platform(name: &str) -> Option<Self> {
        match name {
            "linux" | "macos" => Some(Self::Unix),
            "windows" => Some(Self::Windows),
            _ => None,
        }
    }

    /// How its first packets look, in words.
    pub fn marks(self) -> &'static str {
        match self {
            Self::Unix => "64 hops at first and a timestamp",
            Self::Windows => "128 hops at first and no timestamp",
        }
    }
}

impl fmt::Display for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Unix => "Linux, Android or macOS",
            Self::Windows => "Windows",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(hops_left: u8, has_timestamp: bool, expected: (u8, u8, Option<Stack>)) {
        let syn = Syn { hops_left, mss: None, window_scale: None, has_timestamp };
        assert_eq!((syn.hops_at_first(), syn.hops(), syn.stack()), expected);
    }

    #[test]
    fn both_marks_must_name_the_same_kind() {
        check(51, true, (64, 13, Some(Stack::Unix)));
        check(64, true, (64, 0, Some(Stack::Unix)));
        check(117, false, (128, 11, Some(Stack::Windows)));
        // Windows behind a phone's router that sets 64 or 65 hops.
        check(52, false, (64, 12, None));
        // Windows whose administrator switched timestamps on.
        check(117, true, (128, 11, None));
        check(244, true, (255, 11, None));
    }
}
