//! Who must wait before trying a password again.
//!
//! Kept in memory: a restart forgives. Names nobody has are counted like
//! others, so that waiting tells nothing about which accounts exist.

use jiff::SignedDuration;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Failures that cost no waiting.
const FREE: u32 = 5;
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(15);
/// Doubled this often, the first wait becomes 16 minutes, the longest.
const DOUBLINGS: u32 = 6;
/// Names remembered; beyond, the one with the fewest failures is forgotten.
const NAMES: usize = 1000;
/// Names are cut to this many signs; no account has a longer one, not with what
/// is put before it.
const NAME: usize = 80;

/// Failed tries to sign in, by account.
#[derive(Default)]
pub struct Waits {
    failures: BTreeMap<String, Failures>,
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    until: Timestamp,
}

impl Waits {
    /// Nothing if the account may try now, else how many seconds it must wait.
    ///
    /// A try counts as failed from its beginning, so that many at a time do
    /// not slip through; [`Waits::forget`] says that it went well.
    pub fn try_again_in(&mut self, account: &str, now: Timestamp) -> Option<u64> {
        let name = key(account);
        let so_far = self.failures.get(&name).copied();
        let before = so_far.unwrap_or(Failures { count: 0, until: now });
        if now < before.until {
            let left = now.duration_until(before.until).as_millis();
            // The part of a second that is left is waited for whole.
            return Some(u64::try_from(left).unwrap_or_default().div_ceil(1000));
        }
        let count = before.count.saturating_add(1);
        if so_far.is_none() {
            self.make_room();
        }
        let until = now.checked_add(wait(count)).unwrap_or(Timestamp::MAX);
        self.failures.insert(name, Failures { count, until });
        None
    }

    /// Forgets the failures of an account that has signed in.
    pub fn forget(&mut self, account: &str) {
        self.failures.remove(&key(account));
    }

    fn make_room(&mut self) {
        if self.failures.len() < NAMES {
            return;
        }
        let fewest =
            self.failures.iter().min_by_key(|(_, failures)| (failures.count, failures.until));
        if let Some(name) = fewest.map(|(name, _)| name.clone()) {
            self.failures.remove(&name);
        }
    }
}

fn key(account: &str) -> String {
    account.chars().take(NAME).collect()
}

/// How long to wait after the last of so many failures.
fn wait(failures: u32) -> SignedDuration {
    match failures.checked_sub(FREE) {
        None => SignedDuration::ZERO,
        Some(more) => FIRST_WAIT * 2_i32.pow(more.min(DOUBLINGS)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    #[test]
    fn five_tries_are_free_and_then_waits_double_up_to_sixteen_minutes() {
        let mut waits = Waits::default();
        for _ in 0..5 {
            assert_eq!(waits.try_again_in("ada", at(0)), None);
        }
        let mut now = 0;
        let mut waited = Vec::new();
        for _ in 0..8 {
            let wait = waits.try_again_in("ada", at(now)).unwrap();
            waited.push(wait);
            now += i64::try_from(wait).unwrap();
            assert_eq!(waits.try_again_in("ada", at(now)), None);
        }
        assert_eq!(waited, [15, 30, 60, 120, 240, 480, 960, 960]);
    }

    #[test]
    fn waiting_is_not_made_longer_by_trying_and_others_do_not_wait() {
        let mut waits = Waits::default();
        for _ in 0..5 {
            waits.try_again_in("ada", at(0));
        }
        assert_eq!(waits.try_again_in("ada", at(10)), Some(5));
        assert_eq!(waits.try_again_in("ada", at(14)), Some(1));
        assert_eq!(waits.try_again_in("bob", at(14)), None);
        assert_eq!(waits.try_again_in("ada", at(15)), None);
    }

    #[test]
    fn signing_in_forgives() {
        let mut waits = Waits::default();
        for _ in 0..5 {
            waits.try_again_in("ada", at(0));
        }
        waits.forget("ada");
        assert_eq!(waits.try_again_in("ada", at(0)), None);
    }

    #[test]
    fn a_flood_of_names_does_not_fill_the_memory_nor_forgive_who_failed_most() {
        let mut waits = Waits::default();
        for _ in 0..5 {
            waits.try_again_in("ada", at(0));
        }
        for name in 0..3000 {
            waits.try_again_in(&format!("{name}{}", "x".repeat(1000)), at(1));
        }
        assert_eq!(waits.failures.len(), NAMES);
        assert_eq!(waits.try_again_in("ada", at(2)), Some(13));
    }
}
