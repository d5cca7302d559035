//! A short run of the lab: a real kernel, six devices, one agent that runs on;
//! and every description holds together.

use agent::host::Recording;
use agent::sensors;
use agent::sensors::usb::descriptors::parse;
use model::Finding;
use model::Standing;
use model::Value;
use std::thread::sleep;
use std::time::Duration;
use tests::lab;
use tests::lab::description::Description;
use tests::lab::descriptors::Descriptors;
use tests::lab::machine::Guest;
use tests::lab::machine::Network;
use tests::lab::verdict::Verdict;
use tests::program::wait_for;
use tests::root;

/// Two factory identities, two disguises, a device nobody can tell from a real
/// one, and a real one.
const DEVICES: [&str; 6] = [
    "pikvm/factory.toml",
    "jetkvm/factory.toml",
    "pikvm/as-k120.toml",
    "nanokvm/hid-only-renamed.toml",
    "bridges/ch9329-as-lenovo.toml",
    "ordinary/gaming-keyboard.toml",
];

#[test]
fn a_real_kernel_shows_six_devices_and_the_agent_judges_them() {
    let mut guest = Guest::boot(Network::None).unwrap();
    let mut wrong = Vec::new();
    for file in DEVICES {
        let description = Description::read(&lab::devices().join(file)).unwrap();
        guest.plug(0, &description).unwrap();
        let verdict = Verdict::of(&guest.scan().unwrap());
        guest.unplug(0).unwrap();
        if !verdict.is_expected(&description) {
            wrong.push(format!("{file} should be {}, is {}", description.expect, verdict.told()));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// A box comes with both its plugs, stays, goes with both, and comes back under
/// the names of a Lenovo keyboard; one agent runs all the while.
#[test]
fn a_running_agent_tells_what_came_and_left_together_and_what_changed_its_names() {
    let device = |file: &str| Description::read(&lab::devices().join(file)).unwrap();
    let monitor = root().join("tests/lab/displays/office-monitor.hex");
    let mut guest = Guest::boot(Network::None).unwrap();
    guest.disconnect().unwrap();
    guest.watch_alone().unwrap();
    assert!(wait_for(PATIENCE, || guest.reports().is_ok_and(|reports| !reports.is_empty())));

    guest.plug(0, &device("bridges/ch9329.toml")).unwrap();
    guest.connect(&lab::edid::read(&monitor).unwrap()).unwrap();
    opens(&mut guest, &["kvm.ch9329", "kvm.arrived-together"]);
    sleep(A_WHILE);
    guest.unplug(0).unwrap();
    guest.disconnect().unwrap();
    opens(&mut guest, &["kvm.left-together"]);
    guest.plug(0, &device("bridges/ch9329-as-lenovo.toml")).unwrap();
    opens(&mut guest, &["kvm.renamed-bridge", "kvm.identity-changed"]);

    let findings = findings(&mut guest);
    let of = |id: &str| findings.iter().rfind(|finding| finding.signature == id).unwrap();
    assert_eq!(of("kvm.ch9329").standing, Standing::Alert);
    assert_eq!(of("kvm.arrived-together").evidence[0].fields["change"], text("came"));
    // While the box is half gone, its name may still be there beside this.
    let mut left = findings.iter().filter(|finding| finding.signature == "kvm.left-together");
    let left = left.find(|finding| finding.standing == Standing::Lead).unwrap();
    assert_eq!(left.evidence[0].subject, of("kvm.ch9329").evidence[0].subject);
    let renamed = of("kvm.renamed-bridge");
    assert_eq!(renamed.standing, Standing::Alert);
    assert_eq!(renamed.evidence[0].subject, of("kvm.ch9329").evidence[0].subject);
    assert_eq!(renamed.evidence[0].fields["before_product"], text("CH9329"));
    assert_eq!(renamed.evidence[0].fields["vendor_id"], text("17ef"));
}

#[test]
fn a_real_kernel_shows_its_input_devices_which_is_built_in_and_who_may_have_made_one() {
    let mut guest = Guest::boot(Network::None).unwrap();
    let keyboard = lab::devices().join("ordinary/logitech-k120.toml");
    guest.plug(0, &Description::read(&keyboard).unwrap()).unwrap();
    // It makes a device, and plays nothing for minutes.
    guest.leave(&["ydotool", "type", "--delay", "600000", "x"], "/tmp/ydotool.log").unwrap();
    let made = "ls /sys/devices/virtual/input | grep -q input";
    let waited = guest.run(&["sh", "-c", &format!("until {made}; do sleep 0.1; done")]).unwrap();
    assert_eq!(waited.code, 0, "{}", waited.err);
    let record = guest.moored(&["record"]).unwrap();
    let machine = Recording::from_toml(&record.out).unwrap();
    let seen = sensors::find("input").unwrap().look(&machine).unwrap();
    let told: Vec<String> = seen
        .iter()
        .map(|it| {
            let fields = ["bus", "roles", "typed", "is_virtual", "makers"].iter();
            let fields =
                fields.filter_map(|&name| Some(format!("{name}={}", it.fields.get(name)?)));
            fields.collect::<Vec<String>>().join(" ")
        })
        .collect();
    let expected = [
        "bus=i8042 roles=keyboard typed=no is_virtual=no",
        "bus=usb roles=keyboard is_virtual=no",
        "bus=usb roles=buttons is_virtual=no",
        "bus=usb roles=buttons is_virtual=no",
        "bus=usb roles=keyboard, relative pointer is_virtual=yes makers=ydotool",
    ];
    assert_eq!(told, expected);
    let end = format!("killall ydotool; while {made}; do sleep 0.1; done");
    assert_eq!(guest.run(&["sh", "-c", &end]).unwrap().code, 0, "a device goes with its maker");
}

#[test]
fn every_described_device_hands_out_descriptors_that_hold_together() {
    let files = lab::files().unwrap();
    assert!(files.len() >= 50, "only {} devices are described", files.len());
    for file in files {
        let description = Description::read(&file).unwrap();
        let Descriptors { device, configuration, .. } = Descriptors::of(&description).unwrap();
        let parsed = parse(&[device, configuration].concat()).unwrap();
        let [read] = &parsed.configurations[..] else { panic!("{}", file.display()) };
        let read = read.interfaces.iter().map(|interface| interface.endpoints.len());
        let described = description.interfaces.iter().map(|interface| interface.endpoints.len());
        assert!(read.eq(described), "{}", file.display());
    }
}

#[test]
fn a_gadgets_strings_are_numbered_as_the_kernels_gadget_framework_does() {
    let pikvm = Description::read(&lab::devices().join("pikvm/older.toml")).unwrap();
    let strings = Descriptors::of(&pikvm).unwrap().strings;
    let numbered: Vec<(u8, &str)> =
        strings.iter().map(|(index, text)| (*index, text.as_str())).collect();
    let expected = [
        (1, "PiKVM"),
        (2, "Composite KVM Device"),
        (3, "CAFEBABE"),
        (4, "Config 1: PiKVM device"),
        (5, "HID Interface"),
        (7, "HID Interface"),
        (9, "HID Interface"),
        (11, "Mass Storage"),
    ];
    assert_eq!(numbered, expected);
}

/// Longer than what counts as together: it was there for a while.
const A_WHILE: Duration = Duration::from_secs(15);

/// How long the guest's agent may take to tell something.
const PATIENCE: Duration = Duration::from_mins(5);

/// Waits until a finding of each has opened.
fn opens(guest: &mut Guest, ids: &[&str]) {
    let mut found = Vec::new();
    let have_opened = wait_for(PATIENCE, || {
        found = findings(guest);
        let is_open = |id: &&str| {
            found.iter().any(|finding| finding.signature == **id && finding.closed.is_none())
        };
        ids.iter().all(is_open)
    });
    let told: Vec<&str> = found.iter().map(|finding| finding.signature.as_str()).collect();
    assert!(have_opened, "{ids:?} have not all opened: {told:?}");
}

/// Everything the guest's agent has told, oldest first.
fn findings(guest: &mut Guest) -> Vec<Finding> {
    guest.reports().unwrap().into_iter().flat_map(|report| report.findings).collect()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}
