//! What the signatures want to know of a host beyond what sensors always
//! look at: single keys of single files, single texts within programs.

use serde::Deserialize;
use std::collections::BTreeSet;

/// What the signatures ask for by name; nothing else of the kind is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The settings of tools that tell one instance from another.
    pub settings: Vec<Setting>,
    /// The texts to look for within programs.
    pub markers: BTreeSet<String>,
}

/// One setting of a tool, and where it stands. It is never a secret: what is
/// asked for says whose instance a tool is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// The tool, named as its signature is; the file that asks need not say it.
    #[serde(skip)]
    pub tool: String,
    /// What it tells: `instance`, `relay` or `owner`.
    pub name: Name,
    /// Where it may stand: paths, in which `*` stands for one part or an
    /// ending of one; `~` stands for each user's home. For arguments, the
    /// programs whose arguments are meant.
    pub at: Vec<String>,
    /// How to read it there.
    pub format: Format,
    /// The key, its parts joined by points; for arguments the letters before
    /// the value. Not needed where the path itself is the setting.
    #[serde(default)]
    pub key: String,
}

/// What a setting tells of a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Name {
    /// Which installation or customer it is.
    Instance,
    /// Whose server it talks to.
    Relay,
    /// Whose account it belongs to.
    Owner,
}

/// How a setting is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// `key=value` lines, in sections or not.
    Ini,
    /// TOML.
    Toml,
    /// JSON.
    Json,
    /// A property list, XML or binary.
    Plist,
    /// A value of the Windows registry.
    Registry,
    /// `KEY=value`, or `key value`, among a program's arguments, also within
    /// one that is a query such as `?e=Access&h=host`.
    Argument,
    /// What `*` stands for in the last part of the path.
    Path,
}
