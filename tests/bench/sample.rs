//! Many measurements of one thing.

use std::fmt;
use std::time::Duration;

/// Measurements in order of size.
pub struct Sample(Vec<Duration>);

impl Sample {
    /// Takes `count` measurements.
    pub fn take(
        count: usize,
        mut measure: impl FnMut() -> anyhow::Result<Duration>,
    ) -> anyhow::Result<Self> {
        let mut all = (0..count).map(|_| measure()).collect::<anyhow::Result<Vec<_>>>()?;
        all.sort();
        Ok(Self(all))
    }

    /// The measurement that so many hundredths are not above.
    pub fn hundredth(&self, hundredths: usize) -> Duration {
        let place = (self.0.len() * hundredths).div_ceil(100).saturating_sub(1);
        self.0.get(place).copied().unwrap_or_default()
    }

    /// The middle one.
    pub fn median(&self) -> Duration {
        self.hundredth(50)
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [median, p99] = [50, 99].map(|hundredths| self.hundredth(hundredths));
        let count = self.0.len();
        write!(f, "median {median:.2?}, p99 {p99:.2?} of {count}")
    }
}
