//! A tool and a world → how far it has come, and how sure we are.

use super::*;
use crate::signature::Family;
use crate::signature::Signature;
use crate::signature::file::read;
use crate::signature::tool::file::WrittenCategory;
use std::sync::Arc;

const CATEGORY: &str = r#"
technique = "T1219.002"
alerts_from = "running"
severity = { present = "low", running = "medium", session = "high" }
why = "{tool} lets others in."
innocent = "i"
blind_spots = "b"
verify = "v"
response = "r"
[[sign]]
rung = "session"
by = "socket"
strength = "strong"
own = true
sensor = "process"
where = { parent = "listener" }
"#;

const TOOL: &str = r#"
title = "A Tool"
references = []
[tool]
category = "remote-desktop"
maker = "Makers"
[[sign]]
rung = "present"
by = "device"
strength = "strong"
sensor = "usb"
where = { vendor_id = "dead" }
[[sign]]
rung = "running"
by = "name"
strength = "weak"
sensor = "process"
where = { program = "tool" }
[[sign]]
rung = "running"
by = "path"
strength = "medium"
sensor = "process"
where = { executable = "/opt/tool/*" }
[[sign]]
rung = "running"
by = "verb"
strength = "medium"
sensor = "process"
where = { verbs = ["--serve", "--wait"] }
[[hit.present]]
usb = [{ vendor_id = "dead" }]
[[miss]]
process = [{ program = "tool" }]
"#;

fn family() -> Family {
    let category: WrittenCategory = toml::from_str(CATEGORY).unwrap();
    let categories = BTreeMap::from([("remote-desktop".to_owned(), category)]);
    Family { common: Arc::default(), categories }
}

fn signature() -> Signature {
    read("remote-tools.tool", "remote-tools/tool.toml", TOOL, &family()).unwrap()
}

fn process(id: &str, fields: &[(&str, &str)]) -> Observation {
    let fields = fields.iter().map(|(name, text)| {
        let text = Value::Text((*text).to_owned());
        let value = if *name == "verbs" { Value::List(vec![text]) } else { text };
        ((*name).to_owned(), value)
    });
    Observation {
        sensor: "process".to_owned(),
        subject: id.to_owned(),
        source: "s".to_owned(),
        fields: fields.collect(),
    }
}

fn check(seen: Vec<Observation>, expected: Option<(Rung, Confidence, usize)>) {
    let mut world = World::default();
    world.take("process", Ok(seen));
    let held = signature().held(&world);
    let is = held.map(|held| (held.rung.unwrap(), held.confidence, held.evidence.len()));
    assert_eq!(is, expected);
}

#[test]
fn what_the_category_says_is_said_of_the_tool() {
    let signature = signature();
    assert_eq!(
        (&*signature.why, signature.technique.as_str()),
        ("A Tool lets others in.", "T1219.002")
    );
    let category = &signature.tool.unwrap().category;
    let bad = |rung| category.severity(rung);
    assert_eq!(bad(Rung::Present), Severity::Low);
    assert_eq!(bad(Rung::Reachable), Severity::Medium);
    assert_eq!(bad(Rung::Session), Severity::High);
}

#[test]
fn a_name_alone_or_one_medium_sign_shows_no_tool() {
    check(Vec::new(), None);
    check(vec![process("1", &[("program", "tool")])], Some((Rung::Running, Confidence::Low, 1)));
    let path = process("1", &[("program", "other"), ("executable", "/opt/tool/x")]);
    check(vec![path], Some((Rung::Running, Confidence::Low, 1)));
}

#[test]
fn two_medium_signs_by_different_things_show_it_and_two_by_the_same_do_not() {
    let path = ("executable", "/opt/tool/x");
    let both = process("1", &[path, ("verbs", "--serve")]);
    check(vec![both], Some((Rung::Running, Confidence::Medium, 1)));
    let twice = vec![process("1", &[path]), process("2", &[path])];
    check(twice, Some((Rung::Running, Confidence::Low, 2)));
}

