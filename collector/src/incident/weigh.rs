//! What an incident's evidence is worth together, and the story it makes.
//!
//! Kinds of evidence are independent: of each kind of a family only the best
//! counts, and all kinds add up. What many laptops show counts for little.

use super::Desk;
use super::marks;
use super::runbook;
use crate::store::assets;
use crate::store::incidents;
use crate::store::incidents::Kept;
use crate::store::incidents::Story;
use event::Laptop;
use event::Member;
use event::Reason;
use jiff::SignedDuration;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::Confidence;
use model::Finding;
use model::Rung;
use model::Severity;
use model::Standing;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Incidents worth this much are sure, and half sure.
const SURE: f64 = 60.0;
/// See [`SURE`].
const HALF_SURE: f64 = 30.0;

/// Below this many laptops nothing is called common or rare.
const FEW: u64 = 20;

/// So long a laptop is new to its user: that is when most of what we look for
/// begins.
const NEW: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Innocent explanations told at most.
const EXPLANATIONS: usize = 6;

/// An incident's evidence, weighed.
pub struct Weighed {
    pub title: String,
    pub severity: Severity,
    pub confidence: Confidence,
    pub score: u8,
    pub opened_at: Timestamp,
    /// True if nothing of it holds any more.
    pub is_quiet: bool,
    pub marks: BTreeSet<String>,
    pub story: Story,
}

/// A finding that is to be heard: it alerts, and nobody has silenced it.
pub struct Spoken<'a> {
    pub member: &'a Member,
}

impl Spoken<'_> {
    /// The family of its signature, such as `kvm`.
    pub fn family(&self) -> &str {
        family(&self.member.finding)
    }
}

fn family(finding: &Finding) -> &str {
    finding.signature.split('.').next().unwrap_or_default()
}

/// Nothing for an incident without findings: there is nothing to weigh.
pub fn weigh(desk: &Desk<'_>, incident: &Kept) -> rusqlite::Result<Option<Weighed>> {
    let members = incidents::members(desk.connection, incident.id)?;
    let Some(first) = members.first() else { return Ok(None) };
    let laptops = laptops(desk, &members)?;
    let is_silent = |member: &&Member| {
        laptops.get(&member.laptop).is_some_and(|laptop| desk.is_silent(&member.finding, laptop))
    };
    let (silent, heard): (Vec<&Member>, Vec<&Member>) = members.iter().partition(is_silent);
    let spoken: Vec<Spoken<'_>> = heard
        .iter()
        .filter(|member| member.finding.standing == Standing::Alert)
        .map(|member| Spoken { member })
        .collect();
    let mut reasons = evidence(desk, &heard)?;
    reasons.extend(beside(desk, &heard)?);
    let score = reasons.iter().map(|reason| reason.weight).sum::<f64>().clamp(0.0, 100.0);
    reasons.extend(silent.iter().map(|member| Reason {
        text: format!("left aside, because it is suppressed: {}", member.finding.title),
        weight: 0.0,
    }));
    let confidence = confidence(score);
    let severity = severity(&spoken, &heard, confidence);
    let best = best(&spoken).unwrap_or(first);
    Ok(Some(Weighed {
        title: title(best, &spoken),
        severity,
        confidence,
        score: shade(score),
        opened_at: first.finding.opened,
        is_quiet: members.iter().all(|member| member.finding.closed.is_some()),
        marks: marks::of(&spoken, severity),
        story: story(reasons, best, &heard),
    }))
}

fn laptops(desk: &Desk<'_>, members: &[Member]) -> rusqlite::Result<BTreeMap<String, Laptop>> {
    let ids: BTreeSet<&String> = members.iter().map(|member| &member.laptop).collect();
    ids.into_iter().map(|id| Ok((id.clone(), incidents::laptop(desk.connection, id)?))).collect()
}

/// The best of each kind of evidence, and what its being common takes away.
fn evidence(desk: &Desk<'_>, heard: &[&Member]) -> rusqlite::Result<Vec<Reason>> {
    let mut best: BTreeMap<(&str, String), (f64, &Finding, Option<Reason>)> = BTreeMap::new();
    let all = incidents::laptop_count(desk.connection)?;
    for member in heard {
        let finding = &member.finding;
        let rarity = rarity(desk, finding, all)?;
        let worth = weight(finding) + rarity.as_ref().map_or(0.0, |reason| reason.weight);
        let kind = (family(finding), finding.kind.to_string());
        if best.get(&kind).is_none_or(|(known, ..)| worth > *known) {
            best.insert(kind, (worth, finding, rarity));
        }
    }
    let mut reasons = Vec::new();
    for ((family, kind), (_, finding, rarity)) in best {
        let text = format!("{family}, {kind} ({}): {}", finding.confidence, finding.title);
        reasons.push(Reason { text, weight: weight(finding) });
        reasons.extend(rarity);
    }
    Ok(reasons)
}

/// A lead counts half: it was too weak to alert anybody.
fn weight(finding: &Finding) -> f64 {
    let weight = match finding.confidence {
        Confidence::Low => 10.0,
        Confidence::Medium => 30.0,
        Confidence::High => 60.0,
    };
    match finding.standing {
        Standing::Alert => weight,
        Standing::Lead => weight / 2.0,
    }
}

/// What is common weighs less, down to nothing; what is rare a little more.
fn rarity(desk: &Desk<'_>, finding: &Finding, all: u64) -> rusqlite::Result<Option<Reason>> {
    if all < FEW {
        return Ok(None);
    }
    let having = incidents::laptops_with(desk.connection, &finding.signature)?;
    let factor = if having * 5 > all {
        -1.0
    } else if having * 20 > all {
        -0.5
    } else if having * 500 <= all {
        0.25
    } else {
        return Ok(None);
    };
    let how = if factor < 0.0 { "common" } else { "rare" };
    let text = format!("{how} here: {} holds on {having} of {all} laptops", finding.signature);
    Ok(Some(Reason { text, weight: weight(finding) * factor }))
}

