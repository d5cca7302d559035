//! Whether a tool keeps its word.

use super::Strength;
use super::Tool;
use super::file::BY;
use super::file::Rises;
use crate::signature::Example;
use crate::signature::check;
use crate::world::World;
use model::Confidence;
use model::Rung;

/// What is wrong with a tool and its examples, each in a sentence.
pub fn problems(tool: &Tool, rises: &Rises, misses: &[Example]) -> Vec<String> {
    let mut problems = Vec::new();
    for sign in &tool.signs {
        problems.extend(check::wrong_question(&sign.question));
        if !BY.contains(&sign.by.as_str()) {
            problems.push(format!("a sign is by `{}`; it may be by {}", sign.by, BY.join(", ")));
        }
        if sign.by == "name" && sign.strength != Strength::Weak {
            problems.push("a name can be anybody's: a sign by `name` must be weak".to_owned());
        }
    }
    problems.extend(rises.values().flatten().chain(misses).flat_map(check::wrong_example));
    if rises.values().all(Vec::is_empty) {
        problems.push("is untested: add a [[hit.RUNG]]".to_owned());
    }
    if misses.is_empty() {
        problems.push("is untested: add a [[miss]]".to_owned());
    }
    if problems.is_empty() {
        problems.extend(broken_word(tool, rises, misses));
    }
    problems
}

fn broken_word(tool: &Tool, rises: &Rises, misses: &[Example]) -> Vec<String> {
    let hits = rises.iter().flat_map(|(rung, hits)| {
        hits.iter().enumerate().filter_map(move |(index, hit)| {
            let said = rung_shown(tool, &check::world(hit));
            let what = said.map_or("not there".to_owned(), |rung| rung.to_string());
            let wrong = said != Some(*rung);
            wrong.then(|| format!("in hit.{rung} {} it is {what}", index + 1))
        })
    });
    let misses = misses.iter().enumerate().filter_map(|(index, miss)| {
        let shown = rung_shown(tool, &check::world(miss));
        shown.map(|rung| format!("in miss {} it is {rung}", index + 1))
    });
    hits.chain(misses).collect()
}

/// How far the tool has come there; `None` if it is not shown to be there,
/// though something may have its name.
fn rung_shown(tool: &Tool, world: &World) -> Option<Rung> {
    let held = tool.held(world)?;
    held.rung.filter(|_| held.confidence > Confidence::Low)
}
