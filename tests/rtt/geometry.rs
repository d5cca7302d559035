//! Landmarks without packets: a million honest laptops, and a few that are not
//! where they claim to be, each with a way to every landmark as drawn by chance.

use collector::place::expected::Expected;
use collector::place::landmark::Way;
use collector::place::landmark::refutes;
use collector::place::landmark::stretch;
use collector::place::point::KM_PER_MS;
use collector::place::point::Point;
use fastrand::Rng;
use jiff::civil::Date;
use jiff::civil::date;

/// Where a company's own machines stand. Coordinates are those of GeoNames.
pub const ASHBURN: Point = at(39.044, -77.487);
/// Another.
pub const LOS_ANGELES: Point = at(34.052, -118.244);
/// Another, on the Main.
pub const FRANKFURT: Point = at(50.116, 8.684);
/// Another.
pub const TOKYO: Point = at(35.690, 139.692);

/// All of them, in six regions; the last two are Singapore and São Paulo.
pub const LANDMARKS: [Point; 6] =
    [ASHBURN, LOS_ANGELES, FRANKFURT, TOKYO, at(1.290, 103.850), at(-23.548, -46.636)];

/// Where laptops claim to be: large cities of the United States (GeoNames).
const CLAIMS: [Point; 20] = [
    at(40.714, -74.006),
    at(34.052, -118.244),
    at(41.850, -87.650),
    at(29.763, -95.363),
    at(33.448, -112.074),
    at(39.952, -75.164),
    at(32.716, -117.165),
    at(32.783, -96.807),
    at(30.332, -81.656),
    at(37.339, -121.895),
    at(39.961, -82.999),
    at(35.227, -80.843),
    at(39.768, -86.158),
    at(47.606, -122.332),
    at(39.739, -104.985),
    at(35.468, -97.516),
    at(42.358, -71.060),
    at(45.523, -122.676),
    at(42.331, -83.046),
    at(35.150, -90.049),
];

/// Where laptops are in truth (GeoNames), and whether the landmarks refute every one.
pub const ELSEWHERE: [(&str, Point, bool); 8] = [
    ("Shenyang", at(41.792, 123.433), true),
    ("Vladivostok", at(43.106, 131.874), true),
    ("Vientiane", at(17.967, 102.600), true),
    ("Kuala Lumpur", at(3.1412, 101.687), true),
    ("Moscow", at(55.752, 37.618), true),
    ("Karachi", at(24.861, 67.010), true),
    ("Dubai", at(25.077, 55.309), false),
    ("Lagos", at(6.454, 3.395), false),
];

/// Where a company's VPN may end (GeoNames).
pub const DUBLIN: Point = at(53.333, -6.249);

/// Nobody is on a journey, today or ever.
const TODAY: Date = date(2026, 11, 28);

/// Probes a laptop sends to each landmark.
const PROBES: usize = 10;

const fn at(latitude: f64, longitude: f64) -> Point {
    Point { latitude, longitude }
}

/// What the networks between do.
#[derive(Clone, Copy, Debug)]
pub struct Network {
    /// What the last mile adds, there and back, in milliseconds.
    pub last_mile_ms: f64,
    /// What waiting adds to each probe on average, in milliseconds.
    pub wait_ms: f64,
    /// Which share of probes is lost, 0 to 1.
    pub loss: f64,
    /// Which share of landmarks does not answer, 0 to 1.
    pub missing: f64,
}

/// A line at home.
pub const LINE: Network = Network { last_mile_ms: 5.0, wait_ms: 1.0, loss: 0.0, missing: 0.0 };

/// What became of many laptops.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// How many were judged.
    pub judged: usize,
    /// How many of them were refuted.
    pub refuted: usize,
    /// The stretch of one in a hundred, of half, and of all but one in a hundred.
    pub stretch: [f64; 3],
}

