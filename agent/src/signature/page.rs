//! The pages of the documentation, made of the signatures' own words.

mod coverage;
mod tool;

use super::Question;
use super::Signature;
use super::pattern::Pattern;
use model::Value;
use std::collections::BTreeMap;
use std::fmt::Write;

/// From how many values on they are listed one below the other.
const MANY: usize = 4;

/// Every page of the documentation: its path below the folder of the pages,
/// such as `kvm/pikvm.md`, and its text.
pub fn pages(signatures: &[Signature]) -> BTreeMap<String, String> {
    let mut families: BTreeMap<&str, Vec<&Signature>> = BTreeMap::new();
    for signature in signatures {
        families.entry(signature.family()).or_default().push(signature);
    }
    let lists = families
        .iter()
        .map(|(family, signatures)| (format!("{family}/README.md"), contents(family, signatures)));
    let coverage = families.iter().filter_map(|(family, signatures)| {
        Some((format!("{family}/coverage.md"), coverage::page(family, signatures)?))
    });
    let pages = signatures.iter().map(|signature| {
        (format!("{}/{}.md", signature.family(), name(&signature.id)), page(signature))
    });
    lists.chain(coverage).chain(pages).collect()
}

/// The page of one signature, in Markdown.
pub fn page(signature: &Signature) -> String {
    let mut out = format!("# {}\n\n", signature.title);
    if let Some(known) = &signature.tool {
        let _ = writeln!(out, "{}", tool::standing(&signature.id, known));
        section(&mut out, "What it sees", &tool::sight(known));
        section(&mut out, "When it alerts", &tool::rules(known));
        if let Some(settings) = tool::settings(known) {
            section(&mut out, "What settings it reads", &settings);
        }
    } else {
        let _ = writeln!(out, "{}", worth(signature));
        section(&mut out, "What it sees", &sight(signature));
    }
    section(&mut out, "Why it matters", &signature.why);
    section(&mut out, "Blind spots", &signature.blind_spots);
    section(&mut out, "What could be innocent", &signature.innocent);
    section(&mut out, "How to verify by hand", &signature.verify);
    section(&mut out, "What to do", &signature.response);
    section(&mut out, "ATT&CK and references", &references(signature));
    section(&mut out, "Tested on", &examples(signature));
    out
}

/// The line below the title.
fn worth(signature: &Signature) -> String {
    let Signature { id, severity, confidence, kind, .. } = signature;
    let alone = standing(signature);
    format!(
        "`{id}` · severity **{severity}** · confidence **{confidence}** · kind **{kind}** · {alone}"
    )
}

/// The page that lists the signatures of one family, in Markdown.
fn contents(family: &str, signatures: &[&Signature]) -> String {
    let common = signatures.first().map(|signature| &signature.common);
    let title = common.map(|common| common.title.as_str()).filter(|title| !title.is_empty());
    let mut out = match title {
        Some(title) => format!("# {title} (`{family}`)\n\n"),
        None => format!("# The family `{family}`\n\n"),
    };
    if let Some(common) = common.filter(|common| !common.spares.is_empty()) {
        let _ = writeln!(out, "{}\n", spared(&common.spares, &common.because));
    }
    if signatures.iter().any(|signature| signature.tool.is_some()) {
        out.push_str("Of a tool, the severity is that of a session; what is known of each on which system, [coverage](coverage.md) says.\n\n");
    }
    out.push_str("| signature | finds | severity | confidence | kind | by itself |\n");
    out.push_str("|---|---|---|---|---|---|\n");
    for signature in signatures {
        let Signature { id, title, severity, confidence, kind, .. } = signature;
        let name = name(id);
        let title = title.replace('|', "\\|");
        let alone = standing(signature);
        let _ = writeln!(
            out,
            "| [`{name}`]({name}.md) | {title} | {severity} | {confidence} | {kind} | {alone} |"
        );
    }
    out
}

/// The last part of an id, such as `pikvm`.
fn name(id: &str) -> &str {
    id.split_once('.').map_or(id, |(_, name)| name)
}

