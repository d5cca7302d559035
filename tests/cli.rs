//! The agent's command line, as IT and the employee meet it.

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::process::Output;
use tests::program;
use tests::recorded;
use tests::root;
use tests::site::Site;

/// `moored` with the signatures that ship and a state of its own.
pub(crate) fn moored(folder: &Path, arguments: &[&str]) -> Output {
    let config = folder.join("agent.toml");
    let signatures = root().join("config/signatures");
    let text = format!(
        "state = \"{}\"\nsignatures = \"{}\"\n",
        folder.join("state").display(),
        signatures.display()
    );
    fs::write(&config, text).unwrap();
    let mut command = Command::new(program::ours("moored"));
    program::run(command.arg("--config").arg(config).args(arguments)).unwrap()
}

pub(crate) fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_scan_tells_what_this_machine_shows_and_sends_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let before: Value =
        serde_json::from_str(&text(&moored(folder.path(), &["scan", "--json"]))).unwrap();
    assert_eq!(before["sight"]["process"], "seeing");
    let scan = moored(folder.path(), &["scan"]);
    assert!(text(&scan).contains("process"), "{}", text(&scan));
    assert!(!folder.path().join("state").exists(), "a scan leaves nothing behind");
}

#[test]
fn both_programs_say_what_they_were_built_from() {
    for name in ["moored", "moored-collector"] {
        let asked = |arguments: &[&str]| {
            program::run(Command::new(program::ours(name)).args(arguments)).unwrap()
        };
        assert_eq!(text(&asked(&["--version"])), format!("{name} {}\n", env!("CARGO_PKG_VERSION")));
        let built: Value = serde_json::from_str(&text(&asked(&["--version", "--json"]))).unwrap();
        assert_eq!(
            (&built["name"], &built["version"]),
            (&name.into(), &env!("CARGO_PKG_VERSION").into())
        );
        assert_eq!(built["target"], "x86_64-unknown-linux-gnu");
        assert!(built["compiler"].as_str().unwrap().starts_with("rustc 1."), "{built}");
        let without = asked(&["--config", "agent.toml"]);
        assert_eq!(without.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&without.stderr).contains("Usage:"));
    }
}

