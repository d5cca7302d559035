//! Scheduled tasks: a file of XML each (Task Scheduler 2.0 schema), in folders.

use super::command;
use crate::sensors::software::Installed;
use crate::sensors::software::places::MOST;
use crate::sensors::software::places::Places;

/// Where they are.
pub(in crate::sensors::software) const TASKS: &str = "C:/Windows/System32/Tasks";

/// Folders within folders, and bytes of a task, that are read.
const DEEPEST: usize = 6;
const LONGEST: usize = 256 << 10;

/// Where those of Windows are: a hundred, of which only the names are read.
const WINDOWS: &str = "/Microsoft/";

/// The tasks by name, and what they start. A folder with nothing in it counts
/// as one: some tool has made it.
pub(super) fn tasks(places: &mut Places) -> Installed {
    let mut found = Installed::default();
    let below = |folder: &str, names: Vec<String>, depth: usize| {
        names.into_iter().map(|name| (format!("{folder}/{name}"), depth)).collect::<Vec<_>>()
    };
    let mut left = below("", places.names(TASKS), 1);
    while let Some((task, depth)) = left.pop() {
        match places.folder(&format!("{TASKS}{task}")) {
            Some(names) if !names.is_empty() && depth < DEEPEST && left.len() < MOST => {
                left.extend(below(&task, names, depth + 1));
            }
            _ => take(places, &mut found, &task),
        }
    }
    found
}

fn take(places: &mut Places, found: &mut Installed, task: &str) {
    places.add("tasks", &mut found.tasks, task.replace('/', "\\"));
    if !task.starts_with(WINDOWS) {
        let bytes = places.file(&format!("{TASKS}{task}"), LONGEST);
        for program in programs(&bytes) {
            places.start("tasks", &mut found.commands, &program);
        }
    }
}

/// What a task starts. Windows writes these files itself, and always so: no
/// other element of a task is called like this one.
pub(super) fn programs(bytes: &[u8]) -> Vec<String> {
    let text = text(bytes);
    let commands = text.split("<Command>").skip(1);
    let commands = commands.filter_map(|rest| rest.split_once("</Command>"));
    commands.filter_map(|(command, _)| command::program(&whole(command))).collect()
}

/// Only the program of a task: all of a command is one.
fn whole(command: &str) -> String {
    let mut text = command.trim().to_owned();
    for (written, sign) in
        [("&quot;", "\""), ("&apos;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
    {
        text = text.replace(written, sign);
    }
    if text.starts_with('"') { text } else { command::line(&text) }
}

/// A task that starts these programs and of which nothing else is told.
pub(super) fn written(programs: &[String]) -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let execute =
        |program: &String| format!("<Exec><Command>{}</Command></Exec>", escaped(program));
    programs.iter().map(execute).collect()
}

/// Most are UTF-16 with a mark before it.
fn text(bytes: &[u8]) -> String {
    let Some(wide) = bytes.strip_prefix(b"\xff\xfe") else {
        return String::from_utf8_lossy(bytes).into_owned();
    };
    let (units, _) = wide.as_chunks::<2>();
    String::from_utf16_lossy(
        &units.iter().map(|unit| u16::from_le_bytes(*unit)).collect::<Vec<_>>(),
    )
}
