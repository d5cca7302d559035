//! The package for macOS: what it installs, what its bill of materials says of that,
//! what is run before and after, and how it goes.
//!
//! Not among the other tests, for it packs an agent for macOS: `make test-macos`.

mod package;
mod scripts;

use agent::config::Config;
use agent::host::Platform;
use package::HOME;
use package::MADE;
use package::agent;
use package::compile;
use package::pack_into;
use package::package;
use package::python;
use package::run;
use plist::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use tests::root;

/// The folder, and in it each file, that comes with every package.
const OURS: [(&str, u32); 12] = [
    (".", 0o040_755),
    ("./Library", 0o040_755),
    ("./Library/Application Support", 0o040_755),
    ("./Library/Application Support/Moored", 0o040_700),
    ("./Library/Application Support/Moored/LICENSE", 0o100_644),
    ("./Library/Application Support/Moored/agent.toml.default", 0o100_644),
    ("./Library/Application Support/Moored/moored", 0o100_755),
    ("./Library/Application Support/Moored/packaged", 0o100_644),
    ("./Library/Application Support/Moored/signatures", 0o040_755),
    ("./Library/Application Support/Moored/uninstall.sh", 0o100_755),
    ("./Library/LaunchDaemons", 0o040_755),
    ("./Library/LaunchDaemons/org.moored.agent.plist", 0o100_644),
];

#[test]
fn all_that_is_installed_is_roots_and_nobody_else_may_change_it() {
    let payload = package().listed("Payload");
    let mut modes: BTreeMap<String, u32> =
        OURS.iter().map(|(path, mode)| ((*path).to_owned(), *mode)).collect();
    let signatures = root().join("config/signatures");
    shipped(&signatures, &mut |path, mode| {
        let path = path.strip_prefix(&signatures).unwrap().display();
        modes.insert(format!("./{HOME}/signatures/{path}"), mode);
    });
    let found: BTreeMap<String, u32> =
        payload.iter().map(|(path, known)| (path.clone(), known.mode)).collect();
    assert_eq!(found, modes);
    for (path, known) in &payload {
        // macOS has that one so.
        let group = if path == "./Library/Application Support" { 80 } else { 0 };
        assert_eq!(known.owner, (0, group), "{path}");
        assert_eq!(known.time, MADE, "{path}");
    }
}

#[test]
fn the_bill_says_what_is_installed() {
    let (payload, bill) = (package().listed("Payload"), package().billed());
    assert!(payload.len() > 256, "one leaf of the bill's tree has all, the others are not read");
    assert_eq!(bill, payload);
    assert_eq!(bill[&format!("./{HOME}/LICENSE")].checksum, Some(cksum(&root().join("LICENSE"))));
}

#[test]
fn files_are_as_they_are_here() {
    let volume = tempfile::tempdir().unwrap();
    package().unpack(volume.path());
    let home = volume.path().join(HOME);
    let job = "Library/LaunchDaemons/org.moored.agent.plist";
    let same = |installed: &Path, ours: &str| {
        assert_eq!(fs::read(installed).unwrap(), fs::read(root().join(ours)).unwrap(), "{ours}");
    };
    same(&volume.path().join(job), "packaging/macos/org.moored.agent.plist");
    same(&home.join("uninstall.sh"), "packaging/macos/uninstall.sh");
    same(&home.join("signatures/kvm/family.toml"), "config/signatures/kvm/family.toml");

    // launchd starts what is installed.
    let code = "import json, plistlib, sys\n\
        print(json.dumps(plistlib.load(open(sys.argv[1], 'rb'))['ProgramArguments']))";
    let started: Vec<String> = python(code, &volume.path().join(job));
    assert_eq!(started, [format!("/{HOME}/moored"), "run".to_owned()]);
    let read = Value::from_file(volume.path().join(job)).unwrap();
    assert_eq!(read.as_dictionary().unwrap()["ProgramArguments"].as_array().unwrap().len(), 2);

    let text = fs::read_to_string(home.join("agent.toml.default")).unwrap();
    let config = Config::parse_for(Platform::Macos, "agent.toml", &text);
    assert_eq!(config, Ok(Config::usual(Platform::Macos)));
    assert!(text.contains(&format!("\nstate = \"/{HOME}\"\n")), "what is usual is written there");
}

