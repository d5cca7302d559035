//! What is wanted of a host beyond what sensors always look at: what signatures
//! name, single keys of single files, single texts within programs; and tokens
//! under the collector's key.

use serde::Deserialize;
use std::collections::BTreeSet;

/// What is asked for: of what signatures name, nothing else of the kind is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The settings of tools that tell one instance from another.
    pub settings: Vec<Setting>,
    /// True if anything is asked of what programs are made of.
    pub contents: bool,
    /// The texts to look for within programs, in lower case.
    pub markers: BTreeSet<String>,
    /// The names of relays, in lower case; in one that begins with `*.`, any
    /// below that domain.
    pub relays: BTreeSet<String>,
    /// What makes tokens of link addresses: all laptops of one collector have
    /// the same; `None` before enrolment.
    pub network_key: Option<[u8; 32]>,
}

impl Asked {
    /// True if a name, in lower case, is one of the relays.
    pub fn is_relay(&self, name: &str) -> bool {
        let mut domains = name.match_indices('.').filter_map(|(point, _)| name.get(point..));
        self.relays.contains(name)
            || domains.any(|domain| self.relays.contains(&format!("*{domain}")))
    }
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

impl Name {
    /// The name used in files and observations.
    pub fn name(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::Relay => "relay",
            Self::Owner => "owner",
        }
    }
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

/// What a key may not contain: whoever names something so keeps it to themselves.
const SECRETS: [&str; 11] = [
    "pass",
    "pwd",
    "secret",
    "token",
    "key",
    "private",
    "salt",
    "hash",
    "auth",
    "cookie",
    "credential",
];

impl Setting {
    /// True if the key is called like a secret, which is never read. The only
    /// exception is the `key` of `RustDesk`, by which clients know their own
    /// server: the public half.
    pub fn is_secret(&self) -> bool {
        let last = self.key.rsplit('.').next().unwrap_or_default();
        let key = match last {
            "key" if self.tool == "rustdesk" => self.key.strip_suffix(last).unwrap_or_default(),
            _ => &self.key,
        };
        let lower = key.to_ascii_lowercase();
        SECRETS.iter().any(|secret| lower.contains(secret))
            || words(key).iter().any(|word| word.eq_ignore_ascii_case("pin"))
    }
}

/// The words of a name, as of `unlockPin`, `unlock_pin` or `unlock-pin`.
fn words(name: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for part in name.split(|letter: char| !letter.is_ascii_alphanumeric()) {
        let (mut rest, mut was_lower) = (part, false);
        for (place, letter) in part.char_indices() {
            if was_lower && letter.is_ascii_uppercase() {
                let begun = part.len() - rest.len();
                let (word, next) = rest.split_at(place - begun);
                words.push(word);
                rest = next;
            }
            was_lower = letter.is_ascii_lowercase();
        }
        words.push(rest);
    }
    words
}
