//! Reads one signature file.

use super::Example;
use super::Family;
use super::Question;
use super::Signature;
use super::check;
use super::lint;
use super::pattern::Pattern;
use super::pattern::Written;
use super::tool;
use super::tool::file::Rises;
use super::tool::file::WrittenTool;
use model::Confidence;
use model::Kind;
use model::Rung;
use serde::Deserialize;
use settings::Problem;
use settings::Reader;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A question as it is written in a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenQuestion {
    /// The sensor asked.
    pub sensor: String,
    /// What its fields must be.
    #[serde(rename = "where")]
    pub fields: BTreeMap<String, Written>,
    /// What must be contradicted.
    #[serde(default)]
    pub contradicts: BTreeMap<String, Written>,
}

/// Reads the signature `id` of a family from the text of `file`, and checks
/// that it keeps its word: known sensors and fields, explained, and tried on
/// its examples.
pub fn read(id: &str, file: &str, text: &str, family: &Family) -> Result<Signature, Vec<Problem>> {
    let mut reader = Reader::new(file, text);
    let signature = match reader.take::<WrittenTool>("tool") {
        Some(tool) => tool_fields(id, &mut reader, tool, family),
        None => fields(id, &mut reader, family),
    };
    let mut problems = reader.finish();
    let Some(signature) = signature else {
        return Err(problems);
    };
    if problems.is_empty() {
        let wrong = check::problems(&signature).into_iter().chain(lint::problems(&signature));
        problems.extend(wrong.map(|text| Problem::whole(file, text)));
    }
    if problems.is_empty() { Ok(signature) } else { Err(problems) }
}

/// `None` if something that must be there is not; every key is read before
/// that is decided, so that all problems are noted.
fn fields(id: &str, reader: &mut Reader<'_>, family: &Family) -> Option<Signature> {
    let title = words(reader, "title");
    let severity = reader.need("severity");
    let confidence = reader.need("confidence");
    let kind = reader.need("kind");
    let alone = reader.take("alone");
    let technique = technique(reader);
    let why = words(reader, "why");
    let innocent = words(reader, "innocent");
    let blind_spots = words(reader, "blind_spots");
    let verify = words(reader, "verify");
    let response = words(reader, "response");
    let references = reader.need::<Vec<String>>("references");
    let when = reader.need::<Vec<WrittenQuestion>>("when");
    let unless = reader.take::<Vec<WrittenQuestion>>("unless").unwrap_or_default();
    let hits = reader.need::<Vec<Example>>("hit");
    let misses = reader.need::<Vec<Example>>("miss");
    Some(Signature {
        common: Arc::clone(&family.common),
        tool: None,
        id: id.to_owned(),
        title: title?,
        severity: severity?,
        confidence: confidence?,
        kind: kind?,
        alone: alone.unwrap_or(true),
        technique: technique?,
        why: why?.into(),
        innocent: innocent?.into(),
        blind_spots: blind_spots?,
        verify: verify?,
        response: response?,
        references: references?,
        when: when?.into_iter().map(question).collect(),
        unless: unless.into_iter().map(question).collect(),
        hits: hits?,
        misses: misses?,
        rises: Rises::new(),
        leads: Rises::new(),
    })
}

/// The same for the file of a tool: what it does not say itself, its category
/// says for it.
fn tool_fields(
    id: &str,
    reader: &mut Reader<'_>,
    written: WrittenTool,
    family: &Family,
) -> Option<Signature> {
    let Some(category) = family.categories.get(&written.category) else {
        let known: Vec<&str> = family.categories.keys().map(String::as_str).collect();
        let text = format!("names no category of its family; there are {}", known.join(", "));
        reader.problem("tool", &text);
        return None;
    };
    let title = words(reader, "title");
    let said = |own: Option<String>, usual: &str| {
        let name = title.as_deref().unwrap_or_default();
        let text = own.unwrap_or_else(|| usual.to_owned()).replace("{tool}", name);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let technique = reader.take("technique").unwrap_or_else(|| category.technique.clone());
    let why = said(reader.take("why"), &category.why);
    let innocent = said(reader.take("innocent"), &category.innocent);
    let blind_spots = said(reader.take("blind_spots"), &category.blind_spots);
    let verify = said(reader.take("verify"), &category.verify);
    let response = said(reader.take("response"), &category.response);
    let references = reader.need("references");
    let tool = tool::file::read(reader, id, written, category);
    let rises = reader.take::<Rises>("hit").unwrap_or_default();
    let leads = reader.take::<Rises>("lead").unwrap_or_default();
    let misses = reader.need::<Vec<Example>>("miss");
    let tool = tool?;
    Some(Signature {
        common: Arc::clone(&family.common),
        id: id.to_owned(),
        title: title?,
        severity: tool.category.severity(Rung::Session),
        confidence: Confidence::High,
        kind: Kind::Identity,
        alone: tool.category.alerts_from.is_some(),
        technique,
        why: why.into(),
        innocent: innocent.into(),
        blind_spots,
        verify,
        response,
        references: references?,
        when: Vec::new(),
        unless: Vec::new(),
        hits: Vec::new(),
        misses: misses?,
        rises,
        leads,
        tool: Some(tool),
    })
}

/// The ATT&CK technique, which must be there and look like one.
fn technique(reader: &mut Reader<'_>) -> Option<String> {
    let technique = reader.need::<String>("technique");
    if technique.as_deref().is_some_and(|text| !is_technique(text)) {
        reader.problem("technique", "must be an ATT&CK technique such as T1219.003");
    }
    technique
}

/// A text that must be there and not be blank, its lines joined.
fn words(reader: &mut Reader<'_>, key: &'static str) -> Option<String> {
    let text: String = reader.need(key)?;
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if joined.is_empty() {
        reader.problem(key, "says nothing");
    }
    Some(joined)
}

pub fn question(written: WrittenQuestion) -> Question {
    let patterns = |fields: BTreeMap<String, Written>| {
        fields.into_iter().map(|(name, written)| (name, Pattern::new(written))).collect()
    };
    Question {
        sensor: written.sensor,
        fields: patterns(written.fields),
        contradicts: patterns(written.contradicts),
    }
}

/// True for `T` and four digits, with or without a point and three more.
fn is_technique(text: &str) -> bool {
    let digits =
        |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    let Some(number) = text.strip_prefix('T') else {
        return false;
    };
    match number.split_once('.') {
        Some((technique, part)) => digits(technique, 4) && digits(part, 3),
        None => digits(number, 4),
    }
}
