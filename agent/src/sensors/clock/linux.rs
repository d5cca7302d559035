//! The time zone, the language and the keyboard as they are set in `/etc`.

use super::Facts;
use super::files;
use crate::host::Host;
use crate::sensors::Blind;
use jiff::tz::TimeZone;
use std::io;

/// The compiled time zone (RFC 9636); the last line of it is the rule for all
/// times to come (§3.3).
pub(super) const RULE: &str = "/etc/localtime";

/// Its name, where it is no link (`man 5 timezone` on Debian).
pub(super) const ZONE: &str = "/etc/timezone";

/// Where the compiled time zones are (`man 5 localtime`).
const ZONES: &str = "zoneinfo/";

/// The largest zone of the tz database has less than 4 KiB.
const MOST: usize = 64 << 10;

pub(super) fn facts(host: &dyn Host) -> Result<Facts, Blind> {
    let bytes = host.file(RULE, MOST).map_err(Blind::at(RULE))?;
    let rule = rule(&bytes).ok_or_else(|| Blind::at(RULE)(io::ErrorKind::InvalidData.into()))?;
    Ok(Facts { zone: zone(host), rule, locale: files::locale(host), layouts: files::layouts(host) })
}

/// What the link to the compiled zone says, which is where the rule is from;
/// else what is written down.
fn zone(host: &dyn Host) -> Option<String> {
    let linked = host.target(RULE).ok();
    let linked = linked.as_deref().and_then(|path| path.split_once(ZONES)).map(|(_, name)| name);
    let linked = linked.filter(|name| is_name(name)).map(str::to_owned);
    linked.or_else(|| host.text(ZONE).ok().filter(|name| is_name(name)))
}

/// The first version of the format had no rule.
fn rule(bytes: &[u8]) -> Option<String> {
    let lines = bytes.strip_prefix(b"TZif")?.strip_suffix(b"\n")?;
    let rule = str::from_utf8(lines.rsplit(|&byte| byte == b'\n').next()?).ok()?;
    TimeZone::posix(rule).ok().map(|_| rule.to_owned())
}

fn is_name(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(is_part)
}
