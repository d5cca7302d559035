//! How long the collector's one writer is held while places are decided about,
//! and how long what is only read for that takes beside it.

use crate::ingest::cpu;
use agent::sensors;
use anyhow::anyhow;
use collector::judge;
use collector::judge::Usual;
use collector::place::atlas::Atlas;
use collector::place::expected;
use collector::place::geo::About;
use collector::place::geo::Database;
use collector::place::geo::Databases;
use collector::place::geo::Kind;
use collector::place::geo::ranges::Collected;
use collector::place::geo::ranges::Word;
use collector::place::network::Networks;
use collector::place::path::Sample;
use collector::place::path::Vantage;
use collector::place::syn::Syn;
use collector::store;
use collector::store::Reader;
use collector::store::Unwritten;
use collector::store::Writer;
use collector::store::assets;
use collector::store::exits;
use collector::store::landmarks;
use collector::store::ways;
use jiff::SignedDuration;
use jiff::Timestamp;
use model::Landmark;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::process;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;
use tokio::sync::watch;

const LAPTOPS: u32 = 10_000;
/// Two weeks, an echo every four hours.
const ECHOES: i64 = 84;
/// Decided about in one change, as the collector does.
const AT_ONCE: u32 = 20;
const NAMES: [(&str, &str); 3] =
    [("eu:8443", "50.1,8.7"), ("us:8443", "39.0,-77.5"), ("asia:8443", "35.7,139.7")];

pub fn run() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut connection = store::create(folder.path())?;
    let now: Timestamp = "2026-11-28T12:00:00Z".parse()?;
    let change = connection.transaction()?;
    fill(&change, now)?;
    change.commit()?;
    let writer = Writer::start(connection, watch::channel(0).0)?;
    let reader = Reader::new(store::open(folder.path())?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(decide((writer, reader), Arc::new(atlas()?), now))
}

async fn decide(
    (writer, reader): (Writer, Reader),
    atlas: Arc<Atlas>,
    now: Timestamp,
) -> anyhow::Result<()> {
    let begun = Instant::now();
    let shared = Arc::clone(&atlas);
    let usual = reader.read(move |store| Usual::gather(store, &shared, now).map_err(failed));
    let usual = Arc::new(usual.await?);
    println!(
        "  the usual ways of {LAPTOPS} laptops, beside the writer: {:.0} ms",
        milliseconds(begun.elapsed())
    );
    for round in ["first", "second"] {
        let (mut held, before) = (Vec::new(), cpu(process::id())?);
        for first in (0..LAPTOPS).step_by(AT_ONCE as usize) {
            let (atlas, usual) = (Arc::clone(&atlas), Arc::clone(&usual));
            let begun = Instant::now();
            let decided = writer.write(move |store| {
                for number in first..first + AT_ONCE {
                    judge::laptop(store, &name(number), (&atlas, &usual), now).map_err(failed)?;
                }
                Ok::<_, Unwritten>(())
            });
            decided.await?;
            held.push(begun.elapsed());
        }
        let used = cpu(process::id())?.saturating_sub(before);
        held.sort();
        let at = |percent: usize| milliseconds(held[(held.len() - 1) * percent / 100]);
        println!(
            "  {round} round of all, {AT_ONCE} at once: {:.2} ms in the median, {:.2} ms for 99 in 100, {:.2} ms at most; {:.1} s in all, of which {:.1} s of a processor",
            at(50),
            at(99),
            at(100),
            held.iter().sum::<Duration>().as_secs_f64(),
            used.as_secs_f64()
        );
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to `map_err`")]
fn failed(error: rusqlite::Error) -> Unwritten {
    Unwritten::Failed(error.to_string())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn name(number: u32) -> String {
    format!("laptop-{number}")
}

/// Each is at home most of the time, and was elsewhere twice.
fn fill(store: &rusqlite::Connection, now: Timestamp) -> anyhow::Result<()> {
    let mut list = "serial,home\n".to_owned();
    let told = sensors::find("clock").ok_or_else(|| anyhow!("there is a clock"))?.example();
    let told = serde_json::to_string(&[told])?;
    for number in 0..LAPTOPS {
        let id = name(number);
        store.execute(
            "insert into laptop (id, host, platform, enrolled_at, not_after, serial, told, heard_at)
             values (?1, ?1, 'linux', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z', ?1, ?2, ?3)",
            (&id, &told, now.to_string()),
        )?;
        writeln!(list, "{id},US-TX")?;
        one(store, (&id, Ipv4Addr::from_bits(0x0500_0000 + number * 317).into()), now)?;
    }
    let list = expected::import(&list).map_err(|wrong| anyhow!("{wrong:?}"))?;
    Ok(assets::put(store, &list, now)?)
}

fn one(
    store: &rusqlite::Connection,
    (id, exit): (&str, IpAddr),
    now: Timestamp,
) -> anyhow::Result<()> {
    for hour in [330, 200, 100] {
        let elsewhere = if hour == 200 { "198.51.100.7".parse()? } else { exit };
        exits::seen(store, id, elsewhere, now - SignedDuration::from_hours(hour))?;
    }
    exits::seen(store, id, exit, now)?;
    let syn = Syn { hops_left: 52, mss: Some(1460), window_scale: Some(7), has_timestamp: true };
    for number in 0..ECHOES {
        let sample = Sample {
            at: now - SignedDuration::from_hours(4 * number),
            vantage: Vantage::Direct,
            tcp_ms: 40.0,
            echo_ms: 40.2,
            echoes: 30,
            mss: Some(1460),
            syn: Some(syn),
        };
        ways::add(store, id, exit, &sample)?;
    }
    for (name, _) in NAMES {
        let landmark = Landmark { name: name.to_owned(), microseconds: 140_000, connects: 5 };
        landmarks::add(store, id, (exit, &landmark), now)?;
    }
    Ok(())
}

/// Three databases with a row for each of 60,000 networks, and landmarks.
fn atlas() -> anyhow::Result<Atlas> {
    let us = "US".parse().map_err(|wrong: String| anyhow!(wrong))?;
    let databases = ["one", "two", "systems"].map(|id| {
        let word = |number: u32| match id {
            "systems" => Word::System(64_500 + number % 300, "Example".to_owned()),
            _ => Word::Country(us),
        };
        let mut to = Collected::default();
        for number in 0..60_000_u32 {
            let ends = [0, 255].map(|end| Ipv4Addr::from_bits(0x0500_0000 + (number << 8) + end));
            to.add(ends[0].into(), ends[1].into(), word(number));
        }
        let about = About {
            id: id.to_owned(),
            kind: Kind::Country,
            origin: id.to_owned(),
            built: "2026-11-01".parse().ok(),
            license: String::new(),
            attribution: String::new(),
            networks: 60_000,
        };
        Database::of_ranges(about, to.finish())
    });
    let mut stand = BTreeMap::new();
    for (name, point) in NAMES {
        stand.insert(name.to_owned(), point.parse().map_err(|wrong: String| anyhow!(wrong))?);
    }
    Ok(Atlas {
        databases: Databases::new(databases),
        networks: Networks::new([]),
        collector: "38.95,-77.45".parse().ok(),
        landmarks: stand,
        ..Atlas::default()
    })
}
