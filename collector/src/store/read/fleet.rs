//! What is said of all laptops at once: how many were heard of, and what sees.

use super::count;
use jiff::SignedDuration;
use jiff::Timestamp;
use model::Sight;
use rusqlite::Connection;
use serde::Serialize;
use std::collections::BTreeMap;
use std::collections::HashMap;

/// How many laptops were heard of, and since when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Heard {
    /// Laptops that are not revoked.
    pub all: u64,
    /// Of them heard of within an hour.
    pub hour: u64,
    /// Within a day.
    pub day: u64,
    /// Within a week.
    pub week: u64,
    /// Not within a week, or never.
    pub silent: u64,
    /// Laptops that are revoked.
    pub revoked: u64,
}

/// What the sensors of all laptops see, as their newest reports say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Laptops that have said anything.
    pub told: u64,
    /// By sensor: on how many it sees, and on how many it is blind.
    pub sensors: BTreeMap<String, (u64, u64)>,
    /// How many laptops run which version of the agent.
    pub agents: BTreeMap<String, u64>,
}

/// How many laptops were heard of, counted in an index.
pub fn heard(connection: &Connection, now: Timestamp) -> rusqlite::Result<Heard> {
    let since = |hours: i64| {
        let since = now.checked_sub(SignedDuration::from_hours(hours));
        since.unwrap_or(Timestamp::MIN).to_string()
    };
    let mut heard = connection
        .prepare_cached(
            "select count(*) as n, count(*) filter (where heard_at >= ?1) as hour,
                 count(*) filter (where heard_at >= ?2) as day,
                 count(*) filter (where heard_at >= ?3) as week
             from laptop where revoked_at is null",
        )?
        .query_row([since(1), since(24), since(7 * 24)], |row| {
            Ok(Heard {
                all: count(row, "n")?,
                hour: count(row, "hour")?,
                day: count(row, "day")?,
                week: count(row, "week")?,
                silent: 0,
                revoked: 0,
            })
        })?;
    heard.silent = heard.all.saturating_sub(heard.week);
    heard.revoked = connection
        .prepare_cached("select count(*) as n from laptop where revoked_at is not null")?
        .query_row([], |row| count(row, "n"))?;
    Ok(heard)
}

/// What all sensors see. It reads a row of every laptop: not for every page.
pub fn coverage(connection: &Connection) -> rusqlite::Result<Coverage> {
    let mut all = Coverage::default();
    // Most laptops see the same: few texts need reading.
    let mut sights: HashMap<String, u64> = HashMap::new();
    let mut found = connection.prepare_cached(
        "select agent, sight from laptop where revoked_at is null and heard_at is not null",
    )?;
    let mut rows = found.query([])?;
    while let Some(row) = rows.next()? {
        *all.agents.entry(row.get("agent")?).or_default() += 1;
        *sights.entry(row.get("sight")?).or_default() += 1;
    }
    for (sight, laptops) in sights {
        // A sight that cannot be read is one of which nothing is known.
        let sight: BTreeMap<String, Sight> = serde_json::from_str(&sight).unwrap_or_default();
        all.told += laptops;
        for (sensor, sight) in sight {
            let (seeing, blind) = all.sensors.entry(sensor).or_default();
            match sight {
                Sight::Seeing => *seeing += laptops,
                Sight::Blind(_) => *blind += laptops,
            }
        }
    }
    Ok(all)
}

impl Heard {
    /// How many were heard of within which time.
    pub fn within(&self) -> [(&'static str, u64); 3] {
        [("an hour", self.hour), ("a day", self.day), ("a week", self.week)]
    }
}