#[test]
fn what_a_process_does_counts_only_for_the_tools_own() {
    let own = [("executable", "/opt/tool/x"), ("verbs", "--serve"), ("parent", "listener")];
    check(vec![process("1", &own)], Some((Rung::Session, Confidence::Medium, 1)));
    let other = [process("1", &own[..2]), process("2", &[("parent", "listener")])];
    check(other.to_vec(), Some((Rung::Running, Confidence::Medium, 1)));
    check(vec![process("2", &[("parent", "listener")])], None);
}

#[test]
fn a_name_cannot_be_more_than_weak_and_a_sign_must_be_by_something_known() {
    let text = TOOL
        .replace("strength = \"weak\"", "strength = \"medium\"")
        .replace("by = \"path\"", "by = \"whim\"");
    let told: Vec<String> = read("remote-tools.tool", "t.toml", &text, &family())
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(told[0], "t.toml: a name can be anybody's: a sign by `name` must be weak");
    assert!(told[1].starts_with("t.toml: a sign is by `whim`; it may be by "), "{told:?}");
}

#[test]
fn a_tool_that_has_no_more_than_a_name_is_tried_on_leads() {
    let named = "[[lead.running]]\nprocess = [{ program = \"tool\" }]";
    let text = TOOL.replace("[[hit.present]]\nusb = [{ vendor_id = \"dead\" }]", named);
    assert!(read("remote-tools.tool", "t.toml", &text, &family()).is_ok());
    let text = text.replace("[[lead.running]]", "[[lead.session]]");
    let told = read("remote-tools.tool", "t.toml", &text, &family()).unwrap_err();
    let expected = "t.toml: in lead.session 1 it is running by no more than a name";
    assert_eq!(told[0].to_string(), expected);
}

#[test]
fn a_broken_word_and_an_unknown_category_are_told() {
    let text = TOOL.replace(
        "[[hit.present]]\nusb = [{ vendor_id = \"dead\" }]",
        "[[hit.session]]\nprocess = [{ program = \"tool\" }]",
    );
    let told = read("remote-tools.tool", "t.toml", &text, &family()).unwrap_err();
    assert_eq!(
        told[0].to_string(),
        "t.toml: in hit.session 1 it is running by no more than a name"
    );
    let text = TOOL.replace("category = \"remote-desktop\"", "category = \"x\"");
    let told = read("remote-tools.tool", "t.toml", &text, &family()).unwrap_err();
    let told: Vec<String> = told.iter().map(ToString::to_string).collect();
    assert!(
        told.iter()
            .any(|it| it.contains("names no category of its family; there are remote-desktop")),
        "{told:?}"
    );
}

#[test]
fn a_setting_that_could_be_a_secret_or_anybodys_file_is_refused() {
    for (written, expected) in [
        (("/etc/t.conf", "ini", "client.id"), None),
        (("/opt/tool-*", "path", ""), None),
        (("tool", "argument", "--host"), None),
        (("/etc/t.conf", "ini", "client.password"), Some("is called like a secret")),
        (("/etc/t.conf", "ini", "key"), Some("is called like a secret")),
        (("/etc/t.conf", "ini", ""), Some("asks for no key")),
        (("/opt/tool-*", "path", "x"), Some("asks for a key")),
        (("~/*", "path", ""), Some("at least 5 letters beside it")),
        (("/opt/tool", "path", ""), Some("must end in a `*`")),
        (("etc/t.conf", "toml", "id"), Some("is no path from `/`, `~/`, a drive")),
        (("/opt/../etc/t", "toml", "id"), Some("is no path from `/`, `~/`, a drive")),
        (("/opt/*a*/t", "toml", "id"), Some("has two `*` in one part")),
    ] {
        let (at, format, key) = written;
        let setting = format!(
            "[[setting]]\nname = \"instance\"\nat = [\"{at}\"]\nformat = \"{format}\"\nkey = \"{key}\"\n"
        );
        let read = read("remote-tools.tool", "t.toml", &format!("{TOOL}{setting}"), &family());
        let told: Vec<String> = read.err().iter().flatten().map(ToString::to_string).collect();
        assert_eq!(told.len(), usize::from(expected.is_some()), "{written:?}: {told:?}");
        assert!(told.iter().all(|it| it.contains(expected.unwrap())), "{written:?}: {told:?}");
    }
}
