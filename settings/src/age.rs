//! How old something may become.

use serde::Deserialize;
use std::fmt;
use std::time::Duration;

/// An age in days from one to 3650, written like `90d`; or `forever`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Age(Option<u16>);

/// The oldest age that has an end, in days.
const OLDEST: u16 = 3650;

impl Age {
    /// Without an end.
    pub const FOREVER: Self = Self(None);

    /// So many days, brought into the bounds.
    pub const fn days(days: u16) -> Self {
        Self(Some(if days > OLDEST {
            OLDEST
        } else if days == 0 {
            1
        } else {
            days
        }))
    }

    /// As a duration; `None` if it has no end.
    pub fn duration(self) -> Option<Duration> {
        self.0.map(|days| Duration::from_hours(u64::from(days) * 24))
    }
}

impl TryFrom<String> for Age {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == "forever" {
            return Ok(Self::FOREVER);
        }
        let days = text.strip_suffix('d').and_then(|days| days.parse::<u64>().ok());
        let days = days.ok_or_else(|| {
            format!("`{text}` is not an age such as 90d or 400d, and not `forever`")
        })?;
        match u16::try_from(days) {
            Ok(days @ 1..=OLDEST) => Ok(Self(Some(days))),
            _ => Err(format!("`{text}` must be from 1d to {OLDEST}d, or `forever`")),
        }
    }
}

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(days) => write!(f, "{days}d"),
            None => f.write_str("forever"),
        }
    }
}
