//! How often each token may ask.

use jiff::Timestamp;
use std::collections::BTreeMap;

/// The length of a window, in seconds.
const WINDOW: i64 = 60;

/// Requests of the present minute, by token.
pub struct Rates {
    most: u32,
    minute: i64,
    counts: BTreeMap<i64, u32>,
}

impl Rates {
    /// So many requests a minute.
    pub fn new(most: u32) -> Self {
        Self { most, minute: 0, counts: BTreeMap::new() }
    }

    /// Counts a request; if it is one too many, how many seconds to wait.
    pub fn wait(&mut self, token: i64, now: Timestamp) -> Option<u64> {
        let minute = now.as_second().div_euclid(WINDOW);
        if minute != self.minute {
            self.minute = minute;
            self.counts.clear();
        }
        let count = self.counts.entry(token).or_default();
        if *count < self.most {
            *count += 1;
            return None;
        }
        u64::try_from(WINDOW - now.as_second().rem_euclid(WINDOW)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_token_has_its_own_count_and_a_new_one_each_minute() {
        let mut rates = Rates::new(2);
        let at = |second: i64| Timestamp::from_second(6000 + second).unwrap();
        let waits = [(1, 0), (1, 1), (1, 50), (2, 50), (1, 60), (1, 60), (1, 119)]
            .map(|(token, second)| rates.wait(token, at(second)));
        assert_eq!(waits, [None, None, Some(10), None, None, None, Some(1)]);
    }
}
