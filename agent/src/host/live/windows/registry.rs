//! Windows: the registry.

use crate::host::Bytes;
use crate::host::Property;
use crate::host::RegistryKey;
use std::collections::BTreeMap;
use std::io;
use windows_registry::Key;
use windows_registry::Type;
use windows_registry::Value;

/// Keys and values that are read of one key; of more, the first.
const MOST: usize = 20_000;

/// Bytes of a value that are read; a longer one is left out.
const LONGEST: usize = 64 << 10;

/// A key, read once from beginning to end.
pub fn registry(key: &str) -> io::Result<RegistryKey> {
    let (root, below) = key.split_once('\\').unwrap_or((key, ""));
    let root = match root {
        "HKLM" => windows_registry::LOCAL_MACHINE,
        "HKU" => windows_registry::USERS,
        "HKCU" => windows_registry::CURRENT_USER,
        "HKCR" => windows_registry::CLASSES_ROOT,
        _ => return Err(io::ErrorKind::InvalidInput.into()),
    };
    let key = root.options().read().open(below).map_err(|error| failed(error.code().0))?;
    let mut keys: Vec<String> =
        key.keys().map_err(|error| failed(error.code().0))?.take(MOST).collect();
    keys.sort_by_key(|name| name.to_lowercase());
    Ok(RegistryKey { keys, values: values(&key)? })
}

/// In an `HRESULT` of a system call, the lower half is the call's own number.
fn failed(hresult: i32) -> io::Error {
    io::Error::from_raw_os_error(hresult & 0xffff)
}

fn values(key: &Key) -> io::Result<BTreeMap<String, Property>> {
    let values = key.values().map_err(|error| failed(error.code().0))?.take(MOST);
    let values = values.filter(|(_, value)| value.len() <= LONGEST);
    Ok(values.filter_map(|(name, value)| Some((name, property(&value)?))).collect())
}

/// `None` for what is of none of the types that are read.
fn property(value: &Value) -> Option<Property> {
    match value.ty() {
        Type::U32 => {
            let bytes = value.first_chunk::<4>()?;
            Some(Property::Number(u32::from_le_bytes(*bytes).into()))
        }
        Type::U64 => {
            let bytes = value.first_chunk::<8>()?;
            Some(Property::Number(i64::from_le_bytes(*bytes)))
        }
        Type::String | Type::ExpandString => {
            let text = texts(value).into_iter().next().unwrap_or_default();
            Some(Property::Text(text))
        }
        Type::MultiString => {
            let texts = texts(value).into_iter().filter(|text| !text.is_empty());
            Some(Property::List(texts.map(Property::Text).collect()))
        }
        Type::Bytes => Some(Property::Bytes(Bytes::of(value))),
        Type::Other(_) => None,
    }
}

/// Texts that end in a zero each; the last need not, for nobody is made to write it.
fn texts(value: &[u8]) -> Vec<String> {
    let (units, _) = value.as_chunks::<2>();
    let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    units.split(|&unit| unit == 0).map(String::from_utf16_lossy).collect()
}
