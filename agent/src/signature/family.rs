//! A family of signatures: what they have in common, and where they do not apply.

use super::Question;
use super::file;
use super::file::WrittenQuestion;
use super::tool::file::WrittenCategory;
use crate::world::World;
use settings::Problem;
use settings::Reader;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The name of a family's own file, beside its signatures.
pub const FILE: &str = "family.toml";

/// What a family's file says.
#[derive(Clone, Debug, Default)]
pub struct Family {
    /// What its signatures have in common.
    pub common: Arc<Common>,
    /// The kinds of tools it knows, by name.
    pub categories: BTreeMap<String, WrittenCategory>,
}

/// What the signatures of a family have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Common {
    /// What they are about, in a few words.
    pub title: String,
    /// The machines they do not judge: where any of these finds something.
    pub spares: Vec<Question>,
    /// Why they do not.
    pub because: String,
}

impl Common {
    /// True if the family does not judge this machine.
    pub fn spares(&self, world: &World) -> bool {
        let mut questions = self.spares.iter();
        questions.any(|question| question.finds(world.seen(&question.sensor)).next().is_some())
    }
}

/// Reads the text of a family's file, called `name` in problems.
pub fn parse(name: &str, text: &str) -> Result<Family, Vec<Problem>> {
    let mut reader = Reader::new(name, text);
    let title: Option<String> = reader.need("title");
    let spares = reader.take::<Vec<WrittenQuestion>>("spares").unwrap_or_default();
    let because: Option<String> = reader.take("because");
    let categories = reader.take("category").unwrap_or_default();
    if because.is_none() && !spares.is_empty() {
        reader.problem("because", "is missing: say why it spares those machines");
    }
    let problems = reader.finish();
    if !problems.is_empty() {
        return Err(problems);
    }
    let spares: Vec<Question> = spares.into_iter().map(file::question).collect();
    let wrong: Vec<Problem> = spares
        .iter()
        .flat_map(super::check::wrong_question)
        .map(|text| Problem::whole(name, text))
        .collect();
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let title = title.unwrap_or_default();
    let because = because.unwrap_or_default();
    Ok(Family { common: Arc::new(Common { title, spares, because }), categories })
}
