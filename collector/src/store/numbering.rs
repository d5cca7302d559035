//! Which report numbers have been taken in, as ranges without holes.

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::OptionalExtension;

/// The numbering of one laptop's reports in one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run<'a> {
    /// The laptop's id.
    pub laptop: &'a str,
    /// The run.
    pub run: &'a str,
}

impl Run<'_> {
    /// Notes that this number is taken in; false if it was already.
    pub fn take(
        self,
        connection: &Connection,
        number: i64,
        now: Timestamp,
    ) -> rusqlite::Result<bool> {
        let before = self.range_from(connection, number)?;
        if before.is_some_and(|(_, last)| number <= last) {
            return Ok(false);
        }
        let before = before.filter(|&(_, last)| last + 1 == number);
        let after = self.range_at(connection, number.checked_add(1))?;
        if let Some((first, _)) = after {
            self.remove(connection, first)?;
        }
        let first = before.map_or(number, |(first, _)| first);
        let last = after.map_or(number, |(_, last)| last);
        self.put(connection, (first, last), now)?;
        Ok(true)
    }

    /// The highest number taken in; `None` if there is none of this run.
    pub fn highest(self, connection: &Connection) -> rusqlite::Result<Option<i64>> {
        connection
            .prepare_cached("select max(last) from numbering where laptop = ?1 and run = ?2")?
            .query_row([self.laptop, self.run], |row| row.get(0))
    }

    /// True if no other run of the laptop was heard of since this one, or if
    /// this one is new.
    pub fn is_present(self, connection: &Connection) -> rusqlite::Result<bool> {
        connection
            .prepare_cached(
                "select not exists (select 1 from numbering where laptop = ?1 and run = ?2)
                     or (select max(at) from numbering where laptop = ?1 and run = ?2)
                         >= (select max(at) from numbering where laptop = ?1)",
            )?
            .query_row([self.laptop, self.run], |row| row.get(0))
    }

    /// The range that begins at or last before the number.
    fn range_from(
        self,
        connection: &Connection,
        number: i64,
    ) -> rusqlite::Result<Option<(i64, i64)>> {
        connection
            .prepare_cached(
                "select first, last from numbering where laptop = ?1 and run = ?2 and first <= ?3
                 order by first desc limit 1",
            )?
            .query_row((self.laptop, self.run, number), |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
    }

    fn range_at(
        self,
        connection: &Connection,
        first: Option<i64>,
    ) -> rusqlite::Result<Option<(i64, i64)>> {
        connection
            .prepare_cached(
                "select first, last from numbering where laptop = ?1 and run = ?2 and first = ?3",
            )?
            .query_row((self.laptop, self.run, first), |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
    }

    fn remove(self, connection: &Connection, first: i64) -> rusqlite::Result<()> {
        connection
            .prepare_cached("delete from numbering where laptop = ?1 and run = ?2 and first = ?3")?
            .execute((self.laptop, self.run, first))?;
        Ok(())
    }

    fn put(
        self,
        connection: &Connection,
        (first, last): (i64, i64),
        now: Timestamp,
    ) -> rusqlite::Result<()> {
        connection
            .prepare_cached(
                "insert into numbering (laptop, run, first, last, at) values (?1, ?2, ?3, ?4, ?5)
                 on conflict (laptop, run, first) do update set last = excluded.last, at = excluded.at",
            )?
            .execute((self.laptop, self.run, first, last, now.to_string()))?;
        Ok(())
    }
}
