//! What incidents are made of: things at ports, and laptops.

use super::Class;
use super::OTHER;
use super::device::device;
use super::event;
use super::metadata;
use super::object;
use super::put;
use crate::Arrival;
use crate::Laptop;
use crate::peripheral::Kind;
use crate::peripheral::Shown;
use model::Severity;
use serde_json::Value;
use serde_json::json;

const PERIPHERAL: Class = Class {
    uid: 1010,
    name: "Peripheral Activity",
    category: 1,
    category_name: "System Activity",
    profiles: &["host"],
};

const INVENTORY: Class = Class {
    uid: 5001,
    name: "Device Inventory Info",
    category: 5,
    category_name: "Discovery",
    profiles: &["host"],
};

/// A thing at a port.
pub fn peripheral(shown: &Shown) -> Value {
    let Shown { uid, at, thing, laptop } = shown;
    let mut value = event(PERIPHERAL, (1, "Connect"), Severity::Informational, *at);
    let (type_id, kind) = match thing.kind {
        Kind::Other => (OTHER, "Other"),
        Kind::Storage => (1, "External Storage"),
        Kind::Keyboard => (2, "Keyboard"),
        Kind::Mouse => (3, "Mouse"),
        Kind::Monitor => (5, "Monitor"),
    };
    let mut metadata = metadata(PERIPHERAL, uid, *at);
    put(&mut metadata, json!({ "log_name": "peripherals" }));
    let nobody = Laptop::default();
    put(
        &mut value,
        json!({
            "metadata": metadata,
            "message": format!("{} at port {}", thing.name, thing.port),
            "actor": { "process": { "pid": 0, "name": "kernel" } },
            "device": device(laptop.unwrap_or(&nobody)),
            "peripheral_device": object(json!({
                "name": thing.name,
                "uid": thing.port,
                "type_id": type_id,
                "type": kind,
                "class": thing.class,
                "vendor_name": thing.maker,
                "vendor_id_list": thing.maker_id.iter().collect::<Vec<_>>(),
                "model": thing.model_id,
                "serial_number": thing.serial,
            })),
        }),
    );
    value
}

/// A laptop that was enrolled.
pub fn inventory(arrival: &Arrival) -> Value {
    let activity = (2, "Collect");
    let mut value = event(INVENTORY, activity, Severity::Informational, arrival.at);
    let mut metadata = metadata(INVENTORY, &arrival.uid, arrival.at);
    put(&mut metadata, json!({ "log_name": "laptops" }));
    put(
        &mut value,
        json!({
            "metadata": metadata,
            "message": format!("{} was enrolled", arrival.laptop.host),
            "device": device(&arrival.laptop),
        }),
    );
    value
}
