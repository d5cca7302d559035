//! The turn: looks go in, what is to be reported comes out.
//!
//! Nothing here reads a clock, a file or a socket, or starts a task.

use crate::ledger::Ledger;
use crate::sensors;
use crate::sensors::Blind;
use crate::signature::Signature;
use crate::world::World;
use jiff::Timestamp;
use model::Finding;
use model::Observation;
use model::Sight;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Watches one host: its world, the signatures that judge it, what is open.
pub struct Watch {
    world: World,
    signatures: Vec<Signature>,
    ledger: Ledger,
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
}

/// One sensor's look.
pub struct Look {
    /// Who looked.
    pub sensor: &'static str,
    /// What it saw.
    pub seen: Result<Vec<Observation>, Blind>,
}

/// Looks once with a sensor.
pub fn look(sensor: &dyn sensors::Sensor, host: &dyn crate::host::Host) -> Look {
    Look { sensor: sensor.name(), seen: sensor.look(host) }
}

impl Watch {
    /// Watches with these signatures, and waits for a first look of each of
    /// `sensors`.
    pub fn new(signatures: Vec<Signature>, sensors: impl Iterator<Item = &'static str>) -> Self {
        Self {
            world: World::default(),
            signatures,
            ledger: Ledger::default(),
            waiting: sensors.collect(),
            incomplete: true,
        }
    }

    /// Takes in a look. `None` if nothing is to be told.
    ///
    /// The first letter waits until every sensor has looked, so that it is
    /// complete; hence the agent needs no memory of its own.
    pub fn take(&mut self, look: Look, now: Timestamp) -> Option<Letter> {
        let sight = self.world.sight();
        self.waiting.remove(look.sensor);
        let mut changed = Vec::new();
        if self.world.take(look.sensor, look.seen) {
            let judged = self.signatures.iter().filter(|signature| signature.asks(look.sensor));
            changed = self.ledger.judge(judged, &self.world, now);
        }
        if !self.waiting.is_empty() {
            return None;
        }
        if self.incomplete {
            return Some(self.heartbeat());
        }
        let news = !changed.is_empty() || sight != self.world.sight();
        news.then(|| self.letter(false, changed))
    }

    /// Judges the present world by other signatures. `None` if nothing is to be told.
    pub fn replace(&mut self, signatures: Vec<Signature>, now: Timestamp) -> Option<Letter> {
        let mut changed = self.ledger.withdraw(&signatures, now);
        self.signatures = signatures;
        changed.extend(self.ledger.judge(self.signatures.iter(), &self.world, now));
        (self.waiting.is_empty() && !changed.is_empty()).then(|| self.letter(false, changed))
    }

    /// The letter that is due although nothing happened. It is complete if one
    /// before it was lost.
    pub fn heartbeat(&mut self) -> Letter {
        if self.incomplete && self.waiting.is_empty() {
            self.incomplete = false;
            let all = self.ledger.all();
            return self.letter(true, all);
        }
        self.letter(false, Vec::new())
    }

    /// Hears that a letter was lost before it was spooled or sent: the next
    /// one tells everything again.
    pub fn lost(&mut self) {
        self.incomplete = true;
    }

    /// Everything open now.
    pub fn open(&self) -> Vec<Finding> {
        self.ledger.all()
    }

    /// How well each sensor sees.
    pub fn sight(&self) -> BTreeMap<String, Sight> {
        self.world.sight()
    }

    fn letter(&self, complete: bool, findings: Vec<Finding>) -> Letter {
        Letter { complete, findings, sight: self.world.sight() }
    }
}
