//! Gathers what is known of a laptop.

use super::silence::Digests;
use crate::place::atlas::Atlas;
use crate::place::decide::Device;
use crate::place::decide::Exit;
use crate::place::decide::Known;
use crate::place::decide::Past;
use crate::place::decide::Tunnel;
use crate::place::expected::Area;
use crate::place::expected::Expected;
use crate::place::geo::Voice;
use crate::place::landmark::Landmark;
use crate::place::landmark::Way;
use crate::place::network::Class;
use crate::place::network::Classified;
use crate::place::path::ECHOES;
use crate::place::path::Path;
use crate::place::path::Sample;
use crate::place::point::FAR_KM;
use crate::place::point::Point;
use crate::place::syn::Stack;
use crate::place::trail;
use crate::place::trail::Return;
use crate::place::trail::Stay;
use crate::place::vote::Vote;
use crate::store::assets;
use crate::store::crossings;
use crate::store::exits;
use crate::store::findings;
use crate::store::landmarks;
use crate::store::lapses;
use crate::store::laptops;
use crate::store::read;
use crate::store::read::LaptopRow;
use crate::store::ways;
use jiff::SignedDuration;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::Confidence;
use model::Finding;
use model::Observation;
use model::Rung;
use model::Standing;
use model::Value;
use model::Verdict;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::time::Duration;

/// Ways are judged by what was measured in so many days.
const LATELY: SignedDuration = SignedDuration::from_hours(14 * 24);

/// What is usual among the company's laptops.
#[derive(Clone, Debug, Default)]
pub struct Usual {
    /// What each needs for a round trip, by autonomous system.
    trips: BTreeMap<u32, BTreeMap<String, f64>>,
    /// By which signatures they judge.
    pub digests: Digests,
}

impl Usual {
    /// Of all laptops, as measured lately.
    pub fn gather(
        connection: &Connection,
        atlas: &Atlas,
        now: Timestamp,
    ) -> rusqlite::Result<Self> {
        let since = now.checked_sub(LATELY).unwrap_or(Timestamp::MIN);
        let mut usual = Self { digests: lapses::signatures(connection)?, ..Self::default() };
        for (laptop, address, tcp_ms) in ways::smallest(connection, since, ECHOES)? {
            if let Some(system) = atlas.exit(address, day(now)).0.system {
                usual.add(system, laptop, tcp_ms);
            }
        }
        Ok(usual)
    }

    fn add(&mut self, system: u32, laptop: String, tcp_ms: f64) {
        let least = self.trips.entry(system).or_default().entry(laptop).or_insert(tcp_ms);
        *least = least.min(tcp_ms);
    }

    /// What 99 in 100 others than this laptop need at most, and how many they are.
    fn beside(&self, laptop: &str, system: u32) -> Option<(f64, usize)> {
        let others = self.trips.get(&system)?.iter().filter(|(id, _)| *id != laptop);
        let mut all: Vec<f64> = others.map(|(_, tcp_ms)| *tcp_ms).collect();
        all.sort_by(f64::total_cmp);
        let place = (all.len() * 99).div_ceil(100).checked_sub(1)?;
        Some((*all.get(place)?, all.len()))
    }
}

/// What is known of a laptop.
pub struct Gathered {
    exit: Exit,
    /// What the databases say of it.
    pub voices: Vec<Voice>,
    /// The way to it, from the newest exit.
    pub path: Path,
    /// The ways to landmarks from there.
    pub landmarks: Vec<Landmark>,
    expected: Option<Expected>,
    device: Device,
    past: Past,
}

