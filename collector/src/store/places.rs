//! What was last decided about laptops' places, as rows.

use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use rusqlite::types::Type;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Keeps what is told of a laptop's place, in the place of what was before;
/// what is told again as it was changes nothing.
pub fn put(
    connection: &Connection,
    laptop: &str,
    told: &impl Serialize,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let body = serde_json::to_string(told)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    connection
        .prepare_cached(
            "insert into place (laptop, decided_at, body, country, expected, logit)
             values (?1, ?2, ?3,
                 ?3 ->> '$.country', json_extract(?3, '$.expected'), ?3 ->> '$.logit')
             on conflict (laptop) do update
             set decided_at = excluded.decided_at, body = excluded.body,
                 country = excluded.country, expected = excluded.expected, logit = excluded.logit
             where body <> excluded.body",
        )?
        .execute([laptop, &now.to_string(), &body])?;
    Ok(())
}

/// The laptops that were heard of or enrolled since, and those nothing was decided about,
/// but for revoked ones.
pub fn due(connection: &Connection, since: Timestamp) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare_cached(
            "select id from laptop where revoked_at is null
                 and (coalesce(heard_at, enrolled_at) >= ?1 or id not in (select laptop from place)) order by id",
        )?
        .query_map([since.to_string()], |row| row.get(0))?
        .collect()
}

/// What was last told of a laptop's place.
pub fn of_laptop<T: DeserializeOwned>(
    connection: &Connection,
    laptop: &str,
) -> rusqlite::Result<Option<T>> {
    let body: Option<String> = connection
        .prepare_cached("select body from place where laptop = ?1")?
        .query_row([laptop], |row| row.get(0))
        .optional()?;
    body.map(|body| serde_json::from_str(&body).map_err(unreadable)).transpose()
}

/// Laptops that come from the same country and belong to the same places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Where they come from; nothing if that is not clear.
    pub country: Option<String>,
    /// Where they belong, in words.
    pub expected: Vec<String>,
    /// How many there are, without revoked ones.
    pub laptops: u32,
}

/// Everything that was told, counted.
pub fn groups(connection: &Connection) -> rusqlite::Result<Vec<Group>> {
    connection
        .prepare_cached(
            "select country, expected, count(*) from place
             where laptop not in (select id from laptop where revoked_at is not null)
             group by country, expected",
        )?
        .query_map([], |row| {
            let expected: String = row.get(1)?;
            let expected = serde_json::from_str(&expected).map_err(unreadable)?;
            Ok(Group { country: row.get(0)?, expected, laptops: row.get(2)? })
        })?
        .collect()
}

/// The laptops whose place asks for most, that first: id, host name, and what
/// was told.
pub fn most<T: DeserializeOwned>(
    connection: &Connection,
    take: u32,
) -> rusqlite::Result<Vec<(String, String, T)>> {
    connection
        .prepare_cached(
            "select place.laptop, laptop.host, place.body
             from place cross join laptop on laptop.id = place.laptop
             where laptop.revoked_at is null order by place.logit desc, place.laptop limit ?1",
        )?
        .query_map([take], |row| {
            let body: String = row.get(2)?;
            Ok((row.get(0)?, row.get(1)?, serde_json::from_str(&body).map_err(unreadable)?))
        })?
        .collect()
}

/// What was last told of laptops that are not revoked, after this id, by id:
/// the id, when it was first told so, and what.
pub fn after<T: DeserializeOwned>(
    connection: &Connection,
    laptop: Option<&str>,
    take: u32,
) -> rusqlite::Result<Vec<(String, String, T)>> {
    connection
        .prepare_cached(
            "select place.laptop, place.decided_at, place.body
             from place join laptop on laptop.id = place.laptop
             where laptop.revoked_at is null and (?1 is null or place.laptop > ?1)
             order by place.laptop limit ?2",
        )?
        .query_map((laptop, take), |row| {
            let body: String = row.get(2)?;
            Ok((row.get(0)?, row.get(1)?, serde_json::from_str(&body).map_err(unreadable)?))
        })?
        .collect()
}

fn unreadable(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error))
}
