//! Makes events of reports: each finding is an incident of its own.

use event::Event;
use event::Incident;
use event::Laptop;
use event::Member;
use event::State;
use event::What;
use jiff::Timestamp;
use model::Confidence;
use model::Finding;
use model::Report;
use model::Sight;
use model::Standing;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;

/// What was told, so that nothing is told twice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Teller {
    /// The findings that are open, as they were told, by signature.
    open: BTreeMap<String, Finding>,
    /// The laptop's serial number, which not every report names.
    serial: Option<String>,
}

impl Teller {
    /// What a report tells that was not told before.
    pub fn tell(&mut self, report: &Report, leads: bool) -> Vec<Event> {
        if report.serial.is_some() {
            self.serial.clone_from(&report.serial);
        }
        let mut events = Vec::new();
        for finding in &report.findings {
            events.extend(self.take(report, finding, leads));
        }
        if report.complete {
            for gone in self.gone(report) {
                events.extend(self.take(report, &gone, leads));
            }
        }
        events
    }

    fn take(&mut self, report: &Report, finding: &Finding, leads: bool) -> Option<Event> {
        let known = self.open.get(&finding.signature);
        let is_told = known.is_some() || leads || finding.standing == Standing::Alert;
        if !is_told {
            return None;
        }
        let (what, because) = match (known, finding.closed) {
            (None, Some(_)) => return None,
            (Some(_), Some(_)) => (What::Closed, "it is no longer there"),
            (None, None) => (What::Opened, "it is new"),
            (Some(known), None) if is_same(known, finding) => return None,
            (Some(_), None) => (What::Grown, "what is seen of it has changed"),
        };
        // An agent that starts again does not know since when a finding is open.
        let opened = known.map_or(finding.opened, |known| known.opened);
        let finding = &Finding { opened, ..finding.clone() };
        if finding.closed.is_some() {
            self.open.remove(&finding.signature);
        } else {
            self.open.insert(finding.signature.clone(), finding.clone());
        }
        Some(Event {
            uid: format!("{}-{}-{}-{what}", report.run, report.sequence, finding.signature),
            at: report.at,
            what,
            because: because.to_owned(),
            incident: self.incident(report, finding),
        })
    }

    /// What a complete report does not mention is over, if all sensors that saw
    /// it see: who is blind has not seen it go.
    fn gone(&self, report: &Report) -> Vec<Finding> {
        let is_mentioned = |known: &Finding| {
            report.findings.iter().any(|finding| finding.signature == known.signature)
        };
        let sees = |known: &Finding| {
            let sight = |sensor: &str| report.sight.get(sensor) == Some(&Sight::Seeing);
            known.evidence.iter().all(|seen| sight(&seen.sensor))
        };
        let gone = self.open.values().filter(|known| !is_mentioned(known) && sees(known));
        gone.map(|known| Finding { closed: Some(report.at), ..known.clone() }).collect()
    }

    fn incident(&self, report: &Report, finding: &Finding) -> Incident {
        let state = if finding.closed.is_some() { State::Closed } else { State::Open };
        Incident {
            id: 0,
            title: finding.title.clone(),
            state,
            outcome: None,
            severity: finding.severity,
            confidence: finding.confidence,
            score: score(finding.confidence),
            opened_at: finding.opened,
            changed_at: report.at,
            closed_at: finding.closed.map(|_: Timestamp| report.at),
            assignee: None,
            laptops: vec![Laptop {
                id: String::new(),
                host: report.host.clone(),
                platform: report.platform.clone(),
                agent: report.agent.clone(),
                serial: self.serial.clone(),
                person: None,
                group: None,
            }],
            findings: vec![Member { id: 0, laptop: String::new(), finding: finding.clone() }],
            reasons: Vec::new(),
            refutes: Vec::new(),
            innocent: vec![finding.innocent.clone()],
            steps: Vec::new(),
        }
    }
}

/// True if somebody who was told of the one need not be told of the other.
fn is_same(known: &Finding, now: &Finding) -> bool {
    let told = |finding: &Finding| {
        let Finding { severity, confidence, standing, .. } = finding;
        (*severity, *confidence, *standing, finding.evidence.clone(), finding.tool.clone())
    };
    told(known) == told(now)
}

/// One finding alone has no shades: the middle of each third.
fn score(confidence: Confidence) -> u8 {
    match confidence {
        Confidence::Low => 17,
        Confidence::Medium => 50,
        Confidence::High => 83,
    }
}
