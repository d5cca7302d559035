//! What has been found: so that a signature can speak of two findings that
//! mean more together than each alone.
//!
//! No host can be asked for that: the watch, which judges, tells it here.
//! Findings of signatures that ask this sensor are not among them, so that
//! nothing is built upon itself.

mod night;
#[cfg(test)]
mod tests;

use super::Blind;
use super::Sensor;
use super::observe;
use crate::host::Host;
use jiff::SignedDuration;
use model::Confidence;
use model::Observation;
use model::Verdict;
use serde::Serialize;

pub use night::Nights;

/// The name observations and signatures use.
pub const NAME: &str = "finding";

/// Tells what has been found.
pub struct Finding;

/// A laptop is new so long after it was first watched: whoever means to drive
/// it from elsewhere sets that up in its first days.
pub const EARLY: SignedDuration = SignedDuration::from_hours(14 * 24);

/// A finding that is open.
#[derive(Debug, Serialize)]
struct Facts {
    /// The family of its signature, such as `kvm`.
    family: String,
    /// `alert` or `lead`.
    standing: String,
    /// `low`, `medium` or `high`.
    confidence: String,
    /// Of a remote tool, what kind of tool it is, such as `remote-desktop`.
    category: Option<String>,
    /// Of a remote tool, how far it has come: `present`, `running`,
    /// `reachable` or `session`.
    rung: Option<String>,
    /// Of a remote tool, true if the policy approves it.
    is_approved: Option<bool>,
    /// Of a remote tool, true if another tool of its category, and of another
    /// maker, has been found as well; approved tools, and such of which only a
    /// name is there, do not count.
    has_rival: Option<bool>,
    /// True if the laptop was first watched less than 14 days ago.
    is_early: bool,
    /// Of a live session, true if it began between midnight and five in the
    /// laptop's own time zone; nothing if its beginning was not seen or the
    /// zone is not known.
    began_at_night: Option<bool>,
}

impl Sensor for Finding {
    fn name(&self) -> &'static str {
        NAME
    }

    fn reads(&self) -> &'static str {
        "what the other sensors' observations have been found to mean"
    }

    fn look(&self, _host: &dyn Host) -> Result<Vec<Observation>, Blind> {
        Err(Blind::Absent)
    }

    fn example(&self) -> Observation {
        let facts = Facts {
            family: "remote-tools".to_owned(),
            standing: "alert".to_owned(),
            confidence: "high".to_owned(),
            category: Some("remote-desktop".to_owned()),
            rung: Some("session".to_owned()),
            is_approved: Some(false),
            has_rival: Some(false),
            is_early: false,
            began_at_night: Some(true),
        };
        observe(NAME, "remote-tools.anydesk", SOURCE, &facts)
    }
}

const SOURCE: &str = "what was judged";

/// A finding, and who makes the tool it is about.
pub type Found<'a> = (&'a model::Finding, Option<&'a str>);

/// The findings as observations; `is_early` says whether the laptop is new.
pub fn observations(found: &[Found<'_>], is_early: bool, nights: &Nights) -> Vec<Observation> {
    let one = |it: &Found<'_>| {
        let finding = it.0;
        let tool = finding.tool.as_ref();
        let facts = Facts {
            family: finding.signature.split('.').next().unwrap_or_default().to_owned(),
            standing: finding.standing.to_string(),
            confidence: finding.confidence.to_string(),
            category: tool.map(|tool| tool.category.clone()),
            rung: tool.map(|tool| tool.rung.to_string()),
            is_approved: tool.map(|tool| tool.verdict == Verdict::Approved),
            has_rival: tool.map(|_| is_shown(it) && found.iter().any(|other| is_rival(it, other))),
            is_early,
            began_at_night: nights.of(&finding.signature),
        };
        observe(NAME, &finding.signature, SOURCE, &facts)
    };
    found.iter().map(one).collect()
}

fn is_rival(one: &Found<'_>, other: &Found<'_>) -> bool {
    let category = |it: &Found<'_>| it.0.tool.as_ref().map(|tool| tool.category.clone());
    one.1 != other.1 && category(one) == category(other) && is_shown(other)
}

/// True if more than a name is there, and nobody approved it.
fn is_shown((finding, _): &Found<'_>) -> bool {
    finding.confidence > Confidence::Low
        && finding.tool.as_ref().is_some_and(|tool| tool.verdict != Verdict::Approved)
}
