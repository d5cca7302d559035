//! What is asked of findings, as a question to an index: whatever it is, not all
//! of a million need be looked at.

use super::called;
use super::called::Called;
use super::findings::Filter;
use super::findings::State;
use crate::policy;
use model::Severity;
use model::Standing;
use rusqlite::Connection;
use rusqlite::types::Value;

/// The severities, the mildest first.
const SEVERITIES: [Severity; 5] =
    [Severity::Informational, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];

/// SQLite joins 500 questions at most (`SQLITE_MAX_COMPOUND_SELECT`).
const ARMS: usize = 300;

/// What a filter asks for, in SQL.
pub(super) struct Wanted {
    /// Where to look for them: together these have all that are wanted.
    arms: Vec<Arm>,
    /// What is asked of each, too.
    conditions: Vec<String>,
    /// The values of all conditions, by number.
    pub(super) values: Vec<Value>,
}

/// A stretch of an index, or what an index finds.
struct Arm {
    index: &'static str,
    condition: String,
}

impl Wanted {
    pub(super) fn of(connection: &Connection, filter: &Filter) -> rusqlite::Result<Self> {
        let mut wanted = Self { arms: Vec::new(), conditions: Vec::new(), values: Vec::new() };
        if let Some(laptop) = &filter.laptop {
            wanted.arm("", "finding.laptop = ?", [laptop.clone()]);
        }
        if let Some(text) = &filter.text {
            wanted.text(connection, text)?;
        }
        if let Some(family) = &filter.family {
            wanted.family(connection, family)?;
        }
        let stretches = stretches(filter);
        if wanted.arms.is_empty() {
            for stretch in &stretches {
                wanted.arm("indexed by finding_listed", stretch, [Value::Null; 0]);
            }
        } else {
            // By `+`, these are asked of what the arms find.
            wanted.conditions.push(format!("+({})", stretches.join(" or ")));
        }
        if let Some(least) = filter.rung {
            let far = policy::RUNGS.iter().filter(|rung| **rung >= least);
            let far: Vec<&str> = far.map(|rung| policy::rung_name(*rung)).collect();
            wanted.conditions.push(format!("+rung in ('{}')", far.join("', '")));
        }
        if let Some(verdict) = filter.verdict {
            wanted.add("+verdict = ?", [policy::verdict_name(verdict).to_owned()]);
        }
        Ok(wanted)
    }

    fn text(&mut self, connection: &Connection, text: &str) -> rusqlite::Result<()> {
        let each = if self.arms.is_empty() {
            match called::of(connection, text)? {
                Called::Few(either) => {
                    for (condition, values) in either {
                        self.arm("", &condition, values);
                    }
                    return Ok(());
                }
                Called::Many(each) => each,
            }
        } else {
            called::each(text)
        };
        self.add(&each.0, each.1);
        Ok(())
    }

    /// A family's signatures, each by itself, unless they are too many for that.
    fn family(&mut self, connection: &Connection, family: &str) -> rusqlite::Result<()> {
        // A dot, and what follows it.
        let signatures: Vec<String> = connection
            .prepare_cached(&format!(
                "select id from signature where id >= ?1 || '.' and id < ?1 || '/'
                 limit {}",
                ARMS + 1
            ))?
            .query_map([family], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let are_few = (1..=ARMS).contains(&signatures.len());
        if self.arms.is_empty() && are_few {
            for signature in signatures {
                self.arm("indexed by finding_of_signature", "signature = ?", [signature]);
            }
        } else {
            let range = "+signature >= ? || '.' and +signature < ? || '/'";
            self.add(range, [family.to_owned(), family.to_owned()]);
        }
        Ok(())
    }

    fn arm<V: Into<Value>>(
        &mut self,
        index: &'static str,
        condition: &str,
        values: impl IntoIterator<Item = V>,
    ) {
        let condition = self.numbered(condition);
        self.arms.push(Arm { index, condition });
        self.values.extend(values.into_iter().map(Into::into));
    }

    /// Adds a condition; each `?` stands for one of the values.
    pub(super) fn add<V: Into<Value>>(
        &mut self,
        condition: &str,
        values: impl IntoIterator<Item = V>,
    ) {
        let condition = self.numbered(condition);
        self.conditions.push(condition);
        self.values.extend(values.into_iter().map(Into::into));
    }

    fn numbered(&self, condition: &str) -> String {
        let mut parts = condition.split('?');
        let first = parts.next().unwrap_or_default().to_owned();
        parts.enumerate().fold(first, |text, (number, part)| {
            format!("{text}?{}{part}", self.values.len() + number + 1)
        })
    }

    /// A question for the number and the beginning of the newest that are wanted,
    /// so many at most.
    pub(super) fn newest(&self, most: u64) -> String {
        let newest = format!("order by opened_at desc, id desc limit {most}");
        let arms = self.arms.iter().map(|Arm { index, condition }| {
            let all = [std::slice::from_ref(condition), &self.conditions].concat().join(" and ");
            format!(
                "select * from (select id, opened_at from finding {index} where {all} {newest})"
            )
        });
        let arms: Vec<String> = arms.collect();
        format!("{} {newest}", arms.join(" union "))
    }
}

fn stretches(filter: &Filter) -> Vec<String> {
    let is_open = match filter.state {
        State::Open => &[1][..],
        State::Closed => &[0],
        State::All => &[0, 1],
    };
    let least = filter.severity.unwrap_or(SEVERITIES[0]);
    let severities = || SEVERITIES.iter().filter(move |severity| **severity >= least);
    let standings = [Standing::Alert, Standing::Lead].into_iter();
    standings
        .filter(|standing| filter.standing.is_none_or(|wanted| wanted == *standing))
        .flat_map(|standing| severities().map(move |severity| (standing, severity)))
        .flat_map(|(standing, severity)| is_open.iter().map(move |open| (standing, severity, open)))
        .map(|(standing, severity, open)| {
            format!(
                "(standing = '{standing}' and severity = '{severity}'
                  and (closed_at is null) = {open})"
            )
        })
        .collect()
}
