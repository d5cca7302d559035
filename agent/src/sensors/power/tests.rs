//! Lids and supplies → what is stated.

use super::*;
use crate::host::Recording;
use serde_json::json;

fn host(text: &str) -> Recording {
    let text = format!("platform = \"linux\"\nempty = [\"{}\"]\n[text]\n{text}", linux::SUPPLIES);
    Recording::from_toml(&text).unwrap()
}

fn supply(name: &str, files: &[(&str, &str)]) -> String {
    let line = |(file, text): &(&str, &str)| {
        format!("\"{}/{name}/{file}\" = \"{text}\\n\"\n", linux::SUPPLIES)
    };
    files.iter().map(line).collect()
}

fn lid(text: &str) -> String {
    format!("\"/proc/acpi/button/lid/LID0/state\" = \"{text}\\n\"\n")
}

fn told(text: &[String]) -> serde_json::Value {
    serde_json::to_value(&Power.look(&host(&text.concat())).unwrap()[0].fields).unwrap()
}

#[test]
fn a_closed_laptop_on_its_charger_says_so() {
    let battery = supply("BAT0", &[("type", "Battery"), ("capacity", "81")]);
    let charger = supply("AC", &[("type", "Mains"), ("online", "1")]);
    let sleeps = "\"/sys/power/suspend_stats/success\" = \"3\\n\"\n".to_owned();
    let text = [battery, charger, lid("state:      closed"), sleeps].concat();
    assert_eq!(Power.look(&host(&text)), Ok(vec![Power.example()]));
}

#[test]
fn one_of_several_plugs_is_enough_and_none_is_not_known() {
    let plug =
        |name: &str, kind: &str, online: &str| supply(name, &[("type", kind), ("online", online)]);
    let plugs = |on_ac: bool| json!({ "on_ac": on_ac, "has_battery": false });
    assert_eq!(told(&[plug("AC", "Mains", "0"), plug("ucsi", "USB", "2")]), plugs(true));
    assert_eq!(told(&[plug("AC", "Mains", "0"), plug("ucsi", "USB", "0")]), plugs(false));
    assert_eq!(told(&[supply("AC", &[("type", "Mains")])]), json!({ "has_battery": false }));
    assert_eq!(told(&[]), json!({ "has_battery": false }));
}

#[test]
fn a_count_of_sleeps_that_is_no_number_is_none() {
    let broken = "\"/sys/power/suspend_stats/success\" = \"often\\n\"\n".to_owned();
    assert_eq!(told(&[broken]), json!({ "has_battery": false }));
}

#[test]
fn the_battery_of_a_mouse_is_not_the_laptops() {
    let mouse = supply("hidpp_battery_0", &[("type", "Battery"), ("scope", "Device")]);
    assert_eq!(told(&[mouse]), json!({ "has_battery": false }));
    let own = supply("BAT0", &[("type", "Battery"), ("scope", "System")]);
    assert_eq!(told(&[own]), json!({ "has_battery": true }));
}

#[test]
fn a_lid_is_open_or_closed_or_cannot_be_asked() {
    let open = json!({ "lid": "open", "has_battery": false });
    assert_eq!(told(&[lid("state:      open")]), open);
    assert_eq!(told(&[lid("state: unsupported")]), json!({ "has_battery": false }));
    let failed = Power.look(&host(&lid("state: ajar")));
    assert!(matches!(failed, Err(Blind::Failed { .. })));
}

#[test]
fn what_windows_says_of_the_lid_is_told_and_its_silence_is_not() {
    let told = |lid: &str| {
        let nodes = ["PNP0C0A\\1'", "ACPI0003\\0'\nproperties = { Online = true }", lid]
            .map(|node| format!("[[node.ACPI]]\nid = 'ACPI\\{node}\n"));
        let host = format!("platform = \"windows\"\n{}", nodes.concat());
        let seen = Power.look(&Recording::from_toml(&host).unwrap()).unwrap();
        serde_json::to_value(&seen[0].fields).unwrap()
    };
    for (open, lid) in [(true, "open"), (false, "closed")] {
        let is_open = format!("PNP0C0D\\0'\nproperties = {{ Open = {open} }}");
        assert_eq!(told(&is_open), json!({ "lid": lid, "on_ac": true, "has_battery": true }));
    }
    assert_eq!(told("PNP0C0D\\0'"), json!({ "on_ac": true, "has_battery": true }));
}

#[test]
fn a_machine_with_neither_lid_nor_supplies_and_another_platform_are_absent() {
    assert_eq!(Power.look(&Recording::blank(Platform::Linux, "x")), Err(Blind::Absent));
    assert_eq!(Power.look(&Recording::blank(Platform::Macos, "x")), Err(Blind::Absent));
    let lid =
        "platform = \"linux\"\n[text]\n\"/proc/acpi/button/lid/LID0/state\" = \"state: open\"";
    let seen = Power.look(&Recording::from_toml(lid).unwrap()).unwrap();
    assert_eq!(seen[0].fields.len(), 2);
}
