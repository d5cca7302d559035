//! Findings for people to read.

use crate::sensors::Blind;
use crate::watch::Look;
use model::Finding;
use model::Observation;
use std::fmt::Write;

/// Findings, each with what shows it.
pub fn findings(findings: &[Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        let Finding { signature, title, severity, confidence, technique, .. } = finding;
        let _ = writeln!(out, "{severity:<8} {title}");
        let _ = writeln!(out, "         {signature}, {confidence} confidence, ATT&CK {technique}");
        for observation in &finding.evidence {
            let _ = writeln!(out, "         {}", evidence(observation));
        }
        let _ = writeln!(out, "         could be innocent: {}", finding.innocent);
    }
    out
}

/// An observation in one line.
fn evidence(observation: &Observation) -> String {
    let Observation { sensor, subject, source, fields } = observation;
    let named = ["manufacturer", "product", "name", "executable", "pnp_id", "vendor_id"];
    let shown: Vec<String> =
        named.iter().filter_map(|&name| Some(format!("{name}={}", fields.get(name)?))).collect();
    harmless(&format!("{sensor} {subject}: {} ({source})", shown.join(" ")))
}

/// What a device says of itself must not steer the terminal.
pub fn harmless(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { '\u{fffd}' } else { sign }).collect()
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
        let _ = writeln!(out, "{:<8} {said}", look.sensor);
    }
    out
}
