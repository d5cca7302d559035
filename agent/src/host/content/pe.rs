//! What a program of Windows calls itself: the names in its version resource
//! (PE/COFF; `VS_VERSIONINFO`).

use super::Bounded;
use super::plain;
use memchr::memmem;
use object::LittleEndian;
use object::pe::IMAGE_DIRECTORY_ENTRY_RESOURCE;
use object::pe::IMAGE_NT_OPTIONAL_HDR64_MAGIC;
use object::pe::ImageDosHeader;
use object::pe::ImageNtHeaders32;
use object::pe::ImageNtHeaders64;
use object::read::ReadCache;
use object::read::pe::ImageNtHeaders;
use object::read::pe::optional_header_magic;
use std::io::Read;
use std::io::Seek;

/// What is read of it.
const NAMES: [&str; 3] = ["OriginalFilename", "ProductName", "CompanyName"];

/// Bytes of all resources that are read; icons take most of them.
const MOST: u32 = 16 << 20;

/// The names it has of the three, in that order.
pub(super) fn version_names<R: Read + Seek>(data: &ReadCache<Bounded<R>>) -> Vec<String> {
    let is_64 = optional_header_magic(data).is_ok_and(|it| it == IMAGE_NT_OPTIONAL_HDR64_MAGIC);
    let resources = if is_64 {
        resources::<ImageNtHeaders64, R>(data)
    } else {
        resources::<ImageNtHeaders32, R>(data)
    };
    let Some(resources) = resources.and_then(version) else { return Vec::new() };
    NAMES.iter().filter_map(|name| named(resources, name)).collect()
}

fn resources<Pe: ImageNtHeaders, R: Read + Seek>(data: &ReadCache<Bounded<R>>) -> Option<&[u8]> {
    let header = ImageDosHeader::parse(data).ok()?;
    let mut offset = header.nt_headers_offset().into();
    let (headers, directories) = Pe::parse(data, &mut offset).ok()?;
    let sections = headers.sections(data, offset).ok()?;
    let directory = directories.get(IMAGE_DIRECTORY_ENTRY_RESOURCE)?;
    if directory.size.get(LittleEndian) > MOST {
        return None;
    }
    directory.data(data, &sections).ok()
}

/// From where the version resource begins.
fn version(resources: &[u8]) -> Option<&[u8]> {
    resources.get(memmem::find(resources, &wide("VS_VERSION_INFO"))?..)
}

/// The value of a `String` of that key: it begins at the next four bytes after
/// the key and its end.
fn named(version: &[u8], name: &str) -> Option<String> {
    let key = [wide(name), vec![0, 0]].concat();
    let place = memmem::find(version, &key)?;
    let rest = version.get(place + key.len()..)?;
    let (units, _) = rest.as_chunks::<2>();
    let units = units.iter().map(|unit| u16::from_le_bytes(*unit));
    // The padding, if there is any, is two bytes of nothing.
    let mut value = units.enumerate().skip_while(|&(place, unit)| place == 0 && unit == 0);
    let value = value.by_ref().map(|(_, unit)| unit).take_while(|&unit| unit != 0).take(257);
    plain(String::from_utf16(&value.collect::<Vec<u16>>()).ok()?.as_bytes())
}

/// A text as Windows writes it: UTF-16.
fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