fn section(out: &mut String, title: &str, text: &str) {
    let _ = write!(out, "\n## {title}\n\n{}\n", text.trim_end());
}

fn standing(signature: &Signature) -> String {
    match &signature.tool {
        Some(known) => tool::alone(known),
        None if signature.alone => "alerts".to_owned(),
        None => "a lead, until another kind agrees".to_owned(),
    }
}

/// The signature's questions, in words.
fn sight(signature: &Signature) -> String {
    let mut parts = Vec::new();
    for (index, asked) in signature.when.iter().enumerate() {
        let start = if index == 0 { "There is" } else { "and there is" };
        parts.push(format!("{start} {}", question(asked)));
    }
    parts.extend(signature.unless.iter().map(|it| format!("unless there is {}", question(it))));
    parts.push("In a value, `*` stands for anything, and case does not matter.".to_owned());
    if !signature.common.spares.is_empty() {
        parts.push("Machines that its [family](README.md) spares are not judged.".to_owned());
    }
    parts.join("\n\n")
}

fn spared(spares: &[Question], because: &str) -> String {
    let machines: Vec<String> = spares.iter().map(question).collect();
    let machines = machines.join("\n\nor ");
    format!(
        "These signatures judge no machine where there is {machines}\n\nThe agent then says: {because}."
    )
}

fn question(asked: &Question) -> String {
    let mut out = format!("a `{}` observation of which\n", asked.sensor);
    fields(&mut out, &asked.fields, holds);
    if !asked.contradicts.is_empty() {
        out.push_str("\n\nand at least one of these (what is not known is none):\n");
        fields(&mut out, &asked.contradicts, contradicts);
    }
    out
}

fn fields(
    out: &mut String,
    patterns: &BTreeMap<String, Pattern>,
    words: fn(&Pattern) -> &'static str,
) {
    for (field, pattern) in patterns {
        let _ = write!(out, "\n* `{field}` {}{}", words(pattern), values(pattern));
    }
}

/// What is said before the values of a field that must hold.
fn holds(pattern: &Pattern) -> &'static str {
    match pattern {
        Pattern::Any(values) => match values.len() {
            0 => "is not there",
            1 => "is",
            _ => "is one of",
        },
        Pattern::All(_) => "has all of",
    }
}

/// What is said before the values of a field that must be contradicted.
fn contradicts(pattern: &Pattern) -> &'static str {
    match pattern {
        Pattern::Any(values) => match values.len() {
            0 => "is there",
            1 => "is not",
            _ => "is none of",
        },
        Pattern::All(_) => "lacks one of",
    }
}

fn values(pattern: &Pattern) -> String {
    let values: Vec<String> = pattern.values().iter().map(code).collect();
    if values.is_empty() {
        return String::new();
    }
    if values.len() < MANY {
        return format!(" {}", values.join(", "));
    }
    values.iter().fold(String::new(), |list, value| list + "\n  * " + value)
}

/// A value as code; a backtick in it must not end the code.
fn code(value: &Value) -> String {
    let text = value.to_string();
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

fn references(signature: &Signature) -> String {
    let technique = &signature.technique;
    let path = technique.replace('.', "/");
    let mut out = format!("* [{technique}](https://attack.mitre.org/techniques/{path}/)\n");
    let own = format!("https://attack.mitre.org/techniques/{path}/");
    for reference in signature.references.iter().filter(|reference| **reference != own) {
        let _ = writeln!(out, "* <{reference}>");
    }
    out
}

fn examples(signature: &Signature) -> String {
    if signature.tool.is_some() {
        return tool::examples(signature);
    }
    let (hits, misses) = (signature.hits.len(), signature.misses.len());
    let hits = counted(hits, "example", "examples");
    let misses = counted(misses, "near one", "near ones");
    let file = signature.id.replacen('.', "/", 1);
    format!(
        "{hits} on which it must hold, and {misses} on which it must not; \
         they are in `{file}.toml`, from which this page is written."
    )
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests;
