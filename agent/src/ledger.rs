//! Which findings are open, and what they are worth together.

mod weight;

use crate::signature::Signature;
use crate::world::World;
use jiff::Timestamp;
use model::Corroboration;
use model::Finding;
use model::Observation;
use model::Standing;
use std::collections::BTreeMap;

/// The findings that are open, by signature.
#[derive(Debug, Default)]
pub struct Ledger {
    open: BTreeMap<String, Finding>,
}

impl Ledger {
    /// Judges the world by the signatures that `asked` picks, and gives the
    /// findings that opened, that changed in evidence or standing, or that closed.
    pub fn judge(
        &mut self,
        signatures: &[Signature],
        asked: impl Fn(&Signature) -> bool,
        world: &World,
        now: Timestamp,
    ) -> Vec<Finding> {
        let before = self.open.clone();
        let judged = signatures.iter().filter(|signature| asked(signature));
        let mut changed: Vec<Finding> = judged
            .filter_map(|signature| match signature.evidence(world) {
                Some(evidence) => {
                    self.open(signature, evidence, now);
                    None
                }
                None => self.close(&signature.id, now),
            })
            .collect();
        weight::weigh(&mut self.open, signatures, world);
        let news = self.open.iter().filter(|(id, finding)| before.get(*id) != Some(finding));
        changed.extend(news.map(|(_, finding)| finding.clone()));
        changed
    }

    /// Sets when a finding that has just opened first held.
    pub fn date(&mut self, id: &str, opened: Timestamp) {
        if let Some(finding) = self.open.get_mut(id) {
            finding.opened = opened;
        }
    }

    /// The open finding of a signature.
    pub fn get(&self, id: &str) -> Option<&Finding> {
        self.open.get(id)
    }

    /// The finding as it stands now; one that has closed stays as it was.
    pub fn current(&self, finding: Finding) -> Finding {
        let open = self.open.get(&finding.signature).filter(|_| finding.closed.is_none());
        open.cloned().unwrap_or(finding)
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

    fn open(&mut self, signature: &Signature, evidence: Vec<Observation>, now: Timestamp) {
        let before = self.open.remove(&signature.id);
        let opened = before.as_ref().map_or(now, |before| before.opened);
        let corroboration = before.map(|before| before.corroboration).unwrap_or_default();
        let finding = Finding { corroboration, ..finding(signature, evidence, opened) };
        self.open.insert(signature.id.clone(), finding);
    }

    /// `None` if it was not open.
    fn close(&mut self, id: &str, now: Timestamp) -> Option<Finding> {
        let mut finding = self.open.remove(id)?;
        finding.closed = Some(now);
        Some(finding)
    }
}

/// The finding of a signature that holds.
pub fn finding(signature: &Signature, evidence: Vec<Observation>, opened: Timestamp) -> Finding {
    Finding {
        signature: signature.id.clone(),
        title: signature.title.clone(),
        severity: signature.severity,
        confidence: signature.confidence,
        kind: signature.kind,
        standing: if signature.alone { Standing::Alert } else { Standing::Lead },
        corroboration: Corroboration::default(),
        tool: None,
        technique: signature.technique.clone(),
        why: signature.why.clone(),
        innocent: signature.innocent.clone(),
        references: signature.references.clone(),
        opened,
        closed: None,
        evidence,
    }
}
