//! What is in a program of Linux: ELF, read by its program headers, which
//! stand at its beginning and cannot be stripped.

use super::Bounded;
use super::Content;
use super::ITEMS;
use super::plain;
use object::Endianness;
use object::elf;
use object::read::ReadCache;
use object::read::ReadRef as _;
use object::read::elf::Dyn as _;
use object::read::elf::FileHeader;
use object::read::elf::ProgramHeader as _;
use std::io::Read;
use std::io::Seek;

/// Bytes of one part that are read; real ones are a few kilobytes.
const MOST: u64 = 1 << 20;

/// Adds its build id and the libraries it needs.
pub(super) fn read<R: Read + Seek>(data: &ReadCache<Bounded<R>>, content: &mut Content) {
    let class = data.read_bytes_at(4, 1).ok().and_then(<[u8]>::first);
    if class == Some(&elf::ELFCLASS32.0) {
        read_as::<elf::FileHeader32<Endianness>, R>(data, content);
    } else {
        read_as::<elf::FileHeader64<Endianness>, R>(data, content);
    }
}

/// Leaves out what does not hold together.
fn read_as<Elf: FileHeader<Endian = Endianness>, R: Read + Seek>(
    data: &ReadCache<Bounded<R>>,
    content: &mut Content,
) {
    let Ok(header) = Elf::parse(data) else { return };
    let Ok(endian) = header.endian() else { return };
    let Ok(segments) = header.program_headers(endian, data) else { return };
    for segment in segments.iter().filter(|segment| segment.p_filesz(endian).into() <= MOST) {
        if let Ok(Some(notes)) = segment.notes(endian, data) {
            content.build_id = content.build_id.take().or_else(|| build_id::<Elf>(endian, notes));
        }
        if let Ok(Some(entries)) = segment.dynamic(endian, data)
            && content.libraries.is_empty()
        {
            content.libraries = libraries::<Elf, R>(endian, segments, entries, data);
        }
    }
}

fn build_id<Elf: FileHeader>(
    endian: Elf::Endian,
    mut notes: object::read::elf::NoteIterator<'_, Elf>,
) -> Option<String> {
    while let Ok(Some(note)) = notes.next() {
        let is_one =
            note.name() == elf::ELF_NOTE_GNU && note.n_type(endian) == elf::NT_GNU_BUILD_ID;
        if is_one && (1..=64).contains(&note.desc().len()) {
            return Some(hex::encode(note.desc()));
        }
    }
    None
}

/// In the order in which they are needed, each once.
fn libraries<Elf: FileHeader, R: Read + Seek>(
    endian: Elf::Endian,
    segments: &[Elf::ProgramHeader],
    entries: &[Elf::Dyn],
    data: &ReadCache<Bounded<R>>,
) -> Vec<String> {
    let value = |entry: &Elf::Dyn| -> u64 { entry.d_val(endian).into() };
    let table = entries.iter().find(|entry| entry.d_tag(endian) == elf::DT_STRTAB);
    let Some(names) = table.and_then(|table| in_file::<Elf>(endian, segments, value(table))) else {
        return Vec::new();
    };
    let mut libraries = Vec::new();
    for entry in entries.iter().filter(|entry| entry.d_tag(endian) == elf::DT_NEEDED) {
        let start = names.saturating_add(value(entry));
        let range = start..start.saturating_add(super::LONGEST as u64);
        let end = data.len().unwrap_or_default();
        let name = data.read_bytes_at_until(range.start..range.end.min(end), 0).ok();
        if let Some(name) = name.and_then(plain)
            && !libraries.contains(&name)
            && libraries.len() < ITEMS
        {
            libraries.push(name);
        }
    }
    libraries
}

/// Where in the file it is what is at an address when the program runs.
fn in_file<Elf: FileHeader>(
    endian: Elf::Endian,
    segments: &[Elf::ProgramHeader],
    address: u64,
) -> Option<u64> {
    let loaded = segments.iter().filter(|segment| segment.p_type(endian) == elf::PT_LOAD);
    let mut places = loaded.filter_map(|segment| {
        let within = address.checked_sub(segment.p_vaddr(endian).into())?;
        let offset = segment.p_offset(endian).into().checked_add(within)?;
        (within < segment.p_filesz(endian).into()).then_some(offset)
    });
    places.next()
}
