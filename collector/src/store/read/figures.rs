//! Figures about all laptops and findings, and about the file itself.

use crate::figures::Figure;
use jiff::SignedDuration;
use jiff::Timestamp;
use rusqlite::Connection;

/// All that the store can say in numbers, without naming anybody.
pub fn figures(connection: &Connection, now: Timestamp) -> rusqlite::Result<Vec<Figure>> {
    Ok(vec![
        laptops(connection, now)?,
        heard(connection, now)?,
        open(connection)?,
        incidents(connection)?,
        blind(connection)?,
        bytes(connection)?,
    ])
}

fn laptops(connection: &Connection, now: Timestamp) -> rusqlite::Result<Figure> {
    let values = counts(
        connection,
        "select case when revoked_at is not null then 'revoked'
             when not_after <= ?1 then 'ended' else 'enrolled' end, count(*)
         from laptop group by 1",
        &now.to_string(),
    )?;
    let help = "Laptops, by whether they may report.";
    Ok(Figure { name: "laptops", help, label: "standing", values })
}

fn heard(connection: &Connection, now: Timestamp) -> rusqlite::Result<Figure> {
    let mut values = Vec::new();
    for (name, hours) in [("1h", 1), ("24h", 24)] {
        let since = now - SignedDuration::from_hours(hours);
        let count = "select count(*) from laptop where heard_at >= ?1 and revoked_at is null";
        let count = connection.prepare_cached(count)?.query_row([since.to_string()], number)?;
        values.push((name.to_owned(), count));
    }
    let help = "Laptops heard of within this time.";
    Ok(Figure { name: "laptops_heard", help, label: "within", values })
}

fn open(connection: &Connection) -> rusqlite::Result<Figure> {
    let values = counts(
        connection,
        "select severity, count(*) from finding
         where closed_at is null and standing = ?1 group by severity",
        "alert",
    )?;
    let help = "Findings that are open and alert somebody.";
    Ok(Figure { name: "open_alerts", help, label: "severity", values })
}

fn incidents(connection: &Connection) -> rusqlite::Result<Figure> {
    let values = counts(
        connection,
        "select severity, count(*) from incident where state <> ?1 group by severity",
        "closed",
    )?;
    let help = "Incidents that are not closed.";
    Ok(Figure { name: "open_incidents", help, label: "severity", values })
}

fn blind(connection: &Connection) -> rusqlite::Result<Figure> {
    let values = counts(
        connection,
        "select sight.key, count(*) from laptop, json_each(laptop.sight) as sight
         where sight.type = ?1 and revoked_at is null and laptop.sight like '%blind%' group by 1",
        "object",
    )?;
    let help = "Laptops on which a sensor is blind.";
    Ok(Figure { name: "blind_sensors", help, label: "sensor", values })
}

fn bytes(connection: &Connection) -> rusqlite::Result<Figure> {
    let asked = |name: &str| {
        connection.pragma_query_value(None, name, |row| row.get::<_, u32>(0)).map(f64::from)
    };
    let page = asked("page_size")?;
    let (all, free) = (asked("page_count")?, asked("freelist_count")?);
    let values = vec![("used".to_owned(), (all - free) * page), ("free".to_owned(), free * page)];
    let help = "How large the database is; what is free in it is used again.";
    Ok(Figure { name: "database_bytes", help, label: "part", values })
}

fn counts(
    connection: &Connection,
    query: &str,
    parameter: &str,
) -> rusqlite::Result<Vec<(String, f64)>> {
    connection
        .prepare_cached(query)?
        .query_map([parameter], |row| Ok((row.get(0)?, f64::from(row.get::<_, u32>(1)?))))?
        .collect()
}

fn number(row: &rusqlite::Row) -> rusqlite::Result<f64> {
    row.get::<_, u32>(0).map(f64::from)
}
