//! What findings are worth together.
//!
//! Findings of one family say much the same, so each family weighs no more
//! than its most: two must speak before a person is asked.

use super::code::Family;
use super::decide::Found;
use model::Severity;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// How rare a laptop is that is not where it should be: one in ten thousand.
const RARE: f64 = 1e-4;

/// What findings are worth together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Score {
    /// The natural logarithm of the odds that something is wrong.
    pub logit: f64,
    /// What each family weighs, after its most.
    pub families: BTreeMap<Family, f64>,
    /// What is to be done.
    pub band: Band,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Band {
    /// Nothing: it is kept.
    Log,
    /// Look when there is time.
    Review,
    /// Somebody is to look at it.
    Case,
    /// Somebody is to look at it now.
    Urgent,
}

impl Score {
    /// Of what was found about a laptop's place, and what the agent tells of an
    /// operator elsewhere. What still waits counts nothing.
    pub fn of(found: &[Found], operator: &[(String, f64)]) -> Self {
        let open = || found.iter().filter(|found| found.waits.is_none());
        let place = open().map(|found| (found.code.meaning().family, found.weight));
        let operator = operator.iter().map(|(_, weight)| (Family::Operator, *weight));
        let mut families: BTreeMap<Family, f64> = BTreeMap::new();
        for (family, weight) in place.chain(operator) {
            let sum = families.entry(family).or_default();
            *sum = (*sum + weight.max(0.0)).min(family.most());
        }
        let logit = RARE.ln() + families.values().sum::<f64>();
        let least = if open().any(|found| found.is_case_alone) {
            Band::Case
        } else if open().any(|found| found.severity >= Severity::High) {
            // Alone it weighs too little to ask anybody; somebody should know all the same.
            Band::Review
        } else {
            Band::Log
        };
        Self { logit, families, band: Band::of(logit).max(least) }
    }

    /// How likely it is, in percent, that something is wrong.
    pub fn percent(&self) -> f64 {
        100.0 / (1.0 + (-self.logit).exp())
    }
}

impl Band {
    fn of(logit: f64) -> Self {
        match logit {
            ..-2.0 => Self::Log,
            ..1.0 => Self::Review,
            ..=4.0 => Self::Case,
            _ => Self::Urgent,
        }
    }
}

impl fmt::Display for Band {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Log => "log",
            Self::Review => "review",
            Self::Case => "case",
            Self::Urgent => "urgent",
        })
    }
}
