//! The whole language of signatures: which observations a question finds.

use model::Observation;
use model::Value;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What one field must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Any of these values; with none of them, the field must not be there.
    Any(Vec<Value>),
    /// A list in which each of these values is.
    All(Vec<Value>),
}

/// A pattern as it is written: a value, a list of values, or `{ all = [...] }`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Written {
    /// A value, or a list of values.
    Any(Value),
    /// Values all of which must be in the list.
    All {
        /// The values.
        all: Vec<Value>,
    },
}

impl Pattern {
    /// The pattern that was written. Text is brought to lower case here, once.
    pub fn new(written: Written) -> Self {
        let lower = |values: Vec<Value>| values.into_iter().map(lower).collect();
        match written {
            Written::Any(Value::List(values)) => Self::Any(lower(values)),
            Written::Any(value) => Self::Any(lower(vec![value])),
            Written::All { all } => Self::All(lower(all)),
        }
    }

    /// The values it speaks of.
    pub fn values(&self) -> &[Value] {
        let (Self::Any(values) | Self::All(values)) = self;
        values
    }

    /// True if the field is as wanted; of a list, if any item is.
    pub fn holds(&self, value: Option<&Value>) -> bool {
        match (self, value) {
            (Self::Any(wanted), None) => wanted.is_empty(),
            (Self::Any(wanted), Some(Value::List(items))) if items.is_empty() => wanted.is_empty(),
            (Self::All(_), None) => false,
            (Self::Any(wanted), Some(value)) => wanted.iter().any(|one| is(one, value)),
            (Self::All(wanted), Some(value)) => wanted.iter().all(|one| is(one, value)),
        }
    }

    /// True if it speaks of this value.
    pub fn names(&self, value: &Value) -> bool {
        self.values().iter().any(|one| is(one, value))
    }

    /// True if the field is there and not as wanted. What is not known
    /// contradicts nothing.
    pub fn is_contradicted(&self, value: Option<&Value>) -> bool {
        value.is_some() && !self.holds(value)
    }
}

/// True if a value is the one wanted, or a list in which that one is.
fn is(wanted: &Value, value: &Value) -> bool {
    match (wanted, value) {
        (wanted, Value::List(items)) => items.iter().any(|item| is(wanted, item)),
        (Value::Text(pattern), Value::Text(text)) => like(pattern, text),
        (wanted, value) => wanted == value,
    }
}

fn lower(value: Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(text.to_ascii_lowercase()),
        other => other,
    }
}

/// True if every field asked for holds.
pub fn all_hold(wanted: &BTreeMap<String, Pattern>, observation: &Observation) -> bool {
    wanted.iter().all(|(field, pattern)| pattern.holds(observation.fields.get(field)))
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

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    fn numbers(items: &[i64]) -> Value {
        Value::List(items.iter().copied().map(Value::Number).collect())
    }

    #[test]
    fn a_list_holds_if_any_item_does() {
        let wanted = Value::List(vec![Value::Number(3), text("A")]);
        let pattern = Pattern::new(Written::Any(wanted));
        assert!(pattern.holds(Some(&numbers(&[1, 3]))));
        assert!(!pattern.holds(Some(&numbers(&[1, 2]))));
        assert!(pattern.holds(Some(&text("a"))));
        assert!(!pattern.holds(Some(&text("3"))));
        assert!(!pattern.holds(None));
    }

    #[test]
    fn all_holds_only_if_every_value_is_in_the_list() {
        let all = vec![Value::Number(3), Value::Number(1)];
        let pattern = Pattern::new(Written::All { all });
        assert!(pattern.holds(Some(&numbers(&[1, 2, 3]))));
        assert!(!pattern.holds(Some(&numbers(&[1, 2]))));
        assert!(!pattern.holds(None));
    }

    #[test]
    fn what_is_not_known_contradicts_nothing() {
        let low = Pattern::new(Written::Any(text("low")));
        assert!(low.is_contradicted(Some(&text("high"))));
        assert!(!low.is_contradicted(Some(&text("low"))));
        assert!(!low.is_contradicted(None));
        let none = Pattern::new(Written::Any(Value::List(Vec::new())));
        assert!(none.holds(None) && !none.is_contradicted(None));
        assert!(none.is_contradicted(Some(&text("x"))));
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
