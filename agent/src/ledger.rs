//! Which findings are open, and what they are worth together.

mod weight;

use crate::policy::Mode;
use crate::rules::Rules;
use crate::signature::Held;
use crate::signature::Signature;
use crate::signature::tool;
use crate::world::World;
use jiff::Timestamp;
use model::Confidence;
use model::Corroboration;
use model::Finding;
use model::Kind;
use model::Observation;
use model::Rung;
use model::Severity;
use model::Standing;
use model::Verdict;
use std::collections::BTreeMap;

/// The findings that are open, by signature.
#[derive(Debug, Default)]
pub struct Ledger {
    open: BTreeMap<String, Finding>,
}

impl Ledger {
    /// Judges what these sensors see, and gives the findings that opened, that
    /// changed in evidence, rung or standing, or that closed.
    pub fn judge(
        &mut self,
        rules: &Rules,
        sensors: &[&str],
        world: &World,
        now: Timestamp,
    ) -> Vec<Finding> {
        let concerned = rules.concerned(sensors, world, self.open.keys());
        self.settle(rules, &concerned, world, now)
    }

    /// Judges everything, whatever sensor it is asked of.
    pub fn judge_all(&mut self, rules: &Rules, world: &World, now: Timestamp) -> Vec<Finding> {
        let all: Vec<&Signature> = rules.signatures.iter().collect();
        self.settle(rules, &all, world, now)
    }

    /// Judges again the tools that are open: an approval may have expired
    /// although nothing else has changed.
    pub fn judge_tools(&mut self, rules: &Rules, world: &World, now: Timestamp) -> Vec<Finding> {
        let tools = self.open.values().filter(|finding| finding.tool.is_some());
        let judged: Vec<&Signature> =
            tools.filter_map(|finding| rules.find(&finding.signature)).collect();
        self.settle(rules, &judged, world, now)
    }

    fn settle(
        &mut self,
        rules: &Rules,
        judged: &[&Signature],
        world: &World,
        now: Timestamp,
    ) -> Vec<Finding> {
        if judged.is_empty() && self.open.is_empty() {
            return Vec::new();
        }
        let before = self.open.clone();
        let mut changed = Vec::new();
        for signature in judged {
            match signature.held(world) {
                Some(held) => {
                    let opened = self.open.get(&signature.id).map_or(now, |one| one.opened);
                    let finding = Judged { rules, world, now }.finding(signature, held, opened);
                    self.put(finding);
                }
                None => changed.extend(self.close(&signature.id, now)),
            }
        }
        weight::weigh(&mut self.open, rules, world);
        let news = self.open.iter().filter(|(id, finding)| before.get(*id) != Some(finding));
        changed.extend(news.map(|(_, finding)| finding.clone()));
        changed
    }

    /// Keeps what the other kinds said until they are asked again.
    fn put(&mut self, finding: Finding) {
        let before = self.open.remove(&finding.signature);
        let corroboration = before.map(|before| before.corroboration).unwrap_or_default();
        self.open.insert(finding.signature.clone(), Finding { corroboration, ..finding });
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
    pub fn open(&self) -> impl Iterator<Item = &Finding> {
        self.open.values()
    }

    /// `None` if it was not open.
    fn close(&mut self, id: &str, now: Timestamp) -> Option<Finding> {
        let mut finding = self.open.remove(id)?;
        finding.closed = Some(now);
        Some(finding)
    }
}

/// What a finding is judged by, and when.
pub struct Judged<'a> {
    /// The signatures and the policy.
    pub rules: &'a Rules,
    /// What is seen.
    pub world: &'a World,
    /// Now.
    pub now: Timestamp,
}

impl Judged<'_> {
    /// The finding of a signature that holds since `opened`.
    pub fn finding(&self, signature: &Signature, held: Held, opened: Timestamp) -> Finding {
        let tool = held.rung.and_then(|rung| self.tool(signature, rung));
        let severity = tool.as_ref().map_or(signature.severity, |tool| bad(signature, tool));
        let kind = match held.rung {
            Some(Rung::Session) => Kind::Activity,
            _ => signature.kind,
        };
        Finding {
            signature: signature.id.clone(),
            title: title(signature, &held),
            severity,
            confidence: held.confidence,
            kind,
            standing: self.standing(signature, &held, tool.as_ref()),
            corroboration: Corroboration::default(),
            tool,
            technique: signature.technique.clone(),
            why: signature.why.to_string(),
            innocent: signature.innocent.to_string(),
            references: signature.references.clone(),
            opened,
            closed: None,
            evidence: self.evidence(signature, held),
        }
    }

    /// What shows it; of a tool that is there, also whose instance it is.
    fn evidence(&self, signature: &Signature, held: Held) -> Vec<Observation> {
        let mut evidence = held.evidence;
        if held.rung.is_some() && held.confidence > Confidence::Low {
            let settings = tool::Tool::settings(tool::file::name(&signature.id), self.world);
            evidence.extend(settings.into_iter().cloned());
        }
        evidence
    }

    fn tool(&self, signature: &Signature, rung: Rung) -> Option<model::Tool> {
        let tool = signature.tool.as_ref()?;
        let id = tool::file::name(&signature.id);
        let settings = tool::Tool::settings(id, self.world);
        let instances: Vec<&str> = settings.into_iter().filter_map(tool::Tool::value).collect();
        let (verdict, approval) = self.rules.policy.judge(id, &instances, self.now);
        let category = tool.category.name.clone();
        Some(model::Tool { id: id.to_owned(), category, rung, verdict, approval })
    }

    /// A tool alerts from a rung on, unless it is approved or only something
    /// of its name is there; no other kind of evidence changes that.
    fn standing(&self, signature: &Signature, held: &Held, tool: Option<&model::Tool>) -> Standing {
        let alerts = match (signature.tool.as_ref(), tool) {
            (Some(known), Some(tool)) => {
                held.confidence > Confidence::Low
                    && self.rules.policy.mode == Mode::Enforce
                    && tool.verdict != Verdict::Approved
                    && known.category.alerts_from.is_some_and(|from| tool.rung >= from)
            }
            _ => signature.alone,
        };
        if alerts { Standing::Alert } else { Standing::Lead }
    }
}

/// How bad a tool is that has come so far; somebody else's instance of an
/// approved tool hides behind the approval.
fn bad(signature: &Signature, tool: &model::Tool) -> Severity {
    let usual = signature.tool.as_ref().map(|known| known.category.severity(tool.rung));
    let usual = usual.unwrap_or(signature.severity);
    match tool.verdict {
        Verdict::ForeignInstance => usual.max(Severity::High),
        Verdict::Approved => Severity::Informational,
        _ => usual,
    }
}

/// The finding in one line: of a tool, how far it has come.
fn title(signature: &Signature, held: &Held) -> String {
    let name = &signature.title;
    match held.rung {
        None => name.clone(),
        Some(_) if held.confidence == Confidence::Low => {
            format!("Something with a name of {name} is there")
        }
        Some(Rung::Present) => format!("{name} is installed"),
        Some(Rung::Running) => format!("{name} is running"),
        Some(Rung::Reachable) => format!("{name} can be reached from elsewhere"),
        Some(Rung::Session) => format!("Someone is connected with {name} now"),
    }
}