/// Laptops anywhere on the globe, up to 40 km from the middle of where they
/// belong, in networks of every kind.
pub fn honest(laptops: usize, seed: u64) -> Outcome {
    let mut chance = Rng::with_seed(seed);
    outcome((0..laptops).filter_map(|_| {
        let home = anywhere(&mut chance);
        let place = beside(home, &mut chance);
        let network = Network {
            last_mile_ms: 30.0 * chance.f64(),
            wait_ms: 20.0 * chance.f64(),
            loss: 0.3 * chance.f64(),
            missing: 0.3,
        };
        let ways = ways(&[place], network, &mut chance);
        stretch(&expected(home), &ways, TODAY)
    }))
}

/// Laptops that claim to be in a city of the United States, and whose packets
/// go by these points; in the city itself if there is none.
pub fn claiming(by: &[Point], network: Network, laptops: usize) -> Outcome {
    claims(laptops, |claim, chance| {
        let places = if by.is_empty() { &[claim] } else { by };
        ways(places, network, chance)
    })
}

/// The same, in the city itself, with all packets by way of this point.
pub fn tunneled(via: Point, laptops: usize) -> Outcome {
    claims(laptops, |claim, chance| ways(&[claim, via], LINE, chance))
}

/// Laptops at this place, with all packets by way of some city there.
pub fn by_an_exit(place: Point, laptops: usize) -> Outcome {
    claims(laptops, |_, chance| {
        let exit = CLAIMS[chance.usize(..CLAIMS.len())];
        ways(&[place, exit], LINE, chance)
    })
}

fn claims(laptops: usize, ways: impl Fn(Point, &mut Rng) -> Vec<Way>) -> Outcome {
    let mut chance = Rng::with_seed(1);
    outcome((0..laptops).filter_map(|_| {
        let claim = CLAIMS[chance.usize(..CLAIMS.len())];
        stretch(&expected(claim), &ways(claim, &mut chance), TODAY)
    }))
}

fn outcome(stretches: impl Iterator<Item = f64>) -> Outcome {
    let mut all: Vec<f64> = stretches.collect();
    all.sort_by(f64::total_cmp);
    let share = |percent: usize| all.get(all.len() * percent / 100).copied().unwrap_or(f64::NAN);
    let refuted = all.iter().filter(|stretch| refutes(**stretch)).count();
    Outcome { judged: all.len(), refuted, stretch: [share(1), share(50), share(99)] }
}

fn expected(home: Point) -> Expected {
    let Point { latitude, longitude } = home;
    let area = format!("US@{latitude},{longitude}");
    area.parse().map(Expected::at).expect("it is a point")
}

/// The ways from the first of these points by the others to each landmark. Each
/// stretch is 1.3 to 2.3 times as long as the straight line.
fn ways(by: &[Point], network: Network, chance: &mut Rng) -> Vec<Way> {
    let inflated = |km: f64, chance: &mut Rng| km / KM_PER_MS * (1.3 + chance.f64());
    let tunnel: f64 = by.windows(2).map(|two| inflated(two[0].km_to(two[1]), chance)).sum();
    let mut ways = Vec::new();
    for to in LANDMARKS {
        let onward = by.last().map_or(0.0, |last| inflated(last.km_to(to), chance));
        let waited = (0..PROBES).filter(|_| chance.f64() >= network.loss).count();
        let waits = (0..waited).map(|_| -network.wait_ms * (1.0 - chance.f64()).ln());
        let least = waits.reduce(f64::min);
        if let Some(wait) = least.filter(|_| chance.f64() >= network.missing) {
            ways.push(Way { to, least_ms: tunnel + onward + network.last_mile_ms + wait });
        }
    }
    ways
}

/// A point of the globe, all equally likely.
fn anywhere(chance: &mut Rng) -> Point {
    let latitude = (2.0 * chance.f64() - 1.0).asin().to_degrees();
    at(latitude, 360.0 * chance.f64() - 180.0)
}

/// A point up to 40 km north or south.
fn beside(point: Point, chance: &mut Rng) -> Point {
    let degrees = 40.0 / 111.2 * (2.0 * chance.f64() - 1.0);
    at((point.latitude + degrees).clamp(-90.0, 90.0), point.longitude)
}
