//! What a browser keeps for us for a few minutes and can neither read nor change.
//!
//! The key is made anew at each start: who is about to sign in then begins again.

use crate::secret;
use crate::secret::NoChance;
use jiff::Timestamp;
use ring::aead::Aad;
use ring::aead::CHACHA20_POLY1305;
use ring::aead::LessSafeKey;
use ring::aead::NONCE_LEN;
use ring::aead::Nonce;
use ring::aead::UnboundKey;
use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Seals and opens.
pub struct Seal(LessSafeKey);

/// What is sealed, and until when it counts.
#[derive(Serialize, Deserialize)]
struct Letter<T> {
    until: Timestamp,
    said: T,
}

impl Seal {
    /// A seal with a key of its own.
    pub fn new() -> Result<Self, NoChance> {
        let key = UnboundKey::new(&CHACHA20_POLY1305, &secret::bytes::<32>()?);
        key.map(|key| Self(LessSafeKey::new(key))).map_err(|_| NoChance)
    }

    /// The value as text for a cookie; `purpose` keeps one kind from passing as another.
    pub fn close<T: Serialize>(
        &self,
        purpose: &str,
        said: T,
        until: Timestamp,
    ) -> Result<String, NoChance> {
        let nonce = secret::bytes::<NONCE_LEN>()?;
        let mut bytes = serde_json::to_vec(&Letter { until, said }).map_err(|_| NoChance)?;
        let aad = Aad::from(purpose.as_bytes());
        let place = Nonce::assume_unique_for_key(nonce);
        self.0.seal_in_place_append_tag(place, aad, &mut bytes).map_err(|_| NoChance)?;
        Ok(secret::hexadecimal(&[&nonce[..], &bytes].concat()))
    }

    /// The value, if we sealed it for this purpose and its time is not over.
    pub fn open<T: DeserializeOwned>(
        &self,
        purpose: &str,
        text: &str,
        now: Timestamp,
    ) -> Option<T> {
        let bytes = secret::from_hexadecimal(text)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_LEN>()?;
        let (nonce, aad) = (Nonce::assume_unique_for_key(*nonce), Aad::from(purpose.as_bytes()));
        let mut sealed = sealed.to_vec();
        let plain = self.0.open_in_place(nonce, aad, &mut sealed).ok()?;
        let letter: Letter<T> = serde_json::from_slice(plain).ok()?;
        (now < letter.until).then_some(letter.said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn only_what_we_sealed_for_this_and_in_time_is_opened() {
        let seal = Seal::new().unwrap();
        let closed = seal.close("code", "ada", at(100)).unwrap();
        let open = |purpose: &str, text: &str, now| seal.open::<String>(purpose, text, at(now));
        assert_eq!(open("code", &closed, 99), Some("ada".to_owned()));
        assert_eq!(open("code", &closed, 100), None);
        assert_eq!(open("other", &closed, 99), None);
        let last = if closed.ends_with('0') { "1" } else { "0" };
        let changed = format!("{}{last}", &closed[..closed.len() - 1]);
        for strange in ["", "00", "x", "ü", &changed] {
            assert_eq!(open("code", strange, 99), None, "{strange}");
        }
        let other = Seal::new().unwrap();
        assert_eq!(other.open::<String>("code", &closed, at(99)), None);
    }
}
