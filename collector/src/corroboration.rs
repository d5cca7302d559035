//! What a finding is worth, and what the other kinds of evidence say, in sentences.

use model::Corroboration;
use model::Kind;
use model::Standing;

/// Why it alerts somebody, or why it does not; then which other kinds of
/// evidence agree, which saw nothing and which could not see.
pub fn told(standing: Standing, others: &Corroboration) -> Vec<String> {
    let Corroboration { spoke, silent, blind } = others;
    let alone = match standing {
        Standing::Alert => None,
        Standing::Lead => {
            Some("A lead: one weak sign, which alerts nobody. Another may join it.".to_owned())
        }
    };
    let nothing = (spoke.is_empty() && silent.is_empty() && blind.is_empty())
        .then(|| "The report says nothing of other kinds of evidence.".to_owned());
    let agree = named(spoke).map(|kinds| format!("Other kinds of evidence agree: {kinds}."));
    let saw_nothing = named(silent).map(|kinds| format!("Could see and found nothing: {kinds}."));
    let could_not =
        named(blind).map(|kinds| format!("Could not see: {kinds}. Blind is not clean."));
    [alone, nothing, agree, saw_nothing, could_not].into_iter().flatten().collect()
}

/// What a kind of evidence is about.
pub fn meaning(kind: Kind) -> &'static str {
    match kind {
        Kind::Identity => "what it says it is",
        Kind::Structure => "how it is built",
        Kind::Contradiction => "it claims to be what it cannot be",
        Kind::Leftover => "what was forgotten when its names were changed",
        Kind::Display => "what the display side shows",
        Kind::Coincidence => "it came together with something else",
        Kind::Other => "a kind of evidence this collector does not know",
        Kind::Activity => "what it is doing now",
        Kind::Change => "it is the same thing under another name",
        Kind::Neighbor => "what else is on the laptop's network",
    }
}

/// Each kind once, in their order; nothing if there is none.
fn named(kinds: &[Kind]) -> Option<String> {
    let mut kinds = kinds.to_vec();
    kinds.sort_unstable();
    kinds.dedup();
    let names: Vec<String> = kinds.iter().map(ToString::to_string).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(standing: Standing, others: [&[Kind]; 3], expected: &[&str]) {
        let [spoke, silent, blind] = others.map(<[Kind]>::to_vec);
        assert_eq!(told(standing, &Corroboration { spoke, silent, blind }), expected);
    }

    #[test]
    fn an_alert_says_what_agrees_what_saw_nothing_and_what_could_not_see() {
        check(
            Standing::Alert,
            [
                &[Kind::Leftover, Kind::Structure, Kind::Leftover],
                &[Kind::Activity],
                &[Kind::Display],
            ],
            &[
                "Other kinds of evidence agree: structure, leftover.",
                "Could see and found nothing: activity.",
                "Could not see: display. Blind is not clean.",
            ],
        );
    }

    #[test]
    fn a_lead_says_that_it_alerts_nobody() {
        check(
            Standing::Lead,
            [&[], &[Kind::Identity, Kind::Display], &[]],
            &[
                "A lead: one weak sign, which alerts nobody. Another may join it.",
                "Could see and found nothing: identity, display.",
            ],
        );
    }

    #[test]
    fn what_an_older_agent_reports_says_nothing_of_others() {
        check(
            Standing::default(),
            [&[], &[], &[]],
            &["The report says nothing of other kinds of evidence."],
        );
    }
}
