//! Something found about a place, as a finding like those of agents.

use super::Gathered;
use super::is_alert;
use crate::place::code::Code;
use crate::place::decide::Decision;
use crate::place::decide::Found;
use jiff::SignedDuration;
use jiff::Timestamp;
use model::Confidence;
use model::Corroboration;
use model::Finding;
use model::Kind;
use model::Observation;
use model::Standing;
use model::Value;

/// The family of these findings, and the sensor their evidence is of.
const FAMILY: &str = "place";

/// The finding.
pub fn of(found: &Found, gathered: &Gathered, decision: &Decision, now: Timestamp) -> Finding {
    let meaning = found.code.meaning();
    let is_alert = found.is_case_alone || is_alert(decision.score.band);
    Finding {
        signature: format!("{FAMILY}.{}", found.code),
        title: meaning.title.to_owned(),
        severity: found.severity,
        confidence: confidence(found),
        kind: Kind::Other,
        standing: if is_alert { Standing::Alert } else { Standing::Lead },
        corroboration: Corroboration::default(),
        tool: None,
        technique: meaning.technique.to_owned(),
        why: format!("{}. {}", found.shows, meaning.not_shown),
        innocent: meaning.innocent.to_owned(),
        references: Vec::new(),
        opened: now,
        closed: None,
        evidence: vec![evidence(found, gathered)],
    }
}

fn confidence(found: &Found) -> Confidence {
    match found.weight {
        ..1.6 => Confidence::Low,
        ..4.0 => Confidence::Medium,
        _ => Confidence::High,
    }
}

/// What it rests on, so that it can be checked; no address and no point.
fn evidence(found: &Found, gathered: &Gathered) -> Observation {
    let exit = gathered.exit();
    let text = |text: &str| Value::Text(text.to_owned());
    let voices = gathered.voices.iter().filter_map(|voice| {
        let country = voice.country?;
        Some(Value::Text(format!("{}: {country}, {} days old", voice.database, voice.age_days)))
    });
    let mut fields = vec![
        ("shows", text(&found.shows)),
        ("not_shown", text(found.code.meaning().not_shown)),
        ("place", Value::Text(format!("{:?}", found.code.meaning().place).to_lowercase())),
        ("network", Value::Text(exit.network.class.to_string())),
        ("network_because", text(&exit.network.because)),
        ("vote", Value::Text(exit.vote.outcome.to_string())),
        ("databases", Value::List(voices.collect())),
        ("expected", Value::List(gathered.areas().into_iter().map(Value::Text).collect())),
        ("echoes", Value::Number(i64::from(gathered.path.echoes))),
        (
            "connections",
            Value::Number(i64::try_from(gathered.path.connections).unwrap_or(i64::MAX)),
        ),
    ];
    if let Some(radius) = exit.vote.spot.as_ref().and_then(|spot| spot.radius) {
        fields.push(("radius", Value::Text(format!("{radius:.0} km"))));
    }
    observed(FAMILY, &found.code.to_string(), fields)
}

/// What the collector itself has seen, as an observation.
pub fn observed(
    sensor: &str,
    subject: &str,
    fields: impl IntoIterator<Item = (&'static str, Value)>,
) -> Observation {
    Observation {
        sensor: sensor.to_owned(),
        subject: subject.to_owned(),
        source: "what the collector sees and your company has said".to_owned(),
        fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
    }
}

/// How long a finding of this signature stays although it is not found any
/// more; nothing for one that is not about a place.
pub fn lasts(signature: &str) -> Option<SignedDuration> {
    let code = signature.strip_prefix(FAMILY)?.strip_prefix('.')?;
    let code = Code::ALL.into_iter().find(|one| one.to_string() == code)?;
    Some(SignedDuration::from_hours(match code {
        Code::WrongCountry | Code::CountryUnclear => 48,
        Code::WrongRegion => 10 * 24,
        Code::ProxiedPath | Code::ForeignStack | Code::PhysicsRefutes => 4 * 24,
        Code::LongTail => 6 * 24,
        Code::TwoLives | Code::Velocity | Code::FarFromDelivery => 14 * 24,
        Code::AnonymizedExit | Code::VpnOnDevice | Code::ForeignTimeZone | Code::Silent => 24,
    }))
}
