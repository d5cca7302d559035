//! What is in the package, and that it is always the same bytes.

use crate::machine::agent;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;
use tests::root;

/// Packs the agent that is built for Windows, without what only debuggers read, as this
/// version; without one, as Cargo's.
pub fn pack(folder: &Path, name: &str, version: Option<&str>) -> PathBuf {
    let program = folder.join("moored.exe");
    if !program.exists() {
        let mut strip = Command::new("x86_64-w64-mingw32-strip");
        let status = strip.arg("-o").arg(&program).arg(agent().unwrap()).status().unwrap();
        assert!(status.success());
    }
    let package = folder.join(name);
    let mut command = Command::new(root().join("packaging/windows/msi.sh"));
    command.arg(&program).arg(&package).stdin(Stdio::null());
    if let Some(version) = version {
        command.env("MOORED_VERSION", version);
    }
    let output = command.output().unwrap();
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    package
}

#[test]
fn the_same_program_makes_the_same_package() {
    let folder = tempfile::tempdir().unwrap();
    let package = pack(folder.path(), "one.msi", None);
    let again = pack(folder.path(), "two.msi", None);
    assert!(fs::read(&package).unwrap() == fs::read(again).unwrap(), "it differs each time");
    holds_what_is_shipped(folder.path(), &package);
    says_who_it_is(&package);
    keeps_the_token_out_of_logs(&package);
}

fn holds_what_is_shipped(folder: &Path, package: &Path) {
    let out = folder.join("out");
    asked("msiextract", &["--directory".as_ref(), out.as_ref(), package.as_ref()]);
    // Some versions of the tool name the folder above, and some do not.
    let above = if out.join("Moored").exists() { out.clone() } else { out.join("Program Files") };
    let place = above.join("Moored");
    let mut shipped = files(&root().join("config/signatures"), Path::new("signatures"));
    shipped.extend(["agent.toml".into(), "moored.exe".into()]);
    assert_eq!(files(&place, Path::new("")), shipped);
    let same = |ours: &Path, shipped: &str| {
        fs::read(place.join(shipped)).unwrap() == fs::read(ours).unwrap()
    };
    assert!(same(&folder.join("moored.exe"), "moored.exe"));
    assert!(same(&root().join("config/signatures/kvm/pikvm.toml"), "signatures/kvm/pikvm.toml"));
    let settings: toml::Table =
        fs::read_to_string(place.join("agent.toml")).unwrap().parse().unwrap();
    let ours: toml::Table =
        fs::read_to_string(root().join("config/agent.toml")).unwrap().parse().unwrap();
    assert_eq!(settings["state"].as_str(), Some(r"C:\ProgramData\Moored"));
    assert_eq!(settings["signatures"].as_str(), Some(r"C:\Program Files\Moored\signatures"));
    let rest = |table: &toml::Table| {
        table
            .clone()
            .into_iter()
            .filter(|(name, _)| name != "state" && name != "signatures")
            .collect::<toml::Table>()
    };
    assert_eq!(rest(&settings), rest(&ours));
}

fn says_who_it_is(package: &Path) {
    let properties = rows(package, "Property");
    let version = env!("CARGO_PKG_VERSION").split(['-', '+']).next().unwrap();
    let expected = [
        ("ProductName", "Moored"),
        ("ProductVersion", version),
        ("Manufacturer", "The Moored project"),
        ("ALLUSERS", "1"),
        ("ARPNOMODIFY", "1"),
        ("UpgradeCode", "{5D0C9F5E-4E0B-4B0E-9B8D-7C2A53B6F1E4}"),
        ("SecureCustomProperties", "COLLECTOR;OTHER;PURGE;TOKEN"),
    ];
    for (name, value) in expected {
        assert_eq!(properties[name], [value], "{name}");
    }
    let summary = asked("msiinfo", &["suminfo".as_ref(), package.as_ref()]);
    assert!(summary.contains("Template: x64;1033"), "{summary}");
    // Every component is one of 64 bits.
    let components = rows(package, "Component");
    assert!(components.values().all(|row| row[2] == "256"), "{components:?}");
}

/// The numbers are of bits: a program that is in the package (18), in the order of the
/// installation (1024), as the system (2048), only if it fails (256), whatever it says (64),
/// with words that are not logged (8192).
fn keeps_the_token_out_of_logs(package: &Path) {
    let actions = rows(package, "CustomAction");
    let kind = |name: &str| actions[name][0].parse::<u32>().unwrap();
    assert_eq!(kind("Enroll"), 18 + 1024 + 2048 + 8192);
    assert_eq!(kind("MakeService"), 18 + 1024 + 2048);
    assert_eq!(kind("UnmakeService"), 18 + 64 + 256 + 1024 + 2048);
    assert_eq!(rows(package, "Property")["MsiHiddenProperties"], ["TOKEN"]);
}

/// A table of the package: what follows the first word of each row.
fn rows(package: &Path, table: &str) -> BTreeMap<String, Vec<String>> {
    let text = asked("msiinfo", &["export".as_ref(), package.as_ref(), table.as_ref()]);
    let rows = text.lines().skip(3).map(|row| {
        let mut words = row.split('\t').map(str::to_owned);
        (words.next().unwrap(), words.collect())
    });
    rows.collect()
}

/// What a tool prints that reads packages.
fn asked(tool: &str, arguments: &[&std::ffi::OsStr]) -> String {
    let output = Command::new(tool).args(arguments).output().unwrap();
    assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().replace('\r', "")
}

/// All files below a folder, named from `place` on.
pub fn files(folder: &Path, place: &Path) -> BTreeSet<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return BTreeSet::new() };
    let mut all = BTreeSet::new();
    for entry in entries {
        let entry = entry.unwrap();
        let (path, name) = (entry.path(), place.join(entry.file_name()));
        if path.is_dir() {
            all.extend(files(&path, &name));
        } else {
            all.insert(name);
        }
    }
    all
}
