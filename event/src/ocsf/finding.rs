//! An incident as a Detection Finding: created, updated, closed.

use super::Class;
use super::OTHER;
use super::device::device;
use super::device::resource;
use super::event as whole;
use super::metadata;
use super::object;
use super::put;
use crate::Event;
use crate::Incident;
use crate::Member;
use crate::Outcome;
use crate::State;
use crate::What;
use crate::attack;
use jiff::Timestamp;
use model::Confidence;
use model::Severity;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;

const CLASS: Class = Class {
    uid: 2004,
    name: "Detection Finding",
    category: 2,
    category_name: "Findings",
    profiles: &["host", "incident", "security_control"],
};

/// The event.
pub fn finding(event: &Event) -> Value {
    let incident = &event.incident;
    let mut value = whole(CLASS, activity(event.what), incident.severity, event.at);
    put(&mut value, standing(event));
    put(&mut value, weight(incident));
    let mut metadata = metadata(CLASS, &event.uid, event.at);
    put(
        &mut metadata,
        json!({
            "log_name": "incidents",
            "event_code": event.what.name(),
            "correlation_uid": event.story(),
            "labels": if event.what == What::Test { vec!["test"] } else { Vec::new() },
        }),
    );
    put(
        &mut value,
        json!({
            "metadata": metadata,
            "message": event.message(),
            "finding_info": info(event),
            "device": incident.laptops.first().map(device),
            "resources": incident.laptops.iter().skip(1).map(resource).collect::<Vec<_>>(),
            "evidences": incident.findings.iter().flat_map(evidences).collect::<Vec<_>>(),
            "remediation": object(json!({ "desc": incident.steps.join("\n") })),
            "unmapped": { "moored": ours(event) },
        }),
    );
    value
}

fn activity(what: What) -> (u32, &'static str) {
    match what {
        What::Opened => (1, "Create"),
        What::Grown | What::Acknowledged | What::Suppressed | What::Reopened => (2, "Update"),
        What::Closed => (3, "Close"),
        What::Test => (OTHER, "Test"),
    }
}

/// What has become of it.
fn standing(event: &Event) -> Value {
    let incident = &event.incident;
    let (status_id, status) = match incident.state {
        State::Open => (1, "New"),
        State::Acknowledged => (2, "In Progress"),
        State::Suppressed => (3, "Suppressed"),
        State::Closed => (4, "Resolved"),
    };
    let (verdict_id, verdict) = match (event.what, incident.outcome) {
        (What::Test, _) => (6, "Test"),
        (_, Some(Outcome::True)) => (2, "True Positive"),
        (_, Some(Outcome::Benign)) => (5, "Benign"),
        (_, Some(Outcome::False)) => (1, "False Positive"),
        (_, None) => (0, "Unknown"),
    };
    json!({
        "status_id": status_id,
        "status": status,
        "status_detail": event.because,
        "verdict_id": verdict_id,
        "verdict": verdict,
        "is_alert": event.what != What::Test,
        "action_id": 3,
        "action": "Observed",
        "disposition_id": 15,
        "disposition": "Detected",
        "assignee": object(json!({ "name": incident.assignee })),
        "start_time": incident.opened_at.as_millisecond(),
        "end_time": incident.closed_at.map(Timestamp::as_millisecond),
    })
}

/// How bad, and how sure. The risk is as the severity: we know no more of it.
fn weight(incident: &Incident) -> Value {
    let (confidence_id, confidence) = match incident.confidence {
        Confidence::Low => (1, "Low"),
        Confidence::Medium => (2, "Medium"),
        Confidence::High => (3, "High"),
    };
    let (risk_level_id, risk_level) = match incident.severity {
        Severity::Informational => (0, "Info"),
        Severity::Low => (1, "Low"),
        Severity::Medium => (2, "Medium"),
        Severity::High => (3, "High"),
        Severity::Critical => (4, "Critical"),
    };
    json!({
        "confidence_id": confidence_id,
        "confidence": confidence,
        "confidence_score": incident.score,
        "risk_level_id": risk_level_id,
        "risk_level": risk_level,
    })
}

