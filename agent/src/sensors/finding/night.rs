//! Which live sessions with remote tools began at night.

use super::Found;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::Rung;
use std::collections::BTreeMap;

/// Nobody who lives where the laptop is set to be begins work in these hours;
/// in East Asia it is daytime in America then.
const NIGHT: std::ops::Range<i8> = 0..5;

/// The live sessions, by signature, and for each whether it began at night.
#[derive(Debug, Default)]
pub struct Nights {
    sessions: BTreeMap<String, Option<bool>>,
}

impl Nights {
    /// Notes the sessions that begin now and forgets those that have ended.
    /// Without a zone what begins now is kept as not known.
    pub fn take(&mut self, found: &[Found<'_>], zone: Option<&TimeZone>, now: Timestamp) {
        let is_live = |finding: &model::Finding| {
            finding.tool.as_ref().is_some_and(|tool| tool.rung == Rung::Session)
        };
        let live = found.iter().map(|(finding, _)| *finding).filter(|finding| is_live(finding));
        let began = |id: &String| {
            let now = || zone.map(|zone| NIGHT.contains(&zone.to_datetime(now).hour()));
            self.sessions.get(id).copied().unwrap_or_else(now)
        };
        let ids = live.map(|finding| finding.signature.clone());
        self.sessions = ids.map(|id| (id.clone(), began(&id))).collect();
    }

    /// Whether the live session of a signature began at night; `None` if there
    /// is none or that is not known.
    pub fn of(&self, signature: &str) -> Option<bool> {
        self.sessions.get(signature).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tool(rung: &str) -> model::Finding {
        serde_json::from_value(serde_json::json!({
            "signature": "remote-tools.x11vnc", "title": "t", "severity": "high",
            "confidence": "high", "technique": "T1219.002", "why": "w", "innocent": "i",
            "references": [], "opened": "2026-11-24T09:00:00Z", "evidence": [],
            "tool": { "id": "x11vnc", "category": "remote-desktop", "rung": rung, "verdict": "unknown" },
        }))
        .unwrap()
    }

    /// Steps of a rung and an hour in UTC, each with what is known after it.
    fn check(zone: Option<&str>, steps: &[(&str, &str, Option<bool>)]) {
        let zone = zone.map(|rule| TimeZone::posix(rule).unwrap());
        let mut nights = Nights::default();
        for (rung, hour, expected) in steps {
            let now: Timestamp = format!("2026-11-24T{hour}:00Z").parse().unwrap();
            nights.take(&[(&tool(rung), None)], zone.as_ref(), now);
            assert_eq!(nights.of("remote-tools.x11vnc"), *expected, "{hour}");
        }
    }

    #[test]
    fn night_is_that_of_the_laptops_zone() {
        let chicago = Some("CST6CDT,M3.2.0,M11.1.0");
        for (hour, expected) in
            [("05:59", false), ("06:00", true), ("10:59", true), ("11:00", false)]
        {
            check(chicago, &[("session", hour, Some(expected))]);
        }
        check(None, &[("session", "07:00", None)]);
    }

    #[test]
    fn a_session_keeps_the_hour_of_its_beginning_until_it_ends() {
        let steps = [
            ("running", "06:30", None),
            ("session", "07:00", Some(true)),
            ("session", "15:00", Some(true)),
            ("reachable", "16:00", None),
            ("session", "17:00", Some(false)),
        ];
        check(Some("CST6CDT,M3.2.0,M11.1.0"), &steps);
    }
}
