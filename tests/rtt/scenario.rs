//! The scenarios: who stands between a laptop and the collector, how far apart
//! they are, and what should be found.

use super::geometry::ASHBURN;
use super::geometry::FRANKFURT;
use super::geometry::LOS_ANGELES;
use super::geometry::TOKYO;
use super::leg::Leg;
use collector::place::code::Code;
use collector::place::network::Class;
use collector::place::point::Point;

/// A machine between the laptop and the collector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hop {
    /// Hands packets on under its own address: the end of a VPN's tunnel.
    Router,
    /// Ends TCP unasked, and begins it anew.
    Splitter,
    /// A SOCKS5 proxy (microsocks), which the agent's connections go to through proxychains.
    Socks,
    /// An HTTP proxy (tinyproxy), which the agent is set to.
    Connect,
}

/// What should be found of the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Nothing at all.
    Nothing,
    /// Nothing, and a note that TCP ends between, as is usual in such a network.
    Note,
    /// This, and nothing else.
    Found(Code),
}

/// A way, and what should be found of it.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// What it is called.
    pub name: &'static str,
    /// Its legs from the laptop to the collector.
    pub legs: &'static [Leg],
    /// The machines between the legs: one fewer.
    pub hops: &'static [Hop],
    /// The kind of network its exit is in.
    pub class: Class,
    /// What should be found.
    pub expected: Expected,
    /// Where it all stands, if that matters.
    pub map: Option<Map>,
    /// In how many of a hundred laptops it may be missed, and nothing found instead.
    pub missed: usize,
}

/// Where the company's machines stand, and where it believes the laptop to be.
#[derive(Clone, Copy, Debug)]
pub struct Map {
    /// Where the laptop belongs.
    pub belongs: &'static str,
    /// Where the collector stands.
    pub collector: Point,
    /// The landmarks.
    pub landmarks: &'static [Landmark],
    /// True if no other laptop of the company comes from such a network.
    pub is_alone: bool,
}

/// Another collector of the company's, to which the agent measures the way.
#[derive(Clone, Copy, Debug)]
pub struct Landmark {
    /// Where it stands.
    pub place: Point,
    /// The way there from the last machine before the collector.
    pub leg: Leg,
}

impl Scenario {
    /// How long a packet takes at least, one way, in milliseconds.
    pub fn delay_ms(&self) -> f64 {
        self.legs.iter().map(|leg| leg.delay_ms).sum()
    }
}

/// A line within a home or to the next exchange.
const NEAR: Leg = Leg::new(1.0, 0.2);
/// Half around the world, through an ordinary network.
const ABROAD: Leg = Leg::new(90.0, 3.0).losing(0.005);
/// From an exit to the collector.
const ONWARD: Leg = Leg::new(15.0, 1.0).losing(0.001);
/// Up to a geostationary satellite and down again.
const ORBIT: Leg = Leg::new(280.0, 5.0).losing(0.002);

/// What is to be seen from an exit in Dallas.
const BY_DALLAS: Map = Map {
    belongs: "US-TX",
    collector: ASHBURN,
    landmarks: &[to(TOKYO, 75.0), to(FRANKFURT, 60.0)],
    is_alone: false,
};

const fn to(place: Point, delay_ms: f64) -> Landmark {
    Landmark { place, leg: Leg::new(delay_ms, 1.0).losing(0.001) }
}

