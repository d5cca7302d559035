//! Display connectors as the kernel's display drivers tell them in sysfs.

use super::Connector;
use super::Found;
use super::count_externals;
use crate::host::Host;
use crate::sensors::Blind;
use std::io;

const CARDS: &str = "/sys/class/drm";

/// The types of connectors that lead to a laptop's own panel.
const INTERNAL: [&str; 3] = ["eDP-", "LVDS-", "DSI-"];

pub(super) fn connectors(host: &dyn Host) -> Result<Vec<Found>, Blind> {
    let names = host.names(CARDS).map_err(Blind::at(CARDS))?;
    let found = names.iter().filter_map(|name| connector(host, name).transpose());
    let mut found = found.collect::<Result<Vec<Found>, Blind>>()?;
    count_externals(&mut found);
    Ok(found)
}

/// `None` for what is no connector of a display, and for a connector that goes
/// away while we look. One that is there but may not be read makes the look
/// fail: blind is not clean.
fn connector(host: &dyn Host, port: &str) -> Result<Option<Found>, Blind> {
    let Some(name) = connector_name(port) else {
        return Ok(None);
    };
    let source = format!("{CARDS}/{port}");
    let Some(status) = read(host, &format!("{source}/status"))? else {
        return Ok(None);
    };
    let mut connector = Connector {
        connector: name.to_owned(),
        status: String::from_utf8_lossy(&status).trim().to_owned(),
        internal: Some(INTERNAL.iter().any(|kind| name.starts_with(kind))),
        ..Connector::default()
    };
    let edid = read(host, &format!("{source}/edid"))?.unwrap_or_default();
    if !edid.is_empty() {
        connector.describe(&edid);
    }
    Ok(Some(Found { port: port.to_owned(), source, connector }))
}

/// `HDMI-A-1` of `card0-HDMI-A-1`. `None` for cards themselves, and for
/// writeback connectors, which are memory and no display.
fn connector_name(port: &str) -> Option<&str> {
    let (card, name) = port.split_once('-')?;
    (card.starts_with("card") && !name.starts_with("Writeback-")).then_some(name)
}

/// `None` if the file is not there.
fn read(host: &dyn Host, path: &str) -> Result<Option<Vec<u8>>, Blind> {
    match host.read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            Err(Blind::at(path)(error))
        }
        Err(_) => Ok(None),
    }
}