#[test]
fn one_program_runs_on_both_kinds_of_processors() {
    let volume = tempfile::tempdir().unwrap();
    package().unpack(volume.path());
    let code = "import hashlib, json, sys\n\
        from macholib.MachO import MachO\n\
        from macholib.mach_o import CPU_TYPE_NAMES\n\
        whole = open(sys.argv[1], 'rb').read()\n\
        print(json.dumps([(CPU_TYPE_NAMES[one.header.cputype], one.offset % 16384,\n\
            hashlib.sha256(whole[one.offset:one.offset + one.size]).hexdigest())\n\
            for one in MachO(sys.argv[1]).headers]))";
    let found: Vec<(String, u64, String)> = python(code, &volume.path().join(HOME).join("moored"));
    let sum = run(Command::new("sha256sum").arg(agent()));
    let (sum, _) = sum.split_once(' ').unwrap();
    let kinds: Vec<&str> = found.iter().map(|(kind, ..)| kind.as_str()).collect();
    assert_eq!(kinds, ["x86_64", "ARM64"]);
    assert!(found.iter().all(|(_, beyond, _)| *beyond == 0), "not at a page: {found:?}");
    assert_eq!(found[1].2, sum, "the agent has changed on the way");
}

#[test]
fn the_installer_is_told_what_it_is_and_where_it_may_go() {
    let distribution = fs::read_to_string(package().part("Distribution")).unwrap();
    let about = fs::read_to_string(package().part("moored.pkg/PackageInfo")).unwrap();
    let version = format!("version=\"{}\"", env!("CARGO_PKG_VERSION"));
    for said in [
        "hostArchitectures=\"arm64,x86_64\"",
        "<os-version min=\"13.0\" />",
        "enable_localSystem=\"true\"",
        "id=\"org.moored.agent\"",
        "#moored.pkg</pkg-ref>",
        &version,
    ] {
        assert!(distribution.contains(said), "{said} is not in {distribution}");
    }
    let payload = package().listed("Payload");
    let size: u64 = payload.values().map(|known| known.size.div_ceil(1024)).sum();
    for said in [
        "identifier=\"org.moored.agent\"",
        "install-location=\"/\"",
        "auth=\"root\"",
        &format!("numberOfFiles=\"{}\"", payload.len()),
        &format!("installKBytes=\"{size}\""),
        "<preinstall file=\"./preinstall\" />",
        "<postinstall file=\"./postinstall\" />",
        &version,
    ] {
        assert!(about.contains(said), "{said} is not in {about}");
    }
    let code = "import json, sys\n\
        from xml.etree import ElementTree\n\
        print(json.dumps(ElementTree.parse(sys.argv[1]).getroot().tag))";
    let tag: String = python(code, &package().part("Distribution"));
    assert_eq!(tag, "installer-gui-script");
}

#[test]
fn the_same_programs_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let again = folder.path().join("again.pkg");
    // Neither the order of programs nor what surrounds the packing is in the package.
    let mut command = pack_into(&again);
    run(command
        .current_dir(folder.path())
        .env("TZ", "Asia/Tokyo")
        .args([package().part("small.o"), agent()])
        .arg(&again));
    let (first, again) = (fs::read(package().part("moored.pkg.new")), fs::read(again));
    assert!(first.unwrap() == again.unwrap(), "two packages of the same programs differ");
}

#[test]
fn what_no_mac_would_start_is_not_packed() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.pkg");
    let refused = |programs: &[&Path], why: &str| {
        let output = pack_into(&out).args(programs).arg(&out).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(why), "{said}");
        assert!(!out.exists());
    };
    refused(&[&root().join("LICENSE")], "not a program for macOS");
    refused(&[&agent(), &agent()], "two programs are for one processor");
    let unsigned = folder.path().join("unsigned.o");
    compile("aarch64-macos.13.0", &unsigned);
    refused(&[&unsigned], "not signed");
    refused(&[&folder.path().join("none")], "No such file");
}

/// Tells of all signatures and their folders.
fn shipped(folder: &Path, tell: &mut impl FnMut(&Path, u32)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tell(&path, 0o040_755);
            shipped(&path, tell);
        } else {
            tell(&path, 0o100_644);
        }
    }
}

fn cksum(file: &Path) -> u32 {
    let text = run(Command::new("cksum").arg(file));
    text.split(' ').next().unwrap().parse().unwrap()
}
