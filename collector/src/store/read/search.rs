//! Laptops that somebody looks for by a few words.

use super::parsed_if_any;
use super::words;
use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;

/// A laptop that was looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// Its id.
    pub id: String,
    /// Its host name.
    pub host: String,
    /// Its maker's serial number.
    pub serial: Option<String>,
    /// Whose it is.
    pub person: Option<String>,
    /// When it was last heard of.
    pub heard_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// Laptops with these words in their host name, serial number, id, or in the
/// name of the person the company's list names.
pub fn find_laptops(connection: &Connection, text: &str, most: u32) -> rusqlite::Result<Vec<Hit>> {
    connection
        .prepare_cached(
            "with named (serial) as materialized (
                 select serial from asset_text where asset_text match ?1 limit 200),
             found (id) as materialized (
                 select id from (select id from laptop_text where laptop_text match ?1 limit ?2)
                 union
                 select laptop.id from named cross join laptop on laptop.serial = named.serial
                 union
                 select laptop.id from named
                 cross join asset on asset.serial = named.serial
                 cross join laptop on laptop.host = asset.host)
             select laptop.id, host, serial, heard_at, revoked_at, (
                 select json_extract(body, '$.person') from asset
                 where asset.serial = laptop.serial or asset.host = laptop.host
                 order by asset.serial = laptop.serial desc limit 1) as person
             from found join laptop on laptop.id = found.id
             order by revoked_at is not null, host collate nocase, laptop.id limit ?2",
        )?
        .query_map((words::question(text), most), |row| {
            Ok(Hit {
                id: row.get("id")?,
                host: row.get("host")?,
                serial: row.get("serial")?,
                person: row.get("person")?,
                heard_at: parsed_if_any(row, "heard_at")?,
                revoked_at: parsed_if_any(row, "revoked_at")?,
            })
        })?
        .collect()
}
