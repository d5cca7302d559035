//! Long texts in parts, for a log that keeps short ones only.

/// The most of a part in bytes, without its head. macOS keeps about 1,024 bytes of
/// an entry, and a head has its share of them.
const PART: usize = 850;

/// The text in parts, each behind a head: the name of the whole, which part this is
/// and of how many. In order and without their heads they are the text again.
pub fn parts(name: &str, text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (part, behind) = rest.split_at(rest.floor_char_boundary(PART));
        parts.push(part);
        rest = behind;
    }
    let count = parts.len();
    let numbered = (1..).zip(parts);
    numbered.map(|(number, part)| format!("{name} {number}/{count} {part}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(parts: &[String]) -> String {
        parts.iter().map(|part| part.splitn(3, ' ').nth(2).unwrap()).collect()
    }

    #[test]
    fn a_short_text_is_one_part() {
        assert_eq!(parts("u", "a b"), ["u 1/1 a b"]);
    }

    #[test]
    fn a_long_text_is_cut_between_signs_and_put_together_again() {
        let text = "\u{e9}x ".repeat(700);
        let parts = parts("run-1-kvm.x-opened", &text);
        let heads: Vec<&str> = parts.iter().map(|part| part.split(' ').nth(1).unwrap()).collect();
        assert_eq!(heads, ["1/4", "2/4", "3/4", "4/4"]);
        assert_eq!(joined(&parts), text);
        assert!(parts.iter().all(|part| part.len() <= PART + 24));
    }
}
