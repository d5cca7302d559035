//! What the operator may say of incidents.

use crate::incident::Rules;
use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use settings::Interval;
use settings::Reader;

/// When incidents are told, and when they end by themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incidents {
    /// Until the end of this day (UTC) incidents are put together and nobody is told.
    pub learn_until: Option<Date>,
    /// One of which nothing has held for so long is closed.
    pub close_quiet_after: Interval,
}

impl Default for Incidents {
    fn default() -> Self {
        Self { learn_until: None, close_quiet_after: Interval::seconds(30 * 24 * 3600) }
    }
}

impl Incidents {
    pub(super) fn read(section: &mut Reader<'_>) -> Self {
        let usual = Self::default();
        let day: Option<String> = section.take("learn_until");
        let learn_until = day.and_then(|day| {
            let read = day.parse();
            read.map_err(|_| {
                section.problem("learn_until", "must be a day, such as \"2027-01-31\"");
            })
            .ok()
        });
        let close_quiet_after =
            section.take("close_quiet_after").unwrap_or(usual.close_quiet_after);
        Self { learn_until, close_quiet_after }
    }

    /// The same, as it is judged by.
    pub fn rules(&self) -> Rules {
        let end = self.learn_until.and_then(|day| day.tomorrow().ok());
        let end = end.and_then(|day| TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok());
        let quiet = SignedDuration::try_from(self.close_quiet_after.duration());
        Rules { learn_until: end, close_quiet_after: quiet.unwrap_or(SignedDuration::MAX) }
    }
}
