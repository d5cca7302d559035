//! `lsusb -v`, of several years.

use super::look;
use super::printed::Year;
use super::printed::dump;
use super::read;
use super::refused;
use super::taken;
use crate::host::Platform;
use crate::host::Recording;
use crate::import::Kind;
use crate::sensors;
use model::Observation;
use model::Value;
use proptest::prelude::*;

const PIKVM: &str = include_str!("../../../../tests/hosts/linux/pikvm.toml");
const NANOKVM: &str = include_str!("../../../../tests/hosts/linux/nanokvm.toml");
const JETKVM: &str = include_str!("../../../../tests/hosts/linux/jetkvm-behind-a-dock.toml");
const GAMING: &str =
    include_str!("../../../../tests/hosts/linux/clean-docked-gaming-keyboard.toml");

/// A keyboard of our own, as an ordinary user sees it.
const KEYBOARD: &str = "
Bus 003 Device 017: ID 1209:0001 Generic
Couldn't open device, some information will be missing
Device Descriptor:
  bLength                18
  bDescriptorType         1
  bcdUSB               1.10
  bDeviceClass            0 (Defined at Interface level)
  bDeviceSubClass         0 
  bDeviceProtocol         0 
  bMaxPacketSize0         8
  idVendor           0x1209 Generic
  idProduct          0x0001 
  bcdDevice           64.2a
  iManufacturer           1 
  iProduct                2 Desk Keyboard 
  iSerial                 0 
  bNumConfigurations      1
  Configuration Descriptor:
    bLength                 9
    bDescriptorType         2
    wTotalLength           34
    bNumInterfaces          1
    bConfigurationValue     1
    iConfiguration          3 (error)
    bmAttributes         0xa0
      (Bus Powered)
      Remote Wakeup
    MaxPower               98mA
    Interface Descriptor:
      bLength                 9
      bDescriptorType         4
      bInterfaceNumber        0
      bAlternateSetting       0
      bNumEndpoints           1
      bInterfaceClass         3 Human Interface Device
      bInterfaceSubClass      1 Boot Interface Subclass
      bInterfaceProtocol      1 Keyboard
      iInterface              0 
        HID Device Descriptor:
          bLength                 9
          bDescriptorType        33
          bcdHID               1.10
          bCountryCode           33 US
          bNumDescriptors         1
          bDescriptorType        34 Report
          wDescriptorLength      65
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
        bInterval              10
cannot read device status, Resource temporarily unavailable (11)
";

/// The keyboard's `descriptors` file.
const DESCRIPTORS: &str = "12011001000000080912010 02a64010200010902220001010 3a0310904000001030101000921100121012241000705810308000a";

/// What the sensor says, without what a dump cannot tell: the port and the hub.
fn told(recording: &Recording) -> Vec<Observation> {
    let mut told = look("usb", recording);
    for observation in &mut told {
        observation.subject.clear();
        observation.source.clear();
        observation.fields.remove("behind");
    }
    told.sort();
    told
}

fn imported(toml: &str, year: Year) -> (Recording, Recording) {
    let machine = Recording::from_toml(toml).unwrap();
    let number = std::cell::Cell::new(0);
    let text = dump(&machine, year, |_| {
        number.set(number.get() + 1);
        (number.get() % 4 + 1, number.get())
    });
    let imported = taken(Kind::Lsusb, &text);
    assert_eq!(imported.passed_over, Vec::<String>::new());
    (machine, imported.recording)
}

#[test]
fn a_dump_with_speeds_says_all_the_machine_says() {
    for toml in [PIKVM, NANOKVM, JETKVM, GAMING] {
        let (machine, import) = imported(toml, Year::Y2025);
        assert_eq!(told(&import), told(&machine));
    }
}

#[test]
fn a_dump_without_speeds_says_the_same_and_no_speed_that_is_wrong() {
    let mut inferred = 0;
    for (toml, year) in [PIKVM, NANOKVM, JETKVM, GAMING]
        .into_iter()
        .flat_map(|toml| [(toml, Year::Y2008), (toml, Year::Y2019)])
    {
        let (machine, import) = imported(toml, year);
        let speedless = |mut told: Vec<Observation>| {
            for observation in &mut told {
                observation.fields.remove("speed");
            }
            told.sort();
            told
        };
        assert_eq!(speedless(told(&import)), speedless(told(&machine)));
        let said = |told: Vec<Observation>| told.into_iter().map(|it| it.fields).collect();
        let truth: Vec<std::collections::BTreeMap<String, Value>> = said(told(&machine));
        for mut fields in said(told(&import)) {
            if let Some(speed) = fields.remove("speed") {
                inferred += 1;
                fields.insert("speed".to_owned(), speed);
                assert!(truth.contains(&fields), "{fields:?}");
            }
        }
    }
    assert!(inferred > 40, "{inferred}");
}

