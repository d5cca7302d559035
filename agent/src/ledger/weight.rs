//! What open findings are worth together: independent kinds of evidence
//! corroborate one another, and a single weak kind never alerts.

use crate::rules::Rules;
use crate::signature::Signature;
use crate::world::World;
use model::Corroboration;
use model::Finding;
use model::Kind;
use model::Observation;
use model::Sight;
use model::Standing;
use model::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Gives each open finding its standing and says what the other kinds of its
/// family say.
///
/// A finding of a weak signature alerts if a finding of another kind and the
/// same family holds as well, of the same thing or seen by another sensor: two
/// oddities of two unrelated devices do not corroborate each other. A tool has
/// its own rule, by its signs and the policy, and takes no part.
pub fn weigh(open: &mut BTreeMap<String, Finding>, rules: &Rules, world: &World) {
    let sight = world.sight();
    let weighed: Vec<Option<(Standing, Corroboration)>> = open
        .values()
        .map(|finding| finding.tool.is_none().then(|| value(finding, open, rules, &sight)))
        .collect();
    for (finding, weighed) in open.values_mut().zip(weighed) {
        if let Some((standing, corroboration)) = weighed {
            finding.standing = standing;
            finding.corroboration = corroboration;
        }
    }
}

/// What a finding that is no tool's is worth among those that are open.
fn value(
    finding: &Finding,
    open: &BTreeMap<String, Finding>,
    rules: &Rules,
    sight: &BTreeMap<String, Sight>,
) -> (Standing, Corroboration) {
    let allies = open.values().filter(|other| is_ally(finding, other));
    let spoke: BTreeSet<Kind> = allies.map(|other| other.kind).collect();
    let is_strong = rules.find(&finding.signature).is_some_and(|signature| signature.alone);
    let alerts = is_strong || !spoke.is_empty();
    let standing = if alerts { Standing::Alert } else { Standing::Lead };
    let family: Vec<&Signature> = rules.family(family(&finding.signature)).collect();
    (standing, others(finding, &spoke, &family, sight))
}

fn family(id: &str) -> &str {
    id.split('.').next().unwrap_or_default()
}

fn is_ally(finding: &Finding, other: &Finding) -> bool {
    other.tool.is_none()
        && other.kind != finding.kind
        && family(&other.signature) == family(&finding.signature)
        && other.evidence.iter().any(|theirs| {
            finding
                .evidence
                .iter()
                .any(|ours| ours.subject == theirs.subject || is_apart(ours, theirs))
        })
}

/// True for what two sensors saw of which nobody can say whether it belongs
/// together. A coincidence says so itself, by the port and the connector it
/// names; a change is told of a USB device, and belongs to its port as that does; an
/// input device may be one.
fn is_apart(one: &Observation, other: &Observation) -> bool {
    let names = |one: &Observation, other: &Observation| {
        let subject = Value::Text(other.subject.clone());
        ["keyboard", "display"].iter().any(|end| one.fields.get(*end) == Some(&subject))
    };
    let about = |sensor| if ["change", "input"].contains(&sensor) { "usb" } else { sensor };
    match (one.sensor.as_str(), other.sensor.as_str()) {
        ("coincidence", "coincidence") => false,
        ("coincidence", _) => names(one, other),
        (_, "coincidence") => names(other, one),
        (one, other) => about(one) != about(other),
    }
}

/// Which kinds of the family spoke, could have spoken, and could not see.
fn others(
    finding: &Finding,
    spoke: &BTreeSet<Kind>,
    family: &[&Signature],
    sight: &BTreeMap<String, Sight>,
) -> Corroboration {
    let sees = |sensor: &str| sight.get(sensor) == Some(&Sight::Seeing);
    let mut seeing = BTreeSet::new();
    let mut kinds = BTreeSet::new();
    for signature in family {
        kinds.insert(signature.kind);
        if signature.when.iter().all(|question| sees(&question.sensor)) {
            seeing.insert(signature.kind);
        }
    }
    let rest = kinds.iter().filter(|kind| **kind != finding.kind && !spoke.contains(kind));
    let (silent, blind): (Vec<Kind>, Vec<Kind>) = rest.partition(|kind| seeing.contains(kind));
    Corroboration { spoke: spoke.iter().copied().collect(), silent, blind }
}

#[cfg(test)]
mod tests;
