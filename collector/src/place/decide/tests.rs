//! What is known → what is found.

mod properties;
mod ways;

use super::*;
use crate::place::score::Band;
use crate::place::vote::Outcome;
use crate::place::vote::Spot;
use jiff::civil::date;

/// A laptop of which all is known and well, and which a test then changes.
#[derive(Clone, Debug)]
struct Laptop {
    exit: Exit,
    path: Path,
    expected: Option<Expected>,
    device: Device,
    past: Past,
    collector: Option<Point>,
    landmarks: Vec<Landmark>,
}

impl Laptop {
    /// In Texas, where it belongs, on a line to a home.
    fn new() -> Self {
        let network = Classified { class: Class::Fixed, because: "AS64500".to_owned() };
        let address = "192.0.2.7".parse().unwrap();
        let vote = unanimous("US");
        let exit = Exit { address, network, vote, system: Some(64500), organization: None };
        Self {
            exit,
            path: Path::default(),
            expected: Some(Expected::at("US-TX".parse().unwrap())),
            device: Device::default(),
            past: Past::default(),
            collector: Point::new(38.95, -77.45),
            landmarks: Vec::new(),
        }
    }

    fn decide(&self) -> Decision {
        decide(&Known {
            exit: &self.exit,
            path: &self.path,
            expected: self.expected.as_ref(),
            device: &self.device,
            past: &self.past,
            collector: self.collector,
            landmarks: &self.landmarks,
            today: date(2026, 11, 28),
        })
    }

    /// The codes that are open, and those that wait.
    fn codes(&self) -> (Vec<Code>, Vec<Code>) {
        let found = self.decide().found;
        let (open, waits): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|found| found.waits.is_none());
        let codes = |all: Vec<Found>| all.into_iter().map(|found| found.code).collect();
        (codes(open), codes(waits))
    }

    fn class(mut self, class: Class) -> Self {
        self.exit.network.class = class;
        self
    }

    fn seen_in(mut self, country: &str) -> Self {
        self.exit.vote = unanimous(country);
        self.past.country_hours = 30.0;
        self
    }

    fn way(mut self, tcp_ms: f64, echo_ms: f64) -> Self {
        let excess = echo_ms - tcp_ms;
        self.path = Path {
            connections: 3,
            days: 2,
            echoes: 20,
            tcp_ms: Some(tcp_ms),
            echo_ms: Some(echo_ms),
            excess_ms: Some((excess, excess)),
            ..Path::default()
        };
        self
    }

    fn spot(mut self, point: &str) -> Self {
        let radius = self.exit.network.class.radius();
        let point = point.parse().unwrap();
        let spot = Spot { point, radius, region: None, database: "city".to_owned() };
        self.exit.vote.spot = Some(spot);
        self
    }
}

fn unanimous(country: &str) -> Vote {
    let country: Country = country.parse().unwrap();
    Vote {
        countries: [(country, 2.0)].into(),
        outcome: Outcome::Unanimous(country),
        oldest_days: Some(30),
        spot: None,
    }
}

fn split(one: &str, other: &str) -> Vote {
    let countries = [one, other].map(|text| (text.parse().unwrap(), 1.0));
    Vote { countries: countries.into(), outcome: Outcome::Split, oldest_days: Some(30), spot: None }
}

fn check(laptop: &Laptop, open: &[Code]) {
    assert_eq!(laptop.codes(), (open.to_vec(), Vec::new()), "{laptop:#?}");
}

fn check_waits(laptop: &Laptop, waits: &[Code]) {
    assert_eq!(laptop.codes(), (Vec::new(), waits.to_vec()), "{laptop:#?}");
}

#[test]
fn a_laptop_where_it_belongs_is_not_spoken_of() {
    check(&Laptop::new(), &[]);
    check(&Laptop::new().way(40.6, 40.7).spot("30.3,-97.7"), &[]);
    check(&Laptop { expected: None, ..Laptop::new().seen_in("CN") }, &[]);
}

