//! How long the ways to laptops were, connection by connection.

use super::read;
use crate::place::path::Sample;
use crate::place::path::Vantage;
use crate::place::syn::Syn;
use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use rusqlite::Row;
use std::net::IpAddr;

/// Keeps what was measured on one connection of a laptop that came from `exit`.
pub fn add(
    connection: &Connection,
    laptop: &str,
    exit: IpAddr,
    sample: &Sample,
) -> rusqlite::Result<()> {
    let syn = sample.syn;
    connection
        .prepare_cached(
            "insert into way values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute((
            laptop,
            sample.at.to_string(),
            exit.to_string(),
            name(sample.vantage),
            sample.tcp_ms,
            sample.echo_ms,
            sample.echoes,
            sample.mss,
            syn.map(|syn| syn.hops_left),
            syn.and_then(|syn| syn.mss),
            syn.and_then(|syn| syn.window_scale),
            syn.map(|syn| syn.has_timestamp),
        ))?;
    Ok(())
}

/// What was measured of a laptop from `since` on, oldest first, and where it
/// came from each time.
pub fn of_laptop(
    connection: &Connection,
    laptop: &str,
    since: Timestamp,
) -> rusqlite::Result<Vec<(IpAddr, Sample)>> {
    connection
        .prepare_cached("select * from way where laptop = ?1 and at >= ?2 order by at")?
        .query_map([laptop, &since.to_string()], |row| {
            Ok((read::parsed(row, "address")?, sample(row)?))
        })?
        .collect()
}

/// When the newest was measured of a laptop; `None` if nothing is kept.
pub fn newest(connection: &Connection, laptop: &str) -> rusqlite::Result<Option<Timestamp>> {
    connection
        .prepare_cached("select at from way where laptop = ?1 order by at desc limit 1")?
        .query_row([laptop], |row| read::parsed(row, "at"))
        .optional()
}

/// The smallest round trip of TCP of each laptop, by its id, from each address
/// since then, in milliseconds, as far as nothing stands between and it was
/// measured well.
pub fn smallest(
    connection: &Connection,
    since: Timestamp,
    echoes: u32,
) -> rusqlite::Result<Vec<(String, IpAddr, f64)>> {
    connection
        .prepare_cached(
            "select laptop, address, min(tcp_ms) from way
             where at >= ?1 and echoes >= ?2 and vantage = 'direct' and tcp_ms > 0
             group by laptop, address",
        )?
        .query_map((since.to_string(), echoes), |row| {
            Ok((row.get(0)?, read::parsed(row, "address")?, row.get(2)?))
        })?
        .collect()
}

fn sample(row: &Row) -> rusqlite::Result<Sample> {
    Ok(Sample {
        at: read::parsed(row, "at")?,
        vantage: read::named(row, "vantage")?,
        tcp_ms: row.get("tcp_ms")?,
        echo_ms: row.get("echo_ms")?,
        echoes: row.get("echoes")?,
        mss: row.get("mss")?,
        syn: syn(row)?,
    })
}

/// Nothing of what was measured before first packets were kept.
fn syn(row: &Row) -> rusqlite::Result<Option<Syn>> {
    let hops_left: Option<u8> = row.get("syn_hops_left")?;
    let Some(hops_left) = hops_left else { return Ok(None) };
    let (mss, window_scale) = (row.get("syn_mss")?, row.get("syn_window_scale")?);
    Ok(Some(Syn { hops_left, mss, window_scale, has_timestamp: row.get("syn_timestamp")? }))
}

/// As serde calls it.
fn name(vantage: Vantage) -> &'static str {
    match vantage {
        Vantage::Direct => "direct",
        Vantage::Proxy => "proxy",
    }
}
