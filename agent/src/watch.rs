//! The turn: looks go in, what is to be reported comes out.
//!
//! Nothing here reads a clock, a file or a socket, or starts a task.

mod told;

use crate::host::Host;
use crate::ledger::Judged;
use crate::ledger::Ledger;
use crate::memory;
use crate::memory::Memory;
use crate::rules::Rules;
use crate::sensors;
use crate::sensors::Asked;
use crate::sensors::Blind;
use crate::sensors::change;
use crate::sensors::change::Changes;
use crate::sensors::clock;
use crate::sensors::coincidence;
use crate::sensors::coincidence::Coincidences;
use crate::sensors::finding;
use crate::signature;
use crate::signature::Held;
use crate::world::World;
use jiff::SignedDuration;
use jiff::Timestamp;
use model::Finding;
use model::Landmark;
use model::Observation;
use model::Sight;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use told::Told;

/// What the watch itself tells, for no look shows it.
const TOLD: [&str; 3] = [coincidence::NAME, change::NAME, finding::NAME];

/// Watches one host: its world, the signatures that judge it, what is open.
pub struct Watch {
    world: World,
    rules: Arc<Rules>,
    ledger: Ledger,
    memory: Memory,
    coincidences: Coincidences,
    changes: Changes,
    nights: finding::Nights,
    told: Told,
    /// What the watch itself is to tell.
    telling: BTreeSet<&'static str>,
    /// True if the memory should be written to disk.
    unsaved: bool,
    /// True until the signatures have judged what is remembered.
    fresh: bool,
    /// Sensors that have not looked yet: until all have, nothing can be called complete.
    waiting: BTreeSet<&'static str>,
    /// True until everything open has been put into one letter.
    incomplete: bool,
}

/// What is to be reported; the spool makes a numbered report of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// True if `findings` lists everything open.
    pub complete: bool,
    /// The findings to tell.
    pub findings: Vec<Finding>,
    /// How well each sensor sees.
    pub sight: BTreeMap<String, Sight>,
    /// Programs that no look will see; the main loop counts them.
    pub unseen: u64,
    /// What is told although no signature names it, if it is to be told now.
    pub told: Vec<Observation>,
    /// The ways to landmarks, if they have just been measured.
    pub landmarks: Vec<Landmark>,
}

/// One sensor's look.
pub struct Look {
    /// Who looked.
    pub sensor: &'static str,
    /// What it saw.
    pub seen: Result<Vec<Observation>, Blind>,
}

/// Looks once with a sensor, also for what is asked for by name.
pub fn look(sensor: &dyn sensors::Sensor, host: &dyn Host, asked: &Asked) -> Look {
    Look { sensor: sensor.name(), seen: sensor.look_for(host, asked) }
}

impl Watch {
    /// Watches by these rules, remembering what is in `memory`, and waits
    /// for a first look of each of `sensors`, but for those it tells itself.
    pub fn new(
        rules: impl Into<Rules>,
        sensors: impl Iterator<Item = &'static str>,
        memory: Memory,
    ) -> Self {
        Self::by(Arc::new(rules.into()), sensors, memory)
    }

    /// The same, by rules that others share.
    pub fn by(
        rules: Arc<Rules>,
        sensors: impl Iterator<Item = &'static str>,
        memory: Memory,
    ) -> Self {
        let (telling, waiting): (_, BTreeSet<_>) =
            sensors.partition(|sensor| TOLD.contains(sensor));
        Self {
            told: Told::of(waiting.iter().copied()),
            memory,
            coincidences: Coincidences::default(),
            changes: Changes::default(),
            nights: finding::Nights::default(),
            telling,
            unsaved: false,
            fresh: true,
            world: World::default(),
            rules,
            ledger: Ledger::default(),
            waiting,
            incomplete: true,
        }
    }

    /// Takes in one look of each sensor and judges them together: nothing was
    /// there before, and nothing will be told of what changes.
    pub fn once(rules: Arc<Rules>, looks: Vec<Look>, now: Timestamp) -> Self {
        let sensors: Vec<&'static str> = looks.iter().map(|look| look.sensor).collect();
        let mut watch = Self::by(rules, sensors.iter().copied(), Memory::default());
        for look in looks {
            let told = watch.told(&look, now);
            let looked = (!TOLD.contains(&look.sensor)).then_some(look);
            for look in looked.into_iter().chain(told) {
                watch.world.take(look.sensor, look.seen);
            }
        }
        watch.ledger.judge(&watch.rules, &sensors, &watch.world, now);
        watch.judge_found(now);
        watch
    }

