//! What the documentation says of platforms is complete, and what is installed on
//! macOS is what its makers take.

use agent::host::Platform;
use agent::sensors;
use plist::Dictionary;
use plist::Value;
use std::collections::BTreeMap;
use std::fs;
use tests::root;

/// What a cell of the table may begin with.
const WORDS: [&str; 5] = ["kernel", "Wine", "recorded", "linked", "none"];

/// The rows of the table of sensors.
fn rows(page: &str) -> BTreeMap<&str, Vec<&str>> {
    let table = page.split("\n## ").find(|part| part.starts_with("Sensors"));
    let rows = table.expect("there is a part on sensors");
    let rows = rows.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split_once("` |"))
        .map(|(sensor, rest)| {
            (sensor, rest.trim_end_matches('|').split('|').map(str::trim).collect())
        })
        .collect()
}

#[test]
fn each_sensor_says_what_was_run_on_each_platform() {
    let page = fs::read_to_string(root().join("docs/platforms.md")).unwrap();
    let rows = rows(&page);
    for sensor in sensors::ALL {
        let cells = rows.get(sensor.name());
        let cells = cells.unwrap_or_else(|| panic!("{} has no row", sensor.name()));
        assert_eq!(cells.len(), 4, "{}: Linux, Windows, macOS, needs", sensor.name());
        for cell in &cells[..3] {
            let word = cell.split([' ', ',', ';']).next().unwrap();
            assert!(WORDS.contains(&word), "{}: `{cell}`", sensor.name());
        }
        let needs = cells[3].replace('`', "");
        let told = needs_of(*sensor);
        let begins = needs.strip_prefix(&told).is_some_and(|more| {
            more.is_empty() || more.starts_with(". ") || more.starts_with(": ")
        });
        assert!(begins, "{}: `{needs}`, and the agent says `{told}`", sensor.name());
    }
    assert_eq!(rows.len(), sensors::ALL.len(), "a row is of no sensor");
    for word in WORDS {
        assert!(page.contains(&format!("**{word}**")), "{word} is not explained");
    }
}

/// What the agent itself says that a sensor needs, as the table has it.
fn needs_of(sensor: &dyn sensors::Sensor) -> String {
    let platforms =
        [("Linux", Platform::Linux), ("Windows", Platform::Windows), ("macOS", Platform::Macos)];
    let needs = platforms.map(|(name, platform)| (name, sensor.needs(platform)));
    if needs.iter().all(|(_, needs)| needs.is_none()) {
        return "nothing".to_owned();
    }
    needs.map(|(name, needs)| format!("{name}: {}", needs.unwrap_or("nothing"))).join(". ")
}

/// Of a unit, the value of a key that is there once.
fn value<'a>(unit: &'a str, key: &str) -> &'a str {
    let all: Vec<&str> =
        unit.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('=')).collect();
    assert_eq!(all.len(), 1, "{key}: {all:?}");
    all[0]
}

#[test]
fn an_agent_that_cannot_start_is_tried_again_twice_a_minute_and_no_more() {
    let unit = root().join("packaging/linux/moored.service");
    let unit = fs::read_to_string(unit).unwrap();
    assert_eq!(value(&unit, "Restart"), "on-failure");
    assert_eq!(value(&unit, "RestartSec"), "30s");
    // What `moored run` ends with where a newer version has written the state.
    assert_eq!(value(&unit, "RestartPreventExitStatus"), "4");
    let service = root().join("agent/src/platform/setup.rs");
    let service = fs::read_to_string(service).unwrap();
    let (_, delays) = service.split_once("const RESTARTS: [u32; 3] = [").unwrap();
    let (delays, _) = delays.split_once(']').unwrap();
    let delays = delays.split(", ").map(|one| one.replace('_', "").parse::<u32>().unwrap());
    assert!(delays.min().unwrap() >= 30_000);
}

fn read(file: &str) -> Dictionary {
    let path = root().join("packaging/macos").join(file);
    Value::from_file(path).unwrap().into_dictionary().unwrap()
}

fn text<'a>(from: &'a Dictionary, key: &str) -> &'a str {
    from.get(key).and_then(Value::as_string).unwrap_or_else(|| panic!("no {key}"))
}

/// launchd ignores a key it does not know, without a word.
#[test]
fn launchd_is_told_only_what_it_knows() {
    let job = read("org.moored.agent.plist");
    let known = [
        "Label",
        "ProgramArguments",
        "RunAtLoad",
        "KeepAlive",
        "ThrottleInterval",
        "ProcessType",
        "LowPriorityIO",
        "Umask",
        "StandardErrorPath",
    ];
    let keys: Vec<&str> = job.keys().map(String::as_str).collect();
    assert_eq!(keys, known);
    assert_eq!(text(&job, "Label"), "org.moored.agent");
    assert_eq!(text(&job, "ProcessType"), "Background");
    let words = job["ProgramArguments"].as_array().unwrap();
    let words: Vec<&str> = words.iter().filter_map(Value::as_string).collect();
    assert_eq!(words, ["/Library/Application Support/Moored/moored", "run"]);
    for key in ["RunAtLoad", "KeepAlive", "LowPriorityIO"] {
        assert_eq!(job[key].as_boolean(), Some(true), "{key}");
    }
    assert_eq!(job["ThrottleInterval"].as_unsigned_integer(), Some(30));
    assert_eq!(job["Umask"].as_unsigned_integer(), Some(0o077));
}

#[test]
fn the_profile_lets_our_agent_and_nobody_else_see_all_files() {
    let profile = read("moored-pppc.mobileconfig");
    assert_eq!(text(&profile, "PayloadType"), "Configuration");
    assert_eq!(text(&profile, "PayloadScope"), "System");
    let [payload] = &profile["PayloadContent"].as_array().unwrap()[..] else {
        panic!("more than one payload")
    };
    let payload = payload.as_dictionary().unwrap();
    assert_eq!(text(payload, "PayloadType"), "com.apple.TCC.configuration-profile-policy");
    for one in [&profile, payload] {
        let id = text(one, "PayloadUUID");
        assert!(id.len() == 36 && id.split('-').count() == 5, "{id}");
        assert_eq!(one["PayloadVersion"].as_unsigned_integer(), Some(1));
    }
    assert_ne!(text(&profile, "PayloadUUID"), text(payload, "PayloadUUID"));
    let services = payload["Services"].as_dictionary().unwrap();
    assert_eq!(services.keys().collect::<Vec<_>>(), ["SystemPolicyAllFiles"]);
    let [grant] = &services["SystemPolicyAllFiles"].as_array().unwrap()[..] else {
        panic!("more than one program")
    };
    let grant = grant.as_dictionary().unwrap();
    // It is no bundle, so macOS knows it by its path and by who has signed it.
    let job = read("org.moored.agent.plist");
    let program = job["ProgramArguments"].as_array().unwrap()[0].as_string().unwrap();
    assert_eq!(text(grant, "Identifier"), program);
    assert_eq!(text(grant, "IdentifierType"), "path");
    assert!(text(grant, "CodeRequirement").starts_with("identifier \"org.moored.agent\""));
    assert_eq!(grant["Allowed"].as_boolean(), Some(true));
}
