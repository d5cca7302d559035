//! The collector's clock. Main loops read it; all others are told the time.

use jiff::Timestamp;

/// The present second. All have the same form, so as text too the later is the greater.
#[expect(clippy::disallowed_methods, reason = "the one place where requests and verbs read it")]
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}
