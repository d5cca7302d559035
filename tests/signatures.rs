//! Every signature that ships keeps its word.

use agent::signature;
use model::Rung;
use model::Severity;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use tests::root;

#[test]
fn every_shipped_signature_holds_in_its_hits_and_in_none_of_its_misses() {
    let signatures = signature::load(&root().join("config/signatures")).unwrap_or_else(|wrong| {
        let lines: Vec<String> = wrong.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    });
    assert!(signatures.len() > 20, "only {} signatures were found", signatures.len());
}

#[test]
fn no_signature_speaks_of_a_nation() {
    for signature in signature::load(&root().join("config/signatures")).unwrap() {
        let text = signature::page::page(&signature).to_lowercase();
        for word in ["korea", "dprk", "chinese", "russia"] {
            assert!(!text.contains(word), "{} says `{word}`", signature.id);
        }
    }
}

#[test]
fn hardware_and_software_carry_their_technique() {
    for signature in signature::load(&root().join("config/signatures")).unwrap() {
        let category = signature.tool.as_ref().map(|tool| tool.category.name.as_str());
        let expected: &[&str] = match (signature.id.split('.').next().unwrap(), category) {
            ("kvm", None) => &["T1219.003"],
            ("combination", None) => continue,
            ("injector", None) => &["T1200"],
            ("remote-tools", Some("ide-tunnel")) => &["T1219.001"],
            ("remote-tools", Some("tunnel")) => &["T1572", "T1219.001"],
            ("remote-tools", Some("mesh-vpn")) => &["T1572"],
            ("remote-tools", Some("consumer-vpn")) => &["T1090"],
            ("remote-tools", Some("terminal-share" | "jiggler")) => &["T1219"],
            ("remote-tools", Some("virtual-camera")) => &["T1656"],
            ("remote-tools", Some("messenger")) => &["T1071"],
            ("remote-tools" | "lolrmm", _) => &["T1219.002"],
            (family, _) => panic!("{family} has no technique in this test"),
        };
        assert!(expected.contains(&signature.technique.as_str()), "{}", signature.id);
    }
}

/// What is only company to other findings, and what comes with the system.
#[test]
fn tools_that_people_use_every_day_do_not_alert_by_themselves() {
    let signatures = signature::load(&root().join("config/signatures")).unwrap();
    let tools = signatures.iter().filter_map(|signature| signature.tool.as_ref());
    let mut silent: BTreeSet<&str> = BTreeSet::new();
    let mut sessions: BTreeSet<&str> = BTreeSet::new();
    for tool in tools {
        match tool.category.alerts_from {
            None => silent.insert(&tool.category.name),
            Some(Rung::Session) => sessions.insert(&tool.category.name),
            Some(_) => true,
        };
    }
    let quiet =
        ["consumer-vpn", "jiggler", "listed", "meeting", "mesh-vpn", "messenger", "virtual-camera"];
    assert_eq!(silent, BTreeSet::from(quiet));
    assert_eq!(sessions, BTreeSet::from(["builtin"]));
}

/// What a list says, nobody here has seen.
#[test]
fn what_lolrmm_lists_never_alerts() {
    let signatures = signature::load(&root().join("config/signatures")).unwrap();
    let listed: Vec<_> = signatures.iter().filter(|one| one.family() == "lolrmm").collect();
    assert!(listed.len() > 100, "only {} were found", listed.len());
    for signature in listed {
        let category = &signature.tool.as_ref().unwrap().category;
        let is = (signature.alone, category.alerts_from, category.severity(Rung::Session));
        assert_eq!(is, (false, None, Severity::Low), "{}", signature.id);
    }
}

/// `UPDATE=1 cargo test -p tests` writes the pages anew, and removes those of
/// signatures that are gone.
#[test]
fn every_signature_has_its_page_as_its_file_says() {
    let signatures = signature::load(&root().join("config/signatures")).unwrap();
    let expected = signature::page::pages(&signatures);
    let folder = root().join("docs/signatures");
    if std::env::var("UPDATE").is_ok() {
        write(&folder, &expected);
    }
    let is = pages(&folder);
    let wrong = |path: &&String| is.get(*path) != expected.get(*path);
    let wrong: BTreeSet<&String> = is.keys().chain(expected.keys()).filter(wrong).collect();
    assert!(wrong.is_empty(), "not as the signature says, or gone: {wrong:?}; see CONTRIBUTING.md");
}

/// The pages of all families: path below the folder, and text.
fn pages(folder: &Path) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    for family in families(folder) {
        for page in fs::read_dir(family).unwrap() {
            let page = page.unwrap().path();
            let name = page.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            pages.insert(name, fs::read_to_string(&page).unwrap());
        }
    }
    pages
}

fn write(folder: &Path, pages: &BTreeMap<String, String>) {
    for family in families(folder) {
        fs::remove_dir_all(family).unwrap();
    }
    for (name, text) in pages {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn families(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_dir()).collect()
}
