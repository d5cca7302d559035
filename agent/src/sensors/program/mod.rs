//! Programs by what is in them: a renamed or portable copy is what it was.
//!
//! Only programs that no package manager knows are looked at, and only if a
//! signature asks what programs are made of.

#[cfg(test)]
mod tests;

use super::Asked;
use super::Blind;
use super::Sensor;
use super::observe;
use super::process;
use super::process::Signed;
use super::process::program;
use crate::host::Content;
use crate::host::ContentRow;
use crate::host::Host;
use crate::host::Platform;
use crate::host::SignerRow;
use model::Observation;
use model::Value;
use serde::Serialize;
use std::collections::BTreeMap;

/// The name observations and signatures use.
pub const NAME: &str = "program";

/// Looks at what unpackaged running programs are made of.
pub struct Program;

/// What is stated of a running program.
#[derive(Serialize)]
struct Made<'a> {
    /// The process id, as text.
    process: String,
    /// False, or not there if it is not known: of the others nothing is read.
    packaged: Option<bool>,
    /// The executable's path.
    executable: &'a str,
    /// The last part of it, without a `.exe`.
    program: Option<String>,
    /// Why it was not read, or not all of it.
    unread: Option<&'a str>,
    /// The build id in its notes, in hexadecimal.
    build_id: Option<&'a str>,
    /// The main module of a Go program.
    module: Option<&'a str>,
    libraries: &'a [String],
    version_names: &'a [String],
    markers: Vec<&'a str>,
    #[serde(flatten)]
    signed: Signed,
}

impl Sensor for Program {
    fn name(&self) -> &'static str {
        NAME
    }

    fn reads(&self) -> &'static str {
        "of running programs that came with no package we know of: the libraries they need, their build id, \
         their makers' names for them, who has signed them, and whether they contain a text a signature asks for; \
         only those a signature names leave the laptop"
    }

    fn needs(&self, platform: Platform) -> Option<&'static str> {
        process::Process.needs(platform)
    }

    fn look(&self, host: &dyn Host) -> Result<Vec<Observation>, Blind> {
        self.look_for(host, &Asked::default())
    }

    fn look_for(&self, host: &dyn Host, asked: &Asked) -> Result<Vec<Observation>, Blind> {
        if !asked.contents {
            return Err(Blind::Absent);
        }
        let rows = host.contents(&asked.markers).map_err(Blind::at("running programs"))?;
        let signed = |row: &ContentRow| Signed::at(host, Some(&row.executable));
        let platform = host.platform();
        Ok(rows.iter().map(|row| made(row, asked, platform, signed(row))).collect())
    }

    fn example(&self) -> Observation {
        let text = str::to_owned;
        let row = ContentRow {
            process: 4711,
            executable: text("/home/alice/Downloads/viewer"),
            is_unsure: false,
            unread: Some(text("not yet")),
            content: Content {
                build_id: Some(text("b16dc20339b47925697778a154bafb9a688828ca")),
                libraries: vec![text("libvncserver.so.1")],
                module: Some(text("github.com/example/tunnel")),
                version_names: vec![text("tool.exe")],
                markers: vec![text("a text of its maker")],
            },
        };
        let markers = row.content.markers.iter().cloned().collect();
        let asked = Asked { contents: true, markers, ..Asked::default() };
        made(&row, &asked, Platform::Linux, Signed::example())
    }

    fn unseen(&self, seen: &[Observation]) -> Vec<String> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for one in seen {
            if let Some(Value::Text(reason)) = one.fields.get("unread") {
                *counts.entry(reason).or_default() += 1;
            }
        }
        let told = counts.iter().map(|(reason, count)| format!("{count} unread: {reason}"));
        told.collect()
    }

    fn guarded(&self) -> &'static [&'static str] {
        &["libraries", "version_names", "markers"]
    }
}

/// Keeps of a recording's programs those whose observation is wanted, and of
/// their lists only what is named. `signers` are those the recording has.
pub fn keep(
    rows: &mut Vec<ContentRow>,
    signers: &BTreeMap<String, SignerRow>,
    wanted: impl Fn(&Observation) -> bool,
    named: impl Fn(&str) -> bool,
) {
    rows.retain(|row| {
        let markers = row.content.markers.iter().cloned().collect();
        let asked = Asked { contents: true, markers, ..Asked::default() };
        let signed = signers.get(&row.executable.replace('\\', "/")).cloned();
        let signed = signed.map(Signed::of).unwrap_or_default();
        wanted(&made(row, &asked, Platform::Linux, signed))
    });
    for content in rows.iter_mut().map(|row| &mut row.content) {
        for list in [&mut content.libraries, &mut content.version_names, &mut content.markers] {
            list.retain(|item| named(item));
        }
    }
}

fn made(row: &ContentRow, asked: &Asked, platform: Platform, signed: Signed) -> Observation {
    let ContentRow { process, executable, is_unsure, unread, content } = row;
    let markers = content.markers.iter().filter(|marker| asked.markers.contains(*marker));
    let made = Made {
        process: process.to_string(),
        packaged: (!is_unsure).then_some(false),
        executable,
        program: program(executable),
        unread: unread.as_deref(),
        build_id: content.build_id.as_deref(),
        module: content.module.as_deref(),
        libraries: &content.libraries,
        version_names: &content.version_names,
        markers: markers.map(String::as_str).collect(),
        signed,
    };
    let link = format!("/proc/{process}/exe");
    let source = if platform == Platform::Linux { &link } else { executable };
    observe("program", &process.to_string(), source, &made)
}
