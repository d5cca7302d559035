//! `Forwarded` (RFC 7239 §4).

use std::net::IpAddr;

/// More hops than this nobody has.
const HOPS: usize = 32;

/// For whom each proxy says that it speaks, the nearest last; `None` for one
/// that does not say, or hides it. Given are the values of all such headers.
///
/// A header in which quotes hold a comma, a semicolon or a backslash says
/// nothing: the host in it is what a client has asked for, and could look like
/// a proxy's own words.
pub fn forwarded_for<'a>(values: impl Iterator<Item = &'a [u8]>) -> Vec<Option<IpAddr>> {
    let mut all = Vec::new();
    for value in values {
        let Some(text) = str::from_utf8(value).ok().filter(|text| is_plain(text)) else {
            all.push(None);
            continue;
        };
        all.extend(rfc7239::parse(text).map(|hop| {
            let named = hop.ok()?.forwarded_for?;
            named.ip().map(IpAddr::to_canonical)
        }));
    }
    let surplus = all.len().saturating_sub(HOPS);
    all.split_off(surplus)
}

fn is_plain(text: &str) -> bool {
    let mut quoted = text.split('"').skip(1).step_by(2);
    let is_even = text.matches('"').count().is_multiple_of(2);
    is_even && !text.contains('\\') && quoted.all(|inner| !inner.contains([',', ';']))
}
