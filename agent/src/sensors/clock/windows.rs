//! The time zone, the language and the keyboard as Windows' registry has them.

use super::Facts;
use super::zones;
use crate::host::Host;
use crate::host::Property;
use crate::host::Recording;
use crate::host::RegistryKey;
use crate::sensors::Blind;
use jiff::tz::TimeZone;
use std::io;

/// The zone that is set (`DYNAMIC_TIME_ZONE_INFORMATION`).
pub(super) const RULE: &str = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\TimeZoneInformation";

/// What new users begin with; it is always there.
const DEFAULT: &str = ".DEFAULT";

/// People's accounts, of the machine or a domain, and of a tenant.
const PEOPLE: [&str; 2] = ["S-1-5-21-", "S-1-12-1-"];

/// So many layouts are told.
const MANY: usize = 8;

pub(super) fn facts(host: &dyn Host) -> Result<Facts, Blind> {
    let key = host.registry(RULE).map_err(Blind::at(RULE))?;
    let invalid = || Blind::at(RULE)(io::ErrorKind::InvalidData.into());
    let rule = rule(&key).filter(|rule| TimeZone::posix(rule).is_ok()).ok_or_else(invalid)?;
    let name = key.values.get("TimeZoneKeyName").and_then(Property::text).unwrap_or_default();
    // What stands behind a zero is left from a longer name.
    let name = name.split('\0').next().unwrap_or_default();
    let user = user(host);
    Ok(Facts {
        zone: zones::of_windows(name).map(str::to_owned),
        rule,
        locale: locale(host, &user),
        layouts: layouts(host, &user),
    })
}

/// The rule as POSIX writes it; zones have no names of three letters here.
fn rule(key: &RegistryKey) -> Option<String> {
    let name = key.values.get("TimeZoneKeyName").and_then(Property::text).unwrap_or_default();
    if name.trim_end_matches('\0') == "UTC" {
        return Some("UTC0".to_owned());
    }
    let minutes = |name: &str| Some(i64::from(signed(key.values.get(name)?.number()?)));
    let bias = minutes("Bias")?;
    let standard = bias + minutes("StandardBias").unwrap_or_default();
    let daylight = bias + minutes("DaylightBias").unwrap_or_default();
    let change = |name: &str| key.values.get(name)?.bytes().and_then(|bytes| change(&bytes));
    let is_fixed = minutes("DynamicDaylightTimeDisabled") == Some(1) || standard == daylight;
    let own = named(standard);
    match (change("DaylightStart"), change("StandardStart")) {
        (Some(begins), Some(ends)) if !is_fixed => {
            Some(format!("{own}{},{begins},{ends}", named(daylight)))
        }
        _ => Some(own),
    }
}

/// `REG_DWORD` has no sign; these numbers have.
fn signed(number: i64) -> i32 {
    u32::try_from(number).map_or(0, u32::cast_signed)
}

/// Minutes west of Greenwich as a name and an offset, such as `<-0530>5:30`… east of it
/// `<+0530>-5:30`.
fn named(west: i64) -> String {
    let (hours, minutes) = (west.abs() / 60, west.abs() % 60);
    let (east, sign) = if west > 0 { ('-', "") } else { ('+', if west < 0 { "-" } else { "" }) };
    match minutes {
        0 => format!("<{east}{hours:02}>{sign}{hours}"),
        _ => format!("<{east}{hours:02}{minutes:02}>{sign}{hours}:{minutes:02}"),
    }
}

/// When the clocks change: year, month, which one in the month, hour, minute, second,
/// millisecond, day of the week, two bytes each. `None` if they never do.
fn change(bytes: &[u8]) -> Option<String> {
    let fields: Vec<u16> =
        bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    let &[_, month @ 1..=12, week @ 1..=5, hour, minute, _, _, day @ 0..=6] = fields.as_slice()
    else {
        return None;
    };
    let time = match (hour, minute) {
        (2, 0) => String::new(),
        (hour, 0) => format!("/{hour}"),
        (hour, minute) => format!("/{hour}:{minute:02}"),
    };
    Some(format!("M{month}.{week}.{day}{time}"))
}

/// The first of the people who are logged in.
fn user(host: &dyn Host) -> String {
    let users = host.registry("HKU").map(|key| key.keys).unwrap_or_default();
    let is_person = |sid: &&String| {
        PEOPLE.iter().any(|kind| sid.starts_with(kind)) && !sid.ends_with("_Classes")
    };
    users.iter().find(is_person).map_or(DEFAULT, String::as_str).to_owned()
}

/// Of `en-US`, `en_US`.
fn locale(host: &dyn Host, user: &str) -> Option<String> {
    let key = host.registry(&format!("HKU\\{user}\\Control Panel\\International")).ok()?;
    let name = key.values.get("LocaleName")?.text()?;
    let mut parts = name.split('-');
    let language = parts.next().filter(|it| is_word(it, 2..=3))?.to_ascii_lowercase();
    let territory = parts.next_back().filter(|it| is_word(it, 2..=2));
    Some(match territory {
        Some(territory) => format!("{language}_{}", territory.to_ascii_uppercase()),
        None => language,
    })
}

fn is_word(text: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// The layouts in their order; one we have no name for is told by Windows' number.
fn layouts(host: &dyn Host, user: &str) -> Vec<String> {
    let key = host.registry(&format!("HKU\\{user}\\Keyboard Layout\\Preload"));
    let values = key.map(|key| key.values).unwrap_or_default();
    let mut numbered: Vec<(u32, &str)> = values
        .iter()
        .filter_map(|(place, layout)| Some((place.parse().ok()?, layout.text()?)))
        .filter(|(_, layout)| layout.len() == 8 && layout.bytes().all(|it| it.is_ascii_hexdigit()))
        .collect();
    numbered.sort_unstable();
    let name =
        |layout: &str| zones::layout(layout).map_or_else(|| layout.to_lowercase(), str::to_owned);
    numbered.into_iter().take(MANY).map(|(_, layout)| name(layout)).collect()
}

/// Takes out which users there are, and what else stands in the keys that are read.
pub(super) fn blank(recording: &mut Recording) {
    let keys = std::mem::take(&mut recording.registry);
    let is_ours = |key: &str| key.ends_with("\\International");
    for (key, mut values) in keys {
        if is_ours(&key) {
            values.retain(|name, _| name == "LocaleName");
        }
        let mut parts: Vec<&str> = key.split('\\').collect();
        let is_user = parts.first() == Some(&"HKU")
            && parts.get(1).is_some_and(|it| it.starts_with("S-1-") && it.len() > 12);
        if let Some(sid) = parts.get_mut(1).filter(|_| is_user) {
            *sid = if sid.ends_with("_Classes") { "S-1-5-21-0_Classes" } else { "S-1-5-21-0" };
        }
        recording.registry.insert(parts.join("\\"), values);
    }
}
