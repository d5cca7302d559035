//! A remote tool: by which signs it is known, and how far each shows it has come.

mod check;
pub mod file;
#[cfg(test)]
mod tests;

use super::Held;
use super::Question;
use super::quote;
use crate::sensors::Setting;
use crate::world::World;
use model::Confidence;
use model::Observation;
use model::Rung;
use model::Severity;
use model::Value;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

pub use check::problems;

/// Of one sign no more observations than this are quoted: twenty child
/// processes show no more than eight.
const QUOTED: usize = 8;

/// What makes a signature that of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    /// What it has in common with tools of its kind.
    pub category: Category,
    /// Who makes it: two tools of one maker are one choice.
    pub maker: String,
    /// What shows it, those of its category included.
    pub signs: Vec<Sign>,
    /// What tells whose instance it is.
    pub settings: Vec<Setting>,
}

/// What tools of a kind have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Category {
    /// Its name, such as `remote-desktop`.
    pub name: String,
    /// The rung from which such a tool alerts by itself; none never does.
    pub alerts_from: Option<Rung>,
    /// How bad each rung is; a rung that is not named is as bad as the one before.
    pub severity: BTreeMap<Rung, Severity>,
}

/// One sign of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign {
    /// How far the tool has come if it is there.
    pub rung: Rung,
    /// What it is a sign by: two signs by the same thing are one.
    pub by: String,
    /// What it is worth.
    pub strength: Strength,
    /// What must be seen.
    pub question: Question,
    /// True if it counts only for processes that other signs have shown to be
    /// the tool's: it says what the tool does, not that it is there.
    pub own: bool,
}

/// What a sign is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// A name, which anybody can take: it shows nothing by itself.
    Weak,
    /// Two of them, by different things, show the tool.
    Medium,
    /// It shows the tool.
    Strong,
}

impl Category {
    /// How bad it is that a tool of this kind has come so far.
    pub fn severity(&self, rung: Rung) -> Severity {
        let reached = self.severity.range(..=rung).next_back();
        reached.map_or(Severity::Low, |(_, severity)| *severity)
    }
}

impl Tool {
    /// What the signs show; `None` if none is there.
    pub fn held(&self, world: &World) -> Option<Held> {
        let shown = self.shown(world);
        let confidence = confidence(&shown);
        let own = processes(&shown);
        let mut evidence = Evidence::default();
        let mut rung = shown.iter().map(|(sign, _)| sign.rung).max()?;
        for (sign, seen) in &shown {
            evidence.add(sign, seen);
        }
        let doing = self.signs.iter().filter(|sign| sign.own);
        for sign in doing.filter(|_| confidence > Confidence::Low) {
            let seen: Vec<&Observation> =
                found(sign, world).into_iter().filter(|one| is_of(one, &own)).collect();
            if !seen.is_empty() {
                rung = rung.max(sign.rung);
                evidence.add(sign, &seen);
            }
        }
        Some(Held { rung: Some(rung), confidence, evidence: evidence.observations })
    }

    /// What is known of whose instance a tool is: its settings.
    pub fn settings<'a>(id: &str, world: &'a World) -> Vec<&'a Observation> {
        world.seen("setting").iter().filter(|one| text(one, "tool") == Some(id)).collect()
    }

    /// The value of a setting.
    pub fn value(setting: &Observation) -> Option<&str> {
        text(setting, "value")
    }

    /// The signs that speak for themselves and are there.
    fn shown<'a>(&'a self, world: &'a World) -> Vec<(&'a Sign, Vec<&'a Observation>)> {
        let signs = self.signs.iter().filter(|sign| !sign.own);
        let shown = signs.map(|sign| (sign, found(sign, world)));
        shown.filter(|(_, seen)| !seen.is_empty()).collect()
    }
}

fn found<'a>(sign: &'a Sign, world: &'a World) -> Vec<&'a Observation> {
    sign.question.finds(world.seen(&sign.question.sensor)).collect()
}

/// One strong sign, or two medium ones by different things; anything less may
/// be another program of that name.
fn confidence(shown: &[(&Sign, Vec<&Observation>)]) -> Confidence {
    let of = |strength| shown.iter().filter(move |(sign, _)| sign.strength == strength);
    let medium: BTreeSet<&str> = of(Strength::Medium).map(|(sign, _)| sign.by.as_str()).collect();
    match (of(Strength::Strong).count(), medium.len()) {
        (1.., _) => Confidence::High,
        (0, 2..) => Confidence::Medium,
        _ => Confidence::Low,
    }
}

/// The process ids of what was shown.
fn processes<'a>(shown: &[(&Sign, Vec<&'a Observation>)]) -> BTreeSet<&'a str> {
    let seen = shown.iter().flat_map(|(_, seen)| seen);
    seen.filter_map(|one| match one.sensor.as_str() {
        "process" | "program" => Some(one.subject.as_str()),
        _ => None,
    })
    .collect()
}

/// True if what was seen is one of these processes, or belongs to one.
pub(super) fn is_of(seen: &Observation, processes: &BTreeSet<&str>) -> bool {
    let of = text(seen, "process").unwrap_or(&seen.subject);
    processes.contains(of)
}

fn text<'a>(seen: &'a Observation, field: &str) -> Option<&'a str> {
    match seen.fields.get(field) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

/// What is quoted of several signs: each observation once, with all that any
/// of them asked for.
#[derive(Default)]
struct Evidence {
    observations: Vec<Observation>,
}

impl Evidence {
    fn add(&mut self, sign: &Sign, seen: &[&Observation]) {
        for observation in seen.iter().take(QUOTED) {
            let quoted = quote(&sign.question, observation);
            let is_same = |one: &&mut Observation| {
                one.sensor == quoted.sensor && one.subject == quoted.subject
            };
            match self.observations.iter_mut().find(is_same) {
                Some(known) => merge(known, quoted),
                None => self.observations.push(quoted),
            }
        }
    }
}

/// Adds to the lists of a quoted observation what another quotation has of them.
fn merge(known: &mut Observation, other: Observation) {
    for (field, value) in other.fields {
        let (Some(Value::List(mine)), Value::List(theirs)) = (known.fields.get_mut(&field), value)
        else {
            continue;
        };
        for item in theirs {
            if !mine.contains(&item) {
                mine.push(item);
            }
        }
    }
}
