//! Which findings are open.

use crate::signature::Signature;
use crate::world::World;
use jiff::Timestamp;
use model::Finding;
use model::Observation;
use std::collections::BTreeMap;

/// The findings that are open, by signature.
#[derive(Debug, Default)]
pub struct Ledger {
    open: BTreeMap<String, Finding>,
}

impl Ledger {
    /// Judges the world, and gives the findings that opened, whose evidence
    /// changed, or that closed.
    ///
    /// `judged` are the signatures to try; others stay as they are.
    pub fn judge<'a>(
        &mut self,
        judged: impl Iterator<Item = &'a Signature>,
        world: &World,
        now: Timestamp,
    ) -> Vec<Finding> {
        judged
            .filter_map(|signature| match signature.evidence(world) {
                Some(evidence) => self.open(signature, evidence, now),
                None => self.close(&signature.id, now),
            })
            .collect()
    }

    /// Closes what no signature of the list stands for any more.
    pub fn withdraw(&mut self, signatures: &[Signature], now: Timestamp) -> Vec<Finding> {
        let known = |id: &String| signatures.iter().any(|signature| signature.id == *id);
        let gone: Vec<String> = self.open.keys().filter(|id| !known(id)).cloned().collect();
        gone.iter().filter_map(|id| self.close(id, now)).collect()
    }

    /// Everything open, in order of signatures.
    pub fn all(&self) -> Vec<Finding> {
        self.open.values().cloned().collect()
    }

    /// `None` if the finding stands as it stood.
    fn open(
        &mut self,
        signature: &Signature,
        evidence: Vec<Observation>,
        now: Timestamp,
    ) -> Option<Finding> {
        let before = self.open.get(&signature.id);
        let finding = finding(signature, evidence, before.map_or(now, |before| before.opened));
        if before == Some(&finding) {
            return None;
        }
        self.open.insert(signature.id.clone(), finding.clone());
        Some(finding)
    }

    /// `None` if it was not open.
    fn close(&mut self, id: &str, now: Timestamp) -> Option<Finding> {
        let mut finding = self.open.remove(id)?;
        finding.closed = Some(now);
        Some(finding)
    }
}

fn finding(signature: &Signature, evidence: Vec<Observation>, opened: Timestamp) -> Finding {
    Finding {
        signature: signature.id.clone(),
        title: signature.title.clone(),
        severity: signature.severity,
        confidence: signature.confidence,
        technique: signature.technique.clone(),
        why: signature.why.clone(),
        innocent: signature.innocent.clone(),
        references: signature.references.clone(),
        opened,
        closed: None,
        evidence,
    }
}
