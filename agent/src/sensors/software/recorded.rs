//! Recordings made fit to be shown: no names of users, no arguments of
//! programs, and of what is installed only what a signature asks for.

use super::Names;
use super::Software;
use super::command::Commands;
use super::dpkg;
use super::places::Places;
use super::places::below;
use super::places::homely;
use super::places::homes;
use super::rpm;
use crate::host::Recorder;
use crate::host::Recording;
use crate::sensors::Sensor as _;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Keeps of each file only what this sensor takes from it, of homes only what
/// it looks at, and calls the homes `home1`, `home2`, ….
pub(super) fn blank(recording: &mut Recording) {
    let homes = homes(recording);
    let mut mine = take(recording);
    rewrite(&mut mine, &|_| true);
    mine.empty.retain(|path| !is_users_own(&homes, path));
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
    let mut users = homes.iter().filter(|home| *home != "/root").zip(1..);
    let anew = users.find_map(|(home, number)| {
        below(home, path).map(|rest| format!("/home/home{number}{rest}"))
    });
    anew.unwrap_or_else(|| path.to_owned())
}

/// Keeps only names that are wanted, and the folders that were looked into.
pub fn keep(recording: &mut Recording, wanted: impl Fn(&str) -> bool) {
    let homes = homes(recording);
    let mut mine = take(recording);
    rewrite(&mut mine, &wanted);
    let all = mine.empty.iter().chain(mine.text.keys());
    let looked_into: BTreeSet<String> =
        all.filter_map(|path| Some(path.rsplit_once('/')?.0.to_owned())).collect();
    let is_named = |path: &String| names(&homes, path).iter().any(|name| wanted(name));
    mine.text.retain(|path, text| path == dpkg::STATUS || !text.is_empty() || is_named(path));
    mine.empty.retain(|path| looked_into.contains(path) || is_named(path));
    put_back(recording, mine);
}

/// What this sensor may state of a path.
fn names(homes: &[String], path: &str) -> Vec<String> {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = [".json", ".xpi", ".snap"].iter().find_map(|ending| name.strip_suffix(ending));
    let snap = stem.and_then(|stem| stem.split_once('_')).map(|(snap, _)| snap);
    let parts = [Some(name), stem, snap].into_iter().flatten().map(str::to_owned);
    parts.chain([homely(homes, path)]).collect()
}

/// Takes out of a recording what this sensor reads of it.
fn take(recording: &mut Recording) -> Recording {
    let recorder = Recorder::new(recording);
    // A blind look has read what there is as well.
    drop(Software.look(&recorder));
    let mine = recorder.finish();
    recording.text.retain(|path, _| !mine.text.contains_key(path));
    recording.bytes.retain(|path, _| !mine.bytes.contains_key(path));
    recording.empty.retain(|path| !mine.empty.contains(path));
    recording.forbidden.retain(|path| !mine.forbidden.contains(path));
    mine
}

fn put_back(recording: &mut Recording, mine: Recording) {
    recording.text.extend(mine.text);
    recording.empty.extend(mine.empty);
    recording.forbidden.extend(mine.forbidden);
    recording.rpm = mine.rpm;
}

/// Writes each file anew with only what is wanted of it.
fn rewrite(mine: &mut Recording, wanted: &impl Fn(&str) -> bool) {
    let mut text = BTreeMap::new();
    let mut places = Places::of(mine);
    for file in mine.text.keys().chain(mine.bytes.keys()) {
        let anew = if file == dpkg::STATUS {
            let packages = dpkg::packages(mine).unwrap_or_default();
            dpkg::status(&packages.into_iter().filter(|name| wanted(name)).collect::<Names>())
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
}
