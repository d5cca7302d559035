//! The machine as its firmware's own table says (SMBIOS 3.7 §6), which Windows keeps
//! in its registry.

use super::Facts;
use super::chassis;
use crate::host::Bytes;
use crate::host::Host;
use crate::host::Property;
use crate::host::Recording;
use crate::sensors::Blind;
use std::io;

/// The key in which the table is.
pub(super) const KEY: &str = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\mssmbios\\Data";
const VALUE: &str = "SMBiosData";

/// What stands before the table: how it was found, its version, its length.
const HEAD: usize = 8;
const SYSTEM: u8 = 1;
const ENCLOSURE: u8 = 3;

pub(super) fn facts(host: &dyn Host) -> Result<Facts, Blind> {
    let table = table(host).map_err(Blind::at(KEY))?;
    let structures = structures(&table);
    let system = structures.iter().find(|it| it.kind == SYSTEM);
    let enclosure = structures.iter().find(|it| it.kind == ENCLOSURE);
    // The highest bit tells of a lock (§7.4).
    let chassis_type =
        enclosure.and_then(|it| it.formatted.get(5)).map(|kind| i64::from(kind & 0x7f));
    let invalid = || Blind::at(KEY)(io::ErrorKind::InvalidData.into());
    let chassis_type = chassis_type.ok_or_else(invalid)?;
    Ok(Facts {
        chassis: chassis(chassis_type).to_owned(),
        chassis_type: Some(chassis_type),
        vendor: system.and_then(|it| it.text(4)),
        product: system.and_then(|it| it.text(5)),
    })
}

/// The serial number as the firmware has it.
pub(super) fn serial(host: &dyn Host) -> Option<String> {
    let table = table(host).ok()?;
    structures(&table).iter().find(|it| it.kind == SYSTEM)?.text(7)
}

fn table(host: &dyn Host) -> io::Result<Vec<u8>> {
    let key = host.registry(KEY)?;
    let value = key.values.get(VALUE).ok_or(io::ErrorKind::NotFound)?;
    value.bytes().ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// One structure of the table: its formatted area with its head, and its texts.
struct Structure<'a> {
    kind: u8,
    formatted: &'a [u8],
    texts: Vec<&'a [u8]>,
}

impl Structure<'_> {
    /// The text whose number stands at a place; `None` if there is none.
    fn text(&self, place: usize) -> Option<String> {
        let number = usize::from(*self.formatted.get(place)?);
        let text = self.texts.get(number.checked_sub(1)?)?;
        let text = String::from_utf8_lossy(text).trim().to_owned();
        Some(text).filter(|text| !text.is_empty())
    }
}

/// The structures up to the first that cannot be true.
fn structures(table: &[u8]) -> Vec<Structure<'_>> {
    let (mut found, mut rest) = (Vec::new(), table.get(HEAD..).unwrap_or_default());
    while let &[kind, length @ 4..=255, ..] = rest {
        let Some((formatted, texts)) = rest.split_at_checked(length.into()) else { break };
        // Two zeros end the texts, also where there is none.
        let Some(end) = texts.windows(2).position(|pair| pair == [0, 0]) else { break };
        let own = texts.get(..end).unwrap_or_default();
        let own = own.split(|&byte| byte == 0).filter(|text| !text.is_empty());
        found.push(Structure { kind, formatted, texts: own.collect() });
        rest = texts.get(end + 2..).unwrap_or_default();
    }
    found
}

/// Leaves of the table only what is looked at, and of that no serial numbers.
pub(super) fn blank(recording: &mut Recording) {
    let keys = recording.registry.iter_mut().filter(|(key, _)| key.eq_ignore_ascii_case(KEY));
    for (_, values) in keys {
        values.retain(|name, _| name == VALUE);
        let Some(value) = values.get_mut(VALUE) else { continue };
        let Some(table) = value.bytes() else { continue };
        let mut blanked = table.get(..HEAD).unwrap_or_default().to_vec();
        blanked.extend(structures(&table).iter().filter_map(blanked_structure).flatten());
        *value = Property::Bytes(Bytes::of(&blanked));
    }
}

/// A structure with no more than is looked at, and with that as it is: what is cut
/// off stays so. `None` for one that is not looked at.
fn blanked_structure(structure: &Structure<'_>) -> Option<Vec<u8>> {
    let mut rest: Vec<u8> = structure.formatted.iter().skip(4).take(2).copied().collect();
    let mut texts = Vec::new();
    match structure.kind {
        SYSTEM => {
            for (place, number) in (4..).zip(&mut rest) {
                let text = structure.text(place);
                let is_there = text.is_some();
                texts.extend(text);
                *number = if is_there { u8::try_from(texts.len()).ok()? } else { 0 };
            }
        }
        ENCLOSURE => {}
        _ => return None,
    }
    let length = u8::try_from(4 + rest.len()).ok()?;
    let mut blanked = vec![structure.kind, length, 0, 0];
    blanked.extend(rest);
    for text in &texts {
        blanked.extend([text.as_bytes(), &[0]].concat());
    }
    blanked.extend(if texts.is_empty() { &[0, 0][..] } else { &[0] });
    Some(blanked)
}
