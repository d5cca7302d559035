//! A length of time an operator sets.

use jiff::SignedDuration;
use serde::Deserialize;
use std::fmt;
use std::time::Duration;

/// A length of time from one second to 400 days, written like `90s`, `10m`,
/// `12h` or `30d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Interval(Duration);

impl Interval {
    /// So many seconds, brought into the bounds.
    pub const fn seconds(seconds: u64) -> Self {
        let longest = 400 * 24 * 3600;
        Self(Duration::from_secs(if seconds > longest {
            longest
        } else if seconds == 0 {
            1
        } else {
            seconds
        }))
    }

    /// As a duration.
    pub const fn duration(self) -> Duration {
        self.0
    }
}

impl TryFrom<String> for Interval {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let wrong = || format!("`{text}` is not a length of time such as 90s, 10m, 12h or 30d");
        let seconds = match text.strip_suffix('d') {
            Some(days) => days.parse::<u64>().ok().and_then(|days| days.checked_mul(24 * 3600)),
            None => {
                text.parse::<SignedDuration>().ok().and_then(|d| u64::try_from(d.as_secs()).ok())
            }
        };
        match seconds.ok_or_else(wrong)? {
            seconds @ 1..=34_560_000 => Ok(Self(Duration::from_secs(seconds))),
            _ => Err(format!("`{text}` must be from 1s to 400d")),
        }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        for (unit, length) in [("d", 24 * 3600), ("h", 3600), ("m", 60)] {
            if seconds.is_multiple_of(length) {
                return write!(f, "{}{unit}", seconds / length);
            }
        }
        write!(f, "{seconds}s")
    }
}