    /// Takes in a look. `None` if nothing is to be told.
    ///
    /// The first letter waits until every sensor has looked, so that it is
    /// complete; hence no finding need be remembered over a restart.
    pub fn take(&mut self, look: Look, now: Timestamp) -> Option<Letter> {
        let sight = self.world.sight();
        self.waiting.remove(look.sensor);
        self.remember(&look, now);
        let told = self.told(&look, now);
        let mut changed = Vec::new();
        let looked = (!TOLD.contains(&look.sensor)).then_some(look);
        for look in looked.into_iter().chain(told) {
            changed.extend(self.judge(look, now));
        }
        changed.extend(self.judge_found(now));
        if !self.waiting.is_empty() {
            return None;
        }
        let past = self.judge_past();
        if self.incomplete {
            let mut letter = self.heartbeat(now);
            letter.findings.extend(past);
            return Some(letter);
        }
        let mut changed = self.settled(changed);
        changed.extend(past);
        let news = !changed.is_empty() || sight != self.world.sight() || self.may_tell(now);
        news.then(|| self.letter(changed, now))
    }

    /// What a look shows only to those who know what was there before. A look
    /// that saw nothing adds nothing and takes nothing away.
    fn told(&mut self, look: &Look, now: Timestamp) -> Vec<Look> {
        let Ok(seen) = &look.seen else { return Vec::new() };
        let coincided = self.coincidences.take(look.sensor, seen, now);
        let changed = (look.sensor == "usb").then(|| {
            let earlier: Vec<&Observation> =
                self.memory.things().iter().map(|thing| &thing.observation).collect();
            self.changes.take(seen, &earlier)
        });
        let told = [(coincidence::NAME, coincided), (change::NAME, changed)];
        let told = told.into_iter().filter(|(sensor, _)| self.telling.contains(sensor));
        told.filter_map(|(sensor, seen)| Some(Look { sensor, seen: Ok(seen?) })).collect()
    }

    /// Takes a look into the world and judges what it changes.
    fn judge(&mut self, look: Look, now: Timestamp) -> Vec<Finding> {
        if !self.world.take(look.sensor, look.seen) {
            return Vec::new();
        }
        self.ledger.judge(&self.rules, &[look.sensor], &self.world, now)
    }

    /// Judges what has been found so far, for what it means together.
    fn judge_found(&mut self, now: Timestamp) -> Vec<Finding> {
        if !self.telling.contains(finding::NAME) {
            return Vec::new();
        }
        let is_early =
            self.memory.since().is_some_and(|since| now.duration_since(since) < finding::EARLY);
        let found: Vec<finding::Found<'_>> = self
            .ledger
            .open()
            .filter_map(|one| {
                let signature = self.rules.find(&one.signature)?;
                let maker = signature.tool.as_ref().map(|tool| tool.maker.as_str());
                (!signature.asks(finding::NAME)).then_some((one, maker))
            })
            .collect();
        // Of what was there when we began to watch, we did not see the beginning.
        let zone = clock::zone(self.world.seen(clock::NAME)).filter(|_| !self.incomplete);
        self.nights.take(&found, zone.as_ref(), now);
        let seen = finding::observations(&found, is_early, &self.nights);
        if seen == self.world.seen(finding::NAME) {
            return Vec::new();
        }
        self.judge(Look { sensor: finding::NAME, seen: Ok(seen) }, now)
    }

    /// Judges again what time alone can change: whether an approval has expired,
    /// whether the laptop is still new, and whether what has waited to be told
    /// has waited long enough. `None` if nothing is to be told.
    pub fn again(&mut self, now: Timestamp) -> Option<Letter> {
        let mut changed = self.ledger.judge_tools(&self.rules, &self.world, now);
        changed.extend(self.judge_found(now));
        let changed = self.settled(changed);
        let news = !changed.is_empty() || self.may_tell(now);
        (self.waiting.is_empty() && news).then(|| self.letter(changed, now))
    }

    /// How long to wait until [`Self::again`] tells what no signature names;
    /// `None` if nothing of it is new.
    pub fn untold(&self, now: Timestamp) -> Option<SignedDuration> {
        let told = self.waiting.is_empty() && !self.incomplete;
        self.told.wait(&self.world, now).filter(|_| told)
    }

    fn may_tell(&self, now: Timestamp) -> bool {
        self.untold(now).is_some_and(|wait| wait.is_zero())
    }

