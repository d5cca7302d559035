//! Where databases of places err: reviewed by a person, and for a while only.

use super::audit;
use super::audit::Actor;
use crate::place::country::Country;
use ipnetwork::IpNetwork;
use jiff::SignedDuration;
use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;

/// So long a correction holds.
pub const LASTS: SignedDuration = SignedDuration::from_hours(90 * 24);

/// A network, and the country it really is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Correction {
    /// The network.
    pub network: IpNetwork,
    /// The country.
    pub country: Country,
    /// Why that is known.
    pub why: String,
    /// Until when it holds.
    pub until: Timestamp,
}

/// Corrects, or corrects anew.
pub fn add(
    connection: &Connection,
    correction: &Correction,
    actor: &Actor,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let network = correction.network.to_string();
    connection.execute(
        "insert or replace into correction values (?1, ?2, ?3, ?4, ?5)",
        [
            &network,
            correction.country.as_str(),
            &correction.why,
            &actor.to_string(),
            &correction.until.to_string(),
        ],
    )?;
    audit::note(connection, actor, ("place.correct", &format!("network:{network}")), now)
}

/// Those that hold, the narrowest first.
pub fn holding(connection: &Connection, now: Timestamp) -> rusqlite::Result<Vec<Correction>> {
    let mut rows = connection
        .prepare_cached("select network, country, why, until from correction where until > ?1")?;
    let texts = rows.query_map([now.to_string()], |row| {
        Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
    })?;
    let mut all = Vec::new();
    for text in texts {
        let [network, country, why, until]: [String; 4] = text?;
        // Nothing else is ever written there.
        if let (Ok(network), Ok(country), Ok(until)) =
            (network.parse(), country.parse(), until.parse())
        {
            all.push(Correction { network, country, why, until });
        }
    }
    all.sort_by_key(|correction: &Correction| std::cmp::Reverse(correction.network.prefix()));
    Ok(all)
}
