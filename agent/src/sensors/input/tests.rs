//! Recorded input devices are told whole; what a machine lacks is not made up.

use super::*;
use crate::host::Recorder;
use capabilities::Codes;
use capabilities::roles;
use interrupts::has_been_typed_on;
use model::Value;

/// A laptop at home with a Bluetooth keyboard: its own keyboard is closed away.
const LAPTOP: &str = include_str!("../../../../tests/hosts/linux/lead-bluetooth-keyboard.toml");

fn look(toml: &str) -> Result<Vec<Found>, Blind> {
    linux::devices(&Recording::from_toml(toml).unwrap())
}

fn device(toml: &str, subject: &str) -> Device {
    let found = look(toml).unwrap().into_iter().find(|found| found.subject == subject);
    found.unwrap().device
}

#[test]
fn the_keyboard_that_is_built_in_is_told_whole() {
    let text = |text: &str| Some(text.to_owned());
    let own = Device {
        name: text("AT Translated Set 2 keyboard"),
        bus: "i8042".to_owned(),
        vendor_id: text("0001"),
        product_id: text("0001"),
        roles: vec!["keyboard".to_owned()],
        is_virtual: false,
        makers: None,
        typed: Some(false),
    };
    assert_eq!(device(LAPTOP, "input3"), own);
}

#[test]
fn each_device_is_told_with_its_bus_and_what_it_is_for() {
    let told: Vec<(String, String, String, bool)> = look(LAPTOP)
        .unwrap()
        .into_iter()
        .map(|it| (it.subject, it.device.bus, it.device.roles.join(" "), it.device.is_virtual))
        .collect();
    let expected = [
        ("input0", "host", "", false),
        ("input1", "host", "buttons", false),
        ("input14", "virtual", "keyboard", true),
        ("input20", "bluetooth", "keyboard", false),
        ("input3", "i8042", "keyboard", false),
        ("input5", "i2c", "touch", false),
        ("input6", "usb", "relative pointer", false),
        ("input7", "0099", "", false),
    ];
    let expected: Vec<(String, String, String, bool)> =
        expected.map(|(a, b, c, d)| (a.to_owned(), b.to_owned(), c.to_owned(), d)).into();
    assert_eq!(told, expected);
}

#[test]
fn only_a_keyboard_that_is_built_in_is_told_to_be_typed_on() {
    let touched = LAPTOP.replace("         19          0 ", "       4000         17 ");
    assert_eq!(device(&touched, "input3").typed, Some(true));
    let outer = LAPTOP.replace("isa0060/serio0/input0", "tty/serport/input0");
    assert_eq!(device(&outer, "input3").typed, None);
    let uncounted = LAPTOP.replace("/proc/interrupts", "/proc/other");
    assert_eq!(device(&uncounted, "input3").typed, None);
}

/// The laptop with a program that has uinput open, and one that has not.
fn with_a_maker() -> Recording {
    let mut laptop = Recording::from_toml(LAPTOP).unwrap();
    let maker = Recording::from_toml(
        "platform = 'linux'
        holders = { '/dev/uinput' = [20, 21, 22, 23] }
        process = [
            { id = 20, name = 'ydotool', executable = '/usr/bin/ydotool', user = 'alice' },
            { id = 21, name = 'input-remapper-', user = 'root' },
            { id = 22, name = 'ydotool', executable = '/usr/bin/ydotool (deleted)', user = 'root' },
            { id = 24, name = 'bash', executable = '/usr/bin/bash', user = 'alice' },
        ]",
    )
    .unwrap();
    (laptop.holders, laptop.process) = (maker.holders, maker.process);
    laptop
}

fn makers(laptop: &Recording) -> Vec<(String, String)> {
    let seen = Input.look(laptop).unwrap().into_iter();
    let told = seen.filter_map(|it| Some((it.subject, it.fields.get("makers")?.to_string())));
    told.collect()
}

#[test]
fn of_a_device_that_is_no_hardware_the_programs_that_may_have_made_it_are_told() {
    let laptop = with_a_maker();
    let told = |makers: &str| vec![("input14".to_owned(), makers.to_owned())];
    assert_eq!(makers(&laptop), told("input-remapper-, ydotool"));
    let holders = [("/dev/uinput".to_owned(), Vec::new())].into();
    let nobody = Recording { holders, process: None, ..laptop.clone() };
    assert_eq!(makers(&nobody), told(""));
    let unknown = Recording { holders: [].into(), ..laptop.clone() };
    assert_eq!(makers(&unknown), []);
    let closed = Recording { forbidden: ["/dev/uinput".to_owned()].into(), ..laptop.clone() };
    assert_eq!(makers(&closed), []);
    let nameless = Recording { process: None, ..laptop };
    assert_eq!(makers(&nameless), []);
}

#[test]
fn nobody_is_asked_who_makes_devices_where_all_are_hardware() {
    let mut laptop = with_a_maker();
    laptop.text.retain(|path, _| !path.contains("input14"));
    laptop.empty.retain(|path| !path.contains("input14"));
    let recorder = Recorder::new(&laptop);
    Input.look(&recorder).unwrap();
    assert_eq!(recorder.finish().holders, [].into());
}

#[test]
fn a_recording_keeps_who_may_have_made_a_device_only_if_that_is_wanted() {
    let mut laptop = with_a_maker();
    let before = laptop.clone();
    assert_eq!(keep(&mut laptop, |it| it.fields.contains_key("makers")), [20, 21, 22, 23].into());
    assert_eq!(laptop, before);
    assert_eq!(keep(&mut laptop, |it| it.subject == "input3"), [].into());
    assert_eq!((&laptop.holders, makers(&laptop)), (&[].into(), vec![]));
}

