//! The MITRE ATT&CK techniques that signatures name, with their tactics.

/// The version of ATT&CK in which these names stand.
pub const VERSION: &str = "18.1";

/// A technique and the tactic it serves here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Technique {
    /// Its id, such as `T1219`.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The id of the tactic.
    pub tactic: &'static str,
    /// The tactic's name.
    pub tactic_name: &'static str,
}

const COMMAND: (&str, &str) = ("TA0011", "Command and Control");
const ACCESS: (&str, &str) = ("TA0001", "Initial Access");
const EVASION: (&str, &str) = ("TA0005", "Defense Evasion");

const TECHNIQUES: [Technique; 10] = [
    technique("T1071", "Application Layer Protocol", COMMAND),
    technique("T1078", "Valid Accounts", ACCESS),
    technique("T1090", "Proxy", COMMAND),
    technique("T1133", "External Remote Services", ACCESS),
    technique("T1199", "Trusted Relationship", ACCESS),
    technique("T1200", "Hardware Additions", ACCESS),
    technique("T1219", "Remote Access Tools", COMMAND),
    technique("T1562", "Impair Defenses", EVASION),
    technique("T1572", "Protocol Tunneling", COMMAND),
    technique("T1656", "Impersonation", EVASION),
];

const SUB_TECHNIQUES: [(&str, &str); 4] = [
    ("T1219.001", "IDE Tunneling"),
    ("T1219.002", "Remote Desktop Software"),
    ("T1219.003", "Remote Access Hardware"),
    ("T1562.001", "Disable or Modify Tools"),
];

const fn technique(
    id: &'static str,
    name: &'static str,
    tactic: (&'static str, &'static str),
) -> Technique {
    Technique { id, name, tactic: tactic.0, tactic_name: tactic.1 }
}

/// The technique an id names, itself or as that of a sub-technique; `None` for
/// one that no signature of ours names.
pub fn find(id: &str) -> Option<Technique> {
    let (id, _) = split(id);
    TECHNIQUES.into_iter().find(|technique| technique.id == id)
}

/// The name of a sub-technique, if it is known.
pub fn sub_name(id: &str) -> Option<&'static str> {
    SUB_TECHNIQUES.into_iter().find(|(known, _)| *known == id).map(|(_, name)| name)
}

/// The id of the technique, and that of the sub-technique if it is one.
pub fn split(id: &str) -> (&str, Option<&str>) {
    match id.split_once('.') {
        Some((technique, _)) => (technique, Some(id)),
        None => (id, None),
    }
}
