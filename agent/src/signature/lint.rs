//! Whether the values of a signature are of a kind that does not match by
//! accident: exact, a beginning, an ending, or a path with a part left open.
//! No part of a word matches: `*rd.exe` is also `winword.exe`.

use super::Question;
use super::Signature;
use super::pattern::Pattern;
use model::Value;

/// A beginning or an ending must have so many letters or digits.
const FEWEST: usize = 5;

/// What is wrong with a signature's values, each in a sentence.
pub fn problems(signature: &Signature) -> Vec<String> {
    let questions = || signature.questions().chain(&signature.unless);
    let patterns = questions().flat_map(|question| question.fields.values());
    let vague = patterns.flat_map(texts).filter_map(wrong);
    vague.chain(questions().flat_map(wrong_relays)).collect()
}

fn texts(pattern: &Pattern) -> impl Iterator<Item = &str> {
    pattern.values().iter().filter_map(|value| match value {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    })
}

/// What a laptop is asked for the names of must be somebody's own domain: any
/// more would tell where people go.
fn wrong_relays(question: &Question) -> Vec<String> {
    let asked = question.fields.get("relays").filter(|_| question.sensor == "socket");
    let is_domain = |text: &str| {
        let name = text.strip_prefix("*.").unwrap_or(text);
        !name.contains('*') && name.split('.').filter(|label| !label.is_empty()).count() > 1
    };
    let wrong = asked.into_iter().flat_map(texts).filter(|text| !is_domain(text));
    wrong
        .map(|text| format!("`{text}` is no name of a relay, such as `relay.example.com`, and no domain, such as `*.example.com`"))
        .collect()
}

fn wrong(text: &str) -> Option<String> {
    let stars = text.matches('*').count();
    if stars == 0 || text == "*" || is_path(text) {
        return None;
    }
    let literal = text.bytes().filter(u8::is_ascii_alphanumeric).count();
    if stars > 1 || !(text.starts_with('*') || text.ends_with('*')) {
        return Some(format!(
            "`{text}` is open in the middle: only a beginning, an ending or whole parts of a path may be open"
        ));
    }
    if literal < FEWEST {
        return Some(format!("`{text}` has fewer than {FEWEST} letters or digits beside its `*`"));
    }
    let is_suffix_within_word =
        text.strip_prefix('*').is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric()));
    is_suffix_within_word.then(|| {
        format!("`{text}` ends within a word: put a separator after `*`, such as `*.example.com`")
    })
}

/// A path may leave whole parts open, and the ending of any part.
fn is_path(text: &str) -> bool {
    let mut parts = text.split(['/', '\\']);
    let is_path = text.starts_with(['/', '~']) || text.as_bytes().get(1) == Some(&b':');
    is_path
        && parts.all(|part| {
            let body = part.strip_suffix('*').unwrap_or(part);
            !body.contains('*')
        })
}
