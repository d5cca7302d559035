//! Laptops that were issued and have never been heard of.

use crate::incident;
use crate::incident::Rules;
use crate::incident::Unheard;
use crate::store::assets;
use crate::store::assets::Asset;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::Connection;

/// So many days after it was to be there, a laptop should have been heard of.
const DAYS: i32 = 14;

/// Opens an incident for each laptop on the company's list that should have
/// been heard of and was never enrolled, and closes those that are settled.
pub fn issued(connection: &Connection, rules: &Rules, now: Timestamp) -> rusqlite::Result<()> {
    let today = TimeZone::UTC.to_datetime(now).date();
    let missing = assets::all(connection)?.into_iter().filter_map(|asset| missing(asset, today));
    incident::issued(connection, &missing.collect::<Vec<_>>(), rules, now)
}

fn missing(asset: Asset, today: Date) -> Option<Unheard> {
    let Asset { expected, laptop, .. } = asset;
    let due = expected.start.max(expected.delivered_at)?;
    let is_missing = laptop.is_none() && (today - due).get_days() >= DAYS;
    is_missing.then_some(Unheard {
        serial: expected.serial,
        since: Some(due),
        alive: expected.alive_at,
    })
}
