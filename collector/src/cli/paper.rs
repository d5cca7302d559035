//! What verbs print on: text for people, or JSON.

use serde::Serialize;
use std::io;
use std::io::Write;

/// Where to print, and in which form.
pub struct Paper<'a> {
    /// Where to.
    pub out: &'a mut dyn Write,
    /// True for JSON.
    pub json: bool,
}

impl Paper<'_> {
    /// Prints one thing: as JSON, or as the text.
    pub fn one(&mut self, thing: &impl Serialize, text: &str) -> io::Result<()> {
        if self.json { self.json(thing) } else { writeln!(self.out, "{text}") }
    }

    /// Prints one thing of several: as JSON on a line of its own, or as the text.
    pub fn line(&mut self, thing: &impl Serialize, text: &str) -> io::Result<()> {
        if self.json {
            serde_json::to_writer(&mut self.out, thing)?;
            return writeln!(self.out);
        }
        writeln!(self.out, "{text}")
    }

    /// Prints a list: as JSON, or as a table with these columns.
    pub fn list<T: Serialize, const N: usize>(
        &mut self,
        things: &[T],
        head: [&str; N],
        cells: impl Fn(&T) -> [String; N],
    ) -> io::Result<()> {
        if self.json {
            return self.json(things);
        }
        let mut rows = vec![head.map(str::to_owned)];
        rows.extend(things.iter().map(|thing| cells(thing).map(|cell| harmless(&cell))));
        let widths: [usize; N] = std::array::from_fn(|column| {
            rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)
        });
        for row in &rows {
            let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
            let line = cells.collect::<Vec<_>>().join("  ");
            writeln!(self.out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    fn json<T: Serialize + ?Sized>(&mut self, thing: &T) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut self.out, thing)?;
        writeln!(self.out)
    }
}

/// Host names and titles come from laptops: they must not steer the terminal.
pub fn harmless(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { '\u{fffd}' } else { sign }).collect()
}
