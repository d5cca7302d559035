//! Reads a company's list of laptops: a CSV file with a head line. Every wrong
//! row is told with its line, and then nothing of the file counts.

use super::Expected;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// What may stand in the head line. In one cell, several are separated by `;`.
const COLUMNS: [&str; 12] = [
    "serial",
    "host",
    "person",
    "home",
    "offices",
    "travel",
    "borders",
    "delivered_to",
    "delivered_at",
    "start",
    "group",
    "alive_at",
];

/// Something wrong with the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong with it.
    pub text: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.text)
    }
}

/// The laptops of the list, or all that is wrong with it.
pub fn import(text: &str) -> Result<Vec<Expected>, Vec<Wrong>> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let head = reader.headers().map_err(|error| vec![broken(&error)])?.clone();
    let mut wrong = head_problems(&head);
    let (mut all, mut serials) = (Vec::new(), BTreeSet::new());
    for row in reader.records() {
        match row {
            Ok(row) => {
                let one = Row::new(&head, &row).read(&mut wrong);
                if !one.serial.is_empty() && !serials.insert(one.serial.clone()) {
                    let text = format!("the serial number `{}` is there already", one.serial);
                    wrong.push(Wrong { line: line(&row), text });
                }
                all.push(one);
            }
            Err(error) => wrong.push(broken(&error)),
        }
    }
    wrong.sort_by_key(|wrong| wrong.line);
    if wrong.is_empty() { Ok(all) } else { Err(wrong) }
}

fn broken(error: &csv::Error) -> Wrong {
    let line = error.position().map_or(1, csv::Position::line);
    Wrong { line, text: format!("cannot be read: {error}") }
}

fn line(row: &csv::StringRecord) -> u64 {
    row.position().map_or(1, csv::Position::line)
}

fn head_problems(head: &csv::StringRecord) -> Vec<Wrong> {
    let known = COLUMNS.join(", ");
    let unknown = head.iter().filter(|name| !COLUMNS.contains(name)).map(|name| Wrong {
        line: 1,
        text: format!("`{name}` is not a column; there may be {known}"),
    });
    let missing = (!head.iter().any(|name| name == "serial")).then(|| Wrong {
        line: 1,
        text: format!("the column `serial` is missing; the first line names the columns: {known}"),
    });
    unknown.chain(missing).collect()
}

/// A row, cell by cell.
struct Row<'a> {
    line: u64,
    cells: BTreeMap<&'a str, &'a str>,
    width: (usize, usize),
}

impl<'a> Row<'a> {
    fn new(head: &'a csv::StringRecord, row: &'a csv::StringRecord) -> Self {
        let cells = head.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
        Self { line: line(row), cells: cells.collect(), width: (head.len(), row.len()) }
    }

    fn read(&self, wrong: &mut Vec<Wrong>) -> Expected {
        let mut problem = |text: String| wrong.push(Wrong { line: self.line, text });
        if self.width.0 != self.width.1 {
            problem(format!("has {} cells and the first line {}", self.width.1, self.width.0));
        }
        let expected = Expected {
            serial: self.text("serial").unwrap_or_default(),
            host: self.text("host"),
            person: self.text("person"),
            homes: self.list("home", &mut problem),
            offices: self.list("offices", &mut problem),
            travel: self.list("travel", &mut problem),
            borders: self.list("borders", &mut problem).into_iter().collect(),
            delivered_to: self.one("delivered_to", &mut problem),
            delivered_at: self.one("delivered_at", &mut problem),
            start: self.one("start", &mut problem),
            group: self.text("group"),
            alive_at: self.one("alive_at", &mut problem),
        };
        if expected.serial.is_empty() {
            problem("has no serial number".to_owned());
        }
        expected
    }

    fn text(&self, column: &str) -> Option<String> {
        self.cells.get(column).map(|&cell| cell.to_owned())
    }

    fn one<T>(&self, column: &str, problem: &mut impl FnMut(String)) -> Option<T>
    where
        T: FromStr,
        T::Err: fmt::Display,
    {
        let read = self.cells.get(column)?.parse();
        read.map_err(|error| problem(format!("{column}: {error}"))).ok()
    }

    fn list<T>(&self, column: &str, problem: &mut impl FnMut(String)) -> Vec<T>
    where
        T: FromStr,
        T::Err: fmt::Display,
    {
        let cell = self.cells.get(column).copied().unwrap_or_default();
        let items = cell.split(';').map(str::trim).filter(|item| !item.is_empty());
        let read = items.filter_map(|item| {
            item.parse().map_err(|error| problem(format!("{column}: {error}"))).ok()
        });
        read.collect()
    }
}
