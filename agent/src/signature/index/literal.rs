//! Texts with a `*`, found by what stands before it or behind it.

use crate::signature::pattern::like;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::ops::Bound;

/// Patterns by the letters that a text must begin with.
///
/// Which of a thousand beginnings a text has is found in as many steps as
/// beginnings of it are there, not by trying them all.
#[derive(Debug, Default)]
pub struct Beginnings {
    known: BTreeMap<Box<str>, Vec<Wanted>>,
}

/// A pattern, and the place of the signature that wants it.
#[derive(Debug)]
struct Wanted {
    pattern: Box<str>,
    place: usize,
}

impl Beginnings {
    /// Keeps a pattern; `start` is what a text like it begins with.
    pub fn add(&mut self, start: &str, pattern: &str, place: usize) {
        let wanted = Wanted { pattern: pattern.into(), place };
        self.known.entry(start.into()).or_default().push(wanted);
    }

    /// The last beginning that sorts before a text or is it.
    fn last_before(&self, text: &str) -> Option<(&str, &[Wanted])> {
        let upto = (Bound::Unbounded, Bound::Included(text));
        let (start, wanted) = self.known.range::<str, _>(upto).next_back()?;
        Some((start, wanted))
    }

    /// True if nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Adds the place of each pattern that `text` is like. `key` begins as such
    /// a text does; it must be in lower case.
    pub fn find(&self, key: &str, text: &str, places: &mut BTreeSet<usize>) {
        let mut rest = key;
        // Whatever begins `rest` sorts before it, and begins whatever sorts
        // between the two. So what the last one before it has in common with
        // it bounds all that can follow.
        while let Some((start, wanted)) = self.last_before(rest) {
            let common = common(start, rest);
            if common == start.len() {
                let like = wanted.iter().filter(|one| like(&one.pattern, text));
                places.extend(like.map(|one| one.place));
                rest = without_last(start);
            } else {
                rest = rest.get(..common).unwrap_or_default();
            }
            if rest.is_empty() {
                return;
            }
        }
    }
}

/// How many bytes of whole letters two texts begin with in common.
fn common(one: &str, other: &str) -> usize {
    let same = one.chars().zip(other.chars()).take_while(|(one, other)| one == other);
    same.map(|(letter, _)| letter.len_utf8()).sum()
}

fn without_last(text: &str) -> &str {
    let last = text.char_indices().next_back().map_or(0, |(place, _)| place);
    text.get(..last).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(patterns: &[&str], text: &str) -> Vec<usize> {
        let mut beginnings = Beginnings::default();
        for (place, pattern) in patterns.iter().enumerate() {
            beginnings.add(pattern.split('*').next().unwrap(), pattern, place);
        }
        let mut places = BTreeSet::new();
        beginnings.find(&text.to_ascii_lowercase(), text, &mut places);
        places.into_iter().collect()
    }

    #[test]
    fn every_beginning_of_a_text_is_found() {
        let patterns = ["/opt/*", "/opt/tool/*", "/opt/tool/*/x", "/opt/tools/*", "/srv/*", "/o*"];
        assert_eq!(found(&patterns, "/opt/Tool/bin"), [0, 1, 5]);
        assert_eq!(found(&patterns, "/opt/tool/bin/x"), [0, 1, 2, 5]);
        assert_eq!(found(&patterns, "/usr/bin/x"), Vec::<usize>::new());
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_trying_them_all_finds(
            patterns in prop::collection::vec("[abä]{1,4}\\*[ab]?", 0..12),
            text in "[abäAB]{0,6}",
        ) {
            let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
            let all = patterns.iter().enumerate().filter(|(_, one)| like(one, &text));
            let all: Vec<usize> = all.map(|(place, _)| place).collect();
            prop_assert_eq!(found(&patterns, &text), all);
        }
    }
}
