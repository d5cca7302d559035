//! What a page says of a tool: its signs by how far they show it has come,
//! what they are worth, and when it alerts.

use super::counted;
use super::question;
use crate::sensors::Format;
use crate::sensors::Name;
use crate::sensors::Setting;
use crate::signature::Signature;
use crate::signature::tool::Sign;
use crate::signature::tool::Strength;
use crate::signature::tool::Tool;
use model::Rung;

/// Every rung, and what it means.
pub(super) const RUNGS: [(Rung, &str); 4] = [
    (Rung::Present, "it is installed, or has left its folder"),
    (Rung::Running, "its program runs"),
    (Rung::Reachable, "someone elsewhere can reach it"),
    (Rung::Session, "someone is connected"),
];

/// The line below the title of a tool's page.
pub(super) fn standing(id: &str, tool: &Tool) -> String {
    let (category, alone) = (&tool.category.name, alone(tool));
    format!("`{id}` · a tool of the kind **{category}** · maker {} · {alone}", tool.maker)
}

/// When a tool alerts by itself, in a few words.
pub(super) fn alone(tool: &Tool) -> String {
    match tool.category.alerts_from {
        Some(Rung::Present) => "alerts".to_owned(),
        Some(rung) => format!("alerts from `{rung}` on"),
        None => "never alerts".to_owned(),
    }
}

/// Its signs, by how far they show it has come.
pub(super) fn sight(tool: &Tool) -> String {
    let mut parts = vec![
        "The finding says how far the tool has come: the highest rung of any of its signs that is there. \
         One sign that shows it, or two by different things that show it together, are needed; \
         anything less is told as a name of it, and alerts nobody. \
         In a value, `*` stands for anything, and case does not matter."
            .to_owned(),
    ];
    for (rung, meaning) in RUNGS {
        let signs: Vec<&Sign> = tool.signs.iter().filter(|sign| sign.rung == rung).collect();
        if !signs.is_empty() {
            parts.push(format!("### `{rung}`: {meaning}"));
            parts.extend(signs.into_iter().map(sign));
        }
    }
    parts.join("\n\n")
}

fn sign(sign: &Sign) -> String {
    let worth = match (sign.own, sign.strength) {
        (true, _) => "only of its own processes",
        (false, Strength::Strong) => "shows it",
        (false, Strength::Medium) => "shows it together with a sign by something else",
        (false, Strength::Weak) => "shows nothing by itself",
    };
    format!("By **{}**, {worth}: {}", sign.by, question(&sign.question))
}

/// The settings that tell whose instance it is; nothing if none is read.
pub(super) fn settings(tool: &Tool) -> Option<String> {
    if tool.settings.is_empty() {
        return None;
    }
    let told: Vec<String> = tool.settings.iter().map(setting).collect();
    Some(format!(
        "They tell whose instance it is, and an approval may name them. \
         Of the files only these keys are read.\n\n{}",
        told.join("\n")
    ))
}

fn setting(setting: &Setting) -> String {
    let tells = match setting.name {
        Name::Instance => "which instance it is",
        Name::Relay => "whose server it talks to",
        Name::Owner => "whose account it belongs to",
    };
    let places: Vec<String> = setting.at.iter().map(|place| format!("`{place}`")).collect();
    let places = places.join(", ");
    let key = &setting.key;
    match setting.format {
        Format::Path => format!("* {tells}: what `*` stands for in {places}"),
        Format::Argument => format!("* {tells}: `{key}` among the arguments of {places}"),
        _ => format!("* {tells}: `{key}` in {places}"),
    }
}

/// How bad each rung is, and from which on it alerts.
pub(super) fn rules(tool: &Tool) -> String {
    let category = &tool.category;
    let rungs = RUNGS.map(|(rung, _)| format!("| `{rung}` | {} |", category.severity(rung)));
    let alerts = match category.alerts_from {
        Some(rung) => format!(
            "It alerts from `{rung}` on, unless it is approved. Somebody else's instance of an approved tool is at least `high`."
        ),
        None => "It never alerts by itself, however far it has come.".to_owned(),
    };
    format!("{alerts}\n\n| rung | severity |\n|---|---|\n{}", rungs.join("\n"))
}

/// On how many worlds it is tried.
pub(super) fn examples(signature: &Signature) -> String {
    let hits = signature.rises.values().map(Vec::len).sum();
    let hits = counted(hits, "example", "examples");
    let misses = counted(signature.misses.len(), "near one", "near ones");
    let file = signature.id.replacen('.', "/", 1);
    format!(
        "{hits} on which it must have come so far, and {misses} on which it must not be shown; \
         they are in `{file}.toml`, from which this page is written."
    )
}
