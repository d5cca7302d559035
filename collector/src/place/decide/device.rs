//! What is found of the laptop's own place.

use super::Desk;
use crate::place::code::Code;
use crate::place::country::Country;
use crate::place::expected::Area;
use crate::place::expected::Expected;
use crate::place::network::Class;
use crate::place::point::APART_KM;
use crate::place::point::Band;
use crate::place::point::FAR_KM;
use crate::place::point::KM_PER_MS;
use crate::place::vote::Outcome;
use model::Severity;

/// A country is believed after so many hours, or from so many networks.
const COUNTRY_HOURS: f64 = 24.0;
const COUNTRY_NETWORKS: usize = 2;

/// So far outside is farther than a provider leads, in kilometers.
const FARTHER: f64 = 1000.0;

/// Working days for which a laptop must be far away.
const REGION_DAYS: usize = 5;

/// Days a delivered laptop may stay in its box.
const BOXED: i64 = 14;

impl Desk<'_> {
    /// All of them.
    pub(super) fn device(&mut self) {
        if self.is_refuted() {
            self.note(
                "light is too slow for the exit to be where the databases put it: they err, \
                 and its country and region are not judged",
            );
        } else {
            self.country();
            self.region();
        }
        self.physics();
        self.two_lives();
        self.time_zone();
        self.delivery();
        self.silent();
    }

    /// True if the exit answers sooner than it could from where it is said to be.
    fn is_refuted(&self) -> bool {
        let known = self.known;
        let spot = known.exit.vote.spot.as_ref();
        let reach = known.path.tcp_ms.map(|tcp| tcp * KM_PER_MS);
        let parts = known.collector.zip(spot).zip(reach);
        parts.is_some_and(|((collector, spot), reach)| {
            collector.km_to(spot.point) - spot.radius.unwrap_or(300.0) > reach
        })
    }

    fn country(&mut self) {
        let (vote, Some(expected)) = (&self.known.exit.vote, self.known.expected) else { return };
        let class = self.class();
        let Some(country) = self.foreign() else { return };
        if class == Class::Corp {
            return self
                .note("the exit is the company's own: it says nothing of the laptop's country");
        }
        let trip = expected.trips(self.known.today).find(|trip| trip.country == country);
        if let Some(trip) = trip {
            return self.note(format!("the laptop is on a journey that is known: {trip}"));
        }
        let is_clear = matches!(vote.outcome, Outcome::Unanimous(_))
            && matches!(class, Class::Fixed | Class::Mobile);
        let shows =
            format!("{}; expected: {}; network of kind {class}", vote.outcome, self.areas());
        if is_clear {
            let past = self.known.past;
            let is_seen =
                past.country_hours >= COUNTRY_HOURS || past.country_networks >= COUNTRY_NETWORKS;
            self.find(Code::WrongCountry, shows)
                .until(is_seen, "24 hours there, or a second network");
        } else if !class.is_anonymous() {
            self.find(Code::CountryUnclear, shows);
        }
    }

    /// The country the exit is said to be in, if no country that is named is
    /// one where the laptop belongs.
    fn foreign(&self) -> Option<Country> {
        let (vote, expected) = (&self.known.exit.vote, self.known.expected?);
        let is_named = vote.countries.keys().any(|&country| expected.allows(country));
        let most = vote.countries.iter().max_by(|one, other| one.1.total_cmp(other.1));
        most.map(|(country, _)| *country).filter(|_| !is_named)
    }

    fn region(&mut self) {
        let (Some(expected), Some(spot)) = (self.known.expected, &self.known.exit.vote.spot) else {
            return;
        };
        let (Some(radius), Class::Fixed) = (spot.radius, self.class()) else { return };
        let Some(km) = expected.km_outside(spot.point).map(|km| km - radius) else { return };
        if km <= FAR_KM || self.foreign().is_some() {
            return;
        }
        if let Some(trip) = expected.trips(self.known.today).next() {
            return self.note(format!("the laptop is on a journey that is known: {trip}"));
        }
        let shows = format!(
            "{} outside {}, give or take {radius:.0} km ({})",
            Band::of(km),
            self.areas(),
            spot.database
        );
        let days = self.known.past.region_days;
        let found = self.find(Code::WrongRegion, shows);
        found.until(days >= REGION_DAYS, "five working days");
        if km > FARTHER {
            found.severity = Severity::Medium;
        }
    }

    fn two_lives(&mut self) {
        if let Some(km) = self.known.past.apart_km.filter(|km| *km > APART_KM) {
            let shows = format!("two connections at once, {} apart for certain", Band::of(km));
            self.find(Code::TwoLives, shows);
        }
    }

    fn time_zone(&mut self) {
        let (Some((zone, countries)), Some(expected)) =
            (&self.known.device.zone, self.known.expected)
        else {
            return;
        };
        let today = self.known.today;
        let belongs = |country: &Country| {
            expected.allows(*country) || expected.trips(today).any(|trip| trip.country == *country)
        };
        if !countries.is_empty() && !countries.iter().any(belongs) {
            let shows = format!("its clock is set to {zone}; expected: {}", self.areas());
            self.find(Code::ForeignTimeZone, shows);
        }
    }

    fn delivery(&mut self) {
        if let Some(km) = self.known.past.delivery_km.filter(|km| *km > FAR_KM) {
            let shows = format!("{} from where it was sent", Band::of(km));
            self.find(Code::FarFromDelivery, shows);
        }
    }

    fn silent(&mut self) {
        if let Some(days) = self.known.past.silent_days.filter(|days| *days >= BOXED) {
            self.find(Code::Silent, format!("delivered {days} days ago"));
        }
    }

    pub(super) fn areas(&self) -> String {
        let areas = self.known.expected.into_iter().flat_map(Expected::areas);
        // A point is more than needs to be told.
        let names = areas.map(Area::name);
        names.collect::<Vec<_>>().join(", ")
    }
}