#[test]
fn what_an_ordinary_user_sees_is_taken_without_inventing_the_rest() {
    let imported = taken(Kind::Lsusb, KEYBOARD);
    let folder = "/sys/bus/usb/devices/3-17";
    let mut expected = Recording::blank(Platform::Linux, "dump.txt");
    for (name, text) in [
        ("idVendor", "1209"),
        ("idProduct", "0001"),
        ("product", "Desk Keyboard"),
        ("bConfigurationValue", "1"),
    ] {
        expected.text.insert(format!("{folder}/{name}"), text.to_owned());
    }
    let chain = DESCRIPTORS.replace(' ', "");
    expected.bytes.insert(format!("{folder}/descriptors"), chain);
    assert_eq!(imported.recording, expected);
}

#[test]
fn a_report_descriptor_that_a_dump_lacks_is_said() {
    let recording = taken(Kind::Lsusb, KEYBOARD).recording;
    let usb = sensors::find("usb").unwrap();
    let unseen = usb.unseen(&look("usb", &recording));
    assert_eq!(unseen, ["3-17: no report descriptor of interface 0"]);
}

#[test]
fn how_far_lines_are_indented_and_how_they_end_does_not_matter() {
    let flat: Vec<&str> = KEYBOARD.lines().map(str::trim).collect();
    let flat = flat.join("\r\n");
    assert_eq!(taken(Kind::Lsusb, &flat), taken(Kind::Lsusb, KEYBOARD));
}

#[test]
fn a_device_that_is_cut_off_is_passed_over_and_the_others_are_taken() {
    let cut = KEYBOARD.split("bEndpointAddress").next().unwrap().replace("017", "018");
    let listed = "Bus 001 Device 001: ID 1d6b:0002 Linux Foundation 2.0 root hub\n";
    let imported = taken(Kind::Lsusb, &format!("{listed}{KEYBOARD}{cut}"));
    assert_eq!(imported.recording, taken(Kind::Lsusb, KEYBOARD).recording);
    let passed_over = [
        "passed over Bus 001 Device 001: ID 1d6b:0002 Linux Foundation 2.0 root hub: \
         its descriptors are not told",
        "passed over Bus 003 Device 018: ID 1209:0001 Generic: one of its descriptors is damaged",
    ];
    assert_eq!(imported.passed_over, passed_over);
}

#[test]
fn what_hw_probe_cut_out_with_a_serial_number_is_put_back_and_no_serial_is_made_up() {
    let whole = taken(Kind::Lsusb, KEYBOARD);
    let cut = KEYBOARD.replace("  bNumConfigurations      1\n", "  --\n");
    assert_eq!(taken(Kind::Lsusb, &cut), whole);
    let has_one = KEYBOARD.replace("iSerial                 0 ", "iSerial                 3 --");
    let mut expected = whole.recording;
    let path = "/sys/bus/usb/devices/3-17/descriptors";
    expected
        .bytes
        .insert(path.to_owned(), DESCRIPTORS.replace(' ', "").replacen("020001", "020301", 1));
    assert_eq!(taken(Kind::Lsusb, &has_one).recording, expected);
}

#[test]
fn two_dumps_in_one_file_do_not_hide_each_other() {
    let both = taken(Kind::Lsusb, &format!("{KEYBOARD}{KEYBOARD}")).recording;
    let subjects: Vec<String> = look("usb", &both).into_iter().map(|it| it.subject).collect();
    assert_eq!(subjects, ["3-145", "3-17"]);
}

#[test]
fn a_file_without_a_device_is_refused() {
    assert_eq!(refused(Kind::Lsusb, b""), "there is no device in it that is told whole");
    assert_eq!(
        refused(Kind::Lsusb, b"Bus 001 Device 002: ID 8087:0024 Intel Corp."),
        "there is no device in it that is told whole; passed over \
         Bus 001 Device 002: ID 8087:0024 Intel Corp.: its descriptors are not told"
    );
}

