//! A tool's file, written from what the list says.

use super::Unreadable;
use super::entry::Entry;
use super::place;
use crate::sensors;
use crate::signature;
use std::collections::BTreeSet;
use std::fmt::Write;
use toml::Value;

/// The family of all drafts.
const FAMILY: &str = include_str!("../../../../config/signatures/lolrmm/family.toml");

/// Where the list is.
const LIST: &str = "https://github.com/magicsword-io/LOLRMM";

/// What a maker calls a program is not asked for if it is shorter.
const SPECIFIC: usize = 6;

/// A tool's file that a person is to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What it is to be called, such as `dataplicity`.
    pub name: String,
    /// What is to stand in it.
    pub text: String,
}

/// A sign a draft is made of.
struct Sign {
    rung: &'static str,
    by: &'static str,
    strength: &'static str,
    sensor: &'static str,
    field: &'static str,
    values: Vec<String>,
}

/// Makes a draft of an entry, and says what could not be taken. Whatever is in
/// it keeps its word and passes the lint.
pub fn draft(file: &str, entry: &Entry) -> Result<(Draft, Vec<String>), Unreadable> {
    let mut left_out = Vec::new();
    let mut signs = signs(entry, &mut left_out);
    let name = slug(&entry.name);
    loop {
        signs.retain(|sign| !sign.values.is_empty());
        if signs.is_empty() {
            let why = left_out.iter().map(|reason| format!("; {reason}"));
            let why: String = why.collect();
            return Err(Unreadable(format!("there is nothing to know {} by{why}", entry.name)));
        }
        let text = written(file, entry, &signs);
        let Err(wrong) = checked(&name, &text) else {
            return Ok((Draft { name, text }, left_out));
        };
        // The lint quotes the value it is about.
        let count = |signs: &[Sign]| signs.iter().map(|sign| sign.values.len()).sum::<usize>();
        let before = count(&signs);
        for problem in &wrong {
            for sign in &mut signs {
                sign.values.retain(|value| {
                    !problem.contains(&format!("`{}`", value.to_ascii_lowercase()))
                });
            }
            left_out.push(format!("left out: {problem}"));
        }
        if before == count(&signs) {
            return Err(Unreadable(wrong.join("; ")));
        }
    }
}

/// What is wrong with a draft, a sentence each.
fn checked(name: &str, text: &str) -> Result<(), Vec<String>> {
    let sentences = |wrong: Vec<settings::Problem>| wrong.into_iter().map(|one| one.text).collect();
    let family = signature::parse_family("family.toml", FAMILY).map_err(sentences)?;
    let read = signature::read(&format!("lolrmm.{name}"), "draft", text, &family);
    read.map(drop).map_err(sentences)
}

/// What can be looked for, of what the list says.
#[derive(Default)]
struct Found {
    programs: BTreeSet<String>,
    paths: BTreeSet<String>,
    services: BTreeSet<String>,
    units: BTreeSet<String>,
    labels: BTreeSet<String>,
    left_out: BTreeSet<String>,
}

impl Found {
    fn place(&mut self, written: &str) {
        if let Some(unit) = place::unit(written) {
            self.units.insert(unit.to_owned());
            return;
        }
        if let Some(label) = place::label(written) {
            self.labels.insert(label.to_owned());
            return;
        }
        let is_name = !written.contains(['/', '\\']);
        let is_program = is_name || written.to_ascii_lowercase().ends_with(".exe");
        let path = if is_name { Err("says no folder") } else { place::path(written) };
        let program = if is_program { place::program(written) } else { Err("names no program") };
        if let (Err(path), Err(program)) = (&path, &program) {
            self.leave_out(written, if is_program { program } else { path });
        }
        self.paths.extend(path);
        self.programs.extend(program);
    }

    fn program(&mut self, written: &str) {
        match place::program(written) {
            Ok(program) => self.programs.extend([program]),
            Err(reason) => self.leave_out(written, reason),
        }
    }

    fn service(&mut self, written: &str) {
        match place::service(written) {
            Ok(service) => self.services.extend([service]),
            Err(reason) => self.leave_out(written, reason),
        }
    }

    fn leave_out(&mut self, written: &str, reason: &str) {
        self.left_out.insert(format!("left out: `{written}` {reason}"));
    }
}

