//! A number of bytes an operator sets.

use serde::Deserialize;
use std::fmt;

/// A number of bytes from 1 KiB to 1 TiB, written like `64 KiB`, `16 MiB` or `2 GiB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Size(u64);

const UNITS: [(&str, u64); 3] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];

impl Size {
    /// So many MiB.
    pub const fn mib(count: u32) -> Self {
        Self((count as u64) << 20)
    }

    /// In bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }
}

impl TryFrom<String> for Size {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = UNITS.iter().find_map(|(name, unit)| {
            let count: u64 = text.strip_suffix(name)?.trim_end().parse().ok()?;
            count.checked_mul(*unit)
        });
        match bytes {
            Some(bytes @ 1024..=1_099_511_627_776) => Ok(Self(bytes)),
            Some(_) => Err(format!("`{text}` must be from 1 KiB to 1024 GiB")),
            None => Err(format!("`{text}` is not a size such as 64 KiB, 16 MiB or 2 GiB")),
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, unit) in UNITS {
            if self.0.is_multiple_of(unit) {
                return write!(f, "{} {name}", self.0 / unit);
            }
        }
        write!(f, "{} bytes", self.0)
    }
}