impl Gathered {
    /// Of a laptop that was not heard of for as long as addresses are kept, the
    /// exit is [`nowhere`].
    pub fn of(
        connection: &Connection,
        laptop: &str,
        (atlas, usual): (&Atlas, &Usual),
        now: Timestamp,
    ) -> rusqlite::Result<Self> {
        let today = day(now);
        // What has become a token tells nothing any more.
        let kept = exits::of_laptop(connection, laptop)?.into_iter().filter_map(|exit| {
            let address = exit.address.parse().ok()?;
            let (first, last) = (exit.first_at, exit.last_at);
            Some(Stay { exit: atlas.exit(address, today).0, first, last })
        });
        let stays: Vec<Stay> = kept.collect();
        let exit = stays.first().map_or_else(nowhere, |newest| newest.exit.clone());
        let since = now.checked_sub(LATELY).unwrap_or(Timestamp::MIN);
        let samples = ways::of_laptop(connection, laptop, since)?;
        let here: Vec<Sample> = samples
            .iter()
            .filter(|(from, _)| *from == exit.address)
            .map(|(_, sample)| *sample)
            .collect();
        let path = Path::of(&here);
        let expected = assets::of_laptop(connection, laptop)?;
        let told = laptops::told(connection, laptop)?;
        let open: Vec<Finding> =
            findings::all_open(connection, laptop)?.into_iter().map(|kept| kept.finding).collect();
        let row = read::laptop(connection, laptop)?;
        let mut past = past(&stays, expected.as_ref(), row.as_ref());
        past.usual = exit.system.and_then(|system| usual.beside(laptop, system));
        past.tail_days = tail_days(&here, past.usual);
        past.apart_km = two_lives(connection, laptop, atlas, now)?;
        past.silent_days = silent(row.as_ref(), expected.as_ref(), today);
        let voices = atlas.exit(exit.address, today).1;
        let stack = row.as_ref().and_then(|row| Stack::of_platform(&row.platform));
        let device = Device { stack, ..device(&told, &open, atlas) };
        let landmarks = landmarks(connection, laptop, (exit.address, atlas))?;
        Ok(Self { exit, voices, path, landmarks, expected, device, past })
    }

    /// As the decision takes it.
    pub fn known(&self, collector: Option<Point>, now: Timestamp) -> Known<'_> {
        Known {
            exit: self.exit(),
            path: &self.path,
            expected: self.expected.as_ref(),
            device: &self.device,
            past: &self.past,
            collector,
            landmarks: &self.landmarks,
            today: day(now),
        }
    }

    /// Its newest exit.
    pub fn exit(&self) -> &Exit {
        &self.exit
    }

    /// True if it comes from an office's address.
    pub fn is_at_an_office(&self) -> bool {
        self.expected.as_ref().is_some_and(|expected| expected.is_office(self.exit.address))
    }

    /// Where it belongs, without points.
    pub fn areas(&self) -> Vec<String> {
        let areas = self.expected.iter().flat_map(Expected::areas);
        areas.map(Area::name).collect()
    }
}

fn day(now: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(now).date()
}

/// The exit of a laptop that has none: nothing is known of it.
fn nowhere() -> Exit {
    let because = "the laptop was not heard of lately".to_owned();
    Exit {
        address: Ipv4Addr::UNSPECIFIED.into(),
        network: Classified { class: Class::Unknown, because },
        vote: Vote::of(&[], Class::Unknown),
        system: None,
        organization: None,
    }
}

/// What is kept of exits forgets the first of them: only one from the days when
/// the laptop was enrolled tells where it was first seen.
const FIRST: SignedDuration = SignedDuration::from_hours(3 * 24);

fn past(stays: &[Stay], expected: Option<&Expected>, row: Option<&LaptopRow>) -> Past {
    let country = stays.first().and_then(|stay| stay.exit.vote.outcome.country());
    let (country_hours, country_networks) =
        country.map(|country| trail::in_country(stays, country)).unwrap_or_default();
    let first = stays.iter().min_by_key(|stay| stay.first);
    let enrolled = row.map(|row| row.enrolled_at);
    let first = first.filter(|stay| {
        enrolled.is_some_and(|enrolled| stay.first.duration_since(enrolled) < FIRST)
    });
    let sent = expected.and_then(|expected| expected.delivered_to.as_ref());
    Past {
        country_hours,
        country_networks,
        region_days: expected
            .map(|one| trail::days_outside(stays, one, FAR_KM))
            .unwrap_or_default(),
        hop: trail::hop(stays),
        delivery_km: first.zip(sent).and_then(|(first, sent)| trail::from_delivery(first, sent)),
        ..Past::default()
    }
}