#[test]
fn the_address_of_a_bluetooth_device_is_never_read() {
    let laptop = Recording::from_toml(LAPTOP).unwrap();
    let address = |path: &String| path.ends_with("/uniq") || path.ends_with("0/phys");
    assert_eq!(laptop.text.keys().filter(|path| address(path)).count(), 2);
    let recorder = Recorder::new(&laptop);
    Input.look(&recorder).unwrap();
    let read = recorder.finish();
    assert_eq!(read.text.keys().filter(|path| address(path)).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn blanking_takes_the_name_a_person_gave_and_no_fact() {
    let mut laptop = Recording::from_toml(LAPTOP).unwrap();
    let before = Input.look(&laptop).unwrap();
    Input.blank(&mut laptop);
    let counts = &laptop.text["/proc/interrupts"];
    assert!(counts.contains("i8042") && !counts.contains("nvme"), "{counts}");
    let mut after = Input.look(&laptop).unwrap();
    let named = after.iter_mut().find(|it| it.subject == "input20").unwrap();
    let name = named.fields.insert("name".to_owned(), Value::Text("Ada's keyboard".to_owned()));
    assert_eq!(name, Some(Value::Text("blanked".to_owned())));
    assert_eq!(after, before);
}

#[test]
fn what_may_not_be_read_is_blindness_and_no_input_is_absence() {
    let failed = |source: &str| Blind::Failed {
        source: source.to_owned(),
        reason: "permission denied".to_owned(),
    };
    for path in [
        "/sys/class/input",
        "/sys/devices/virtual/input",
        "/sys/class/input/input3/id/bustype",
        "/proc/interrupts",
    ] {
        let toml = LAPTOP.replacen("[text]", &format!("forbidden = ['{path}']\n[text]"), 1);
        assert_eq!(look(&toml).err(), Some(failed(path)), "{path}");
    }
    assert_eq!(look("platform = 'linux'").err(), Some(Blind::Absent));
}

#[test]
fn a_device_that_goes_away_while_we_look_is_passed_over() {
    let toml = "platform = 'linux'\nempty = ['/sys/class/input/input9', '/sys/class/input/event4']";
    assert_eq!(look(toml).unwrap().len(), 0);
}

#[test]
fn one_example_has_every_field() {
    let fields: Vec<String> = Input.example().fields.into_keys().collect();
    let all = ["bus", "is_virtual", "makers", "name", "product_id", "roles", "typed", "vendor_id"];
    assert_eq!(fields, all);
}

fn told(key: &str, rel: &str, abs: &str) -> Vec<&'static str> {
    roles(&Codes::read(key), &Codes::read(rel), &Codes::read(abs))
}

#[test]
fn what_a_device_can_send_tells_what_it_is_for() {
    const ALL_KEYS: &str = "402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe";
    assert_eq!(told(ALL_KEYS, "0", "0"), ["keyboard"]);
    // Without the letter P, and with the function keys only.
    assert_eq!(told("fffffffffdfffffe", "0", "0"), ["buttons"]);
    assert_eq!(told("7ffff800000001", "0", "0"), ["buttons"]);
    // A mouse; one whose only axis is its wheel.
    assert_eq!(told("1f0000 0 0 0 0", "903", "0"), ["relative pointer"]);
    assert_eq!(told("1f0000 0 0 0 0", "900", "0"), ["buttons"]);
    // A hypervisor's tablet, a touchpad, a pen, a gamepad, an accelerometer.
    assert_eq!(told("70000 0 0 0 0", "100", "3"), ["absolute pointer"]);
    assert_eq!(told("e520 10000 0 0 0 0", "0", "2608000 3"), ["touch"]);
    assert_eq!(told("1c03 1 0 0 0 0", "0", "1000003"), ["touch"]);
    assert_eq!(told("7fdb000000000000 0 0 0 0", "0", "3003f"), ["buttons"]);
    assert_eq!(told("0", "0", "7"), [""; 0]);
    // A keyboard with a pointer in one device.
    assert_eq!(told(&format!("1f0000 {ALL_KEYS}"), "3", "0"), ["keyboard", "relative pointer"]);
}

#[test]
fn what_is_no_bitmap_has_no_codes() {
    let nothing = Codes::read("");
    for text in ["fffffffffffffffff", "-1", "keys", "ffff, ffff", "0 ".repeat(13).as_str()] {
        assert_eq!(Codes::read(text), nothing, "{text}");
    }
}

/// Line 1 beside others, on a machine with two processors.
fn counted(line: &str) -> String {
    format!(
        "           CPU0       CPU1\n   1a:   9999   9999  x i8042\n{line}\n  12:   5000   5000   IR-IO-APIC   12-edge      i8042\n"
    )
}

#[test]
fn a_keyboard_is_typed_on_when_its_line_has_fired_more_often_than_waking_explains() {
    let line =
        |one: &str, two: &str| counted(&format!("   1:   {one}  {two}  IO-APIC 1-edge i8042"));
    for (one, two, expected) in [
        ("0", "0", false),
        ("500", "0", false),
        ("250", "250", false),
        ("250", "251", true),
        ("18446744073709551615", "18446744073709551615", true),
        ("-1", "9000", false),
    ] {
        assert_eq!(has_been_typed_on(&line(one, two)), Some(expected), "{one} {two}");
    }
    // Something else on line 1, no line 1, no processors, nothing.
    assert_eq!(has_been_typed_on(&counted("   1:   9000  9000  IO-APIC 1-edge timer")), None);
    assert_eq!(has_been_typed_on(&counted("")), None);
    assert_eq!(has_been_typed_on("\n 1: 9000 i8042"), Some(false));
    assert_eq!(has_been_typed_on(""), None);
}
