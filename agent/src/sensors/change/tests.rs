//! What is the same by all but its names, and what is not.

use super::*;

fn usb(port: &str, fields: &[(&str, &str)]) -> Observation {
    let mut seen = Observation { subject: port.to_owned(), ..Usb.example() };
    seen.fields.insert("unread_reports".to_owned(), Value::List(Vec::new()));
    for (name, text) in fields {
        let value = Value::Text((*text).to_owned());
        seen.fields.insert((*name).to_owned(), value);
    }
    seen
}

/// What is told of a device where one thing is remembered.
fn of(device: &Observation, before: &Observation) -> Vec<Observation> {
    Changes::default().take(std::slice::from_ref(device), &[before, device])
}

#[test]
fn a_keyboard_with_other_names_at_the_same_port_is_told_with_both() {
    let before = usb("1-4", &[]);
    let mut device = usb("1-4", &[("vendor_id", "413c"), ("product_id", "2113")]);
    device.fields.remove("manufacturer");
    device.fields.insert("product".to_owned(), Value::Text("Dell KB216".to_owned()));
    let text = |text: &str| Value::Text(text.to_owned());
    let fields = [
        ("before_vendor_id", text("1d6b")),
        ("before_product_id", text("0104")),
        ("before_manufacturer", text("PiKVM")),
        ("before_product", text("PiKVM Composite Device")),
        ("vendor_id", text("413c")),
        ("product_id", text("2113")),
        ("product", text("Dell KB216")),
        ("hid_roles", Value::List(vec![text("absolute pointer"), text("keyboard")])),
        ("interface_classes", Value::List(vec![text("03/01/01"), text("03/00/00")])),
    ];
    let expected = Observation {
        sensor: "change".to_owned(),
        subject: "1-4".to_owned(),
        source: "what was seen at this port before".to_owned(),
        fields: fields.map(|(name, value)| (name.to_owned(), value)).into(),
    };
    assert_eq!(of(&device, &before), [expected]);
}

#[test]
fn one_other_name_is_enough_and_a_serial_number_or_a_version_is_none() {
    for (name, told) in [
        ("vendor_id", 1),
        ("product_id", 1),
        ("manufacturer", 1),
        ("product", 1),
        ("serial", 0),
        ("device_version", 0),
        ("configuration", 0),
    ] {
        assert_eq!(of(&usb("1-4", &[(name, "other")]), &usb("1-4", &[])).len(), told, "{name}");
    }
    let mut named = usb("1-4", &[]);
    named.fields.remove("interface_names");
    assert_eq!(of(&named, &usb("1-4", &[])), [], "interface names");
}

#[test]
fn a_device_not_yet_read_is_compared_with_nothing() {
    let unread = |mut device: Observation| {
        device.fields.insert("unread_reports".to_owned(), Value::List(vec![Value::Number(0)]));
        device
    };
    let (device, before) = (usb("1-4", &[("product", "other")]), usb("1-4", &[]));
    assert_eq!(of(&device, &before).len(), 1);
    assert_eq!(of(&unread(device.clone()), &unread(before)), []);
}

#[test]
fn what_is_built_otherwise_is_another_keyboard() {
    let before = usb("1-4", &[]);
    let names = Usb.example().fields;
    let structure = names.keys().filter(|name| {
        let name = name.as_str();
        !NAMES.contains(&name) && !BESIDE.contains(&name) && name != "hid_roles"
    });
    let mut tried = 0;
    for name in structure {
        let mut device = usb("1-4", &[("product", "other")]);
        device.fields.remove(name);
        assert_eq!(of(&device, &before), [], "{name}");
        tried += 1;
    }
    assert_eq!(tried, 21);
}

#[test]
fn another_port_no_keyboard_or_too_little_known_tells_nothing() {
    let other = [("product", "other")];
    assert_eq!(of(&usb("1-4", &other), &usb("1-3", &[])), []);
    let (mut mouse, mut device) = (usb("1-4", &[]), usb("1-4", &other));
    let role = Value::List(vec![Value::Text("relative pointer".to_owned())]);
    mouse.fields.insert("hid_roles".to_owned(), role.clone());
    device.fields.insert("hid_roles".to_owned(), role);
    assert_eq!(of(&device, &mouse), []);
    let (mut before, mut device) = (usb("1-4", &[]), usb("1-4", &other));
    for seen in [&mut before, &mut device] {
        seen.fields.insert("report_hashes".to_owned(), Value::List(Vec::new()));
        seen.fields.remove("collection_hashes");
    }
    assert_eq!(of(&device, &before).len(), 1, "endpoints are known");
    for seen in [&mut before, &mut device] {
        seen.fields.insert("endpoints".to_owned(), Value::List(Vec::new()));
    }
    assert_eq!(of(&device, &before), []);
}

#[test]
fn what_is_told_stands_still_until_the_device_leaves() {
    let (before, device) = (usb("1-4", &[]), usb("1-4", &[("product", "other")]));
    let mut changes = Changes::default();
    let told = changes.take(std::slice::from_ref(&device), &[&before]);
    assert_eq!(told.len(), 1);
    assert_eq!(changes.take(std::slice::from_ref(&device), &[]), told, "forgotten since");
    assert_eq!(changes.take(&[], &[&before]), []);
    assert_eq!(changes.take(&[device], &[]), []);
}

#[test]
fn of_many_earlier_names_each_is_told_once_and_the_latest_stay() {
    let name = |number: usize| usb("1-4", &[("product", &number.to_string())]);
    let mut earlier: Vec<Observation> = (0..12).map(name).collect();
    earlier.push(usb("1-4", &[("product", "7"), ("serial", "another")]));
    let told = told(&usb("1-4", &[]), &earlier.iter().collect::<Vec<_>>());
    let products = told.iter().map(|one| one.fields["before_product"].clone());
    let expected = ["4", "5", "6", "8", "9", "10", "11", "7"];
    assert_eq!(
        products.collect::<Vec<_>>(),
        expected.map(|product| Value::Text(product.to_owned()))
    );
}