fn signs(entry: &Entry, left_out: &mut Vec<String>) -> Vec<Sign> {
    let mut found = Found::default();
    entry.paths.iter().for_each(|written| found.place(written));
    entry.programs.iter().for_each(|written| found.program(written));
    entry.services.iter().for_each(|written| found.service(written));
    let versions = entry.versions.iter().filter(|name| {
        let stem = name.strip_suffix(".exe").unwrap_or(name);
        stem.len() >= SPECIFIC && place::program(&format!("{stem}.exe")).is_ok()
    });
    left_out.extend(found.left_out);
    let signs = [
        sign(["running", "name", "weak"], ["process", "program"], within(&found.programs)),
        sign(["running", "path", "medium"], ["process", "executable"], within(&found.paths)),
        sign(["running", "version", "medium"], ["program", "version_names"], versions.cloned()),
        sign(["present", "service", "medium"], ["software", "services"], found.services),
        sign(["present", "unit", "medium"], ["software", "units"], found.units),
        sign(["present", "label", "medium"], ["software", "labels"], found.labels),
    ];
    signs.into_iter().filter(Sign::can_be_asked).collect()
}

fn sign(
    [rung, by, strength]: [&'static str; 3],
    [sensor, field]: [&'static str; 2],
    values: impl IntoIterator<Item = String>,
) -> Sign {
    let mut known = BTreeSet::new();
    let values = values.into_iter().filter(|value| known.insert(value.to_ascii_lowercase()));
    Sign { rung, by, strength, sensor, field, values: values.collect() }
}

/// Without the names or paths that another one covers.
fn within(paths: &BTreeSet<String>) -> Vec<String> {
    let covers = |open: &str, path: &str| {
        let start = open.strip_suffix('*').map(str::to_ascii_lowercase);
        start.is_some_and(|start| open != path && path.to_ascii_lowercase().starts_with(&start))
    };
    let kept = paths.iter().filter(|path| !paths.iter().any(|open| covers(open, path)));
    kept.cloned().collect()
}

impl Sign {
    /// True if this agent has a sensor that sees it.
    fn can_be_asked(&self) -> bool {
        let sensor = sensors::find(self.sensor);
        sensor.is_some_and(|sensor| sensor.example().fields.contains_key(self.field))
    }

    /// What is seen where a value is there.
    fn example(&self, value: &str) -> String {
        let is = value.replace('*', "x");
        match self.field {
            "program" | "executable" => process(&is),
            field => format!("{} = [{{ {field} = [{}] }}]", self.sensor, quoted(&is)),
        }
    }

    /// What is seen where something near is there.
    fn near(&self, value: &str) -> String {
        let is = value.replace('*', "x");
        match self.field {
            "program" => process(&format!("/usr/bin/not-{is}")),
            "executable" => {
                let last = is.rsplit(['/', '\\']).next().unwrap_or_default();
                process(&format!("/home/alice/not-{last}"))
            }
            field => {
                let other = quoted(&format!("not-{is}"));
                format!("{} = [{{ {field} = [{other}] }}]", self.sensor)
            }
        }
    }
}

/// A process of a path, or of a program whose path is not known.
fn process(path: &str) -> String {
    let program = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let program = quoted(program.strip_suffix(".exe").unwrap_or(program));
    if !path.contains(['/', '\\']) {
        return format!("process = [{{ program = {program} }}]");
    }
    format!("process = [{{ program = {program}, executable = {} }}]", quoted(path))
}

fn written(file: &str, entry: &Entry, signs: &[Sign]) -> String {
    let page = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let page = format!("{LIST}/blob/main/yaml/{}", page.replace(' ', "%20"));
    let references: Vec<String> =
        [Some(&page), entry.website.as_ref()].into_iter().flatten().map(|it| quoted(it)).collect();
    let name = quoted(&entry.name);
    let mut out = format!(
        "# From LOLRMM (Apache-2.0): what the list says, not what was seen.\n\
         title = {name}\nreferences = [{}]\n\n[tool]\ncategory = \"listed\"\nmaker = {name}\n",
        references.join(", ")
    );
    for sign in signs {
        let Sign { rung, by, strength, sensor, field, values } = sign;
        let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
        let values = values.join(", ");
        let _ = write!(
            out,
            "\n[[sign]]\nrung = \"{rung}\"\nby = \"{by}\"\nstrength = \"{strength}\"\n\
             sensor = \"{sensor}\"\nwhere = {{ {field} = [{values}] }}\n"
        );
    }
    for sign in signs {
        for value in &sign.values {
            let _ = write!(out, "\n[[lead.{}]]\n{}\n", sign.rung, sign.example(value));
        }
    }
    let near = signs.iter().filter_map(|sign| Some(sign.near(sign.values.first()?)));
    out.extend(near.map(|near| format!("\n[[miss]]\n{near}\n")));
    out
}

fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

/// A name in `a-z`, `0-9` and `-`.
fn slug(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}