#[test]
fn a_foreign_country_opens_after_a_day_or_from_a_second_network() {
    check(&Laptop::new().seen_in("CN"), &[Code::WrongCountry]);
    let mut new = Laptop::new().seen_in("CN");
    new.past.country_hours = 23.0;
    check_waits(&new, &[Code::WrongCountry]);
    new.past.country_networks = 2;
    check(&new, &[Code::WrongCountry]);
    check(&Laptop::new().seen_in("CN").class(Class::Mobile), &[Code::WrongCountry]);
}

#[test]
fn where_the_country_says_nothing_it_is_not_held_against_anybody() {
    for class in [Class::Sase, Class::Relay, Class::Satellite, Class::Unknown] {
        check(&Laptop::new().seen_in("CN").class(class), &[Code::CountryUnclear]);
    }
    check(&Laptop::new().seen_in("CN").class(Class::Corp), &[]);
    let mut disagreed = Laptop::new().seen_in("CN");
    disagreed.exit.vote = split("CN", "SG");
    check(&disagreed, &[Code::CountryUnclear]);
    disagreed.exit.vote = split("CN", "US");
    check(&disagreed, &[]);
}

#[test]
fn journeys_borders_and_offices_explain_a_country() {
    let away = |change: fn(&mut Expected)| {
        let mut laptop = Laptop::new().seen_in("CA");
        change(laptop.expected.as_mut().unwrap());
        laptop
    };
    check(&away(|_| {}), &[Code::WrongCountry]);
    check(
        &away(|expected| expected.travel = vec!["CA 2026-11-01..2026-11-26 T".parse().unwrap()]),
        &[],
    );
    check(
        &away(|expected| expected.travel = vec!["CA 2026-11-01..2026-11-20 T".parse().unwrap()]),
        &[Code::WrongCountry],
    );
    check(
        &away(|expected| expected.travel = vec!["MX 2026-11-01..2026-12-20 T".parse().unwrap()]),
        &[Code::WrongCountry],
    );
    check(&away(|expected| expected.borders = ["CA".parse().unwrap()].into()), &[]);
    check(&away(|expected| expected.offices = vec!["CA".parse().unwrap()]), &[]);
    check(&away(|expected| expected.offices = vec!["192.0.2.0/24".parse().unwrap()]), &[]);
}

#[test]
fn exits_that_hide_whose_they_are_are_told_whatever_their_country() {
    for class in [Class::Hosting, Class::Vpn, Class::Tor] {
        check(&Laptop::new().class(class), &[Code::AnonymizedExit]);
        check(&Laptop::new().seen_in("CN").class(class), &[Code::AnonymizedExit]);
    }
    let severity = |class| Laptop::new().class(class).decide().found[0].severity;
    assert_eq!([Class::Vpn, Class::Tor].map(severity), [Severity::Medium, Severity::High]);
}

#[test]
fn a_region_far_away_opens_after_five_days_and_is_worse_beyond_a_thousand_kilometers() {
    let mut near = Laptop::new().spot("35.5,-106.0"); // beside Texas
    near.past.region_days = 5;
    check(&near, &[]);
    let mut far = Laptop::new().spot("33.4,-112.1"); // Phoenix
    check_waits(&far, &[Code::WrongRegion]);
    far.past.region_days = 5;
    check(&far, &[Code::WrongRegion]);
    let severity = |laptop: &Laptop| laptop.decide().found[0].severity;
    assert_eq!(severity(&far), Severity::Low);
    let mut farther = Laptop::new().spot("40.7,-74.0"); // New York
    farther.past.region_days = 5;
    assert_eq!(severity(&farther), Severity::Medium);
    check(&farther.clone().class(Class::Mobile).spot("40.7,-74.0"), &[]);
}

#[test]
fn a_proxy_is_told_but_for_networks_where_one_is_usual() {
    check(&Laptop::new().way(32.0, 213.0), &[Code::ProxiedPath]);
    check(&Laptop::new().way(40.6, 45.5), &[]);
    for class in [Class::Corp, Class::Sase, Class::Satellite, Class::Mobile] {
        check(&Laptop::new().way(32.0, 213.0).class(class), &[]);
    }
    let mut once = Laptop::new().way(32.0, 213.0);
    once.path.connections = 2;
    check_waits(&once, &[Code::ProxiedPath]);
}

