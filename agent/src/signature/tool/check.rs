//! Whether a tool keeps its word.

use super::Strength;
use super::Tool;
use super::file::BY;
use crate::sensors::Format;
use crate::sensors::Setting;
use crate::signature::Example;
use crate::signature::Signature;
use crate::signature::check;
use model::Confidence;
use model::Rung;

/// Letters beside a `*` that stands for a setting, so that it is not of anybody's files.
const FIXED: usize = 5;

/// What is wrong with a tool and the examples of its signature, each in a sentence.
pub fn problems(tool: &Tool, signature: &Signature) -> Vec<String> {
    let Signature { rises, leads, misses, .. } = signature;
    let shown = || rises.values().chain(leads.values()).flatten();
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
    problems.extend(tool.settings.iter().filter_map(wrong_setting));
    problems.extend(shown().chain(misses).flat_map(check::wrong_example));
    if shown().next().is_none() {
        problems.push("is untested: add a [[hit.RUNG]]".to_owned());
    }
    if misses.is_empty() {
        problems.push("is untested: add a [[miss]]".to_owned());
    }
    if problems.is_empty() {
        problems.extend(broken_word(tool, signature));
    }
    problems
}

/// What is wrong with a setting that is asked for.
fn wrong_setting(setting: &Setting) -> Option<String> {
    let Setting { key, at, format, .. } = setting;
    let has_key = !key.is_empty();
    if setting.is_secret() {
        return Some(format!("asks for `{key}`, which is called like a secret; none is ever read"));
    }
    if at.is_empty() {
        return Some(format!("does not say where the setting `{key}` is: add `at`"));
    }
    if has_key == (*format == Format::Path) {
        let but = if has_key { "asks for a key" } else { "asks for no key" };
        return Some(format!("a setting at `{}` {but}", at.join(", ")));
    }
    at.iter().find_map(|at| wrong_place(at, *format))
}

fn wrong_place(at: &str, format: Format) -> Option<String> {
    let is_file = !matches!(format, Format::Argument | Format::Registry);
    let separator = if at.contains('\\') { '\\' } else { '/' };
    let mut parts = at.split(separator);
    let start = parts.next().unwrap_or_default();
    let is_start = match separator {
        '/' => matches!(start, "" | "~"),
        _ => start == "~" || is_drive(start),
    };
    if is_file && (!is_start || parts.any(|part| matches!(part, "" | ".."))) {
        return Some(format!("`{at}` is no path from `/`, `~/`, a drive such as `C:\\`, or `~\\`"));
    }
    if at.split(separator).any(|part| part.matches('*').count() > 1) {
        return Some(format!("`{at}` has two `*` in one part"));
    }
    // What is open may be a part by itself below a folder with a telling name.
    let mut ends = at.rsplit(separator);
    let last = ends.next().filter(|last| *last != "*");
    let last = last
        .map_or_else(|| ends.next().map(|folder| format!("{folder}*")), |it| Some(it.to_owned()));
    let last = last.unwrap_or_default();
    let is_vague = !last.contains('*') || last.len() <= FIXED;
    (format == Format::Path && is_vague)
        .then(|| format!("`{at}` must end in a `*` with at least {FIXED} letters beside it"))
}

/// True for `C:`.
fn is_drive(start: &str) -> bool {
    matches!(start.as_bytes(), [letter, b':'] if letter.is_ascii_alphabetic())
}

fn broken_word(tool: &Tool, signature: &Signature) -> Vec<String> {
    let Signature { rises, leads, misses, .. } = signature;
    let wrong = |name: &'static str, rung: Rung, examples: &[Example]| {
        let examples = examples.iter().enumerate();
        let wrong = examples.filter_map(move |(index, example)| {
            let (said, what) = said(tool, example);
            let right = said == Some((rung, name == "hit"));
            (!right).then(|| format!("in {name}.{rung} {} it is {what}", index + 1))
        });
        wrong.collect::<Vec<_>>()
    };
    let hits = rises.iter().flat_map(|(rung, examples)| wrong("hit", *rung, examples));
    let leads = leads.iter().flat_map(|(rung, examples)| wrong("lead", *rung, examples));
    let misses = misses.iter().enumerate().filter_map(|(index, miss)| {
        let (said, what) = said(tool, miss);
        let is_shown = said.is_some_and(|(_, is_shown)| is_shown);
        is_shown.then(|| format!("in miss {} it is {what}", index + 1))
    });
    hits.chain(leads).chain(misses).collect()
}

/// How far the tool has come in an example, and whether it is shown to be
/// there: something may only have its name. The same in words.
fn said(tool: &Tool, example: &Example) -> (Option<(Rung, bool)>, String) {
    let held = tool.held(&check::world(example));
    let said = held.and_then(|held| Some((held.rung?, held.confidence > Confidence::Low)));
    let what = match said {
        Some((rung, true)) => rung.to_string(),
        Some((rung, false)) => format!("{rung} by no more than a name"),
        None => "not there".to_owned(),
    };
    (said, what)
}
