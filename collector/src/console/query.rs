//! The part of an address after `?`, as pages write it.

use std::fmt::Write as _;

/// The text with everything escaped that means something in a query.
pub fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// The pairs as a query, without those that say nothing.
pub fn joined(pairs: &[(&str, &str)]) -> String {
    let said = pairs.iter().filter(|(_, value)| !value.is_empty());
    let parts: Vec<String> =
        said.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    parts.join("&")
}

/// The text without spaces around it; nothing if nothing is left.
pub fn said(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_escapes_what_has_a_meaning_and_leaves_out_what_says_nothing() {
        let pairs = [("text", "a&b=\"ü\" %"), ("laptop", ""), ("page", "2")];
        assert_eq!(joined(&pairs), "text=a%26b%3D%22%C3%BC%22%20%25&page=2");
    }
}
