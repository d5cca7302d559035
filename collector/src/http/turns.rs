//! Who comes from two addresses in turn: a laptop that is back where it was
//! sooner than it could have travelled has two lives.

use crate::store::crossings::Crossing;
use jiff::SignedDuration;
use jiff::Timestamp;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::sync::PoisonError;

/// Whoever is away for longer may have gone by plane, wherever it was.
const LONGEST: SignedDuration = SignedDuration::from_hours(48);

/// The last two addresses of each laptop since the collector was started.
#[derive(Default)]
pub struct Turns(Mutex<HashMap<String, Turn>>);

struct Turn {
    now: Seen,
    before: Option<Seen>,
}

#[derive(Clone, Copy)]
struct Seen {
    address: IpAddr,
    last: Timestamp,
}

impl Turns {
    /// Notes from where a laptop comes; tells if it is back where it was before.
    pub fn note(&self, laptop: &str, address: IpAddr, now: Timestamp) -> Option<Crossing> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = Seen { address, last: now };
        let Some(turn) = turns.get_mut(laptop) else {
            turns.insert(laptop.to_owned(), Turn { now: seen, before: None });
            return None;
        };
        if turn.now.address == address {
            turn.now.last = turn.now.last.max(now);
            return None;
        }
        let other = turn.now;
        let before = turn.before.replace(other);
        turn.now = seen;
        let before = before.filter(|before| before.address == address)?;
        let away = now.duration_since(before.last);
        (!away.is_negative() && away < LONGEST).then(|| Crossing {
            one: address,
            other: other.address,
            at: now,
            seconds: away.as_secs_f64(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An address by its last digit, a minute, and what is told then.
    type Step = (u8, i64, Option<(u8, f64)>);

    fn check(steps: &[Step]) {
        let turns = Turns::default();
        let address = |digit: u8| IpAddr::from([192, 0, 2, digit]);
        for &(digit, minute, expected) in steps {
            let now = Timestamp::from_second(60 * minute).unwrap();
            let told = turns.note("a", address(digit), now);
            let told = told.map(|it| (it.one, it.other, it.at, it.seconds));
            let expected =
                expected.map(|(other, seconds)| (address(digit), address(other), now, seconds));
            assert_eq!(told, expected, "{minute}");
        }
    }

    #[test]
    fn one_who_is_back_has_crossed() {
        check(&[(1, 0, None), (1, 10, None), (2, 20, None), (1, 40, Some((2, 1800.0)))]);
        check(&[(1, 0, None), (2, 5, None), (1, 10, Some((2, 600.0))), (2, 15, Some((1, 600.0)))]);
    }

    #[test]
    fn one_who_goes_on_or_stays_away_for_days_has_not() {
        check(&[(1, 0, None), (2, 5, None), (3, 10, None), (1, 15, None)]);
        check(&[(1, 0, None), (2, 5, None), (1, 3000, None)]);
    }
}
