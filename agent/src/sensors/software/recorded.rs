//! Recordings made fit to be shown: no names of users, no arguments of
//! programs, and of what is installed only what a signature asks for.
//!
//! Who has signed a program is not touched here: other sensors ask it as well.

use super::Names;
use super::Software;
use super::command::Commands;
use super::dpkg;
use super::macos::lists;
use super::macos::managed;
use super::places::Places;
use super::places::below;
use super::places::homely;
use super::places::homes;
use super::places::is_roots;
use super::rpm;
use super::windows::kept;
use super::windows::kept::TASKS;
use crate::host::Host as _;
use crate::host::Recorder;
use crate::host::Recording;
use crate::sensors::Sensor as _;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Folders that have one for each maker, or each program: that one was looked
/// into says what is installed.
const MAKERS: [&str; 4] = ["/Applications", "C:/Program Files", "C:/Program Files (x86)", TASKS];

/// Keeps of each file only what this sensor takes from it, of homes only what
/// it looks at, and calls the homes `home1`, `home2`, ….
pub(super) fn blank(recording: &mut Recording) {
    let homes = homes(recording);
    let mut mine = take(recording);
    rewrite(&mut mine, &homes, &|_| true);
    mine.empty.retain(|path| !is_users_own(&homes, path) && !managed::is_users(path));
    let renamed = |path: &String| renamed(&homes, path);
    mine.empty = mine.empty.iter().map(renamed).collect();
    mine.forbidden = mine.forbidden.iter().map(renamed).collect();
    mine.text = mine.text.into_iter().map(|(path, text)| (renamed(&path), text)).collect();
    put_back(recording, mine);
}

/// True of what is in a home and not hidden: a user's own folders and files.
fn is_users_own(homes: &[String], path: &str) -> bool {
    let mut names = homes.iter().filter_map(|home| below(home, path)?.strip_prefix('/'));
    names.any(|name| !name.starts_with('.') && !name.contains('/'))
}

/// A path in which the home is called `home1`, `home2`, ….
pub(in crate::sensors) fn renamed(homes: &[String], path: &str) -> String {
    let mut users = homes.iter().filter(|home| !is_roots(home)).zip(1..);
    let anew = users.find_map(|(home, number)| {
        let (room, _) = home.rsplit_once('/')?;
        below(home, path).map(|rest| format!("{room}/home{number}{rest}"))
    });
    anew.unwrap_or_else(|| path.to_owned())
}

/// Keeps only names that are wanted, and the folders that were looked into.
pub fn keep(recording: &mut Recording, wanted: impl Fn(&str) -> bool) {
    let homes = homes(recording);
    let mut mine = take(recording);
    rewrite(&mut mine, &homes, &wanted);
    let all = mine.empty.iter().chain(mine.text.keys());
    let looked_into: BTreeSet<String> =
        all.filter_map(|path| Some(path.rsplit_once('/')?.0.to_owned())).collect();
    let is_named = |path: &String| names(&homes, path).iter().any(|name| wanted(name));
    let all_empty = mine.empty.clone();
    mine.text.retain(|path, text| path == dpkg::STATUS || !text.is_empty() || is_named(path));
    let below = |path: &str| format!("{path}/");
    let is_left = |path: &String| {
        let named = |other: &&String| other.starts_with(&below(path)) && is_named(other);
        mine.text.keys().chain(&all_empty).any(|other| named(&other))
    };
    mine.empty.retain(|path| {
        let is_makers = MAKERS.iter().any(|folder| path.starts_with(&below(folder)));
        is_named(path) || if is_makers { is_left(path) } else { looked_into.contains(path) }
    });
    put_back(recording, mine);
}

/// What this sensor may state of a path.
fn names(homes: &[String], path: &str) -> Vec<String> {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem =
        [".json", ".xpi", ".snap", ".plist"].iter().find_map(|ending| name.strip_suffix(ending));
    let snap = stem.and_then(|stem| stem.split_once('_')).map(|(snap, _)| snap);
    let parts = [Some(name), stem, snap].into_iter().flatten().map(str::to_owned);
    let task = path.strip_prefix(TASKS).map(|task| task.replace('/', "\\"));
    parts.chain([homely(homes, path)]).chain(task).collect()
}

/// Takes out of a recording what this sensor reads of it.
fn take(recording: &mut Recording) -> Recording {
    let recorder = Recorder::new(recording);
    // A blind look has read what there is as well.
    drop(Software.look(&recorder));
    let mut mine = recorder.finish();
    recording.text.retain(|path, _| !mine.text.contains_key(path));
    recording.bytes.retain(|path, _| !mine.bytes.contains_key(path));
    recording.empty.retain(|path| !mine.empty.contains(path));
    recording.forbidden.retain(|path| !mine.forbidden.contains(path));
    // What is below a service others read.
    mine.registry.retain(|key, _| !kept::is_in_a_service(key));
    recording.registry.retain(|key, _| !mine.registry.contains_key(key));
    mine
}

fn put_back(recording: &mut Recording, mine: Recording) {
    recording.text.extend(mine.text);
    recording.empty.extend(mine.empty);
    recording.forbidden.extend(mine.forbidden);
    recording.rpm = mine.rpm;
    recording.registry.extend(mine.registry);
}

/// Writes each file anew with only what is wanted of it.
fn rewrite(mine: &mut Recording, homes: &[String], wanted: &impl Fn(&str) -> bool) {
    let mut text = BTreeMap::new();
    let mut places = Places::of(mine);
    for file in mine.text.keys().chain(mine.bytes.keys()) {
        let anew = if file == dpkg::STATUS {
            let packages = dpkg::packages(mine).unwrap_or_default();
            dpkg::status(&packages.into_iter().filter(|name| wanted(name)).collect::<Names>())
        } else if file == managed::GRANTS {
            managed::kept(&mine.read(file).unwrap_or_default(), homes, wanted)
        } else if file.strip_suffix(".plist").is_some() {
            lists::kept(&mine.read(file).unwrap_or_default(), homes, wanted)
        } else if file.starts_with(TASKS) {
            kept::task(&mine.read(file).unwrap_or_default(), homes, wanted)
        } else {
            let programs = places.commands(file).into_iter().filter(|program| wanted(program));
            programs.map(|program| Commands::of(file).line(&program)).collect()
        };
        text.insert(file.clone(), anew);
    }
    let packages = rpm::packages(mine).map(|names| names.into_iter().filter(|name| wanted(name)));
    mine.rpm = packages.ok().map(Iterator::collect);
    mine.text = text;
    mine.bytes.clear();
    kept::rewrite(mine, homes, wanted);
}
