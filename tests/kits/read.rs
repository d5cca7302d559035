//! What the kits set is what the agent reads: each way of setting, on a recorded laptop.

use super::policies;
use super::profiles;
use agent::config::Config;
use agent::config::Managed;
use agent::host::Recording;
use std::path::Path;
use tests::kits::SETTINGS;
use tests::kits::variables;

const COLLECTOR: &str = "https://collector.example.com:8443";

/// A value for each setting, in their order.
fn values() -> [String; 3] {
    [COLLECTOR.to_owned(), format!("s3cret.{}", "a".repeat(64)), "none".to_owned()]
}

/// Everything that can be set is read on this laptop.
fn reads(laptop: &str) {
    let laptop = Recording::from_toml(laptop).unwrap();
    let config = Path::new("/etc/moored/agent.toml");
    let managed = Managed::of(&laptop, config);
    let read = Config::parse_under(&managed, laptop.platform, "agent.toml", "").unwrap();
    assert_eq!(read.managed, SETTINGS.map(str::to_lowercase));
    let [collector, ..] = values();
    assert_eq!(read.collector.url.unwrap().to_string(), collector);
}

#[test]
fn group_policy() {
    let values = values();
    let values = SETTINGS.iter().zip(&values).map(|(name, value)| format!("{name} = '{value}'\n"));
    let key = policies::KEY;
    let values: String = values.collect();
    reads(&format!("platform = \"windows\"\n[registry.'HKLM\\{key}']\n{values}"));
}

#[test]
fn a_profile() {
    let mut settings = profiles::settings();
    for (name, value) in SETTINGS.iter().zip(values()) {
        settings.insert((*name).to_owned(), value.into());
    }
    let mut list = Vec::new();
    plist::Value::from(settings).to_writer_xml(&mut list).unwrap();
    let list = String::from_utf8(list).unwrap();
    let place = format!("/Library/Managed Preferences/{}.plist", profiles::DOMAIN);
    reads(&format!("platform = \"macos\"\n[text]\n\"{place}\" = '''{list}'''\n"));
}

#[test]
fn an_environment_file() {
    let values = values();
    let lines =
        variables().into_iter().zip(&values).map(|(name, value)| format!("{name}={value}\n"));
    let lines: String = lines.collect();
    reads(&format!(
        "platform = \"linux\"\n[text]\n\"/etc/moored/environment\" = '''\n{lines}'''\n"
    ));
}
