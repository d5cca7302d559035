//! Every signature that ships keeps its word.

use agent::signature;
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
        let expected = match signature.id.split('.').next().unwrap() {
            "kvm" => "T1219.003",
            "combination" => continue,
            "remote-tools" => "T1219.002",
            "injector" => "T1200",
            family => panic!("{family} has no technique in this test"),
        };
        assert_eq!(signature.technique, expected, "{}", signature.id);
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
