//! What a list says of a tool → a draft that ships only what does not match by
//! accident.

use super::refused;
use crate::import::Draft;
use crate::import::Kind;
use crate::import::Made;
use crate::import::import;
use crate::signature;
use crate::signature::Signature;
use crate::signature::pattern::Pattern;
use proptest::prelude::*;
use std::fmt::Write;

const FAMILY: &str = include_str!("../../../../config/signatures/lolrmm/family.toml");

const TOOL: &str = r"
Name: Far Hand (Pro)
Category: RMM
Description: >
    Words of theirs
    that nobody copies.
Details:
    Website: https://farhand.example/
    PEMetadata:
        - Filename: FarHand.exe
          Product: Far Hand
    InstallationPaths:
        - C:\Program Files\Far Hand\*
        - '%ProgramFiles(x86)%\Far Hand\fhsvc.exe'
        - C:\Users\somebody\AppData\Local\FarHand\fh.exe
        - /opt/farhand/*
        - /etc/systemd/system/farhand.service
        - /Library/LaunchDaemons/example.farhand.plist
        - farhand-setup-*.exe
Artifacts:
    Disk:
        - File: C:\ProgramData\Far Hand\log.txt
          OS: Windows
    EventLog:
        - EventID: 7045
          ServiceName: FarHand Service
    Registry:
        - Path: HKLM\SYSTEM\CurrentControlSet\Services\FarHandHelper
          Description: N/A
    Network: []
";

fn drafted(text: &str) -> (Draft, Vec<String>) {
    let imported = import(Kind::Lolrmm, "yaml/far hand.yaml", text.as_bytes()).unwrap();
    match imported.made {
        Made::Draft(draft) => (draft, imported.passed_over),
        Made::Recording(_) => panic!("a tool is no machine"),
    }
}

/// The draft as the agent reads it: by what it is a sign, and the values.
fn read(draft: &Draft) -> (Signature, Vec<(String, Vec<String>)>) {
    let family = signature::parse_family("family.toml", FAMILY).unwrap();
    let id = format!("lolrmm.{}", draft.name);
    let signature = signature::read(&id, "draft", &draft.text, &family).unwrap();
    let signs = signature.tool.iter().flat_map(|tool| &tool.signs).map(|sign| {
        let values = sign.question.fields.values().flat_map(Pattern::values);
        (sign.by.clone(), values.map(ToString::to_string).collect())
    });
    let signs = signs.collect();
    (signature, signs)
}

fn pair(by: &str, values: &[&str]) -> (String, Vec<String>) {
    (by.to_owned(), values.iter().map(|&value| value.to_owned()).collect())
}

#[test]
fn a_tool_becomes_a_draft_that_the_agent_reads_and_that_never_alerts() {
    let (draft, left_out) = drafted(TOOL);
    assert_eq!(draft.name, "far-hand-pro");
    let (signature, signs) = read(&draft);
    let paths = [
        "/opt/farhand/*",
        r"c:\program files (x86)\far hand\fhsvc.exe",
        r"c:\program files\far hand\*",
        r"c:\users\*\appdata\local\farhand\fh.exe",
    ];
    let expected = [
        pair("name", &["farhand", "farhand-setup-*", "fhsvc"]),
        pair("path", &paths),
        pair("service", &["farhand service", "farhandhelper"]),
        pair("unit", &["farhand.service"]),
        pair("label", &["example.farhand"]),
    ];
    // What a program calls itself is asked for where a sensor sees it.
    let signs: Vec<_> = signs.into_iter().filter(|(by, _)| by != "version").collect();
    assert_eq!(signs, expected);
    assert_eq!(left_out, Vec::<String>::new());
    assert!(!signature.alone && signature.tool.unwrap().category.alerts_from.is_none());
    let page = "https://github.com/magicsword-io/LOLRMM/blob/main/yaml/far%20hand.yaml";
    assert_eq!(signature.references, [page, "https://farhand.example/"]);
    assert!(!draft.text.contains("Words of theirs"));
}

#[test]
fn what_would_match_by_accident_is_left_out_with_its_reason() {
    let text = r"
Name: Far Hand
Details:
    InstallationPaths:
        - farhand.exe
        - agent.exe
        - fh.exe
        - '*armhand.exe'
        - '*\Far Hand\*'
        - C:\Windows\System32\*
        - C:\Users\*\AppData\Local\<customer>\*
        - /usr/bin/fh
        - see the maker's page
        - setup.msi
Artifacts:
    EventLog:
        - ServiceName: Windows Update Service
";
    let (draft, left_out) = drafted(text);
    assert_eq!(read(&draft).1, [pair("name", &["farhand"])]);
    let expected = [
        r"left out: `*\Far Hand\*` does not say where it begins",
        "left out: `/usr/bin/fh` lies in no folder of its own",
        r"left out: `C:\Users\*\AppData\Local\<customer>\*` has a placeholder in it",
        r"left out: `C:\Windows\System32\*` lies in no folder of its own",
        "left out: `Windows Update Service` is a name that others have as well",
        "left out: `agent.exe` is a name that others have as well",
        "left out: `fh.exe` is too short a name",
        "left out: `see the maker's page` is a remark, not a name",
        "left out: `setup.msi` is no program",
        "left out: `*armhand` ends within a word: put a separator after `*`, such as \
         `*.example.com`",
    ];
    assert_eq!(left_out, expected);
}

#[test]
fn a_tool_of_which_nothing_is_left_is_told_with_all_reasons() {
    let text = "Name: X\nDetails: { InstallationPaths: [x.exe, agent.exe] }\n";
    let told = refused(Kind::Lolrmm, text.as_bytes());
    let expected = "there is nothing to know X by; left out: `agent.exe` is a name that others \
                    have as well; left out: `x.exe` is too short a name";
    assert_eq!(told, expected);
}

#[test]
fn a_text_cannot_write_what_it_likes_into_a_draft() {
    let name = "\"a\\\"\\n[[sign]]\\n# farhand\"";
    let text = format!("Name: {name}\nDetails:\n  InstallationPaths: [farhand.exe]\n");
    let (draft, _) = drafted(&text);
    assert_eq!(draft.name, "a-sign-farhand");
    assert_eq!(read(&draft).1, [pair("name", &["farhand"])]);
}

#[test]
fn aliases_and_depth_that_would_cost_all_memory_are_refused() {
    let mut bomb = "a: &a [x, x, x, x, x, x, x, x]\n".to_owned();
    for (one, next) in (b'a'..=b'y').zip(b'b'..=b'z') {
        let [one, next] = [one, next].map(char::from);
        writeln!(bomb, "{next}: &{next} [*{one}, *{one}, *{one}, *{one}]").unwrap();
    }
    assert_eq!(refused(Kind::Lolrmm, bomb.as_bytes()), "line 2: aliases are not read");
    let deep = "- ".repeat(200_000);
    assert_eq!(refused(Kind::Lolrmm, deep.as_bytes()), "line 1: it is nested too deep");
    let open = "[".repeat(200_000);
    let told = refused(Kind::Lolrmm, open.as_bytes());
    assert!(told.starts_with("it is not YAML: ") || told.contains("too deep"), "{told}");
    let large = vec![b'a'; (4 << 20) + 1];
    let told = refused(Kind::Lolrmm, &large);
    assert_eq!(told, "it is larger than 4 MiB, which no description is");
}

#[test]
fn what_is_no_tool_is_told() {
    for (text, expected) in [
        ("", "it is empty"),
        ("just words", "it has no Name: it describes no tool"),
        ("Name: '???'", "it has no Name: it describes no tool"),
        ("Name: []", "it has no Name: it describes no tool"),
        ("{[a]: b}", "line 1: a key is no text"),
    ] {
        assert_eq!(refused(Kind::Lolrmm, text.as_bytes()), expected, "{text}");
    }
}

proptest! {
    #[test]
    fn whatever_is_drafted_is_read_again(
        name in "\\PC{1,12}",
        values in prop::collection::vec("[a-zA-Z:\\\\/*.<%'\" -]{0,24}", 0..6),
    ) {
        let tree = serde_json::json!({
            "Name": name,
            "Details": { "InstallationPaths": values, "PEMetadata": { "Filename": "farhand.exe" } },
        });
        if let Ok(imported) = import(Kind::Lolrmm, "x.yaml", tree.to_string().as_bytes()) {
            let Made::Draft(draft) = imported.made else { panic!("a tool is no machine") };
            read(&draft);
        }
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in "[a-z:\\[\\]{}&*!|>'\" \n-]{0,200}") {
        drop(import(Kind::Lolrmm, "x.yaml", text.as_bytes()));
    }
}
