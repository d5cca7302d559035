//! Findings for people to read.

use crate::sensors::Blind;
use crate::watch::Look;
use model::Corroboration;
use model::Finding;
use model::Kind;
use model::Observation;
use model::Standing;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Findings, each with what shows it.
pub fn findings(findings: &[Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        let Finding { signature, title, severity, confidence, kind, technique, .. } = finding;
        let (rank, doubt) = match finding.standing {
            Standing::Alert => (severity.to_string(), String::new()),
            Standing::Lead => ("lead".to_owned(), format!("{severity} if true, ")),
        };
        let _ = writeln!(out, "{rank:<8} {title}");
        let _ = writeln!(
            out,
            "         {signature}, {kind}, {doubt}{confidence} confidence, ATT&CK {technique}"
        );
        if let Some(others) = others(&finding.corroboration) {
            let _ = writeln!(out, "         {others}");
        }
        for observation in &finding.evidence {
            let _ = writeln!(out, "         {}", evidence(observation));
        }
        let _ = writeln!(out, "         could be innocent: {}", finding.innocent);
    }
    out
}

/// Which families do not judge this machine, in a line each.
pub fn spared(spared: &BTreeMap<String, String>) -> String {
    let lines = spared.iter().map(|(family, because)| [family, " is not judged: ", because, "\n"]);
    lines.flatten().collect()
}

/// What the other kinds of evidence say, in one line; `None` if there are none.
fn others(corroboration: &Corroboration) -> Option<String> {
    let Corroboration { spoke, silent, blind } = corroboration;
    let parts = [("agree", spoke), ("saw nothing", silent), ("could not see", blind)];
    let said = parts.iter().filter(|(_, kinds)| !kinds.is_empty()).map(|(words, kinds)| {
        let kinds: Vec<String> = kinds.iter().map(Kind::to_string).collect();
        format!("{words}: {}", kinds.join(", "))
    });
    let said: Vec<String> = said.collect();
    (!said.is_empty()).then(|| format!("other kinds of evidence {}", said.join("; ")))
}

/// An observation in one line.
fn evidence(observation: &Observation) -> String {
    let Observation { sensor, subject, source, fields } = observation;
    let named = [
        "manufacturer",
        "product",
        "name",
        "executable",
        "pnp_id",
        "vendor_id",
        "service",
        "remote_host",
        "who",
    ];
    let shown: Vec<String> =
        named.iter().filter_map(|&name| Some(format!("{name}={}", fields.get(name)?))).collect();
    harmless(&format!("{sensor} {subject}: {} ({source})", shown.join(" ")))
}

/// What a device says of itself must not steer the terminal.
pub fn harmless(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { '\u{fffd}' } else { sign }).collect()
}

/// What could not be looked into, in a line each.
pub fn unseen(unseen: &BTreeMap<String, Vec<String>>) -> String {
    let lines = unseen.iter().flat_map(|(sensor, all)| all.iter().map(move |one| (sensor, one)));
    lines.map(|(sensor, one)| harmless(&format!("{sensor:<8} {one}")) + "\n").collect()
}

/// What each sensor could see, in a line each.
pub fn looks(looks: &[Look]) -> String {
    let mut out = String::new();
    for look in looks {
        let said = match &look.seen {
            Ok(seen) if seen.len() == 1 => "1 seen".to_owned(),
            Ok(seen) => format!("{} seen", seen.len()),
            Err(Blind::Absent) => "this machine has none".to_owned(),
            Err(Blind::Failed { source, reason }) => format!("blind: {source}: {reason}"),
        };
        let _ = writeln!(out, "{:<11} {said}", look.sensor);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(more: &serde_json::Value, expected: &str) {
        let mut finding = json!({
            "signature": "kvm.x", "title": "A thing", "severity": "high", "confidence": "low",
            "technique": "T1200", "why": "why", "innocent": "A toy.", "references": [],
            "opened": "2026-11-24T09:00:00Z",
            "evidence": [{
                "sensor": "usb", "subject": "1-4", "source": "/sys",
                "fields": { "product": "Thing\u{1b}", "max_power": 250 }
            }]
        });
        finding.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let finding: Finding = serde_json::from_value(finding).unwrap();
        assert_eq!(findings(&[finding]), expected);
    }

    #[test]
    fn an_alert_shows_its_severity_and_what_the_other_kinds_say() {
        let corroboration = json!({
            "spoke": ["structure", "display"], "silent": ["activity"], "blind": ["leftover"]
        });
        check(
            &json!({ "corroboration": corroboration }),
            "high     A thing
         kvm.x, identity, low confidence, ATT&CK T1200
         other kinds of evidence agree: structure, display; saw nothing: activity; \
             could not see: leftover
         usb 1-4: product=Thing\u{fffd} (/sys)
         could be innocent: A toy.
",
        );
    }

    #[test]
    fn a_lead_says_so_instead_of_its_severity() {
        check(
            &json!({ "kind": "structure", "standing": "lead" }),
            "lead     A thing
         kvm.x, structure, high if true, low confidence, ATT&CK T1200
         usb 1-4: product=Thing\u{fffd} (/sys)
         could be innocent: A toy.
",
        );
    }
}
