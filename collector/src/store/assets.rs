//! Where laptops are expected, as rows.

use crate::place::expected::Expected;
use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use rusqlite::Row;
use rusqlite::types::Type;

/// Keeps what a company says of its laptops; what it said of them before is
/// replaced, and others are left as they are.
pub fn put(connection: &Connection, all: &[Expected], now: Timestamp) -> rusqlite::Result<()> {
    for one in all {
        let body = serde_json::to_string(one)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        connection
            .prepare_cached("insert or replace into asset values (?1, ?2, ?3, ?4)")?
            .execute((&one.serial, &one.host, body, now.to_string()))?;
    }
    Ok(())
}

/// Takes a laptop off the list; false if it is not there.
pub fn remove(connection: &Connection, serial: &str) -> rusqlite::Result<bool> {
    Ok(connection.execute("delete from asset where serial = ?1", [serial])? == 1)
}

/// An asset, and the laptop that goes by its serial number or host name.
#[derive(Clone, Debug, PartialEq)]
pub struct Asset {
    /// What the company says.
    pub expected: Expected,
    /// The laptop's id; nothing if none is enrolled.
    pub laptop: Option<String>,
    /// When the laptop was last heard of.
    pub heard_at: Option<Timestamp>,
}

/// All, by serial number.
pub fn all(connection: &Connection) -> rusqlite::Result<Vec<Asset>> {
    after(connection, None, u32::MAX)
}

/// How many there are.
pub fn count(connection: &Connection) -> rusqlite::Result<u32> {
    connection.prepare_cached("select count(*) from asset")?.query_row([], |row| row.get(0))
}

/// Those after this serial number, by serial number.
pub fn after(
    connection: &Connection,
    serial: Option<&str>,
    take: u32,
) -> rusqlite::Result<Vec<Asset>> {
    connection
        .prepare_cached(
            "select asset.body, laptop.id, laptop.heard_at from asset
             left join laptop on +laptop.revoked_at is null
                 and (laptop.serial = asset.serial
                      or (asset.host is not null and laptop.host = asset.host))
             where ?1 is null or asset.serial > ?1
             group by asset.serial order by asset.serial limit ?2",
        )?
        .query_map((serial, take), asset)?
        .collect()
}

/// What the company says of the laptop with this serial number.
pub fn one(connection: &Connection, serial: &str) -> rusqlite::Result<Option<Expected>> {
    connection
        .prepare_cached("select body from asset where serial = ?1")?
        .query_row([serial], expected)
        .optional()
}

/// What is expected of a laptop: by its serial number, or else by its host name.
pub fn of_laptop(connection: &Connection, laptop: &str) -> rusqlite::Result<Option<Expected>> {
    connection
        .prepare_cached(
            "select asset.body from laptop, asset
             where laptop.id = ?1 and (asset.serial = laptop.serial or asset.host = laptop.host)
             order by asset.serial = laptop.serial desc limit 1",
        )?
        .query_row([laptop], expected)
        .optional()
}

fn expected(row: &Row) -> rusqlite::Result<Expected> {
    let body: String = row.get(0)?;
    serde_json::from_str(&body)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error)))
}

fn asset(row: &Row) -> rusqlite::Result<Asset> {
    let heard_at: Option<String> = row.get(2)?;
    Ok(Asset {
        expected: expected(row)?,
        laptop: row.get(1)?,
        heard_at: heard_at.and_then(|at| at.parse().ok()),
    })
}
