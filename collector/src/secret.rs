//! Secrets made by chance, and how bytes are written as text.

#[cfg(test)]
mod tests;

use ring::digest;
use ring::hmac;
use ring::rand::SecureRandom;
use ring::rand::SystemRandom;
use std::fmt::Write as _;

const BASE64URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A key for [`keyed`]: random bytes.
pub type Key = [u8; 32];

/// The system gives no random numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot get random numbers from the system")]
pub struct NoChance;

/// 32 random bytes, as text of 43 signs.
pub fn random() -> Result<String, NoChance> {
    Ok(base64url(&bytes::<32>()?))
}

/// Random bytes.
pub fn bytes<const N: usize>() -> Result<[u8; N], NoChance> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| NoChance)?;
    Ok(bytes)
}

/// HMAC-SHA256 of the bytes, as base64url.
pub fn keyed(key: &Key, bytes: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    base64url(hmac::sign(&key, bytes).as_ref())
}

/// HMAC-SHA256 of all parts together.
pub fn signed(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let mut context = hmac::Context::with_key(&key);
    for part in parts {
        context.update(part);
    }
    context.sign().as_ref().to_vec()
}

/// A number from 0 to 1, and in the middle if the system has none to give.
pub fn chance() -> f64 {
    bytes::<4>().map_or(0.5, |bytes| f64::from(u32::from_ne_bytes(bytes)) / f64::from(u32::MAX))
}

/// The bytes as RFC 4648 base64, with padding.
pub fn base64(bytes: &[u8]) -> String {
    let mut text = base64url(bytes).replace('-', "+").replace('_', "/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

/// The SHA-256 of the bytes.
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

/// The bytes in hexadecimal, in lower case.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes that the text says in hexadecimal; nothing if it says none.
pub fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digit = |sign: u8| char::from(sign).to_digit(16);
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let byte = |[high, low]: &[u8; 2]| u8::try_from(digit(*high)? << 4 | digit(*low)?).ok();
    if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
}

/// The bytes as RFC 4648 base64url, without padding.
pub fn base64url(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0, |group, &byte| group << 8 | usize::from(byte));
        let group = group << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            let sign = BASE64URL[group >> (18 - 6 * place) & 63];
            text.push(char::from(sign));
        }
    }
    text
}
