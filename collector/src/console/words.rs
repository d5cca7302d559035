//! How pages say times, numbers and what a laptop sent.

use crate::store::read;
use crate::store::read::Gap;
use askama::filters::HtmlSafeOutput;
use jiff::SignedDuration;
use jiff::Timestamp;
use model::Observation;
use std::fmt::Display;
use std::fmt::Write as _;

/// The time, exactly and as seen from now, as a `time` element.
pub fn moment(at: &Timestamp, now: &Timestamp) -> HtmlSafeOutput<String> {
    let machine = at.strftime("%Y-%m-%dT%H:%M:%SZ");
    let human = at.strftime("%Y-%m-%d %H:%M UTC");
    let ago = ago(at, now);
    HtmlSafeOutput(format!(
        "<time datetime=\"{machine}\">{human}</time> <span class=\"ago\">({ago})</span>"
    ))
}

/// The time as seen from now, such as `3 minutes ago` or `in 2 days`.
pub fn ago(at: &Timestamp, now: &Timestamp) -> String {
    let since = at.duration_until(*now);
    let span = span(since.abs());
    match span {
        None => "just now".to_owned(),
        Some(span) if since.is_negative() => format!("in {span}"),
        Some(span) => format!("{span} ago"),
    }
}

/// The time to a minute, in plain text.
pub fn minute(at: &Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// The beginning of a text that is longer than so many signs.
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}

/// A weight with its sign, such as `+60` or `−3`.
pub fn weight(weight: f64) -> String {
    let number = format!("{weight:+.0}");
    number.replace('-', "−")
}

/// Who did something, as people say it: the account's name alone.
pub fn who(actor: &str) -> String {
    match actor.strip_prefix("account:") {
        Some(name) => visible(name),
        None if actor == "system" => "the collector".to_owned(),
        None if actor == "cli" => "the command line".to_owned(),
        None => visible(actor),
    }
}

/// Observations as they came, for those who want to see exactly that.
pub fn raw(seen: &[Observation]) -> String {
    visible(serde_json::to_string_pretty(seen).unwrap_or_default())
}

/// A part of a whole in hundredths of it, to a tenth.
pub fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "0.0".to_owned();
    }
    let tenths = u128::from(part) * 1000 / u128::from(whole);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// In the largest unit that fits; nothing for less than a minute.
fn span(length: SignedDuration) -> Option<String> {
    let minutes = length.as_mins();
    let (number, unit) = match minutes {
        0 => return None,
        1..60 => (minutes, "minute"),
        60..2880 => (minutes / 60, "hour"),
        _ => (minutes / 1440, "day"),
    };
    Some(counted(number, unit))
}

/// A number and its noun, such as `1 report` or `3 reports`.
pub fn counted(number: impl Display, noun: &str) -> String {
    let number = number.to_string();
    let ending = if number == "1" { "" } else { "s" };
    format!("{number} {noun}{ending}")
}

/// The same of a list that is only counted up to a number.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates give references")]
pub fn many(number: &u64, noun: &str) -> String {
    if *number <= read::COUNTED {
        return counted(number, noun);
    }
    format!("more than {} {noun}s", read::COUNTED)
}

/// What never arrived, such as `report 5` or `reports 5–7`.
pub fn missing(gap: &Gap) -> String {
    if gap.first == gap.last {
        return format!("report {}", gap.first);
    }
    format!("reports {}–{}", gap.first, gap.last)
}

/// Where ATT&CK explains the technique; nothing if it does not look like one.
pub fn technique_address(technique: &str) -> Option<String> {
    let (whole, part) = match technique.split_once('.') {
        Some((whole, part)) => (whole, Some(part)),
        None => (technique, None),
    };
    let digits = whole.strip_prefix('T')?;
    if !is_digits(digits, 4) || !part.is_none_or(|part| is_digits(part, 3)) {
        return None;
    }
    let part = part.map(|part| format!("{part}/")).unwrap_or_default();
    Some(format!("https://attack.mitre.org/techniques/{whole}/{part}"))
}

/// Whether a reference may be a link.
pub fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// What a laptop sent, with the signs made visible that hide or turn around
/// others: a device may be named so that it reads as something else.
pub fn visible(text: impl Display) -> String {
    let text = text.to_string();
    let mut shown = String::with_capacity(text.len());
    for sign in text.chars() {
        if sign != '\n' && (sign.is_control() || is_invisible(sign)) {
            // Writing to a string cannot fail.
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(sign));
        } else {
            shown.push(sign);
        }
    }
    shown
}

fn is_invisible(sign: char) -> bool {
    matches!(sign,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|sign| sign.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_in_the_largest_unit_that_fits() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let said =
            |seconds: i64| ago(&Timestamp::from_second(1_800_000_000 - seconds).unwrap(), &now);
        let said: Vec<String> =
            [0, 59, 60, 179, 3600, 172_799, 172_800, -90, -864_000].map(said).into();
        let expected = [
            "just now",
            "just now",
            "1 minute ago",
            "2 minutes ago",
            "1 hour ago",
            "47 hours ago",
            "2 days ago",
            "in 1 minute",
            "in 10 days",
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn a_moment_is_a_time_element() {
        let at: Timestamp = "2026-11-24T10:00:00.123Z".parse().unwrap();
        let now: Timestamp = "2026-11-24T13:00:01Z".parse().unwrap();
        assert_eq!(
            moment(&at, &now).0,
            "<time datetime=\"2026-11-24T10:00:00Z\">2026-11-24 10:00 UTC</time> \
             <span class=\"ago\">(3 hours ago)</span>"
        );
    }

    #[test]
    fn only_what_looks_like_a_technique_becomes_a_link() {
        let address = |part: &str| Some(format!("https://attack.mitre.org/techniques/{part}"));
        assert_eq!(technique_address("T1219"), address("T1219/"));
        assert_eq!(technique_address("T1219.003"), address("T1219/003/"));
        for strange in ["", "1219", "T12", "T1219.", "T1219.3", "T1219/../x", "T1219.003.1"] {
            assert_eq!(technique_address(strange), None, "{strange}");
        }
    }

    #[test]
    fn signs_that_hide_others_are_shown() {
        assert_eq!(
            visible("Dell\u{202e}KVM\u{0}\u{200b}ü\n"),
            "Dell\\u{202e}KVM\\u{0}\\u{200b}ü\n"
        );
    }
}
