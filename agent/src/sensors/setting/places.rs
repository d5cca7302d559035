//! Paths with `~` and `*` → the files and folders they stand for.

use crate::host::Host;

/// Paths one may stand for; of more, the first are looked at.
const MOST: usize = 64;

/// A path that is there, and what the last `*` in its last part stood for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub path: String,
    pub starred: Option<String>,
}

/// The places a path stands for. Without a `*` that is itself, there or not.
pub(super) fn places(host: &dyn Host, homes: &[String], at: &str) -> Vec<Place> {
    let starts = match at.strip_prefix("~/") {
        Some(below) => homes.iter().map(|home| (home.clone(), below)).collect(),
        None => vec![(String::new(), at.strip_prefix('/').unwrap_or(at))],
    };
    let starts = starts.into_iter().filter(|_| !at.split('/').any(|part| part == ".."));
    starts.flat_map(|(start, below)| expand(host, start, below)).take(MOST).collect()
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
    let names = host.names(if folder.is_empty() { "/" } else { folder }).unwrap_or_default();
    let starred = names.iter().filter_map(|name| {
        let star = name.strip_prefix(head)?.strip_suffix(tail)?;
        (!star.is_empty()).then(|| at(name, Some(star.to_owned())))
    });
    starred.take(MOST).collect()
}
