//! Which tools are known on which system, and how far their signs can show
//! they have come. The system a sign speaks of is told by its own values.

use super::counted;
use super::name;
use super::tool::RUNGS;
use super::tool::alone;
use crate::signature::Question;
use crate::signature::Signature;
use crate::signature::pattern::Pattern;
use crate::signature::tool::Sign;
use crate::signature::tool::Strength;
use crate::signature::tool::Tool;
use model::Rung;
use model::Value;
use std::collections::BTreeSet;
use std::fmt::Write;

/// A system a laptop runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum System {
    Linux,
    Windows,
    Macos,
}

const SYSTEMS: [(System, &str); 3] =
    [(System::Linux, "Linux"), (System::Windows, "Windows"), (System::Macos, "macOS")];

/// What the signs of a tool can show on one system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// Only that something has its name.
    Name,
    /// If other signs show that the tool is there.
    Joined,
    /// By one sign.
    Alone,
}

const INTRODUCTION: &str = "\
**Bold**: one sign shows it. Plain: told if other signs show that the tool is there. \
(In brackets): there, only its name is known.

This is what the signatures know. What the agent can look at on a system, each sensor says; \
what of that could not be looked at on a laptop, `moored scan` does.
";

/// The page of a family's tools; `None` if it knows none.
pub(super) fn page(family: &str, signatures: &[&Signature]) -> Option<String> {
    let tools = signatures.iter().filter_map(|one| Some((*one, one.tool.as_ref()?)));
    let tools: Vec<(&Signature, &Tool)> = tools.collect();
    if tools.is_empty() {
        return None;
    }
    let mut out = format!("# What the tools of `{family}` are known by, and where\n\n");
    let count = counted(tools.len(), "tool", "tools");
    let _ = writeln!(out, "{count}. {INTRODUCTION}");
    out.push_str(&totals(&tools));
    out.push_str(
        "\n| tool | kind | by itself | Linux | Windows | macOS |\n|---|---|---|---|---|---|\n",
    );
    for (signature, tool) in &tools {
        let cells = SYSTEMS.map(|(system, _)| cell(tool, system));
        let (name, kind) = (name(&signature.id), &tool.category.name);
        let _ = writeln!(
            out,
            "| [{}]({name}.md) | {kind} | {} | {} |",
            signature.title,
            alone(tool),
            cells.join(" | ")
        );
    }
    Some(out)
}

/// How many tools can be shown to have come so far.
fn totals(tools: &[(&Signature, &Tool)]) -> String {
    let mut out = "| tools shown | Linux | Windows | macOS |\n|---|---|---|---|\n".to_owned();
    for (rung, _) in RUNGS {
        let counts = SYSTEMS.map(|(system, _)| {
            let shown = |tool: &Tool| reach(tool, system, rung) > Some(Reach::Name);
            tools.iter().filter(|(_, tool)| shown(tool)).count().to_string()
        });
        let _ = writeln!(out, "| `{rung}` | {} |", counts.join(" | "));
    }
    out
}

fn cell(tool: &Tool, system: System) -> String {
    let told = RUNGS.iter().filter_map(|(rung, _)| {
        Some(match reach(tool, system, *rung)? {
            Reach::Alone => format!("**{rung}**"),
            Reach::Joined => rung.to_string(),
            Reach::Name => format!("({rung})"),
        })
    });
    told.collect::<Vec<_>>().join(", ")
}

/// `None` if no sign of that system speaks of the rung.
fn reach(tool: &Tool, system: System, rung: Rung) -> Option<Reach> {
    let signs: Vec<&Sign> =
        tool.signs.iter().filter(|sign| systems(&sign.question).contains(&system)).collect();
    let at_rung = signs.iter().filter(|sign| sign.rung == rung);
    let best = at_rung.map(|sign| if sign.own { Strength::Weak } else { sign.strength }).max()?;
    let of = |strength| signs.iter().filter(move |sign| !sign.own && sign.strength == strength);
    let medium: BTreeSet<&str> = of(Strength::Medium).map(|sign| sign.by.as_str()).collect();
    let is_shown = of(Strength::Strong).next().is_some() || medium.len() > 1;
    Some(match (best, is_shown) {
        (Strength::Strong, _) => Reach::Alone,
        (_, true) => Reach::Joined,
        (_, false) => Reach::Name,
    })
}

/// The systems a question speaks of: those its fields or all values of one of
/// them belong to; of a question that tells none, every system.
fn systems(question: &Question) -> BTreeSet<System> {
    let told: Vec<BTreeSet<System>> = question
        .fields
        .iter()
        .filter_map(|(field, pattern)| of_field(&question.sensor, field, pattern))
        .collect();
    if told.is_empty() {
        return SYSTEMS.map(|(system, _)| system).into();
    }
    told.into_iter().flatten().collect()
}

fn of_field(sensor: &str, field: &str, pattern: &Pattern) -> Option<BTreeSet<System>> {
    match (sensor, field) {
        ("session", "service") => Some(pattern.values().iter().map(of_service).collect()),
        ("session", _) => None,
        ("inhibit", _) | (_, "packages" | "apps" | "units" | "entries") => {
            Some([System::Linux].into())
        }
        (_, "services" | "uninstall" | "signers") => Some([System::Windows].into()),
        (_, "bundles" | "labels" | "team_ids" | "receipts") => Some([System::Macos].into()),
        _ => pattern.values().iter().map(of_value).collect(),
    }
}

/// Whose a way in is: those of systemd's world are the names of PAM services.
fn of_service(value: &Value) -> System {
    let Value::Text(name) = value else { return System::Linux };
    match name.as_str() {
        "termservice" | "remote-desktop" | "remote-assistance" | "shadowing" => System::Windows,
        "screen-sharing" | "remote-login" | "remote-management" => System::Macos,
        _ => System::Linux,
    }
}

/// `None` for what is the same on every system, such as a name.
fn of_value(value: &Value) -> Option<System> {
    let Value::Text(text) = value else {
        return None;
    };
    let starts = |starts: &[&str]| starts.iter().any(|start| text.starts_with(start));
    if text.as_bytes().get(1) == Some(&b':') || starts(&["~\\"]) || is_program(text) {
        Some(System::Windows)
    } else if starts(&["/applications/", "/library/", "/system/", "/users/", "/volumes/"])
        || starts(&["/private/", "~/library/"])
    {
        Some(System::Macos)
    } else if starts(&["/", "~/"]) {
        Some(System::Linux)
    } else {
        None
    }
}

/// True for the name of a program of Windows.
fn is_program(text: &str) -> bool {
    text.rsplit_once('.').is_some_and(|(_, ending)| ending == "exe")
}
