//! Countries, by their codes.

use serde::Deserialize;
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// A country's two letters (ISO 3166-1 alpha-2). Whether it exists is not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

impl Country {
    /// The letters.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or("??")
    }

    /// The letters as bytes.
    pub fn bytes(self) -> [u8; 2] {
        self.0
    }
}

impl FromStr for Country {
    type Err = String;

    /// Takes either case. `ZZ`, `XX` and `??` are how databases say that they
    /// do not know, and are no country; neither are `EU` and `AP`, which some
    /// give for whole continents.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a country's two letters, such as US");
        let upper = text.trim().to_ascii_uppercase();
        let letters: [u8; 2] = upper.as_bytes().try_into().map_err(|_| wrong())?;
        let is_country = letters.iter().all(u8::is_ascii_uppercase)
            && !["ZZ", "XX", "EU", "AP"].contains(&upper.as_str());
        if is_country { Ok(Self(letters)) } else { Err(wrong()) }
    }
}

impl TryFrom<String> for Country {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.as_str().to_owned()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_letters_are_a_country_but_for_those_that_mean_none() {
        assert_eq!("us".parse::<Country>().map(|it| it.to_string()), Ok("US".to_owned()));
        for text in ["", "U", "USA", "ZZ", "??", "eu", "AP", "1A", "Ü"] {
            assert!(text.parse::<Country>().is_err(), "{text}");
        }
    }
}