/// What else speaks for it or against it.
fn beside(desk: &Desk<'_>, heard: &[&Member]) -> rusqlite::Result<Vec<Reason>> {
    let mut reasons = Vec::new();
    let connected = heard.iter().any(|member| {
        let tool = member.finding.tool.as_ref();
        member.finding.closed.is_none() && tool.is_some_and(|tool| tool.rung == Rung::Session)
    });
    if connected {
        let text = "somebody is connected now".to_owned();
        reasons.push(Reason { text, weight: 10.0 });
    }
    if let Some(member) = heard.first()
        && let Some(days) = days_of_use(desk, &member.laptop)?
    {
        let text = format!("the laptop is new to its user: {days} days");
        reasons.push(Reason { text, weight: 8.0 });
    }
    let silent = heard.iter().flat_map(|member| &member.finding.corroboration.silent);
    let silent: BTreeSet<String> = silent.map(ToString::to_string).collect();
    let spoke: BTreeSet<String> =
        heard.iter().map(|member| member.finding.kind.to_string()).collect();
    let silent: Vec<&str> = silent.difference(&spoke).map(String::as_str).collect();
    if !silent.is_empty() {
        let text = format!("could be seen and show nothing: {}", silent.join(", "));
        let weight = -3.0 * f64::from(u8::try_from(silent.len().min(3)).unwrap_or(3));
        reasons.push(Reason { text, weight });
    }
    Ok(reasons)
}

/// How long its user has had the laptop, in days; nothing if that is long.
fn days_of_use(desk: &Desk<'_>, laptop: &str) -> rusqlite::Result<Option<i64>> {
    let expected = assets::of_laptop(desk.connection, laptop)?;
    let said = expected.and_then(|expected| expected.start.max(expected.delivered_at));
    let said = said.and_then(|day| TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok());
    let since = match said {
        Some(day) => Some(day),
        None => incidents::enrolled_at(desk.connection, laptop)?,
    };
    let used = since.map(|since| desk.now.duration_since(since));
    Ok(used.filter(|used| *used < NEW).map(|used| used.as_hours().max(0) / 24))
}

fn confidence(score: f64) -> Confidence {
    match score {
        SURE.. => Confidence::High,
        HALF_SURE.. => Confidence::Medium,
        _ => Confidence::Low,
    }
}

fn shade(score: f64) -> u8 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it was clamped to 0..=100"
    )]
    let shade = score.round() as u8;
    shade
}

/// As bad as the worst that speaks; two families that are sure are worse than one.
fn severity(spoken: &[Spoken<'_>], heard: &[&Member], confidence: Confidence) -> Severity {
    let worst = spoken.iter().map(|one| one.member.finding.severity).max();
    let worst = worst.or_else(|| heard.iter().map(|member| member.finding.severity).max());
    let families: BTreeSet<&str> = spoken.iter().map(Spoken::family).collect();
    match worst {
        Some(Severity::High) if families.len() > 1 && confidence == Confidence::High => {
            Severity::Critical
        }
        Some(worst) => worst,
        None => Severity::Informational,
    }
}

fn best<'a>(spoken: &[Spoken<'a>]) -> Option<&'a Member> {
    let worth = |one: &&Spoken<'a>| {
        let finding = &one.member.finding;
        (finding.closed.is_none(), finding.severity, finding.confidence)
    };
    spoken.iter().rev().max_by_key(worth).map(|one| one.member)
}

/// The best finding's, and which families speak besides.
fn title(best: &Member, spoken: &[Spoken<'_>]) -> String {
    let own = family(&best.finding);
    let others: BTreeSet<&str> =
        spoken.iter().map(Spoken::family).filter(|family| *family != own).collect();
    let others: Vec<&str> = others.into_iter().map(|family| runbook::of(family).title).collect();
    if others.is_empty() {
        return best.finding.title.clone();
    }
    format!("{}; and {}", best.finding.title, others.join(", "))
}

fn story(reasons: Vec<Reason>, best: &Member, heard: &[&Member]) -> Story {
    let mut families = vec![family(&best.finding)];
    let mut innocent = vec![best.finding.innocent.trim().to_owned()];
    let mut blind = BTreeSet::new();
    for member in heard {
        if !families.contains(&family(&member.finding)) {
            families.push(family(&member.finding));
        }
        let text = member.finding.innocent.trim().to_owned();
        if !innocent.contains(&text) && innocent.len() < EXPLANATIONS {
            innocent.push(text);
        }
        blind.extend(member.finding.corroboration.blind.iter().map(ToString::to_string));
    }
    let books: Vec<_> = families.iter().map(|family| runbook::of(family)).collect();
    let said = |texts: fn(&runbook::Runbook) -> &'static [&'static str]| {
        let mut all: Vec<String> = Vec::new();
        for text in books.iter().flat_map(|book| texts(book)) {
            if !all.iter().any(|known| known == text) {
                all.push((*text).to_owned());
            }
        }
        all
    };
    let mut refutes = said(|book| book.refutes);
    if !blind.is_empty() {
        let blind = blind.into_iter().collect::<Vec<_>>().join(", ");
        refutes.push(format!("Not seen, and so not refuted: {blind}. Blind is not clean."));
    }
    Story { reasons, refutes, innocent, steps: said(|book| book.steps) }
}
