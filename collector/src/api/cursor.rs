//! Where a part of a list begins: after a row, by what the list is sorted by.

use super::problem::Problem;
use crate::secret;
use axum::http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What the list is sorted by, of the last row that was told; callers send it
/// back as they got it.
pub fn cursor(key: &impl Serialize) -> String {
    secret::hexadecimal(&serde_json::to_vec(key).unwrap_or_default())
}

/// What it was made of.
pub fn key<T: DeserializeOwned>(cursor: Option<&String>) -> Result<Option<T>, Problem> {
    let read = |text: &String| serde_json::from_slice(&secret::from_hexadecimal(text)?).ok();
    let strange = || {
        let detail = "`after` is not what an answer said as `next`.";
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    };
    cursor.map(|text| read(text).ok_or_else(strange)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_was_given_and_others_are_refused() {
        let text = cursor(&("2026-11-24T09:00:00Z", 7));
        let back: Option<(String, i64)> = key(Some(&text)).unwrap();
        assert_eq!(back, Some(("2026-11-24T09:00:00Z".to_owned(), 7)));
        for strange in ["", "7", "zz", &cursor(&"x")] {
            assert!(key::<(String, i64)>(Some(&strange.to_owned())).is_err(), "{strange}");
        }
    }
}
