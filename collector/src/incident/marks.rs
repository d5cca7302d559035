//! What about an incident can be new: each thing once, as a mark that stays.

use super::weigh::Spoken;
use model::Rung;
use model::Severity;
use std::collections::BTreeSet;

/// Every severity, the mildest first.
const SEVERITIES: [Severity; 5] =
    [Severity::Informational, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];

/// The marks of what speaks in an incident that is as bad as this.
///
/// A severity marks those below it as well, so that one that falls and rises
/// again is not new.
pub fn of(spoken: &[Spoken<'_>], severity: Severity) -> BTreeSet<String> {
    let mut marks = BTreeSet::new();
    for one in spoken {
        let (family, finding) = (one.family(), &one.member.finding);
        marks.insert(format!("family {family}"));
        marks.insert(format!("kind {} of {family}", finding.kind));
        marks.insert(format!("laptop {}", one.member.laptop));
        if let Some(tool) = finding.tool.as_ref().filter(|tool| tool.rung == Rung::Session) {
            marks.insert(format!("session {}", tool.id));
        }
    }
    if !spoken.is_empty() {
        let up_to = SEVERITIES.into_iter().filter(|one| *one <= severity);
        marks.extend(up_to.map(|one| format!("severity {one}")));
    }
    marks
}

/// What is new, in a sentence.
pub fn words(new: &BTreeSet<String>) -> String {
    let families: Vec<&str> = said(new, "family ").collect();
    let mut parts = Vec::new();
    if !families.is_empty() {
        parts.push(format!("findings of another family: {}", families.join(", ")));
    }
    let is_of_new = |kind: &&str| families.iter().any(|family| kind.ends_with(family));
    let kinds: Vec<&str> = said(new, "kind ").filter(|kind| !is_of_new(kind)).collect();
    if !kinds.is_empty() {
        parts.push(format!("another kind of evidence: {}", kinds.join(", ")));
    }
    let tools: Vec<&str> = said(new, "session ").collect();
    if !tools.is_empty() {
        parts.push(format!("somebody is connected by {}", tools.join(", ")));
    }
    match said(new, "laptop ").count() {
        0 => {}
        1 => parts.push("another laptop".to_owned()),
        more => parts.push(format!("{more} other laptops")),
    }
    let worst = SEVERITIES.into_iter().rev().find(|one| new.contains(&format!("severity {one}")));
    if let Some(worst) = worst {
        parts.push(format!("the severity is {worst} now"));
    }
    parts.join("; ")
}

/// The marks that begin with this word, without it.
fn said<'a>(marks: &'a BTreeSet<String>, word: &'a str) -> impl Iterator<Item = &'a str> {
    marks.iter().filter_map(move |mark| mark.strip_prefix(word))
}
