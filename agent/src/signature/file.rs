//! Reads one signature file.

use super::Example;
use super::Family;
use super::Question;
use super::Signature;
use super::check;
use super::pattern::Pattern;
use super::pattern::Written;
use serde::Deserialize;
use settings::Problem;
use settings::Reader;
use std::collections::BTreeMap;

/// A question as it is written in a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenQuestion {
    sensor: String,
    #[serde(rename = "where")]
    fields: BTreeMap<String, Written>,
    #[serde(default)]
    contradicts: BTreeMap<String, Written>,
}

/// Reads the signature `id` from the text of `file`, and checks that it keeps
/// its word: known sensors and fields, explained, and tried on its examples.
pub fn read(id: &str, file: &str, text: &str) -> Result<Signature, Vec<Problem>> {
    let mut reader = Reader::new(file, text);
    let signature = fields(id, &mut reader);
    let mut problems = reader.finish();
    let Some(signature) = signature else {
        return Err(problems);
    };
    if problems.is_empty() {
        let wrong = check::problems(&signature);
        problems.extend(wrong.into_iter().map(|text| Problem::whole(file, text)));
    }
    if problems.is_empty() { Ok(signature) } else { Err(problems) }
}

/// `None` if something that must be there is not; every key is read before
/// that is decided, so that all problems are noted.
fn fields(id: &str, reader: &mut Reader<'_>) -> Option<Signature> {
    let title = words(reader, "title");
    let severity = reader.need("severity");
    let confidence = reader.need("confidence");
    let kind = reader.need("kind");
    let alone = reader.take("alone");
    let technique = reader.need::<String>("technique");
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
    if technique.as_deref().is_some_and(|text| !is_technique(text)) {
        reader.problem("technique", "must be an ATT&CK technique such as T1219.003");
    }
    Some(Signature {
        common: Family::default(),
        id: id.to_owned(),
        title: title?,
        severity: severity?,
        confidence: confidence?,
        kind: kind?,
        alone: alone.unwrap_or(true),
        technique: technique?,
        why: why?,
        innocent: innocent?,
        blind_spots: blind_spots?,
        verify: verify?,
        response: response?,
        references: references?,
        when: when?.into_iter().map(question).collect(),
        unless: unless.into_iter().map(question).collect(),
        hits: hits?,
        misses: misses?,
    })
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
