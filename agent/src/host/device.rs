//! What a system tells of its devices, settings and people in its own words.

use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;

/// A key of Windows' registry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegistryKey {
    /// The names of the keys below it, sorted.
    pub keys: Vec<String>,
    /// Its values by name; the one without a name is `""`.
    pub values: BTreeMap<String, Property>,
}

/// One entry of a system's tree of devices: a device node of Windows, an entry
/// of macOS' I/O Registry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Its name in the tree: on Windows the device instance id, such as
    /// `USB\VID_1D6B&PID_0104\CAFEBABE`; on macOS the path in the plane.
    pub id: String,
    /// The entry it hangs on, which need not be of the same class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// What the system says of it, under the system's own names.
    #[serde(default)]
    pub properties: BTreeMap<String, Property>,
}

/// One thing a system says, with the types both have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Property {
    /// Yes or no.
    Flag(bool),
    /// A whole number (`REG_DWORD`, `REG_QWORD`, `CFNumber`).
    Number(i64),
    /// A text (`REG_SZ` and `REG_EXPAND_SZ`, whose variables are not replaced; `CFString`).
    Text(String),
    /// Several (`REG_MULTI_SZ`, `CFArray`).
    List(Vec<Property>),
    /// Bytes (`REG_BINARY`, `CFData`).
    Bytes(Bytes),
    /// Some, by name (`CFDictionary`).
    Tree(BTreeMap<String, Property>),
}

/// Bytes in a recording: hexadecimal; white space between the digits does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bytes {
    hex: String,
}

impl Bytes {
    /// These.
    pub fn of(bytes: &[u8]) -> Self {
        Self { hex: hex::encode(bytes) }
    }
}

impl Property {
    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The number, if it is one; of a flag, 0 or 1.
    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Flag(flag) => Some((*flag).into()),
            _ => None,
        }
    }

    /// The bytes, if it is some; `None` too if a recording has no digits there.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        let Self::Bytes(Bytes { hex }) = self else { return None };
        hex::decode(hex.split_whitespace().collect::<String>()).ok()
    }

    /// The texts of a list; of a single text, itself.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::List(items) => items.iter().filter_map(Self::text).collect(),
            other => other.text().into_iter().collect(),
        }
    }
}

/// Somebody who is logged in (`WTSEnumerateSessionsW` on Windows, `utmpx` and the
/// console's user on macOS).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginRow {
    /// The session's number; on macOS, which has none, the id of the process that
    /// holds it.
    pub id: u32,
    /// Who it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The system's own word for its state, such as `active`, `disconnected` or `shadow`.
    pub state: String,
    /// Where it is shown: the window station or terminal, such as `RDP-Tcp#3`,
    /// `console` or `ttys001`.
    pub station: String,
    /// By what protocol it is shown elsewhere: `rdp` or `ica`; on Windows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// True if its screen is not this machine's.
    pub remote: bool,
    /// The address of the machine it is driven from, as the system has it: on
    /// Windows that is what the client says of itself, behind a router its address
    /// there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// Something that keeps the machine awake (`PowerInformationWithPrivileges` on
/// Windows, `IOPMCopyAssertionsByProcess` on macOS).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WakeRow {
    /// What is kept from happening, in the system's own word, such as `DISPLAY`,
    /// `SYSTEM` or `PreventUserIdleDisplaySleep`.
    pub what: String,
    /// The process that asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<u32>,
    /// The program that asked for it: a path, or a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// The reason it gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// Who has signed a program, as the system finds when it checks the signature
/// over the whole file (`WinVerifyTrust`, `SecStaticCodeCheckValidity`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignerRow {
    /// True if the signature is good and its roots are trusted here.
    pub trusted: bool,
    /// The subject's common name in the certificate that signed, such as
    /// `philandro Software GmbH`; on macOS `Developer ID Application: …`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The team id on macOS, such as `KU6W3B6JMZ`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// The signing identifier on macOS, such as `com.anydesk.AnyDesk`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
}
