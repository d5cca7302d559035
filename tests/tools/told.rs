//! What the collector has of one tool.

use super::stage::Stage;
use serde_json::Value;
use tests::program::wait_for;
use tests::site::PATIENCE;

/// What a collector is told of one tool.
pub struct Told<'a> {
    stage: &'a Stage,
    signature: String,
}

impl<'a> Told<'a> {
    /// Of the tool whose signature in `remote-tools` has this name.
    pub fn of(tool: &str, stage: &'a Stage) -> Self {
        Self { stage, signature: format!("remote-tools.{tool}") }
    }

    /// All findings of it, in order.
    pub fn all(&self) -> Vec<Value> {
        let mut all = self.stage.site.findings().unwrap_or_default();
        all.retain(|one| one["signature"] == self.signature.as_str());
        all.sort_by_key(|one| one["id"].as_i64());
        all
    }

    /// Waits until it has come so far and no further.
    pub fn comes_to(&self, rung: &str) {
        self.until(rung, |last| last["closed_at"].is_null() && last["rung"] == rung);
    }

    /// Waits until it is over.
    pub fn ends(&self) {
        self.until("its end", |last| last["closed_at"].is_string());
    }

    fn until(&self, what: &str, is_so: impl Fn(&Value) -> bool) {
        let mut all = Vec::new();
        let so = wait_for(PATIENCE, || {
            all = self.all();
            all.last().is_some_and(&is_so)
        });
        assert!(so, "{} never came to {what}: {all:#?}\n{}", self.signature, self.stage.printed());
    }

    /// The steps of all its findings.
    pub fn steps(&self) -> Vec<Value> {
        let all = self.all().into_iter().map(|one| one["id"].to_string());
        let full = all.map(|id| self.stage.site.ask_json(&["findings", &id]).unwrap());
        let steps = full.map(|full| full["steps"].as_array().expect("it has steps").clone());
        steps.flatten().collect()
    }

    /// How far it came, step by step; each end as `closed`.
    pub fn path(&self) -> Vec<String> {
        let mut path: Vec<String> = Vec::new();
        for step in self.steps() {
            let is_open = step["open"].as_bool().expect("a step is open or not");
            let rung = step["rung"].as_str().expect("a tool's step has a rung");
            let place = if is_open { rung } else { "closed" };
            if path.last().is_none_or(|last| last != place) {
                path.push(place.to_owned());
            }
        }
        path
    }

    /// Fails unless it came to these rungs in this order. Processes are looked
    /// at before sockets, so beside the lowest it may have been told to be only
    /// running, on its way up or down.
    pub fn went(&self, expected: &[&str]) {
        let path = self.path();
        let mut rest = expected.iter().peekable();
        for (place, rung) in path.iter().enumerate() {
            if rest.next_if_eq(&&rung.as_str()).is_some() {
                continue;
            }
            let beside = [place.checked_sub(1), Some(place + 1)].map(|at| path.get(at?));
            let is_low = |one: Option<&String>| {
                one.is_none_or(|one| ["present", "closed"].contains(&one.as_str()))
            };
            let is_between = rung == "running" && beside.into_iter().any(is_low);
            assert!(is_between, "{}: {path:?} instead of {expected:?}", self.signature);
        }
        assert_eq!(rest.next(), None, "{}: {path:?} instead of {expected:?}", self.signature);
    }
}
