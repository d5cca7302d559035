//! The house rules a machine can check.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use tests::root;

/// `lib.rs` lists the modules in reading order; each uses only those above it.
#[test]
fn dependencies_point_one_way() {
    for room in ["agent", "collector"] {
        let source = root().join(room).join("src");
        let order = modules(&source.join("lib.rs"));
        for (place, module) in order.iter().enumerate() {
            let is_test = |file: &PathBuf| {
                file.file_stem().is_some_and(|stem| stem == "tests")
                    || file.components().any(|part| part.as_os_str() == "tests")
            };
            for file in files_of(&source, module)
                .iter()
                .filter(|file| !is_test(&file.strip_prefix(&source).unwrap().to_owned()))
            {
                for used in crate_uses(file) {
                    let above = order[..=place].contains(&used);
                    let file = file.strip_prefix(root()).unwrap();
                    assert!(above, "{} may not use `{used}`", file.display());
                }
            }
        }
    }
}

#[test]
fn rooms_use_only_their_neighbors() {
    let forbidden = [
        ("agent", &["collector", "tests"][..]),
        ("collector", &["agent", "tests"]),
        ("outlet", &["model", "event", "settings", "agent", "collector", "tests"]),
        ("event", &["outlet", "settings", "agent", "collector", "tests"]),
        ("settings", &["outlet", "model", "event", "agent", "collector", "tests"]),
        ("provenance", &["outlet", "model", "event", "settings", "agent", "collector", "tests"]),
        ("model", &["outlet", "settings", "event", "agent", "collector", "tests"]),
    ];
    for (room, others) in forbidden {
        let manifest = fs::read_to_string(root().join(room).join("Cargo.toml")).unwrap();
        for other in others {
            let uses = manifest.lines().any(|line| {
                line.strip_prefix(other).is_some_and(|rest| rest.starts_with(['.', ' ']))
            });
            assert!(!uses, "{room} may not use {other}");
        }
    }
}

#[test]
fn the_words_on_the_wire_do_no_io() {
    for file in rust_files(&root().join("model")) {
        let text = fs::read_to_string(&file).unwrap();
        for word in ["std::fs", "std::net", "std::io", "std::time", "std::env", "tokio"] {
            assert!(!text.contains(word), "{} uses {word}", file.display());
        }
    }
}

#[test]
fn the_platform_is_a_value_except_where_the_host_is_touched() {
    let allowed = [
        "agent/src/host/live.rs",
        "agent/src/platform/mod.rs",
        "agent/src/hints/mod.rs",
        "agent/src/run.rs",
    ];
    for file in rust_files(&root().join("agent/src")) {
        let name = file.strip_prefix(root()).unwrap().display().to_string();
        let text = fs::read_to_string(&file).unwrap();
        let has_cfg = ["cfg(target_os", "cfg!(target_os", "cfg(not(target_os"];
        let has_cfg = has_cfg.iter().any(|word| text.contains(word));
        assert!(!has_cfg || allowed.contains(&name.as_str()), "{name} asks for the platform");
    }
}