/// Asks this machine for two packages by their exact names.
const PACKAGES: &str = "
title = \"A package is installed\"
severity = \"low\"
confidence = \"high\"
kind = \"identity\"
technique = \"T1219.002\"
why = \"A test.\"
innocent = \"A test.\"
blind_spots = \"A test.\"
verify = \"A test.\"
response = \"A test.\"
references = []
[[when]]
sensor = \"software\"
where = { packages = [\"dpkg\", \"no-such-package\"] }
[[hit]]
software = [{ packages = [\"dpkg\"] }, { packages = [\"no-such-package\"] }]
[[miss]]
software = [{ packages = [\"dpkg-dev\"] }]
";

#[test]
fn of_all_installed_packages_only_the_one_asked_for_is_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let family = folder.path().join("signatures/probe");
    fs::create_dir_all(&family).unwrap();
    fs::write(family.join("package.toml"), PACKAGES).unwrap();
    let config = folder.path().join("agent.toml");
    let signatures = folder.path().join("signatures");
    fs::write(&config, format!("signatures = \"{}\"\n", signatures.display())).unwrap();
    let moored = |arguments: &[&str]| {
        let mut command = Command::new(program::ours("moored"));
        program::run(command.arg("--config").arg(&config).args(arguments)).unwrap()
    };
    let scan: Value = serde_json::from_str(&text(&moored(&["scan", "--json"]))).unwrap();
    assert_eq!(scan["sight"]["software"], "seeing");
    let expected = serde_json::json!([{
        "sensor": "software", "subject": "dpkg", "source": "/var/lib/dpkg/status",
        "fields": { "packages": ["dpkg"] }
    }]);
    assert_eq!(scan["findings"][0]["evidence"], expected);
    let recording = moored(&["record"]);
    let recording = agent::host::Recording::from_toml(&text(&recording)).unwrap();
    let status = "Package: dpkg\nStatus: install ok installed\n\n";
    assert_eq!(recording.text["/var/lib/dpkg/status"], status);
    assert!(!recording.empty.contains("/etc/passwd"), "nobody asked for it");
}

#[test]
fn many_recordings_are_judged_from_standard_input_a_line_each() {
    let folder = tempfile::tempdir().unwrap();
    moored(folder.path(), &["check"]);
    let mut lines = String::new();
    for name in ["pikvm", "clean-yubikey-two-monitors"] {
        lines += &serde_json::to_string(&recorded::host(name).unwrap()).unwrap();
        lines += "\n";
    }
    lines += "{\"platform\": \"beos\"}\n";
    let mut command = Command::new(program::ours("moored"));
    command.arg("--config").arg(folder.path().join("agent.toml")).args(["judge", "--json", "-"]);
    let output = program::run_with(&mut command, lines.as_bytes()).unwrap();
    assert_eq!(output.status.code(), Some(2), "one could not be read");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("standard input:3: not a recording"), "{said}");
    let answers: Vec<Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[0]["host"], "laptop-0417");
    assert!(answers[0]["findings"].as_array().unwrap().len() >= 2);
    assert_eq!(answers[1]["findings"], serde_json::json!([]));
}

#[test]
fn check_tells_every_problem_with_its_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("agent.toml");
    let family = folder.path().join("signatures/kvm");
    fs::create_dir_all(&family).unwrap();
    fs::write(family.join("half.toml"), "title = \"x\"\n").unwrap();
    let signatures = folder.path().join("signatures");
    let lines = format!("signatures = \"{}\"\n", signatures.display());
    fs::write(&config, &lines).unwrap();
    let check = || {
        let mut command = Command::new(program::ours("moored"));
        let output = program::run(command.arg("--config").arg(&config).arg("check")).unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    let said = check();
    assert!(said.contains("half.toml: severity is missing"), "{said}");
    assert!(said.contains("half.toml: why is missing"), "{said}");
    fs::write(&config, format!("{lines}look = \"never\"\nheartbeet = \"1m\"\n")).unwrap();
    let said = check();
    assert!(said.contains("agent.toml:2: look: `never` is not a length of time"), "{said}");
    assert!(said.contains("agent.toml:3: heartbeet is not a setting"), "{said}");
    fs::write(family.join("half.toml"), shipped("kvm/pikvm.toml")).unwrap();
    let approval = "[[approved]]\ntool = \"anydesc\"\nowner = \"x\"\nreason = \"x\"\nexpires = \"2030-01-01\"\n";
    fs::write(&config, format!("{lines}{approval}")).unwrap();
    let said = check();
    assert!(said.contains("approved names `anydesc`, which no signature of a tool"), "{said}");
}

fn shipped(signature: &str) -> String {
    fs::read_to_string(root().join("config/signatures").join(signature)).unwrap()
}

#[test]
fn help_completions_and_man_pages_come_from_one_place() {
    let folder = tempfile::tempdir().unwrap();
    for verb in ["run", "scan", "check", "record", "judge", "enroll", "status", "show"] {
        let help = moored(folder.path(), &[verb, "--help"]);
        assert!(help.status.success() && text(&help).contains("Usage: moored"), "{verb}");
    }
    for shell in ["bash", "zsh", "fish"] {
        let completions = moored(folder.path(), &["completions", shell]);
        assert!(text(&completions).contains("enroll"), "{shell}");
    }
    let pages = folder.path().join("man");
    moored(folder.path(), &["man", pages.to_str().unwrap()]);
    let page = fs::read_to_string(pages.join("moored-status.1")).unwrap();
    assert!(page.contains("3 not running"), "{page}");
}

#[test]
fn a_collector_known_by_its_authority_needs_no_fingerprint() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(folder.path(), "").unwrap();
    let mut laptop = site.laptop("laptop").unwrap();
    laptop.watch_for("probe-authority").unwrap();
    let token = site.token().unwrap();
    let secret = token.split('.').next().unwrap();
    let authority = folder.path().join("collector/authority.pem");
    assert!(authority.exists(), "the collector keeps its authority's certificate there");
    let other = format!("{secret}.{}", "0".repeat(64));
    laptop.configure(&format!("token = \"{other}\"\n")).unwrap();
    laptop.start().unwrap();
    laptop.complains("is not from the authority we know").unwrap();
    let lines = format!("token = \"{other}\"\nauthority = \"{}\"\n", authority.display());
    laptop.configure(&lines).unwrap();
    laptop.is_well().unwrap();
}

/// A KVM box under a keyboard's numbers, as `lsusb -v` would print it.
const DISGUISED: &str = "
Bus 001 Device 007: ID 046d:c31c Logitech, Inc. Keyboard K120
Negotiated speed: High Speed (480Mbps)
Device Descriptor:
  bLength                18
  bDescriptorType         1
  bcdUSB               2.00
  bDeviceClass            0
  bDeviceSubClass         0
  bDeviceProtocol         0
  bMaxPacketSize0        64
  idVendor           0x046d Logitech, Inc.
  idProduct          0xc31c Keyboard K120
  bcdDevice            1.00
  iManufacturer           1 Logitech
  iProduct                2 USB Keyboard
  iSerial                 0
  bNumConfigurations      1
  Configuration Descriptor:
    bLength                 9
    bDescriptorType         2
    wTotalLength       0x0022
    bNumInterfaces          1
    bConfigurationValue     1
    iConfiguration          0
    bmAttributes         0xa0
      (Bus Powered)
      Remote Wakeup
    MaxPower              250mA
    Interface Descriptor:
      bLength                 9
      bDescriptorType         4
      bInterfaceNumber        0
      bAlternateSetting       0
      bNumEndpoints           1
      bInterfaceClass         3 Human Interface Device
      bInterfaceSubClass      1 Boot Interface Subclass
      bInterfaceProtocol      1 Keyboard
      iInterface              5 HID Interface
        HID Device Descriptor:
          bLength                 9
          bDescriptorType        33
          bcdHID               1.01
          bCountryCode            0 Not supported
          bNumDescriptors         1
          bDescriptorType        34 Report
          wDescriptorLength      59
         Report Descriptors:
           ** UNAVAILABLE **
      Endpoint Descriptor:
        bLength                 7
        bDescriptorType         5
        bEndpointAddress     0x81  EP 1 IN
        bmAttributes            3
          Transfer Type            Interrupt
          Synch Type               None
          Usage Type               Data
        wMaxPacketSize     0x0008  1x 8 bytes
        bInterval               4
";

#[test]
fn what_lsusb_printed_elsewhere_is_imported_and_judged() {
    let folder = tempfile::tempdir().unwrap();
    let dump = folder.path().join("desk-12.txt");
    fs::write(&dump, DISGUISED).unwrap();
    let imported = moored(folder.path(), &["import", "lsusb", dump.to_str().unwrap()]);
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    let mut command = Command::new(program::ours("moored"));
    command.arg("--config").arg(folder.path().join("agent.toml")).args(["judge", "--json", "-"]);
    let judged = program::run_with(&mut command, &imported.stdout).unwrap();
    assert_eq!(judged.status.code(), Some(1));
    let answer: Value = serde_json::from_slice(&judged.stdout).unwrap();
    assert!(answer["host"].as_str().unwrap().ends_with("desk-12.txt"));
    let findings = answer["findings"].as_array().unwrap();
    let told: Vec<(&str, &str)> = findings
        .iter()
        .map(|one| (one["signature"].as_str().unwrap(), one["standing"].as_str().unwrap()))
        .collect();
    let expected = [("kvm.false-logitech-k120", "alert"), ("kvm.gadget-keyboard", "alert")];
    assert_eq!(told, expected);
    // The dump has no report descriptor, and that is said.
    let unseen = serde_json::json!({ "usb": ["1-7: no report descriptor of interface 0"] });
    assert_eq!(answer["unseen"], unseen);
    let mut command = Command::new(program::ours("moored"));
    command.arg("--config").arg(folder.path().join("agent.toml")).args(["judge", "-"]);
    let judged = program::run_with(&mut command, &imported.stdout).unwrap();
    let said = String::from_utf8(judged.stdout).unwrap();
    assert!(said.contains("\nusb      1-7: no report descriptor of interface 0\n"), "{said}");
}

const LISTED: &str = "
Name: Far Hand
Details:
    InstallationPaths:
        - farhand.exe
        - agent.exe
";

#[test]
fn what_lolrmm_lists_becomes_drafts_that_replace_nothing_unless_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("yaml");
    fs::create_dir(&list).unwrap();
    fs::write(list.join("far_hand.yaml"), LISTED).unwrap();
    let drafts = folder.path().join("drafts");
    let draft = drafts.join("far-hand.toml");
    let [from, into] = [&list, &drafts].map(|path| path.to_str().unwrap());
    let said = |output: &Output| String::from_utf8(output.stderr.clone()).unwrap();

    let printed = moored(folder.path(), &["import", "lolrmm", from]);
    let text = String::from_utf8(printed.stdout).unwrap();
    assert!(text.starts_with("# far-hand.toml\n"), "{text}");
    let output = moored(folder.path(), &["import", "lolrmm", from, "--into", into]);
    let common = "/far_hand.yaml: left out: `agent.exe` is a name that others have as well\n";
    assert_eq!((output.status.code(), said(&output)), (Some(0), format!("{from}{common}")));
    assert_eq!(format!("# far-hand.toml\n{}\n", fs::read_to_string(&draft).unwrap()), text);

    // Somebody has read it and written into it; and a file that is no tool came.
    fs::write(&draft, "read").unwrap();
    fs::write(list.join("other.yaml"), "[").unwrap();
    let output = moored(folder.path(), &["import", "lolrmm", from, "--into", into]);
    assert_eq!(output.status.code(), Some(2));
    let there =
        format!("{from}/far_hand.yaml: {} is there; --force replaces it\n", draft.display());
    let told = said(&output);
    assert!(told.contains(&there) && told.contains("/other.yaml: it is not YAML: "), "{told}");
    assert_eq!(fs::read_to_string(&draft).unwrap(), "read");
    moored(folder.path(), &["import", "lolrmm", from, "--into", into, "--force"]);
    assert!(fs::read_to_string(&draft).unwrap().contains("title = \"Far Hand\""));
}

#[test]
fn the_collector_says_by_its_exit_code_what_it_can_tell_of_an_address() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("collector.toml");
    fs::write(&config, format!("state = {:?}\n", folder.path().join("state"))).unwrap();
    let [lists, geo] = ["lists", "geo"].map(|name| folder.path().join(name));
    let explain = |place: &str| {
        let mut command = Command::new(program::ours("moored-collector"));
        command.arg("--config").arg(&config).args(["place", "explain", "192.0.2.7"]);
        let output = program::run(command.args(["--expect", place, "--geo"]).arg(&geo)).unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let told = "moored-collector: there is no database of places: \
        see `moored-collector geo update --help`\n";
    assert_eq!(explain("US"), (Some(2), told.to_owned()));
    fs::create_dir(&lists).unwrap();
    fs::write(lists.join("geoip"), "3221225984,3221226239,US\n").unwrap();
    let mut command = Command::new(program::ours("moored-collector"));
    command.arg("--config").arg(&config).args(["geo", "update", "--to"]).args([&geo, &lists]);
    assert_eq!(program::run(&mut command).unwrap().status.code(), Some(0));
    assert_eq!(explain("US"), (Some(0), String::new()));
    assert_eq!(explain("CA"), (Some(1), String::new()));
}
