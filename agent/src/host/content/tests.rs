//! Programs made by hand, and this one → what is in them.

use super::*;
use proptest::prelude::*;
use std::io::Cursor;

fn read_of(bytes: &[u8], markers: &[&str]) -> Content {
    let markers = markers.iter().map(|&marker| marker.to_owned()).collect();
    read(Cursor::new(bytes), &markers).unwrap()
}

/// A 64-bit program of one segment, with a note, two libraries and, at a
/// multiple of 16, what Go says of its build.
fn program() -> Vec<u8> {
    let word = |bytes: &mut Vec<u8>, words: &[u64]| {
        for word in words {
            bytes.extend(word.to_le_bytes());
        }
    };
    let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
    bytes.resize(16, 0);
    bytes.extend([3, 0, 62, 0, 1, 0, 0, 0]);
    word(&mut bytes, &[0, 64, 0]);
    bytes.extend([0, 0, 0, 0, 64, 0, 56, 0, 3, 0, 64, 0, 0, 0, 0, 0]);
    // PT_LOAD at 0x1000, PT_DYNAMIC and PT_NOTE within it.
    for (kind, offset, size) in [(1_u32, 0, 0x400), (2, 0x100, 64), (4, 0x180, 20)] {
        bytes.extend(kind.to_le_bytes());
        bytes.extend(4_u32.to_le_bytes());
        word(&mut bytes, &[offset, 0x1000 + offset, 0, size, size, 4]);
    }
    bytes.resize(0x100, 0);
    word(&mut bytes, &[1, 1, 1, 19, 5, 0x1000 + 0x1a0, 0, 0]);
    bytes.resize(0x180, 0);
    bytes.extend(b"\x04\0\0\0\x04\0\0\0\x03\0\0\0GNU\0\xde\xad\xbe\xef");
    bytes.resize(0x1a0, 0);
    bytes.extend(b"\0libvncserver.so.1\0libc.so.6\0");
    bytes.resize(0x200, 0);
    bytes.extend(b"\xff Go buildinf:\x08\x02");
    bytes.resize(0x220, 0);
    let modules = [
        &[b'<'; 16][..],
        b"path\tx/cmd/chisel\nmod\tgithub.com/x/chisel\tv1\th1:=\ndep\ty\tv2\n",
        &[b'>'; 16],
    ]
    .concat();
    bytes.extend(b"\x08go1.22.1");
    bytes.push(u8::try_from(modules.len()).unwrap());
    bytes.extend(modules);
    bytes.resize(0x400, b'.');
    bytes
}

#[test]
fn a_program_tells_its_build_its_libraries_and_its_module() {
    let mut bytes = program();
    bytes.extend(b"Some Maker's TEXT");
    let expected = Content {
        build_id: Some("deadbeef".to_owned()),
        libraries: vec!["libvncserver.so.1".to_owned(), "libc.so.6".to_owned()],
        module: Some("github.com/x/chisel".to_owned()),
        markers: vec!["some maker's text".to_owned()],
        ..Content::default()
    };
    assert_eq!(read_of(&bytes, &["some maker's text", "another text"]), expected);
}

#[test]
fn a_text_is_found_where_two_pieces_meet_and_not_beyond_the_limit() {
    let text = "where two pieces meet";
    for start in [0, (1 << 18) - 10, (1 << 18) - 21, 3 * (1 << 18) - 1] {
        let mut bytes = vec![b'.'; 1 << 20];
        bytes[start..start + text.len()].copy_from_slice(text.as_bytes());
        assert_eq!(read_of(&bytes, &[text]).markers, [text], "{start}");
    }
    let mut bytes = vec![b'.'; usize::try_from(MOST).unwrap() - 5];
    bytes.extend(text.as_bytes());
    assert_eq!(read_of(&bytes, &[text]), Content::default());
}

#[test]
fn what_go_says_is_found_only_where_it_stands() {
    let moved = [vec![b'.'; 8], program()].concat();
    assert_eq!(read_of(&moved, &[]), Content::default());
    let far = [vec![b'.'; 1 << 20], program()].concat();
    assert_eq!(read_of(&far, &[]).module.as_deref(), Some("github.com/x/chisel"));
}

#[test]
fn a_program_of_windows_tells_what_it_calls_itself() {
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let mut bytes = b"MZ".to_vec();
    bytes.resize(0x3c, 0);
    bytes.extend(0x40_u32.to_le_bytes());
    // One section; an optional header of 240 bytes.
    bytes.extend(b"PE\0\0\x64\x86\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\xf0\0\0\0");
    let optional = bytes.len();
    bytes.extend(0x20b_u16.to_le_bytes());
    bytes.resize(optional + 108, 0);
    bytes.extend(16_u32.to_le_bytes());
    bytes.resize(optional + 128, 0);
    bytes.extend(0x1000_u32.to_le_bytes());
    bytes.extend(0x200_u32.to_le_bytes());
    bytes.resize(optional + 240, 0);
    bytes.extend(b".rsrc\0\0\0");
    for number in [0x200_u32, 0x1000, 0x200, 0x200, 0, 0, 0, 0] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.resize(0x210, 0);
    bytes.extend(wide("VS_VERSION_INFO\0"));
    for (key, padding, value) in [("CompanyName", 0, "Makers"), ("OriginalFilename", 2, "tool.exe")]
    {
        bytes.extend(wide(key));
        bytes.resize(bytes.len() + 2 + padding, 0);
        bytes.extend(wide(&format!("{value}\0")));
    }
    bytes.resize(0x400, 0);
    assert_eq!(read_of(&bytes, &[]).version_names, ["tool.exe", "Makers"]);
}

proptest! {
    #[test]
    fn broken_programs_break_nothing(places in prop::collection::vec((0_usize..0x300, any::<u8>()), 1..20), length in 0_usize..0x400) {
        let mut bytes = program();
        for (place, byte) in places {
            bytes[place] = byte;
        }
        bytes.truncate(length);
        let content = read_of(&bytes, &["x"]);
        for text in content.libraries.iter().chain(&content.module) {
            prop_assert!(text.len() <= LONGEST && !text.contains(char::is_control));
        }
    }
}
