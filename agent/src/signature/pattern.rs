//! The whole language of signatures: which observations a question finds.

use model::Observation;
use model::Value;
use std::collections::BTreeMap;

/// What one field must be: any of these values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    any: Vec<Value>,
}

impl Pattern {
    /// A pattern that holds for a value, or for any of a list of values.
    /// Text is brought to lower case here, once.
    pub fn new(value: Value) -> Self {
        let any = match value {
            Value::List(values) => values,
            value => vec![value],
        };
        Self { any: any.into_iter().map(lower).collect() }
    }

    /// The values any of which will do.
    pub fn values(&self) -> &[Value] {
        &self.any
    }

    /// True if the value is one of those wanted; of a list, if any item is.
    pub fn holds(&self, value: &Value) -> bool {
        match value {
            Value::List(items) => items.iter().any(|item| self.holds(item)),
            Value::Text(text) => self.any.iter().any(|wanted| match wanted {
                Value::Text(pattern) => like(pattern, text),
                _ => false,
            }),
            plain => self.any.contains(plain),
        }
    }
}

fn lower(value: Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(text.to_ascii_lowercase()),
        other => other,
    }
}

/// True if every field asked for is there and holds.
pub fn all_hold(wanted: &BTreeMap<String, Pattern>, observation: &Observation) -> bool {
    wanted.iter().all(|(field, pattern)| {
        observation.fields.get(field).is_some_and(|value| pattern.holds(value))
    })
}

/// True if the whole of `text` is as `pattern` says: `*` stands for anything,
/// the case of ASCII letters never matters. `pattern` must be in lower case.
pub fn like(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = strip_start(text.as_bytes(), first.as_bytes()) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some(after) = after_first(rest, part.as_bytes()) else {
            return false;
        };
        rest = after;
    }
    let Some(start) = rest.len().checked_sub(last.len()) else {
        return false;
    };
    same(last.as_bytes(), rest.get(start..).unwrap_or_default())
}

fn strip_start<'a>(text: &'a [u8], start: &[u8]) -> Option<&'a [u8]> {
    let (head, rest) = text.split_at_checked(start.len())?;
    same(start, head).then_some(rest)
}

/// What follows the first place where `part` stands.
fn after_first<'a>(text: &'a [u8], part: &[u8]) -> Option<&'a [u8]> {
    (0..=text.len()).find_map(|start| strip_start(text.get(start..)?, part))
}

fn same(lower: &[u8], text: &[u8]) -> bool {
    lower.eq_ignore_ascii_case(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, expected) in [
            ("pikvm", "PiKVM", true),
            ("pikvm", "PiKVM ", false),
            ("*", "", true),
            ("pi*", "PiKVM", true),
            ("*kvm", "PiKVM", true),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxcyyb", false),
            ("a**c", "ac", true),
            ("", "", true),
            ("", "x", false),
        ] {
            assert_eq!(like(pattern, text), expected, "{pattern} against {text}");
        }
    }

    #[test]
    fn a_list_holds_if_any_item_does() {
        let pattern = Pattern::new(Value::List(vec![Value::Number(3), Value::Text("A".into())]));
        let list = |items: &[i64]| Value::List(items.iter().copied().map(Value::Number).collect());
        assert!(pattern.holds(&list(&[1, 3])));
        assert!(!pattern.holds(&list(&[1, 2])));
        assert!(pattern.holds(&Value::Text("a".into())));
        assert!(!pattern.holds(&Value::Text("3".into())));
    }

    proptest! {
        #[test]
        fn a_text_with_parts_cut_out_is_like_the_pattern(parts in prop::collection::vec("[a-z]{0,4}", 1..5), gaps in prop::collection::vec("[a-zA-Z]{0,4}", 4)) {
            let pattern = parts.join("*");
            let mut text = parts[0].clone();
            for (part, gap) in parts[1..].iter().zip(&gaps) {
                text.push_str(gap);
                text.push_str(part);
            }
            prop_assert!(like(&pattern, &text));
        }

        #[test]
        fn any_pattern_and_text_are_compared_without_a_panic(pattern in ".*", text in ".*") {
            like(&pattern.to_ascii_lowercase(), &text);
        }
    }
}
