//! Administrative templates for Group Policy, and what Intune makes of them.
//!
//! Microsoft's own schema may not be passed on; ours has what our files use of the
//! format. No Windows has read them.

use super::told;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use tests::kits::SETTINGS;
use tests::kits::kit;
use tests::root;

/// Where values are written, below `HKLM`.
pub const KEY: &str = r"SOFTWARE\Policies\Moored";

const LANGUAGES: [&str; 2] = ["en-US", "de-DE"];

/// What Intune calls the template: it is in the addresses of settings.
const APP: &str = "Moored";

/// Values of this attribute, where a path of elements' names leads.
fn values(file: &Path, path: &str, attribute: &str) -> Vec<String> {
    let steps = path.split('/').map(|name| format!("/*[local-name()='{name}']"));
    let path = format!("/{}/@{attribute}", steps.collect::<String>());
    let text = told(Command::new("xmllint").arg("--xpath").arg(path).arg(file));
    text.lines().filter_map(|line| line.split('"').nth(1)).map(str::to_owned).collect()
}

fn set(values: Vec<String>) -> BTreeSet<String> {
    values.into_iter().collect()
}

fn template() -> PathBuf {
    kit("group-policy/moored.admx")
}

fn language(name: &str) -> PathBuf {
    kit(&format!("group-policy/{name}/moored.adml"))
}

#[test]
fn templates_keep_to_their_format() {
    let schema = root().join("tests/kits/policies.xsd");
    let mut check = Command::new("xmllint");
    check.arg("--noout").arg("--schema").arg(schema);
    told(check.arg(template()).args(LANGUAGES.map(language)));
}

#[test]
fn policies_set_what_the_agent_reads() {
    let admx = template();
    assert_eq!(values(&admx, "policy", "name"), SETTINGS);
    assert_eq!(values(&admx, "policy", "key"), [KEY; 3]);
    assert_eq!(values(&admx, "policy/elements/text", "valueName"), SETTINGS);
    assert_eq!(values(&admx, "policy/elements/text", "id"), SETTINGS);
}

#[test]
fn what_a_policy_shows_is_there_in_each_language() {
    let admx = template();
    let categories = set(values(&admx, "category", "name"));
    assert_eq!(set(values(&admx, "policy/parentCategory", "ref")), categories);
    let supported = set(values(&admx, "definition", "name"));
    assert_eq!(set(values(&admx, "policy/supportedOn", "ref")), supported);
    let mut strings = BTreeSet::new();
    for (element, attribute) in [
        ("definition", "displayName"),
        ("category", "displayName"),
        ("category", "explainText"),
        ("policy", "displayName"),
        ("policy", "explainText"),
    ] {
        strings.extend(values(&admx, element, attribute));
    }
    let presentations = set(values(&admx, "policy", "presentation"));
    for name in LANGUAGES {
        let shown = language(name);
        let named = |kind: &str, ids: Vec<String>| {
            let ids = ids.into_iter().map(|id| format!("$({kind}.{id})"));
            ids.collect::<BTreeSet<_>>()
        };
        assert_eq!(named("string", values(&shown, "string", "id")), strings, "{name}");
        let presented = named("presentation", values(&shown, "presentation", "id"));
        assert_eq!(presented, presentations, "{name}");
        assert_eq!(values(&shown, "presentation/textBox", "refId"), SETTINGS, "{name}");
    }
}

/// What Intune is told, as its interface for programs takes it: the template as it
/// is, and a value for each policy.
fn intune() -> Value {
    let one = |name: &str, address: String, value: &str| {
        json!({
            "@odata.type": "#microsoft.graph.omaSettingString",
            "displayName": name,
            "omaUri": address,
            "value": value,
        })
    };
    let template = fs::read_to_string(template()).unwrap();
    let base = "./Device/Vendor/MSFT/Policy";
    let ingest = format!("{base}/ConfigOperations/ADMXInstall/{APP}/Policy/{APP}");
    let mut settings = vec![one("Template", ingest, &template)];
    let category = "Moored";
    for (name, value) in
        SETTINGS.iter().zip(["https://collector.example.com:8443", "TOKEN", "system"])
    {
        let address = format!("{base}/Config/{APP}~Policy~{category}/{name}");
        let value = format!("<enabled/><data id=\"{name}\" value=\"{value}\"/>");
        settings.push(one(name, address, &value));
    }
    json!({
        "@odata.type": "#microsoft.graph.windows10CustomConfiguration",
        "displayName": "Moored",
        "description": "Where Moored's agent reports to. Put in your collector and your token.",
        "omaSettings": settings,
    })
}

/// `UPDATE=1 cargo test -p tests` writes it anew.
#[test]
fn intune_is_told_the_same() {
    assert_eq!(values(&template(), "category", "name"), ["Moored"]);
    let file = kit("intune/settings.json");
    let expected = serde_json::to_string_pretty(&intune()).unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&file, &expected).unwrap();
    }
    let text = fs::read_to_string(file).unwrap();
    assert!(text == expected, "intune/settings.json is old: UPDATE=1 writes it anew");
}
