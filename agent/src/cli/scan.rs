//! `moored scan`, and one look at any host.
#![expect(clippy::disallowed_methods, reason = "the verb reads the clock once")]

use super::CANNOT;
use super::paper;
use super::table;
use super::tell;
use crate::config::Config;
use crate::host::Host;
use crate::host::Live;
use crate::identity;
use crate::rules::Rules;
use crate::sensors;
use crate::sensors::Asked;
use crate::sensors::Blind;
use crate::signature;
use crate::watch::Look;
use crate::watch::Watch;
use crate::watch::look;
use jiff::Timestamp;
use model::Finding;
use model::Sight;
use model::Standing;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(clap::Args)]
pub struct Arguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What one look at a host gives; one line of `--json`.
#[derive(Serialize)]
pub struct Judged {
    /// The host's name, or the recording's.
    pub host: String,
    /// What was found.
    pub findings: Vec<Finding>,
    /// How well each sensor saw.
    pub sight: BTreeMap<String, Sight>,
    /// What a sensor that sees could not look into, in words.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub unseen: BTreeMap<String, Vec<String>>,
    /// The families that do not judge this machine, each with the reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub spared: BTreeMap<String, String>,
}

pub fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<u8> {
    let signatures = signature::load(&config.signatures).map_err(|problems| tell(&problems))?;
    let host = Live::new();
    let rules = Rules::new(signatures, config.policy.clone());
    let asked = Asked { network_key: identity::network_key(&config.state), ..rules.asked() };
    let looks: Vec<Look> =
        config.sensors().into_iter().map(|sensor| look(sensor, &host, &asked)).collect();
    let blind = looks.iter().any(|look| matches!(look.seen, Err(Blind::Failed { .. })));
    let seen = table::looks(&looks);
    let judged = judge(host.hostname(), looks, Arc::new(rules), Timestamp::now());
    if arguments.json {
        paper::print(&(serde_json::to_string(&judged)? + "\n"))?;
    } else {
        let findings = table::findings(&judged.findings);
        let unseen = table::unseen(&judged.unseen);
        let spared = table::spared(&judged.spared);
        paper::print(&format!("{seen}{unseen}\n{findings}{spared}{}\n", judged.count()))?;
    }
    Ok(match judged.alerts() {
        0 if blind => CANNOT,
        0 => 0,
        _ => 1,
    })
}

/// Judges what was seen of a host.
pub fn judge(host: String, looks: Vec<Look>, rules: Arc<Rules>, now: Timestamp) -> Judged {
    let told = looks.iter().map(|look| (look.sensor, look.seen.as_deref().unwrap_or_default()));
    let unseen = sensors::unseen(told);
    let watch = Watch::once(rules, looks, now);
    Judged { host, findings: watch.open(), sight: watch.sight(), unseen, spared: watch.spared() }
}

impl Judged {
    /// How many of the findings are alerts; the others are leads.
    pub fn alerts(&self) -> usize {
        self.findings.iter().filter(|finding| finding.standing == Standing::Alert).count()
    }

    /// How many alerts and leads there are, in words.
    pub fn count(&self) -> String {
        let alerts = self.alerts();
        match (alerts, self.findings.len() - alerts) {
            (0, 0) => "nothing found".to_owned(),
            (0, leads) => format!("no alert; {}", counted(leads, "lead")),
            (alerts, 0) => counted(alerts, "alert"),
            (alerts, leads) => format!("{}; {}", counted(alerts, "alert"), counted(leads, "lead")),
        }
    }
}

fn counted(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(standings: &[&str], alerts: usize, expected: &str) {
        let finding = |standing: &&str| {
            let finding = json!({
                "signature": "kvm.x", "title": "A thing", "severity": "high",
                "confidence": "low", "standing": standing, "technique": "T1200", "why": "why",
                "innocent": "innocent", "references": [], "opened": "2026-11-24T09:00:00Z",
                "evidence": []
            });
            serde_json::from_value(finding).unwrap()
        };
        let findings = standings.iter().map(finding).collect();
        let judged = Judged {
            host: "ada".to_owned(),
            findings,
            sight: BTreeMap::new(),
            unseen: BTreeMap::new(),
            spared: BTreeMap::new(),
        };
        assert_eq!((judged.alerts(), judged.count().as_str()), (alerts, expected));
    }

    #[test]
    fn alerts_and_leads_are_counted_apart() {
        check(&[], 0, "nothing found");
        check(&["lead"], 0, "no alert; 1 lead");
        check(&["alert", "alert"], 2, "2 alerts");
        check(&["lead", "alert", "lead"], 1, "1 alert; 2 leads");
    }
}
