//! Profiles for macOS, which Jamf, Kandji and Mosyle all take. No Mac has read them.

use super::all;
use plist::Dictionary;
use plist::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use tests::kits::SETTINGS;
use tests::kits::kit;
use tests::root;

/// Whose settings are managed.
pub const DOMAIN: &str = "org.moored.agent";

const PROFILES: [&str; 3] = ["settings", "pppc", "background"];

fn read(file: &str) -> Dictionary {
    let path = root().join("packaging/macos").join(file);
    Value::from_file(path).unwrap().into_dictionary().unwrap()
}

fn profile(name: &str) -> Dictionary {
    read(&format!("moored-{name}.mobileconfig"))
}

/// The one payload of a profile.
fn payload(profile: &Dictionary) -> &Dictionary {
    let [payload] = &profile["PayloadContent"].as_array().unwrap()[..] else {
        panic!("not one payload")
    };
    payload.as_dictionary().unwrap()
}

fn text<'a>(from: &'a Dictionary, key: &str) -> &'a str {
    from.get(key).and_then(Value::as_string).unwrap_or_else(|| panic!("no {key}"))
}

#[test]
fn profiles_have_what_each_must_have_and_nothing_twice() {
    let mut ids = BTreeSet::new();
    for name in PROFILES {
        let profile = profile(name);
        assert_eq!(text(&profile, "PayloadType"), "Configuration");
        assert_eq!(text(&profile, "PayloadScope"), "System");
        assert!(!text(&profile, "PayloadDisplayName").is_empty());
        for part in [&profile, payload(&profile)] {
            assert_eq!(part["PayloadVersion"].as_unsigned_integer(), Some(1));
            let id = text(part, "PayloadUUID");
            let is_hex = |part: &str| part.bytes().all(|b| b.is_ascii_hexdigit());
            let lengths: Vec<usize> = id.split('-').map(str::len).collect();
            assert!(lengths == [8, 4, 4, 4, 12] && id.split('-').all(is_hex), "{id}");
            assert!(ids.insert(id.to_owned()), "{id} twice");
            let id = text(part, "PayloadIdentifier");
            assert!(id.starts_with("org.moored.agent."), "{id}");
            assert!(ids.insert(id.to_owned()), "{id} twice");
        }
    }
}

/// What the profile of settings sets of the agent.
pub fn settings() -> Dictionary {
    let profile = profile("settings");
    let payload = payload(&profile);
    assert_eq!(text(payload, "PayloadType"), "com.apple.ManagedClient.preferences");
    let domains = payload["PayloadContent"].as_dictionary().unwrap();
    assert_eq!(domains.keys().collect::<Vec<_>>(), [DOMAIN]);
    let forced = &domains[DOMAIN].as_dictionary().unwrap()["Forced"].as_array().unwrap()[0];
    let settings = &forced.as_dictionary().unwrap()["mcx_preference_settings"];
    settings.as_dictionary().unwrap().clone()
}

#[test]
fn the_profile_of_settings_sets_what_the_agent_reads() {
    let settings = settings();
    assert_eq!(settings.keys().collect::<Vec<_>>(), SETTINGS);
    assert!(settings.values().all(|value| value.as_string().is_some()));
}

#[test]
fn what_may_run_in_the_background_is_the_job_and_its_team() {
    let profile = profile("background");
    let payload = payload(&profile);
    assert_eq!(text(payload, "PayloadType"), "com.apple.servicemanagement");
    let [rule] = &payload["Rules"].as_array().unwrap()[..] else { panic!("not one rule") };
    let rule = rule.as_dictionary().unwrap();
    assert_eq!(text(rule, "RuleType"), "Label");
    assert_eq!(text(rule, "RuleValue"), text(&read("org.moored.agent.plist"), "Label"));
    let team = format!("\"{}\"", text(rule, "TeamIdentifier"));
    let privacy = fs::read_to_string(root().join("packaging/macos/moored-pppc.mobileconfig"));
    assert!(privacy.unwrap().contains(&team));
}

#[test]
fn jamf_asks_for_what_the_agent_reads() {
    let schema = fs::read_to_string(kit("jamf/settings.json")).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert_eq!(schema["__preferencedomain"], DOMAIN);
    let properties = schema["properties"].as_object().unwrap();
    assert_eq!(properties.keys().map(String::as_str).collect::<BTreeSet<_>>(), SETTINGS.into());
    for (place, name) in SETTINGS.iter().enumerate() {
        assert_eq!(properties[*name]["property_order"], place + 1, "{name}");
    }
    let taken = jsonschema::validator_for(&schema).unwrap();
    let set = settings();
    let set = set.iter().map(|(name, value)| (name, value.as_string().unwrap()));
    let set: BTreeMap<_, _> = set.collect();
    assert!(taken.is_valid(&serde_json::json!(set)));
    assert!(!taken.is_valid(&serde_json::json!({"Collector": "http://collector.example.com"})));
}

#[test]
fn scripts_ask_the_program_that_launchd_runs() {
    let job = read("org.moored.agent.plist");
    let program = job["ProgramArguments"].as_array().unwrap()[0].as_string().unwrap();
    let named = format!("moored='{program}'\n");
    let asking: Vec<_> = all(".sh")
        .into_iter()
        .filter(|file| fs::read_to_string(file).unwrap().contains(&named))
        .map(|file| file.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(asking, ["extension-attribute.sh", "audit.sh", "attribute.sh"]);
    let remedy = fs::read_to_string(kit("kandji/remediate.sh")).unwrap();
    assert!(remedy.contains(&format!("system/{}\n", text(&job, "Label"))));
}
