//! Gathers what is known of a laptop.

use crate::place::atlas::Atlas;
use crate::place::decide::Device;
use crate::place::decide::Exit;
use crate::place::decide::Known;
use crate::place::decide::Past;
use crate::place::decide::Tunnel;
use crate::place::expected::Area;
use crate::place::expected::Expected;
use crate::place::geo::Voice;
use crate::place::path::ECHOES;
use crate::place::path::Path;
use crate::place::path::Sample;
use crate::place::point::FAR_KM;
use crate::place::point::Point;
use crate::place::trail;
use crate::place::trail::Return;
use crate::place::trail::Stay;
use crate::store::assets;
use crate::store::crossings;
use crate::store::exits;
use crate::store::findings;
use crate::store::laptops;
use crate::store::read;
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

/// Ways are judged by what was measured in so many days.
const LATELY: SignedDuration = SignedDuration::from_hours(14 * 24);

/// What the company's laptops need for a round trip, by autonomous system.
#[derive(Clone, Debug, Default)]
pub struct Usual(BTreeMap<u32, Vec<f64>>);

impl Usual {
    /// Of all laptops, as measured lately.
    pub fn gather(
        connection: &Connection,
        atlas: &Atlas,
        now: Timestamp,
    ) -> rusqlite::Result<Self> {
        let since = now.checked_sub(LATELY).unwrap_or(Timestamp::MIN);
        let mut usual = Self::default();
        for (address, tcp_ms) in ways::smallest(connection, since, ECHOES)? {
            if let Some(system) = atlas.exit(address, day(now)).0.system {
                usual.0.entry(system).or_default().push(tcp_ms);
            }
        }
        Ok(usual)
    }

    /// What 99 in 100 need at most, and how many laptops there are.
    fn of(&self, system: u32) -> Option<(f64, usize)> {
        let mut all = self.0.get(&system)?.clone();
        all.sort_by(f64::total_cmp);
        let place = (all.len() * 99).div_ceil(100).checked_sub(1)?;
        Some((*all.get(place)?, all.len()))
    }
}

/// What is known of a laptop.
pub struct Gathered {
    /// Its exits, the newest first; there is one.
    stays: Vec<Stay>,
    /// What the databases say of the newest.
    pub voices: Vec<Voice>,
    /// The way to it, from the newest exit.
    pub path: Path,
    expected: Option<Expected>,
    device: Device,
    past: Past,
}

impl Gathered {
    /// `None` if no exit is kept of the laptop.
    pub fn of(
        connection: &Connection,
        laptop: &str,
        (atlas, usual): (&Atlas, &Usual),
        now: Timestamp,
    ) -> rusqlite::Result<Option<Self>> {
        let today = day(now);
        // What has become a token tells nothing any more.
        let kept = exits::of_laptop(connection, laptop)?.into_iter().filter_map(|exit| {
            let address = exit.address.parse().ok()?;
            let (first, last) = (exit.first_at, exit.last_at);
            Some(Stay { exit: atlas.exit(address, today).0, first, last })
        });
        let stays: Vec<Stay> = kept.collect();
        let Some(newest) = stays.first() else { return Ok(None) };
        let address = newest.exit.address;
        let since = now.checked_sub(LATELY).unwrap_or(Timestamp::MIN);
        let samples = ways::of_laptop(connection, laptop, since)?;
        let here: Vec<Sample> = samples
            .iter()
            .filter(|(exit, _)| *exit == address)
            .map(|(_, sample)| *sample)
            .collect();
        let path = Path::of(&here);
        let expected = assets::of_laptop(connection, laptop)?;
        let told = laptops::told(connection, laptop)?;
        let open: Vec<Finding> =
            findings::all_open(connection, laptop)?.into_iter().map(|kept| kept.finding).collect();
        let mut past = past(&stays, expected.as_ref());
        past.usual = newest.exit.system.and_then(|system| usual.of(system));
        past.tail_days = tail_days(&here, past.usual);
        past.apart_km = two_lives(connection, laptop, atlas, now)?;
        past.silent_days = silent(connection, laptop, expected.as_ref(), today)?;
        let voices = atlas.exit(address, today).1;
        let device = device(&told, &open, atlas);
        Ok(Some(Self { stays, voices, path, expected, device, past }))
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
            today: day(now),
        }
    }

    /// Its newest exit.
    pub fn exit(&self) -> &Exit {
        &self.stays[0].exit
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

fn past(stays: &[Stay], expected: Option<&Expected>) -> Past {
    let country = stays.first().and_then(|stay| stay.exit.vote.outcome.country());
    let (country_hours, country_networks) =
        country.map(|country| trail::in_country(stays, country)).unwrap_or_default();
    let first = stays.iter().min_by_key(|stay| stay.first);
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

fn tail_days(samples: &[Sample], usual: Option<(f64, usize)>) -> usize {
    let Some((usual, _)) = usual else { return 0 };
    let long = samples.iter().filter(|sample| sample.tcp_ms > usual);
    long.map(|sample| day(sample.at)).collect::<BTreeSet<_>>().len()
}

/// Days since it was delivered, or since it was heard of after that.
fn silent(
    connection: &Connection,
    laptop: &str,
    expected: Option<&Expected>,
    today: Date,
) -> rusqlite::Result<Option<i64>> {
    let Some(delivered) = expected.and_then(|expected| expected.delivered_at) else {
        return Ok(None);
    };
    let heard = read::laptop(connection, laptop)?.and_then(|row| row.heard_at).map(day);
    let since = heard.map_or(delivered, |heard| heard.max(delivered));
    Ok(Some(i64::from((today - since).get_days())))
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