#[test]
fn a_report_descriptor_is_taken_only_whole() {
    let report = |items: &str| {
        let text = KEYBOARD
            .replace("wDescriptorLength      65", "wDescriptorLength      4")
            .replace("Report Descriptors: \n           ** UNAVAILABLE **", items);
        let recording = taken(Kind::Lsusb, &text).recording;
        let path = "/sys/bus/usb/devices/3-17:1.0/0003:1209:0001.0001/report_descriptor";
        recording.bytes.get(path).cloned()
    };
    let page = "Item(Global): Usage Page, data= [ 0x01 ] 1\n Generic Desktop Controls\n";
    let usage = "Item(Local ): Usage, data= [ 0x06 ] 6\n Keyboard\n";
    let unknown = "Item(Local ): (null), data= [ 0x06 ] 6\n";
    let of = |length: u8, items: &[&str]| {
        report(&format!("Report Descriptor: (length is {length})\n{}", items.concat()))
    };
    assert_eq!(of(4, &[page, usage]).as_deref(), Some("05010906"));
    assert_eq!(of(4, &[page, unknown]), None);
    assert_eq!(of(4, &[page]), None);
    assert_eq!(of(2, &[page]), None);
}

#[test]
fn a_device_with_several_configurations_is_as_linux_would_set_it_up() {
    let (before, after) = KEYBOARD.split_once("  Configuration Descriptor:").unwrap();
    let vendor = after
        .replace("bInterfaceClass         3", "bInterfaceClass       255")
        .replace("bConfigurationValue     1", "bConfigurationValue     7");
    let vendor = vendor.split("cannot read").next().unwrap();
    let text =
        format!("{before}  Configuration Descriptor:{vendor}  Configuration Descriptor:{after}");
    let recording = taken(Kind::Lsusb, &text).recording;
    let chosen = &recording.text["/sys/bus/usb/devices/3-17/bConfigurationValue"];
    assert_eq!(chosen, "1");
}

/// Changes to the keyboard, and the speed that follows.
type Case<'a> = (&'a [(&'a str, &'a str)], Option<&'a str>);

#[test]
fn a_speed_follows_from_the_build_or_is_left_out() {
    let speed = |changes: &[(&str, &str)]| {
        let changed =
            changes.iter().fold(KEYBOARD.to_owned(), |text, (from, to)| text.replace(from, to));
        let recording = taken(Kind::Lsusb, &changed).recording;
        recording.text.get("/sys/bus/usb/devices/3-17/speed").cloned()
    };
    let usb2 = ("bcdUSB               1.10", "bcdUSB               2.00");
    let packet_0 = ("bMaxPacketSize0         8", "bMaxPacketSize0        64");
    let bulk = ("bmAttributes            3", "bmAttributes            2");
    let of = |size| ("0x0008  1x 8 bytes", size);
    let qualifier = ("cannot read", "Device Qualifier (for other device speed):\ncannot read");
    let cases: [Case; 9] = [
        (&[], None),
        (&[usb2], None),
        (&[packet_0], Some("12")),
        (&[qualifier], Some("12")),
        (&[usb2, packet_0], None),
        (&[usb2, packet_0, qualifier], None),
        (&[usb2, packet_0, bulk, of("0x0200  1x 512 bytes")], Some("480")),
        (&[usb2, packet_0, bulk, of("0x0040  1x 64 bytes")], Some("12")),
        (&[usb2, packet_0, of("0x0400  1x 1024 bytes")], Some("480")),
    ];
    for (changes, expected) in cases {
        assert_eq!(speed(changes).as_deref(), expected, "{changes:?}");
    }
}

#[test]
fn power_at_super_speed_is_right_although_the_speed_is_not_known() {
    let text = KEYBOARD
        .replace("bcdUSB               1.10", "bcdUSB               3.20")
        .replace("bMaxPacketSize0         8", "bMaxPacketSize0         9")
        .replace("MaxPower               98mA", "MaxPower              896mA");
    let device = &told(&taken(Kind::Lsusb, &text).recording)[0];
    assert_eq!(device.fields.get("speed"), None);
    assert_eq!(device.fields["max_power"], Value::Number(896));
}

proptest! {
    #[test]
    fn no_text_is_too_odd(text in ".*") {
        drop(read(Kind::Lsusb, text.as_bytes()));
    }

    #[test]
    fn no_dump_is_too_damaged(
        cuts in prop::collection::vec((0_usize..60, 0_usize..60), 0..12),
        value in any::<u32>(),
    ) {
        let mut lines: Vec<String> = KEYBOARD.lines().map(str::to_owned).collect();
        for (from, to) in cuts {
            let (from, to) = (from % lines.len(), to % lines.len());
            lines.swap(from, to);
            lines[from] = lines[from].replace("0x", &format!("0x{value:x}")).replace('8', &value.to_string());
        }
        if let Some(imported) = read(Kind::Lsusb, lines.join("\n").as_bytes()) {
            look("usb", &imported.recording);
        }
    }
}
