//! What a laptop's silence and its lapses say: asleep, offline, without its
//! agent, tampered with, or twice.

use super::finding::observed;
use crate::place::expected::Expected;
use crate::store::assets;
use crate::store::lapses;
use crate::store::lapses::Clock;
use crate::store::lapses::Lapse;
use crate::store::laptops;
use crate::store::read;
use crate::store::read::Gap;
use crate::store::read::LaptopRow;
use jiff::SignedDuration;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::Confidence;
use model::Corroboration;
use model::Finding;
use model::Kind;
use model::Observation;
use model::Severity;
use model::Sight;
use model::Standing;
use model::Value;
use rusqlite::Connection;
use std::collections::BTreeMap;

/// The family of these findings.
const FAMILY: &str = "sight";

/// A laptop that was not heard of for so long is silent.
const SILENT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// An MDM that heard of it so much later than we did knows that it lives.
const ALIVE: SignedDuration = SignedDuration::from_hours(3 * 24);
/// Sensors may be blind for so long, and reports missing: machines start anew.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);
/// A lapse is told for so long.
const LATELY: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Below so many laptops of one version nothing is said of their signatures.
const FEW: u64 = 10;

/// What the names of blind sensors begin with.
const DARK: &str = "blind ";

/// How many laptops judge by which signatures, by the version of their agent.
pub type Digests = BTreeMap<String, BTreeMap<String, u64>>;

/// What is fixed about one of these findings.
struct Said {
    code: &'static str,
    title: &'static str,
    severity: Severity,
    standing: Standing,
    why: &'static str,
    innocent: &'static str,
}

const UNHEARD: Said = Said {
    code: "unheard",
    title: "The laptop has not been heard of for a week",
    severity: Severity::Low,
    standing: Standing::Lead,
    why: "Nothing is known of it since. What it last said tells whether it is likely asleep.",
    innocent: "Holidays, illness, a second laptop, one that was returned.",
};
const REMOVED: Said = Said {
    code: "removed",
    title: "The laptop is alive and its agent is silent",
    severity: Severity::High,
    standing: Standing::Alert,
    why: "Another of the company's systems has heard of the laptop days after the agent fell silent: the agent was removed, stopped or cut off.",
    innocent: "A laptop that was installed anew, or a network that blocks the collector and nothing else.",
};
const BLIND: Said = Said {
    code: "blind",
    title: "Sensors have not seen for a day",
    severity: Severity::Low,
    standing: Standing::Lead,
    why: "What these sensors would show is not known. Blind is not clean.",
    innocent: "A permission that the roll-out did not grant, or an update that took it away: often many laptops at once.",
};
const GAP: Said = Said {
    code: "gap",
    title: "Reports are missing",
    severity: Severity::Low,
    standing: Standing::Lead,
    why: "Reports are numbered, and numbers are missing for a day: what they said is not known.",
    innocent: "A full disk, a spool that overflowed while offline, or a disk that failed.",
};
const CLOCK: Said = Said {
    code: "clock-moved",
    title: "The laptop's clock was moved",
    severity: Severity::Low,
    standing: Standing::Lead,
    why: "Times that the laptop tells are not to be relied on. Setting a clock can hide when something came.",
    innocent: "An empty battery, another system on the same machine, or a user who corrected it.",
};
const CLONED: Said = Said {
    code: "cloned",
    title: "Two agents report under one laptop's key",
    severity: Severity::High,
    standing: Standing::Alert,
    why: "A numbering of reports went on after another had followed it: the key and the state of this laptop are on two machines.",
    innocent: "A disk image or a virtual machine that was copied or set back.",
};
const CHANGED: Said = Said {
    code: "signatures-changed",
    title: "The laptop judges by other signatures than its like",
    severity: Severity::Medium,
    standing: Standing::Alert,
    why: "Nearly all laptops with this version of the agent judge by the same signatures and policy; on this one they were changed.",
    innocent: "A pilot of new signatures, or a policy for a group of its own: suppress it for that group.",
};

/// What is found of a laptop.
pub fn found(
    connection: &Connection,
    laptop: &str,
    digests: &Digests,
    now: Timestamp,
) -> rusqlite::Result<Vec<Finding>> {
    let Some(row) = read::laptop(connection, laptop)? else { return Ok(Vec::new()) };
    let expected = assets::of_laptop(connection, laptop)?;
    let kept = lapses::of_laptop(connection, laptop)?;
    let is_late = |at: &Timestamp| now.duration_since(*at) < LATELY;
    let mut found = Vec::new();
    found.extend(silent(connection, &row, expected.as_ref(), now)?);
    let lasting = lapses::lasting(connection, laptop, &lacking(&row), now)?;
    found.extend(blind_for_long(&lasting, now));
    found.extend(gaps(&row, &lasting, now));
    if let Some(moved) = kept.clock.filter(|moved| is_late(&moved.at)) {
        let how = match moved.how {
            Clock::Ahead => "it says a time that has not come yet",
            Clock::Back => "it was set back between two reports",
        };
        let fields = [("how", text(how)), ("seconds", Value::Number(moved.seconds))];
        found.push(CLOCK.finding(fields, now));
    }
    if let Some(at) = kept.forked_at.filter(is_late) {
        found.push(CLONED.finding([("noticed", text(&at.to_string()))], now));
    }
    found.extend(kept.signatures.and_then(|own| changed(&row, &own, digests, now)));
    Ok(found)
}