    /// Judges the present world by other rules. `None` if nothing is to be told.
    pub fn replace(&mut self, rules: impl Into<Rules>, now: Timestamp) -> Option<Letter> {
        self.rules = Arc::new(rules.into());
        let mut changed = self.ledger.withdraw(&self.rules.signatures, now);
        changed.extend(self.ledger.judge_all(&self.rules, &self.world, now));
        changed.extend(self.judge_found(now));
        self.fresh = true;
        let past = self.judge_past();
        let mut changed = self.settled(changed);
        changed.extend(past);
        (self.waiting.is_empty() && !changed.is_empty()).then(|| self.letter(changed, now))
    }

    /// The memory, if it should be written to disk since this was last asked.
    pub fn unsaved(&mut self) -> Option<&Memory> {
        std::mem::take(&mut self.unsaved).then_some(&self.memory)
    }

    fn remember(&mut self, look: &Look, now: Timestamp) {
        let is_remembered = sensors::find(look.sensor).is_some_and(sensors::Sensor::is_remembered);
        if let Ok(seen) = &look.seen
            && is_remembered
        {
            self.unsaved |= self.memory.note(seen, now);
        }
    }

    /// What several judgments of one turn changed: each finding as it stands
    /// now, and once.
    fn settled(&self, changed: Vec<Finding>) -> Vec<Finding> {
        let mut settled: Vec<Finding> = Vec::new();
        for finding in changed.into_iter().map(|finding| self.ledger.current(finding)) {
            if !settled.contains(&finding) {
                settled.push(finding);
            }
        }
        settled
    }

    /// Lets signatures that are new judge what was there before: those that
    /// hold now are dated back to when their evidence was first seen; those
    /// that held once give a finding that is closed already.
    fn judge_past(&mut self) -> Vec<Finding> {
        let mut past = Vec::new();
        if !std::mem::take(&mut self.fresh) {
            return past;
        }
        let new =
            self.rules.signatures.iter().filter(|signature| self.memory.is_new(&signature.id));
        for signature in new {
            if let Some(open) = self.ledger.get(&signature.id) {
                if let Some(first) = self.memory.first_seen(&open.evidence) {
                    self.ledger.date(&signature.id, first);
                }
            } else if let Some(held) = memory::judge(signature, &self.memory, &self.world) {
                let judged = Judged { rules: &self.rules, world: &self.world, now: held.opened };
                let (evidence, confidence) = (held.evidence, signature.confidence);
                let is = Held { rung: None, confidence, evidence };
                let finding = judged.finding(signature, is, held.opened);
                past.push(Finding { closed: Some(held.closed), ..finding });
            }
        }
        let ids = self.rules.signatures.iter().map(|signature| signature.id.clone());
        self.unsaved |= self.memory.have_judged(ids);
        past
    }

    /// The letter that is due although nothing happened. It is complete if one
    /// before it was lost.
    pub fn heartbeat(&mut self, now: Timestamp) -> Letter {
        if self.waiting.is_empty() && std::mem::take(&mut self.incomplete) {
            let told = self.told.write(&self.world, now);
            return Letter { complete: true, told, ..self.bare(self.open()) };
        }
        self.letter(Vec::new(), now)
    }

    /// Hears that a letter was lost before it was spooled or sent: the next
    /// one tells everything again.
    pub fn lost(&mut self) {
        self.incomplete = true;
    }

    /// Everything open now.
    pub fn open(&self) -> Vec<Finding> {
        self.ledger.open().cloned().collect()
    }

    /// The families that do not judge this machine, each with the reason.
    pub fn spared(&self) -> BTreeMap<String, String> {
        signature::spared(&self.rules.signatures, &self.world)
    }

    /// What a sensor last saw.
    pub fn seen(&self, sensor: &str) -> &[Observation] {
        self.world.seen(sensor)
    }

    /// How well each sensor sees.
    pub fn sight(&self) -> BTreeMap<String, Sight> {
        self.world.sight()
    }

    /// What no signature names is told with whatever letter is next.
    fn letter(&mut self, findings: Vec<Finding>, now: Timestamp) -> Letter {
        let is_due = self.untold(now).is_some();
        let told = is_due.then(|| self.told.write(&self.world, now));
        Letter { told: told.unwrap_or_default(), ..self.bare(findings) }
    }

    fn bare(&self, findings: Vec<Finding>) -> Letter {
        let sight = self.world.sight();
        let (told, landmarks) = (Vec::new(), Vec::new());
        Letter { complete: false, findings, sight, unseen: 0, told, landmarks }
    }
}

#[cfg(test)]
mod tests;
