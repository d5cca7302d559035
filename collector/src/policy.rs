//! How far a remote tool has come and what the policy says of it, in words.

use model::Approval;
use model::Rung;
use model::Verdict;

/// Every rung, in order.
pub const RUNGS: [Rung; 4] = [Rung::Present, Rung::Running, Rung::Reachable, Rung::Session];

/// Every verdict, the calmest first.
pub const VERDICTS: [Verdict; 7] = [
    Verdict::Approved,
    Verdict::ForeignInstance,
    Verdict::UnreadableInstance,
    Verdict::Expired,
    Verdict::NotApproved,
    Verdict::Unknown,
    Verdict::Other,
];

/// The verdict's name on the wire, in the store, in filters and in addresses.
pub fn verdict_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Approved => "approved",
        Verdict::ForeignInstance => "foreign-instance",
        Verdict::UnreadableInstance => "unreadable-instance",
        Verdict::Expired => "expired",
        Verdict::NotApproved => "not-approved",
        Verdict::Unknown => "unknown",
        Verdict::Other => "other",
    }
}

/// The rung's name, everywhere.
pub fn rung_name(rung: Rung) -> &'static str {
    match rung {
        Rung::Present => "present",
        Rung::Running => "running",
        Rung::Reachable => "reachable",
        Rung::Session => "session",
    }
}

/// The verdict with this name.
pub fn verdict(text: &str) -> Option<Verdict> {
    VERDICTS.into_iter().find(|verdict| verdict_name(*verdict) == text)
}

/// The rung with this name.
pub fn rung(text: &str) -> Option<Rung> {
    RUNGS.into_iter().find(|rung| rung_name(*rung) == text)
}

/// What a tool on this rung is, true of an open finding and of a closed one.
pub fn meaning(rung: Rung) -> &'static str {
    match rung {
        Rung::Present => "installed, or its folder left behind",
        Rung::Running => "its program running",
        Rung::Reachable => "within reach of somebody elsewhere",
        Rung::Session => "somebody connected",
    }
}

/// The verdict in a few words, with its end and who answers for it if it is
/// approved; nothing if the policy says nothing.
///
/// The owner's name is as the laptop sent it.
pub fn brief(verdict: Verdict, approval: Option<&Approval>) -> Option<String> {
    match (verdict, approval) {
        (Verdict::Unknown, _) => None,
        (Verdict::Approved, Some(approval)) => {
            Some(format!("approved until {} by {}", approval.expires, approval.owner))
        }
        (Verdict::Expired, Some(approval)) => {
            Some(format!("approval expired after {}", approval.expires))
        }
        _ => Some(verdict.to_string()),
    }
}

/// What the verdict says, in a sentence.
pub fn told(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Approved => "The policy approves this tool, and this instance of it.",
        Verdict::ForeignInstance => {
            "The policy approves this tool, but this is not the company's instance of it."
        }
        Verdict::UnreadableInstance => {
            "The policy approves one instance of this tool, and which one this is could not be read."
        }
        Verdict::Expired => "This tool was approved, and the approval has expired.",
        Verdict::NotApproved => "The policy approves other tools, but not this one.",
        Verdict::Unknown => "The policy approves nothing, so it says nothing of this tool.",
        Verdict::Other => "The report gives a verdict that this collector does not know.",
    }
}

/// Whether the policy speaks against the tool.
pub fn is_against(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::ForeignInstance | Verdict::Expired | Verdict::NotApproved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_on_the_wire() {
        for known in VERDICTS {
            assert_eq!(serde_json::to_value(known).unwrap(), verdict_name(known));
            assert_eq!(verdict(verdict_name(known)), Some(known));
        }
        for known in RUNGS {
            assert_eq!(serde_json::to_value(known).unwrap(), rung_name(known));
            assert_eq!(
                (rung(rung_name(known)), known.to_string().as_str()),
                (Some(known), rung_name(known))
            );
        }
        assert_eq!((verdict("never-heard-of"), rung("")), (None, None));
        assert!(RUNGS.is_sorted() && VERDICTS.is_sorted());
    }

    #[test]
    fn a_verdict_is_told_with_its_end_and_its_owner() {
        let approval = Approval {
            owner: "Grace".to_owned(),
            reason: "help desk".to_owned(),
            expires: "2026-12-31".parse().unwrap(),
        };
        let told = VERDICTS.map(|verdict| brief(verdict, Some(&approval)).unwrap_or_default());
        let expected = [
            "approved until 2026-12-31 by Grace",
            "approved tool, foreign instance",
            "approved tool, instance unreadable",
            "approval expired after 2026-12-31",
            "not approved",
            "",
            "other",
        ];
        assert_eq!(told, expected);
        assert_eq!(brief(Verdict::Approved, None), Some("approved".to_owned()));
    }
}
