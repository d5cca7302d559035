//! What the company says of remote tools: which it has approved, whose
//! instance of them, and until when.

#[cfg(test)]
mod tests;

use crate::signature::Signature;
use crate::signature::pattern::like;
use crate::signature::tool;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use model::Approval;
use model::Verdict;
use serde::Deserialize;
use serde::Serialize;

/// The company's policy on remote tools.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// Whether anything alerts.
    pub mode: Mode,
    /// What is approved; nothing approved says nothing.
    pub approved: Vec<Approved>,
}

/// Whether remote tools alert.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// They do.
    #[default]
    Enforce,
    /// All that is found is a lead, as on the first days of a roll-out.
    Audit,
}

/// One approved tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approved {
    /// The tool, named as its signature is, such as `anydesk`.
    pub tool: String,
    /// The company's own instances of it; nothing approves every instance.
    /// `*` stands for anything, and case does not matter.
    #[serde(default)]
    pub instance: Vec<String>,
    /// Who answers for it.
    pub owner: String,
    /// What it is for.
    pub reason: String,
    /// The last day on which it holds (UTC).
    pub expires: Date,
}

impl Approved {
    /// What is wrong with it; nothing if it is good.
    pub fn problems(&self) -> Vec<String> {
        let texts = [("tool", &self.tool), ("owner", &self.owner), ("reason", &self.reason)];
        let mut problems: Vec<String> = texts
            .iter()
            .filter(|(_, text)| text.trim().is_empty())
            .map(|(key, _)| format!("an approval says nothing under `{key}`"))
            .collect();
        if self.instance.iter().any(|one| one.trim_matches('*').is_empty()) {
            problems.push(format!(
                "the approval of `{}` names an instance that is any: leave `instance` out to approve every one",
                self.tool
            ));
        }
        problems
    }

    fn approval(&self) -> Approval {
        let Self { owner, reason, expires, .. } = self.clone();
        Approval { owner, reason, expires }
    }

    /// True if one of the values is an approved instance.
    fn is_own(&self, instances: &[&str]) -> bool {
        let wanted = self.instance.iter().map(|pattern| pattern.to_ascii_lowercase());
        wanted.into_iter().any(|pattern| instances.iter().any(|one| like(&pattern, one)))
    }
}

impl Policy {
    /// The tools it approves that no signature stands for, each in a sentence:
    /// such an approval approves nothing.
    pub fn strangers(&self, signatures: &[Signature]) -> Vec<String> {
        let is_known = |name: &str| {
            let tools = signatures.iter().filter(|signature| signature.tool.is_some());
            tools.map(|signature| tool::file::name(&signature.id)).any(|known| known == name)
        };
        let strangers = self.approved.iter().filter(|one| !is_known(&one.tool));
        strangers
            .map(|one| format!("approved names `{}`, which no signature of a tool is called; `moored signatures list` names them", one.tool))
            .collect()
    }

    /// What the policy says of a tool whose instance has these names, and the
    /// approval that says it. Of several approvals the best one speaks.
    pub fn judge(
        &self,
        tool: &str,
        instances: &[&str],
        now: Timestamp,
    ) -> (Verdict, Option<Approval>) {
        let today = Offset::UTC.to_datetime(now).date();
        let about = self.approved.iter().filter(|one| one.tool == tool);
        let said = about.map(|one| (verdict(one, instances, today), Some(one.approval())));
        let none = if self.approved.is_empty() { Verdict::Unknown } else { Verdict::NotApproved };
        said.min_by_key(|(verdict, _)| *verdict).unwrap_or((none, None))
    }
}

fn verdict(approved: &Approved, instances: &[&str], today: Date) -> Verdict {
    let is_any = approved.instance.is_empty();
    if !is_any && instances.is_empty() {
        return Verdict::UnreadableInstance;
    }
    match (is_any || approved.is_own(instances), today > approved.expires) {
        (true, false) => Verdict::Approved,
        (true, true) => Verdict::Expired,
        (false, _) => Verdict::ForeignInstance,
    }
}
