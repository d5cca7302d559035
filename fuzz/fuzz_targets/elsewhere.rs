//! A laptop with Windows or macOS, of whose bytes some are overwritten: values of
//! its registry, what its devices say of themselves, files. Every sensor looks at
//! it, every signature is asked, and what is recorded of it is blanked.
#![no_main]

use agent::host::Bytes;
use agent::host::Property;
use agent::host::Recording;
use agent::sensors;
use libfuzzer_sys::fuzz_target;
use std::fmt::Write;
use std::sync::LazyLock;

/// One of each platform with a JetKVM, and with the files and networks of others.
static LAPTOPS: LazyLock<[Recording; 2]> = LazyLock::new(|| {
    let read = |text| Recording::from_toml(text).unwrap();
    let mut windows = read(include_str!("../../tests/hosts/windows/jetkvm-as-logitech.toml"));
    windows.add(read(include_str!("../../tests/hosts/windows/clean-office.toml")));
    let mut macos = read(include_str!("../../tests/hosts/macos/jetkvm-as-logitech.toml"));
    macos.add(read(include_str!("../../tests/hosts/macos/clean-office.toml")));
    let home = read(include_str!("../../tests/hosts/macos/clean-at-home-behind-a-vpn.toml"));
    macos.link.clone_from(&home.link);
    macos.route.clone_from(&home.route);
    macos.neighbor.clone_from(&home.neighbor);
    macos.add(home);
    [windows, macos]
});

fuzz_target!(init: fuzz::plant("elsewhere", seeds()), |bytes: &[u8]| {
    let Some((&which, edits)) = bytes.split_first() else { return };
    let Some(laptop) = LAPTOPS.get(usize::from(which)) else { return };
    let mut machine = laptop.clone();
    overwrite(&mut machine, edits);
    fuzz::judge(&machine);
    let mut blanked = machine.clone();
    sensors::ALL.iter().for_each(|sensor| sensor.blank(&mut blanked));
    assert_eq!(fuzz::subjects(&blanked), fuzz::subjects(&machine), "blanking hid something");
});

/// Where bytes can be put.
enum Place<'a> {
    Text(&'a mut String),
    Digits(&'a mut String),
    Value(&'a mut Property),
}

impl Place<'_> {
    fn put(self, content: &[u8]) {
        match self {
            Self::Text(text) => *text = String::from_utf8_lossy(content).into_owned(),
            Self::Digits(digits) => {
                digits.clear();
                content.iter().for_each(|byte| write!(digits, "{byte:02x}").unwrap());
            }
            Self::Value(value) => *value = Property::Bytes(Bytes::of(content)),
        }
    }

    fn content(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.as_bytes().to_vec(),
            Self::Digits(digits) => Property::Bytes(bytes(digits)).bytes().unwrap_or_default(),
            Self::Value(value) => value.bytes().unwrap_or_default(),
        }
    }
}

fn bytes(digits: &str) -> Bytes {
    serde_json::from_value(serde_json::json!({ "hex": digits })).expect("digits")
}

/// Files, and of the registry and the tree of devices what is bytes.
fn places(machine: &mut Recording) -> Vec<Place<'_>> {
    let files = machine.text.values_mut().map(Place::Text);
    let files = files.chain(machine.bytes.values_mut().map(Place::Digits));
    let values = machine.registry.values_mut().flat_map(|key| key.values_mut());
    let nodes = machine.node.values_mut().flatten();
    let values = values.chain(nodes.flat_map(|node| node.properties.values_mut()));
    let values = values.filter(|value| matches!(value, Property::Bytes(_)));
    files.chain(values.map(Place::Value)).collect()
}

/// For each place its number, a length of two bytes, and the content.
fn overwrite(machine: &mut Recording, mut edits: &[u8]) {
    let mut places: Vec<Option<Place<'_>>> = places(machine).into_iter().map(Some).collect();
    while let Some((&[number, low, high], rest)) = edits.split_first_chunk::<3>() {
        let length = usize::from(u16::from_le_bytes([low, high])).min(rest.len());
        let (content, rest) = rest.split_at(length);
        let number = usize::from(number) % places.len();
        if let Some(place) = places.get_mut(number).and_then(Option::take) {
            place.put(content);
        }
        edits = rest;
    }
}

/// Each place overwritten with what is there already.
fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (which, laptop) in (0_u8..).zip(LAPTOPS.iter()) {
        let mut laptop = laptop.clone();
        assert!((1..256).contains(&places(&mut laptop).len()), "its number is one byte");
        for (number, place) in (0_u8..).zip(places(&mut laptop)) {
            let content = place.content();
            let [low, high] = u16::try_from(content.len()).unwrap().to_le_bytes();
            seeds.push([vec![which, number, low, high], content].concat());
        }
    }
    seeds
}
