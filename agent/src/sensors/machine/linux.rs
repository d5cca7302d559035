//! The machine as sysfs tells it.

use super::Facts;
use super::chassis;
use crate::host::Host;
use crate::sensors::Blind;
use std::io;

/// Where the kernel puts what the firmware says.
pub(super) const FOLDER: &str = "/sys/class/dmi/id";

pub(super) fn facts(host: &dyn Host) -> Result<Facts, Blind> {
    let path = format!("{FOLDER}/chassis_type");
    let text = host.text(&path).map_err(Blind::at(&path))?;
    let chassis_type =
        text.parse().map_err(|_| Blind::at(&path)(io::ErrorKind::InvalidData.into()))?;
    let attribute = |name: &str| {
        let text = host.text(&format!("{FOLDER}/{name}")).ok()?;
        Some(text).filter(|text| !text.is_empty())
    };
    Ok(Facts {
        chassis: chassis(chassis_type).to_owned(),
        chassis_type: Some(chassis_type),
        vendor: attribute("sys_vendor"),
        product: attribute("product_name"),
    })
}

/// The serial number as the firmware has it; only root may read it.
pub(super) fn serial(host: &dyn Host) -> Option<String> {
    host.text(&format!("{FOLDER}/product_serial")).ok()
}