/// Not heard of for long; or alive, as somebody else says.
fn silent(
    connection: &Connection,
    row: &LaptopRow,
    expected: Option<&Expected>,
    now: Timestamp,
) -> rusqlite::Result<Option<Finding>> {
    let last = row.heard_at.unwrap_or(row.enrolled_at);
    let alive = expected.and_then(|expected| expected.alive_at);
    let alive = alive.and_then(|day| TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok());
    if let Some(alive) = alive.filter(|alive| alive.duration_since(last) >= ALIVE) {
        let fields = [("last_heard", text(&last.to_string())), ("alive", text(&alive.to_string()))];
        return Ok(Some(REMOVED.finding(fields, now)));
    }
    if now.duration_since(last) < SILENT {
        return Ok(None);
    }
    let told = laptops::told(connection, &row.id)?;
    let fields = [("last_heard", text(&last.to_string())), ("likely", text(likely(row, &told)))];
    Ok(Some(UNHEARD.finding(fields, now)))
}

/// What its last words make likely.
fn likely(row: &LaptopRow, told: &[Observation]) -> &'static str {
    let power = told.iter().find(|seen| seen.sensor == "power").map(|seen| &seen.fields);
    let says = |field: &str, value: &Value| power.is_some_and(|all| all.get(field) == Some(value));
    if row.heard_at.is_none() {
        "its agent was installed and has never reported"
    } else if says("lid", &text("closed")) {
        "asleep or off: its lid was closed when it was last heard of"
    } else if says("on_ac", &Value::Flag(false)) {
        "asleep or off: it ran on its battery when it was last heard of"
    } else {
        "offline, off or without its agent: nothing tells these apart"
    }
}

/// What is not as it should be now, by name, and why.
fn lacking(row: &LaptopRow) -> BTreeMap<String, String> {
    let blind = row.sight.iter().filter_map(|(sensor, sight)| match sight {
        Sight::Seeing => None,
        Sight::Blind(why) => {
            Some((format!("{DARK}{sensor}"), format!("{}: {}", why.source, why.reason)))
        }
    });
    let gaps = row.gaps.iter().map(|gap| (gap_name(gap), String::new()));
    blind.chain(gaps).collect()
}

fn gap_name(gap: &Gap) -> String {
    format!("gap {} {}", gap.run, gap.first)
}

fn blind_for_long(lasting: &[Lapse], now: Timestamp) -> Option<Finding> {
    let sensors = lasting.iter().filter_map(|lapse| {
        let sensor = lapse.what.strip_prefix(DARK)?;
        let is_long = now.duration_since(lapse.since) >= PATIENCE;
        is_long.then(|| text(&format!("{sensor}, since {}: {}", lapse.since, lapse.reason)))
    });
    let sensors: Vec<Value> = sensors.collect();
    (!sensors.is_empty()).then(|| BLIND.finding([("sensors", Value::List(sensors))], now))
}

/// A gap is told for a while; then it is history, and the laptop's page has it.
fn gaps(row: &LaptopRow, lasting: &[Lapse], now: Timestamp) -> Option<Finding> {
    let is_told = |gap: &&Gap| {
        let lapse = lasting.iter().find(|lapse| lapse.what == gap_name(gap));
        let age = lapse.map(|lapse| now.duration_since(lapse.since));
        age.is_some_and(|age| (PATIENCE..LATELY + PATIENCE).contains(&age))
    };
    let told = row.gaps.iter().filter(is_told);
    let missing: u64 = told.map(|gap| gap.last.saturating_sub(gap.first).saturating_add(1)).sum();
    let number = |count: u64| Value::Number(i64::try_from(count).unwrap_or(i64::MAX));
    let fields = [("missing", number(missing)), ("agent_says_lost", number(row.lost))];
    (missing > 0).then(|| GAP.finding(fields, now))
}

/// Only where nearly all others of its version agree.
fn changed(row: &LaptopRow, own: &str, digests: &Digests, now: Timestamp) -> Option<Finding> {
    let like = digests.get(&row.agent)?;
    let all: u64 = like.values().sum();
    let most = like.values().max().copied().unwrap_or_default();
    let same = like.get(own).copied().unwrap_or_default();
    let is_odd = all >= FEW && most * 10 >= all * 8 && same * 10 < all;
    let number = |count: u64| Value::Number(i64::try_from(count).unwrap_or(i64::MAX));
    is_odd.then(|| {
        let fields = [("digest", text(own)), ("same", number(same)), ("of", number(all))];
        CHANGED.finding(fields, now)
    })
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

impl Said {
    fn finding<const N: usize>(
        &self,
        fields: [(&'static str, Value); N],
        now: Timestamp,
    ) -> Finding {
        Finding {
            signature: format!("{FAMILY}.{}", self.code),
            title: self.title.to_owned(),
            severity: self.severity,
            confidence: Confidence::Medium,
            kind: Kind::Other,
            standing: self.standing,
            corroboration: Corroboration::default(),
            tool: None,
            technique: "T1562.001".to_owned(),
            why: self.why.to_owned(),
            innocent: self.innocent.to_owned(),
            references: Vec::new(),
            opened: now,
            closed: None,
            evidence: vec![observed(FAMILY, self.code, fields)],
        }
    }
}

/// They end as soon as they are not found any more.
pub fn lasts(signature: &str) -> Option<SignedDuration> {
    signature.strip_prefix(FAMILY)?.strip_prefix('.').map(|_| SignedDuration::ZERO)
}