fn info(event: &Event) -> Value {
    let incident = &event.incident;
    let findings = || incident.findings.iter().map(|member| &member.finding);
    let families = findings().filter_map(|finding| finding.signature.split('.').next());
    let sensors = findings().flat_map(|finding| &finding.evidence).map(|seen| &seen.sensor);
    let mut analytics = unique(&incident.findings).into_iter();
    object(json!({
        "uid": event.story(),
        "title": incident.title,
        "desc": each(findings().map(|finding| finding.why.as_str())).join("\n\n"),
        "types": families.collect::<BTreeSet<_>>(),
        "created_time": incident.opened_at.as_millisecond(),
        "first_seen_time": incident.opened_at.as_millisecond(),
        "last_seen_time": incident.changed_at.as_millisecond(),
        "modified_time": incident.changed_at.as_millisecond(),
        "data_sources": sensors.collect::<BTreeSet<_>>(),
        "analytic": analytics.next().map(analytic),
        "related_analytics": analytics.map(analytic).collect::<Vec<_>>(),
        "attacks": attacks(incident),
    }))
}

/// One for each signature, in order.
fn unique(members: &[Member]) -> Vec<&Member> {
    let mut known = BTreeSet::new();
    members.iter().filter(|member| known.insert(&member.finding.signature)).collect()
}

fn each<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut known = BTreeSet::new();
    texts.filter(|text| !text.is_empty() && known.insert(*text)).collect()
}

fn analytic(member: &Member) -> Value {
    let finding = &member.finding;
    let category = finding.signature.split_once('.').map(|(family, _)| family);
    let mut value = object(json!({
        "uid": finding.signature,
        "category": category,
        "type_id": 1,
        "type": "Rule",
    }));
    // One of the two names is required, so it stays even if it is empty.
    if let Value::Object(value) = &mut value {
        value.insert("name".to_owned(), json!(finding.title));
    }
    value
}

fn attacks(incident: &Incident) -> Vec<Value> {
    let ids = each(incident.findings.iter().map(|member| member.finding.technique.as_str()));
    ids.into_iter().map(attack).collect()
}

fn attack(id: &str) -> Value {
    let (technique_id, sub) = attack::split(id);
    let known = attack::find(id);
    let tactic = known.map(|known| json!({ "uid": known.tactic, "name": known.tactic_name }));
    let technique = json!({ "uid": technique_id, "name": known.map(|known| known.name) });
    let sub = sub.map(|sub| object(json!({ "uid": sub, "name": attack::sub_name(sub) })));
    object(json!({
        "version": attack::VERSION,
        "tactic": tactic,
        "technique": object(technique),
        "sub_technique": sub,
    }))
}

/// What a finding's sensors saw. The schema has no room for it but `data`.
fn evidences(member: &Member) -> Vec<Value> {
    let signature = &member.finding.signature;
    let evidence = |seen: &model::Observation| {
        json!({
            "name": format!("{} {}", seen.sensor, seen.subject),
            "uid": format!("{signature}/{}/{}", seen.sensor, seen.subject),
            "data": {
                "kind": seen.sensor,
                "subject": seen.subject,
                "source": seen.source,
                "fields": seen.fields,
                "signature": signature,
                "laptop": member.laptop,
            },
        })
    };
    member.finding.evidence.iter().map(evidence).collect()
}

/// What the schema has no place for.
fn ours(event: &Event) -> Value {
    let incident = &event.incident;
    object(json!({
        "what": event.what,
        "incident": incident.id,
        "outcome": incident.outcome,
        "reasons": incident.reasons,
        "refutes": incident.refutes,
        "innocent": incident.innocent,
        "steps": incident.steps,
        "findings": incident.findings.iter().map(member).collect::<Vec<_>>(),
    }))
}

fn member(member: &Member) -> Value {
    let finding = &member.finding;
    object(json!({
        "id": member.id,
        "laptop": member.laptop,
        "signature": finding.signature,
        "title": finding.title,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "kind": finding.kind,
        "standing": finding.standing,
        "technique": finding.technique,
        "tool": finding.tool,
        "opened": finding.opened,
        "closed": finding.closed,
    }))
}
