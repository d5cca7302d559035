//! The console's cookies.
//!
//! Their names begin with `__Host-`: a browser takes such a cookie only over
//! TLS, for this host alone and for all its paths, and sends it nowhere else.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

/// Keeps the secret of a session.
pub const SESSION: &str = "__Host-moored";
/// Ties a sign-in form to the browser it was made for.
pub const LOGIN: &str = "__Host-moored-login";
/// Says whose password was right, until the one-time code is given; sealed.
pub const STEP: &str = "__Host-moored-step";
/// Says what must come back from a provider; sealed.
pub const AWAY: &str = "__Host-moored-away";

/// The value of the cookie, if the browser sent one that is not empty.
pub fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

/// A `Set-Cookie` that ends with the browser, or earlier by the store.
pub fn set(name: &str, value: &str) -> String {
    format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Strict")
}

/// The same, sent along also when another site leads back here.
pub fn set_for_return(name: &str, value: &str) -> String {
    format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax")
}

/// A `Set-Cookie` that takes the cookie away.
pub fn clear(name: &str) -> String {
    format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0")
}
