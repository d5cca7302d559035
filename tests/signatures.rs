//! Every signature that ships keeps its word.

use agent::signature;
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
        let text = format!("{} {} {}", signature.title, signature.why, signature.innocent);
        let text = text.to_lowercase();
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
            "remote-tools" => "T1219.002",
            family => panic!("{family} has no technique in this test"),
        };
        assert_eq!(signature.technique, expected, "{}", signature.id);
    }
}

#[test]
fn every_signature_is_explained_to_the_soc() {
    let pages = ["kvm.md", "remote-tools.md"]
        .map(|page| std::fs::read_to_string(root().join("docs/signatures").join(page)).unwrap());
    for signature in signature::load(&root().join("config/signatures")).unwrap() {
        let named = pages.iter().any(|page| page.contains(&format!("`{}`", signature.id)));
        assert!(named, "docs/signatures does not explain `{}`", signature.id);
    }
}
