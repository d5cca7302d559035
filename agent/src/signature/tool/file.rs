//! How a tool is written in a file, and what its family's file says of all
//! tools of its kind.

use super::Category;
use super::Sign;
use super::Strength;
use super::Tool;
use crate::sensors::Setting;
use crate::signature::Example;
use crate::signature::file;
use crate::signature::file::WrittenQuestion;
use crate::signature::pattern::Written;
use model::Rung;
use model::Severity;
use serde::Deserialize;
use settings::Reader;
use std::collections::BTreeMap;

/// Worlds in which a tool has come so far.
pub type Rises = BTreeMap<Rung, Vec<Example>>;

/// What a sign may be by.
pub const BY: &[&str] = &[
    "name",
    "path",
    "folder",
    "package",
    "app",
    "unit",
    "service",
    "label",
    "bundle",
    "receipt",
    "signer",
    "version",
    "verb",
    "content",
    "library",
    "module",
    "extension",
    "native-host",
    "port",
    "socket",
    "relay",
    "login",
    "switch",
    "device",
    "interface",
    "inhibitor",
];

/// What a family's file says of a kind of tools, under `[category.NAME]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenCategory {
    /// The MITRE ATT&CK technique.
    pub technique: String,
    #[serde(default)]
    alerts_from: Option<Rung>,
    severity: BTreeMap<Rung, Severity>,
    /// Why it matters; `{tool}` stands for the tool's name, here and below.
    pub why: String,
    /// What could be innocent about it.
    pub innocent: String,
    /// What it does not see.
    pub blind_spots: String,
    /// How to verify it by hand.
    pub verify: String,
    /// What to do about it.
    pub response: String,
    #[serde(default, rename = "sign")]
    signs: Vec<WrittenSign>,
}

/// The table `[tool]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenTool {
    /// The name of its category.
    pub category: String,
    maker: String,
}

/// A `[[sign]]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSign {
    rung: Rung,
    by: String,
    strength: Strength,
    sensor: String,
    #[serde(rename = "where")]
    fields: BTreeMap<String, Written>,
    #[serde(default)]
    contradicts: BTreeMap<String, Written>,
    #[serde(default)]
    own: bool,
}

impl WrittenSign {
    fn sign(self) -> Sign {
        let Self { rung, by, strength, sensor, fields, contradicts, own } = self;
        let written = WrittenQuestion { sensor, fields, contradicts };
        Sign { rung, by, strength, own, question: file::question(written) }
    }
}

/// Reads what a file says of its tool, `id`; `None` if something that must be
/// there is not.
pub fn read(
    reader: &mut Reader<'_>,
    id: &str,
    written: WrittenTool,
    category: &WrittenCategory,
) -> Option<Tool> {
    let signs = reader.need::<Vec<WrittenSign>>("sign");
    let mut settings = reader.take::<Vec<Setting>>("setting").unwrap_or_default();
    for setting in &mut settings {
        name(id).clone_into(&mut setting.tool);
    }
    let signs = signs?.into_iter().chain(category.signs.clone());
    let severity = category.severity.clone();
    let category = Category { name: written.category, alerts_from: category.alerts_from, severity };
    Some(Tool {
        category,
        maker: written.maker,
        signs: signs.map(WrittenSign::sign).collect(),
        settings,
    })
}

/// The name of a tool, as approvals give it: the last part of its id.
pub fn name(id: &str) -> &str {
    id.split_once('.').map_or(id, |(_, name)| name)
}
