//! The fingerprint of a folder tells any of its files from another.

use super::*;
use tempfile::TempDir;

const PIKVM: &str = include_str!("../../../../config/signatures/kvm/pikvm.toml");

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn fingerprint(files: &[(&str, &str)]) -> String {
    let folder = folder(files);
    let loaded = load_light(folder.path()).unwrap();
    assert!(!loaded.signatures.is_empty());
    loaded.files
}

#[test]
fn the_same_files_have_the_same_fingerprint_wherever_they_lie() {
    let files = [("kvm/pikvm.toml", PIKVM), ("kvm/family.toml", "title = \"KVM\"\n")];
    let (one, other) = (fingerprint(&files), fingerprint(&files));
    assert_eq!((&one, one.len()), (&other, 64));
}

#[test]
fn no_file_can_be_changed_renamed_added_or_taken_away_unseen() {
    let commented = format!("# mine\n{PIKVM}");
    let family = "title = \"KVM\"\n";
    let all = [
        fingerprint(&[("kvm/pikvm.toml", PIKVM)]),
        fingerprint(&[("kvm/pikvm.toml", &commented)]),
        fingerprint(&[("kvm/pikvn.toml", PIKVM)]),
        fingerprint(&[("kvn/pikvm.toml", PIKVM)]),
        fingerprint(&[("kvm/pikvm.toml", PIKVM), ("kvm/two.toml", PIKVM)]),
        fingerprint(&[("kvm/pikvm.toml", PIKVM), ("kvm/family.toml", family)]),
        fingerprint(&[("kvm/pikvm.toml", PIKVM), ("kvm/family.toml", "title = \"KWM\"\n")]),
    ];
    let different: BTreeSet<&String> = all.iter().collect();
    assert_eq!(different.len(), all.len());
}

#[test]
fn what_is_not_judged_by_does_not_count() {
    let one = fingerprint(&[("kvm/pikvm.toml", PIKVM)]);
    assert_eq!(one, fingerprint(&[("kvm/pikvm.toml", PIKVM), ("kvm/.pikvm.toml", "x"), ("a", "")]));
}
