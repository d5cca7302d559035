//! Paths with `~` and `*` → the files and folders they stand for.

use crate::host::Host;
use crate::host::Platform;

/// Paths one may stand for; of more, the first are looked at.
const MOST: usize = 64;

/// A path that is there, and what the last `*` in its last part stood for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub path: String,
    pub starred: Option<String>,
}

/// The places a path stands for. Without a `*` that is itself, there or not.
/// None for a path of another platform.
pub(super) fn places(host: &dyn Host, homes: &[String], at: &str) -> Vec<Place> {
    let is_theirs = host.platform() == Platform::Windows;
    if at.contains('\\') != is_theirs || at.split(['/', '\\']).any(|part| part == "..") {
        return Vec::new();
    }
    let at = at.replace('\\', "/");
    let starts = match at.strip_prefix("~/") {
        Some(below) => homes.iter().map(|home| (home.clone(), below)).collect(),
        None if is_theirs => {
            at.split_once('/').map(|(drive, below)| (drive.to_owned(), below)).into_iter().collect()
        }
        None => vec![(String::new(), at.strip_prefix('/').unwrap_or(&at))],
    };
    starts.into_iter().flat_map(|(start, below)| expand(host, start, below)).take(MOST).collect()
}

fn expand(host: &dyn Host, start: String, below: &str) -> Vec<Place> {
    let mut places = vec![Place { path: start, starred: None }];
    for part in below.split('/') {
        places = places.iter().flat_map(|place| step(host, &place.path, part)).collect();
        places.truncate(MOST);
    }
    places
}

/// One part further.
fn step(host: &dyn Host, folder: &str, part: &str) -> Vec<Place> {
    let at = |name: &str, starred| Place { path: format!("{folder}/{name}"), starred };
    let Some((head, tail)) = part.split_once('*') else {
        return vec![at(part, None)];
    };
    let root = format!("{folder}/");
    let names = host.names(if folder.contains('/') { folder } else { &root }).unwrap_or_default();
    let starred = names.iter().filter_map(|name| {
        let star = without(host.platform(), name, head, tail)?;
        (!star.is_empty()).then(|| at(name, Some(star.to_owned())))
    });
    starred.take(MOST).collect()
}

/// What a `*` between two parts of a name stands for; on Windows their case
/// does not matter.
fn without<'a>(platform: Platform, name: &'a str, head: &str, tail: &str) -> Option<&'a str> {
    if platform != Platform::Windows {
        return name.strip_prefix(head)?.strip_suffix(tail);
    }
    let (start, rest) = name.split_at_checked(head.len())?;
    let (star, end) = rest.split_at_checked(rest.len().checked_sub(tail.len())?)?;
    (start.eq_ignore_ascii_case(head) && end.eq_ignore_ascii_case(tail)).then_some(star)
}