#[test]
fn light_refutes_what_is_expected_and_what_databases_say() {
    // Three milliseconds from Virginia: not Texas.
    check(&Laptop::new().way(3.0, 3.2), &[Code::PhysicsRefutes]);
    check(&Laptop::new().way(40.0, 40.2), &[]);
    // A database that puts a line of 3 ms to Los Angeles errs; so the region is not judged.
    let mut erring = Laptop::new().way(3.0, 60.0).spot("34.05,-118.24");
    erring.past.region_days = 9;
    erring.exit.network.class = Class::Mobile;
    check(&erring, &[]);
    assert_eq!(erring.decide().notes.len(), 2, "{:#?}", erring.decide().notes);
}

#[test]
fn two_lives_and_a_hop_need_certainty() {
    let with = |change: fn(&mut Past)| {
        let mut laptop = Laptop::new();
        change(&mut laptop.past);
        laptop
    };
    check(&with(|past| past.apart_km = Some(499.0)), &[]);
    check(&with(|past| past.apart_km = Some(900.0)), &[Code::TwoLives]);
    check(&with(|past| past.hop = Some((900.0, 2.0))), &[]);
    check(&with(|past| past.hop = Some((3000.0, 2.0))), &[Code::Velocity]);
    check(&with(|past| past.hop = Some((400.0, 0.1))), &[]);
}

#[test]
fn what_the_device_says_of_itself_is_heard() {
    let with = |change: fn(&mut Laptop)| {
        let mut laptop = Laptop::new();
        change(&mut laptop);
        laptop
    };
    let tunnel = |name: &str, is_telling| Some(Tunnel { name: name.to_owned(), is_telling });
    let telling = Laptop {
        device: Device { tunnel: tunnel("Astrill", true), ..Device::default() },
        ..Laptop::new()
    };
    check(&telling, &[Code::VpnOnDevice]);
    assert_eq!(telling.decide().score.band, Band::Case);
    let other = Laptop {
        device: Device { tunnel: tunnel("a VPN", false), ..Device::default() },
        ..Laptop::new()
    };
    assert_eq!(other.decide().score.band, Band::Log);
    let zone = |name: &str, country: &str| Some((name.to_owned(), vec![country.parse().unwrap()]));
    let foreign = Laptop {
        device: Device { zone: zone("Asia/Pyongyang", "KP"), ..Device::default() },
        ..Laptop::new()
    };
    check(&foreign, &[Code::ForeignTimeZone]);
    let ours = Laptop {
        device: Device { zone: zone("America/New_York", "US"), ..Device::default() },
        ..Laptop::new()
    };
    check(&ours, &[]);
    check(&with(|laptop| laptop.past.silent_days = Some(13)), &[]);
    check(&with(|laptop| laptop.past.silent_days = Some(14)), &[Code::Silent]);
    check(&with(|laptop| laptop.past.delivery_km = Some(3000.0)), &[Code::FarFromDelivery]);
}

#[test]
fn a_long_tail_is_counted_against_the_companys_own_laptops() {
    let mut laptop = Laptop::new().way(211.0, 211.1);
    check(&laptop, &[]);
    laptop.past.usual = Some((60.0, 19));
    check(&laptop, &[]);
    laptop.past.usual = Some((60.0, 20));
    check_waits(&laptop, &[Code::LongTail]);
    laptop.past.tail_days = 3;
    check(&laptop, &[Code::LongTail]);
    laptop.path.mss = Some(1380);
    assert_eq!(laptop.decide().found[0].severity, Severity::Medium);
}

#[test]
fn a_farmed_laptop_with_nothing_but_its_place_is_not_seen() {
    check(&Laptop::new().way(40.7, 40.8).spot("30.3,-97.7"), &[]);
    // What is plugged into it is what tells.
    let mut farmed = Laptop::new();
    farmed.device.operator =
        vec![("kvm.pikvm".to_owned(), 5.0), ("remote-tools.anydesk".to_owned(), 3.0)];
    assert_eq!(farmed.decide().score.band, Band::Log);
    let away = Laptop { device: farmed.device.clone(), ..Laptop::new().seen_in("CN") };
    assert_eq!(away.decide().score.band, Band::Case);
}