/// Where something is called that no safe crate offers.
const UNSAFE: &[&str] = &[
    "agent/src/hints/linux/socket.rs",
    "agent/src/hints/macos/programs.rs",
    "agent/src/hints/macos/system.rs",
    "agent/src/hints/windows/devices.rs",
    "agent/src/hints/windows/networks.rs",
    "agent/src/hints/windows/power.rs",
    "agent/src/hints/windows/programs.rs",
    "agent/src/hints/windows/registry.rs",
    "agent/src/hints/windows/sessions.rs",
    "agent/src/hints/windows/wine.rs",
    "agent/src/hints/windows/wmi.rs",
    "agent/src/host/live/macos/descriptors.rs",
    "agent/src/host/live/macos/kernel.rs",
    "agent/src/host/live/macos/logins.rs",
    "agent/src/host/live/macos/nodes.rs",
    "agent/src/host/live/macos/property.rs",
    "agent/src/host/live/macos/signer.rs",
    "agent/src/host/live/macos/sockets.rs",
    "agent/src/host/live/macos/wakers.rs",
    "agent/src/host/live/windows/adapters.rs",
    "agent/src/host/live/windows/address.rs",
    "agent/src/host/live/windows/contents.rs",
    "agent/src/host/live/windows/ip_tables.rs",
    "agent/src/host/live/windows/logins.rs",
    "agent/src/host/live/windows/nodes/battery.rs",
    "agent/src/host/live/windows/nodes/hid.rs",
    "agent/src/host/live/windows/nodes/lid.rs",
    "agent/src/host/live/windows/nodes/requests.rs",
    "agent/src/host/live/windows/nodes/screens.rs",
    "agent/src/host/live/windows/nodes/set.rs",
    "agent/src/host/live/windows/signer.rs",
    "agent/src/host/live/windows/signer/catalog.rs",
    "agent/src/host/live/windows/sockets.rs",
    "agent/src/host/live/windows/wakers.rs",
    "agent/src/platform/dpapi.rs",
    "agent/src/platform/event_log.rs",
    "agent/src/platform/keychain.rs",
    "agent/src/platform/owner.rs",
    "agent/src/platform/privileges.rs",
    "agent/src/platform/rights.rs",
    "agent/src/platform/service.rs",
    "agent/src/platform/setup.rs",
    "agent/src/platform/unified_log.rs",
    "agent/src/platform/windows.rs",
    "collector/src/http/syn/saved.rs",
];

#[test]
fn unsafe_is_where_it_is_said_to_be() {
    let architecture = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let named =
        |file: &str| file.split_once("/src/").is_some_and(|(_, file)| architecture.contains(file));
    assert!(UNSAFE.iter().all(|file| named(file)));
    let rooms = ["model", "settings", "event", "agent", "collector", "tests", "fuzz"];
    for file in rooms.iter().flat_map(|room| rust_files(&root().join(room))) {
        let name = file.strip_prefix(root()).unwrap().display().to_string();
        let text = fs::read_to_string(&file).unwrap();
        let is_unsafe = ["unsafe {", "unsafe fn", "unsafe impl", "unsafe extern"]
            .iter()
            .any(|word| text.contains(word));
        let is_allowed = UNSAFE.contains(&name.as_str()) || name == "tests/tidy.rs";
        assert!(!is_unsafe || is_allowed, "{name} is unsafe");
    }
}

#[test]
fn files_are_small_and_say_what_they_are() {
    for file in rust_files(&root()) {
        let text = fs::read_to_string(&file).unwrap();
        let lines = text.lines().count();
        assert!(lines <= 400, "{} has {lines} lines; split it by thing", file.display());
        assert!(text.starts_with("//!"), "{} does not say what it is", file.display());
    }
}

#[test]
fn names_say_what_a_thing_is() {
    let kinds = ["types", "utils", "helpers", "traits", "errors", "constants", "common", "misc"];
    for file in rust_files(&root()) {
        let stem = file.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(!kinds.contains(&stem.as_str()), "{} is named after a kind", file.display());
    }
}

#[test]
fn nothing_is_left_undone() {
    let marks = ["TODO", "FIXME", "XXX", "HACK"];
    for file in rust_files(&root()).iter().filter(|file| !file.ends_with("tidy.rs")) {
        let text = fs::read_to_string(file).unwrap();
        for mark in marks {
            assert!(!text.contains(mark), "{} says {mark}", file.display());
        }
    }
}

fn modules(lib: &Path) -> Vec<String> {
    let text = fs::read_to_string(lib).unwrap();
    let names = text
        .lines()
        .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'));
    names.map(str::to_owned).collect()
}

fn files_of(source: &Path, module: &str) -> Vec<PathBuf> {
    let mut files = rust_files(&source.join(module));
    let file = source.join(module).with_extension("rs");
    if file.exists() {
        files.push(file);
    }
    assert!(!files.is_empty(), "{module} has no file");
    files
}

/// The modules a file names after `crate::`.
fn crate_uses(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    let after = text.split("crate::").skip(1);
    let word = |rest: &str| {
        rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect::<String>()
    };
    after.map(word).filter(|word| !word.is_empty()).collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}
