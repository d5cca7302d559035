//! `moored-collector place`: what can be said of an address.

use super::GOOD;
use super::NOT_SO;
use super::geo;
use super::open;
use super::paper::Paper;
use super::paper::harmless;
use crate::clock;
use crate::config::Config;
use crate::place::atlas::Atlas;
use crate::place::country::Country;
use crate::place::decide;
use crate::place::decide::Device;
use crate::place::decide::Known;
use crate::place::decide::Past;
use crate::place::decide::decide;
use crate::place::expected::Area;
use crate::place::expected::Expected;
use crate::place::explain;
use crate::place::landmark::Landmark;
use crate::place::landmark::Way;
use crate::place::path;
use crate::place::path::Path;
use crate::place::point::Point;
use crate::store;
use crate::store::audit::Actor;
use crate::store::corrections;
use crate::store::corrections::Correction;
use clap::Args;
use clap::Subcommand;
use ipnetwork::IpNetwork;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;
use std::net::IpAddr;
use std::path::PathBuf;

/// What to say of places.
#[derive(Subcommand)]
pub enum Verb {
    /// Decide about addresses and print the whole decision
    ///
    /// As if a laptop came from there for the first time: what opens only after some time says
    /// so. With --json, one line for each address.
    ///
    /// Exit code: 0 nothing is found, 1 something is.
    Explain(Explain),
    /// Say that the databases err about a network, for 90 days
    ///
    /// All laptops that come from there are decided about anew.
    Correct {
        /// The network, such as 192.0.2.0/24
        network: IpNetwork,
        /// The country it really is in
        country: Country,
        /// How that is known
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
}

/// What to decide about.
#[derive(Args)]
pub struct Explain {
    /// The addresses the laptop comes from, each decided by itself
    #[arg(required = true)]
    addresses: Vec<IpAddr>,
    /// Where the laptop belongs, such as US, US-TX or US-TX@30.3,-97.7; may be given again
    #[arg(long, value_name = "PLACE")]
    expect: Vec<Area>,
    /// The smallest round trips in milliseconds: of TCP, and of the echo inside TLS
    #[arg(long, value_name = "TCP[,ECHO]", value_parser = round_trips)]
    rtt: Option<(f64, f64)>,
    /// Where the collector stands, such as 38.9,-77.5; else as the configuration says
    #[arg(long, value_name = "LATITUDE,LONGITUDE", allow_hyphen_values = true)]
    collector: Option<Point>,
    /// A landmark's place, and the smallest round trip of the laptop to it in milliseconds, such
    /// as 50.1,8.7=31; may be given again
    #[arg(long, value_name = "LATITUDE,LONGITUDE=MS", value_parser = landmark, allow_hyphen_values = true)]
    landmark: Vec<Landmark>,
    /// Databases in this folder instead of those of the configuration
    #[arg(long, value_name = "FOLDER")]
    geo: Option<PathBuf>,
}

/// Does what the verb says.
pub fn run(config: &Config, verb: Verb, paper: &mut Paper) -> anyhow::Result<u8> {
    let asked = match verb {
        Verb::Explain(asked) => asked,
        Verb::Correct { network, country, why } => {
            return correct(config, (network, country, why), paper);
        }
    };
    let mut atlas = Atlas {
        databases: geo::databases(config, asked.geo.as_deref())?,
        networks: config.place.networks(),
        collector: asked.collector.or(config.place.collector),
        ..Atlas::default()
    };
    // Corrections are those of a collector that has been started.
    if let Ok(store) = open(config) {
        let holding = corrections::holding(&store, clock::now())?;
        atlas.corrections = holding.into_iter().map(|one| (one.network, one.country)).collect();
    }
    let today = TimeZone::UTC.to_datetime(clock::now()).date();
    let mut code = GOOD;
    for &address in &asked.addresses {
        let one = One { address, asked: &asked, today };
        if one.explain(&atlas, paper)? {
            code = NOT_SO;
        }
    }
    Ok(code)
}

fn correct(
    config: &Config,
    (network, country, why): (IpNetwork, Country, String),
    paper: &mut Paper,
) -> anyhow::Result<u8> {
    let now = clock::now();
    let until = now.checked_add(corrections::LASTS)?;
    let correction = Correction { network, country, why, until };
    let store = open(config)?;
    let change = store::change(&store)?;
    corrections::add(&change, &correction, &Actor::Cli, now)?;
    change.commit()?;
    paper.one(&correction, &format!("{network} is in {country} until {until}"))?;
    Ok(GOOD)
}

struct One<'a> {
    address: IpAddr,
    asked: &'a Explain,
    today: Date,
}

impl One<'_> {
    /// True if something is found.
    fn explain(&self, atlas: &Atlas, paper: &mut Paper) -> anyhow::Result<bool> {
        let (exit, voices) = atlas.exit(self.address, self.today);
        let path = self.asked.rtt.map(measured).unwrap_or_default();
        let expected = (!self.asked.expect.is_empty())
            .then(|| Expected { homes: self.asked.expect.clone(), ..Expected::default() });
        let known = Known {
            exit: &exit,
            path: &path,
            expected: expected.as_ref(),
            device: &Device::default(),
            past: &Past::default(),
            collector: atlas.collector,
            landmarks: &self.asked.landmark,
            today: self.today,
        };
        let decision: decide::Decision = decide(&known);
        let text = explain::text(&known, &voices, &decision);
        // Names of networks come from databases.
        let text = text.lines().map(harmless).collect::<Vec<_>>().join("\n");
        let told = json!({
            "address": self.address, "exit": exit, "voices": voices, "path": path,
            "decision": decision, "not_shown": not_shown(&decision),
        });
        paper.line(&told, &text)?;
        Ok(!decision.found.is_empty())
    }
}

fn not_shown(decision: &decide::Decision) -> Vec<&'static str> {
    decision.found.iter().map(|found| found.code.meaning().not_shown).collect()
}

/// Round trips that are given count as if measured as often as is needed.
fn measured((tcp_ms, echo_ms): (f64, f64)) -> Path {
    let excess = echo_ms - tcp_ms;
    Path {
        connections: path::CONNECTIONS,
        days: path::DAYS,
        echoes: path::ECHOES,
        tcp_ms: Some(tcp_ms),
        echo_ms: Some(echo_ms),
        excess_ms: Some((excess, excess)),
        ..Path::default()
    }
}

/// A way that is given counts as if measured as often as is needed.
fn landmark(text: &str) -> Result<Landmark, String> {
    let wrong = || format!("`{text}` is not a place and a round trip, such as 50.1,8.7=31");
    let (point, ms) = text.split_once('=').ok_or_else(wrong)?;
    let (to, (least_ms, _)) = (point.parse()?, round_trips(ms)?);
    let (name, is_again) = (format!("at {point}"), true);
    Ok(Landmark { name, way: Way { to, least_ms }, is_again })
}

fn round_trips(text: &str) -> Result<(f64, f64), String> {
    let wrong = || format!("`{text}` is not a round trip in milliseconds, such as 32 or 32,213");
    let number = |text: &str| {
        text.trim().parse::<f64>().ok().filter(|ms| ms.is_finite() && *ms > 0.0).ok_or_else(wrong)
    };
    match text.split_once(',') {
        Some((tcp, echo)) => Ok((number(tcp)?, number(echo)?)),
        None => number(text).map(|tcp| (tcp, tcp)),
    }
}