/// All of them.
pub const ALL: [Scenario; 13] = [
    Scenario {
        name: "fiber",
        legs: &[Leg::new(20.0, 1.0).losing(0.001)],
        hops: &[],
        class: Class::Fixed,
        expected: Expected::Nothing,
        map: None,
        missed: 0,
    },
    Scenario {
        name: "lte",
        legs: &[Leg::new(35.0, 15.0).losing(0.01)],
        hops: &[],
        class: Class::Mobile,
        expected: Expected::Nothing,
        map: None,
        missed: 0,
    },
    Scenario {
        name: "low-orbit",
        legs: &[Leg::new(25.0, 8.0).losing(0.005)],
        hops: &[],
        class: Class::Satellite,
        expected: Expected::Nothing,
        map: None,
        missed: 0,
    },
    // The operator sits at a KVM box beside it: the laptop's own way is any home's.
    Scenario {
        name: "farm",
        legs: &[Leg::new(20.0, 1.0).losing(0.001)],
        hops: &[],
        class: Class::Fixed,
        expected: Expected::Nothing,
        map: None,
        missed: 0,
    },
    Scenario {
        name: "satellite",
        legs: &[NEAR, ORBIT, Leg::new(20.0, 1.0)],
        hops: &[Hop::Splitter, Hop::Splitter],
        class: Class::Satellite,
        expected: Expected::Note,
        map: None,
        missed: 0,
    },
    // So near a box may be missed: where its acknowledgements ride on the laptop's
    // answers, TCP is as slow as they.
    Scenario {
        name: "sase",
        legs: &[Leg::new(5.0, 1.0).losing(0.001), ONWARD],
        hops: &[Hop::Splitter],
        class: Class::Sase,
        expected: Expected::Note,
        map: None,
        missed: 3,
    },
    Scenario {
        name: "socks",
        legs: &[ABROAD, ONWARD],
        hops: &[Hop::Socks],
        class: Class::Fixed,
        expected: Expected::Found(Code::ProxiedPath),
        map: None,
        missed: 0,
    },
    Scenario {
        name: "connect",
        legs: &[ABROAD, ONWARD],
        hops: &[Hop::Connect],
        class: Class::Fixed,
        expected: Expected::Found(Code::ProxiedPath),
        map: Some(BY_DALLAS),
        missed: 0,
    },
    // The echo is no slower than TCP; only that both are slow can tell.
    Scenario {
        name: "vpn",
        legs: &[ABROAD.tunneled(), ONWARD],
        hops: &[Hop::Router],
        class: Class::Fixed,
        expected: Expected::Found(Code::LongTail),
        map: None,
        missed: 0,
    },
    Scenario {
        name: "travel-router",
        legs: &[NEAR, ABROAD.tunneled(), ONWARD],
        hops: &[Hop::Router, Hop::Router],
        class: Class::Fixed,
        expected: Expected::Found(Code::LongTail),
        map: None,
        missed: 0,
    },
    // In Austin, where it belongs.
    Scenario {
        name: "landmarks",
        legs: &[Leg::new(17.0, 1.0).losing(0.001)],
        hops: &[],
        class: Class::Fixed,
        expected: Expected::Nothing,
        map: Some(Map {
            belongs: "US-TX",
            collector: ASHBURN,
            landmarks: &[to(LOS_ANGELES, 16.0), to(FRANKFURT, 62.0)],
            is_alone: false,
        }),
        missed: 0,
    },
    // In Seoul.
    Scenario {
        name: "landmarks-abroad",
        legs: &[ABROAD],
        hops: &[],
        class: Class::Fixed,
        expected: Expected::Found(Code::PhysicsRefutes),
        map: Some(Map {
            belongs: "US-TX",
            collector: ASHBURN,
            landmarks: &[to(TOKYO, 9.0), to(FRANKFURT, 70.0)],
            is_alone: true,
        }),
        missed: 0,
    },
    // In Seoul, with all packets by way of Dallas.
    Scenario {
        name: "landmarks-vpn",
        legs: &[ABROAD.tunneled(), ONWARD],
        hops: &[Hop::Router],
        class: Class::Fixed,
        expected: Expected::Found(Code::LongTail),
        map: Some(BY_DALLAS),
        missed: 0,
    },
];

/// The scenario of a name.
pub fn named(name: &str) -> Option<&'static Scenario> {
    ALL.iter().find(|scenario| scenario.name == name)
}
