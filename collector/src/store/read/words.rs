//! What somebody types into a search, as a question to a full-text index.

/// Words looked for at most; more make no question better.
const MOST: usize = 8;

/// Rows with all the words, each at least as the beginning of one. A text
/// without a word asks for nothing.
pub fn question(text: &str) -> String {
    let words = text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<String> = words.take(MOST).map(|word| format!("\"{word}\"*")).collect();
    if words.is_empty() { "\"\"".to_owned() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_words_and_never_a_question_of_its_own() {
        assert_eq!(question("laptop-0417"), "\"laptop\"* \"0417\"*");
        assert_eq!(question("a\" OR host:* NOT ü)"), "\"a\"* \"OR\"* \"host\"* \"NOT\"* \"ü\"*");
        assert_eq!(question(" - \" "), "\"\"");
    }
}
