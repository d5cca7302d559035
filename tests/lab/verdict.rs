//! What the agent said of a device, beside what it should have said.

use super::description::Description;
use super::description::Expect;
use serde_json::Value;

/// What the agent said of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The signatures that alert.
    pub alerts: Vec<String>,
    /// The signatures that only lead to a question.
    pub leads: Vec<String>,
}

impl Verdict {
    /// Reads a line of `moored scan --json`.
    pub fn of(judged: &Value) -> Self {
        let findings = judged["findings"].as_array().cloned().unwrap_or_default();
        let (leads, alerts): (Vec<_>, Vec<_>) =
            findings.into_iter().partition(|finding| finding["standing"] == "lead");
        let names = |findings: Vec<Value>| {
            let names = findings.iter().filter_map(|finding| finding["signature"].as_str());
            names.map(str::to_owned).collect()
        };
        Self { alerts: names(alerts), leads: names(leads) }
    }

    /// True if this is what the description asks for.
    pub fn is_expected(&self, description: &Description) -> bool {
        self.alerts.is_empty() != (description.expect == Expect::Alert)
    }

    /// In a few words.
    pub fn told(&self) -> String {
        match (&self.alerts[..], &self.leads[..]) {
            ([], []) => "quiet".to_owned(),
            ([], leads) => format!("quiet (lead: {})", leads.join(", ")),
            (alerts, _) => format!("ALERT {}", alerts.join(", ")),
        }
    }
}