fn two_lives(
    connection: &Connection,
    laptop: &str,
    atlas: &Atlas,
    now: Timestamp,
) -> rusqlite::Result<Option<f64>> {
    let since = now.checked_sub(LATELY).unwrap_or(Timestamp::MIN);
    let returns =
        crossings::of_laptop(connection, laptop, since)?.into_iter().map(|crossing| Return {
            one: atlas.exit(crossing.one, day(now)).0,
            other: atlas.exit(crossing.other, day(now)).0,
            hours: crossing.seconds / 3600.0,
        });
    Ok(trail::two_lives(&returns.collect::<Vec<_>>()))
}

/// The ways to those landmarks of which it is said where they stand.
fn landmarks(
    connection: &Connection,
    laptop: &str,
    (exit, atlas): (IpAddr, &Atlas),
) -> rusqlite::Result<Vec<Landmark>> {
    if atlas.landmarks.is_empty() {
        return Ok(Vec::new());
    }
    let all = landmarks::of_laptop(connection, laptop, exit)?.into_iter().filter_map(|least| {
        let to = *atlas.landmarks.get(&least.name)?;
        let least_ms = Duration::from_micros(least.microseconds).as_secs_f64() * 1000.0;
        let is_again = day(least.first_at) < day(least.last_at);
        Some(Landmark { name: least.name, way: Way { to, least_ms }, is_again })
    });
    Ok(all.collect())
}

fn tail_days(samples: &[Sample], usual: Option<(f64, usize)>) -> usize {
    let Some((usual, _)) = usual else { return 0 };
    let long = samples.iter().filter(|sample| sample.tcp_ms > usual);
    long.map(|sample| day(sample.at)).collect::<BTreeSet<_>>().len()
}

/// Days since it was delivered, or since it was heard of after that.
fn silent(row: Option<&LaptopRow>, expected: Option<&Expected>, today: Date) -> Option<i64> {
    let delivered = expected?.delivered_at?;
    let heard = row.and_then(|row| row.heard_at).map(day);
    let since = heard.map_or(delivered, |heard| heard.max(delivered));
    Some(i64::from((today - since).get_days()))
}

/// What the laptop says of itself: its own facts, and what its agent has found.
fn device(told: &[Observation], open: &[Finding], atlas: &Atlas) -> Device {
    let zone = told.iter().find(|seen| seen.sensor == "clock").and_then(|clock| {
        let Some(Value::Text(zone)) = clock.fields.get("zone") else { return None };
        Some((zone.clone(), atlas.zones.countries(zone).to_vec()))
    });
    Device {
        tunnel: open.iter().find_map(tunnel),
        zone,
        operator: open
            .iter()
            .filter_map(|one| Some((one.signature.clone(), operates(one)?)))
            .collect(),
        stack: None,
    }
}

/// A VPN service's client that is running and that nobody approved.
fn tunnel(finding: &Finding) -> Option<Tunnel> {
    let tool = finding.tool.as_ref().filter(|tool| tool.category == "consumer-vpn")?;
    let counts = tool.verdict != Verdict::Approved
        && tool.rung >= Rung::Running
        && finding.confidence > Confidence::Low;
    counts.then(|| Tunnel { name: finding.title.clone(), is_telling: tool.id == "astrill" })
}

/// What an open finding weighs as a sign of an operator elsewhere.
fn operates(finding: &Finding) -> Option<f64> {
    let family = finding.signature.split('.').next()?;
    if finding.standing != Standing::Alert || family == "place" {
        return None;
    }
    match (&finding.tool, finding.confidence) {
        (Some(tool), _) if tool.verdict == Verdict::Approved => None,
        (Some(tool), _) if tool.rung >= Rung::Session => Some(3.0),
        (Some(_), _) => Some(1.5),
        (None, Confidence::High) => Some(6.0),
        (None, Confidence::Medium) => Some(4.0),
        (None, Confidence::Low) => Some(1.0),
    }
}
