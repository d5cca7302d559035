//! What Windows' provider Microsoft-Windows-Kernel-Process tells of a process.
//!
//! The form of its events is that of its manifest (`wevtutil gp
//! Microsoft-Windows-Kernel-Process /ge /gm`). Numbers are little-endian, nothing
//! is aligned, and every version begins with the process.

/// `{22FB2CD6-0E7B-422B-A0C7-2FAD1FD0E716}`.
pub const PROVIDER: u128 = 0x22fb_2cd6_0e7b_422b_a0c7_2fad_1fd0_e716;

/// `WINEVENT_KEYWORD_PROCESS`: processes, and not threads or images.
pub const KEYWORD: u64 = 0x10;

/// `RT_LostEvent`, `{6A399AE0-4BC6-4DE9-870B-3657F8947E7E}`: a session tells by
/// it that events or buffers were lost (`evntrace.h`).
pub const LOST: u128 = 0x6a39_9ae0_4bc6_4de9_870b_3657_f894_7e7e;

const START: u16 = 1;
const STOP: u16 = 2;

/// The longest path that is taken, in UTF-16 units.
const PATH: usize = 4096;

/// What an event says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A process was made. Which program it runs is `None` if that cannot be
    /// read: the event is of a version that is not known, or is cut.
    Started(u32, Option<Program>),
    /// A process ended.
    Ended(u32),
}

/// What a process runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The number of the process that made it.
    pub parent: u32,
    /// The program, as the kernel names it: `\Device\HarddiskVolume3\Windows\notepad.exe`.
    pub image: String,
}

/// Reads an event by its number, its version and what it carries; `None` for
/// another event, or one that names no process.
pub fn told(event: u16, version: u8, data: &[u8]) -> Option<Told> {
    let id = number(data, 0)?;
    match event {
        START => Some(Told::Started(id, program(version, data))),
        STOP => Some(Told::Ended(id)),
        _ => None,
    }
}

/// Version 0: process, time (8 bytes), parent, session, image. Versions 1 and 2
/// have flags before the image. Since version 3 a sequence number (8 bytes)
/// follows each process, and the kind of the token's elevation, whether it is
/// elevated and its label, a SID, follow the flags.
fn program(version: u8, data: &[u8]) -> Option<Program> {
    let (parent, image) = match version {
        0 => (12, data.get(20..)?),
        1 | 2 => (12, data.get(24..)?),
        3 | 4 => (20, behind_sid(data.get(48..)?)?),
        _ => return None,
    };
    Some(Program { parent: number(data, parent)?, image: text(image)? })
}

/// What follows a SID: revision, count of parts, six bytes of authority, the parts.
fn behind_sid(data: &[u8]) -> Option<&[u8]> {
    let count = usize::from(*data.get(1)?);
    data.get(8 + 4 * count..)
}

fn number(data: &[u8], at: usize) -> Option<u32> {
    data.get(at..)?.first_chunk().copied().map(u32::from_le_bytes)
}

/// A text that ends with a zero.
fn text(data: &[u8]) -> Option<String> {
    let (units, _) = data.as_chunks::<2>();
    let units = units.iter().copied().map(u16::from_le_bytes).take(PATH);
    let units: Vec<u16> = units.take_while(|&unit| unit != 0).collect();
    (!units.is_empty() && units.len() < PATH).then(|| String::from_utf16_lossy(&units))
}

/// The last part of a path of Windows.
pub fn name(image: &str) -> &str {
    image.rsplit('\\').next().unwrap_or(image)
}

/// The path under which programs know an image: with the letter of its drive,
/// of `drives` as the kernel names them (`('C', "\Device\HarddiskVolume3")`).
/// The kernel's own if there is no letter.
pub fn path(image: &str, drives: &[(char, String)]) -> String {
    for (letter, device) in drives {
        let rest = image.get(..device.len()).filter(|head| head.eq_ignore_ascii_case(device));
        if let Some(rest) = rest.and(image.get(device.len()..))
            && rest.starts_with('\\')
        {
            return format!("{letter}:{rest}");
        }
    }
    image.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMAGE: &str = r"\Device\HarddiskVolume3\Temp\AnyDesk.exe";

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
    }

    /// As the manifest describes versions 0 to 2.
    fn first(version: u8, image: &str) -> Vec<u8> {
        let mut data = 4242_u32.to_le_bytes().to_vec();
        data.extend(133_000_000_000_000_000_u64.to_le_bytes());
        data.extend([700_u32, 1].iter().flat_map(|number| number.to_le_bytes()));
        data.extend(if version == 0 { &[][..] } else { &[0, 0, 0, 0] });
        data.extend(utf16(image));
        data
    }

    /// As it describes versions 3 and 4, with a label of that many parts.
    fn third(image: &str, parts: u8) -> Vec<u8> {
        let mut data = 4242_u32.to_le_bytes().to_vec();
        data.extend([9_u64, 133_000_000_000_000_000].iter().flat_map(|wide| wide.to_le_bytes()));
        data.extend(700_u32.to_le_bytes());
        data.extend(8_u64.to_le_bytes());
        data.extend([1_u32, 0, 1, 0].iter().flat_map(|number| number.to_le_bytes()));
        data.extend([1, parts, 0, 0, 0, 0, 0, 16]);
        data.extend(vec![7; 4 * usize::from(parts)]);
        data.extend(utf16(image));
        data.extend([0; 8]);
        data.extend(utf16("package"));
        data
    }

    fn started() -> Told {
        Told::Started(4242, Some(Program { parent: 700, image: IMAGE.to_owned() }))
    }

    #[test]
    fn a_start_is_read_in_each_version() {
        for version in 0..=2 {
            assert_eq!(told(1, version, &first(version, IMAGE)), Some(started()), "{version}");
        }
        for (version, parts) in [(3, 0), (3, 1), (4, 15)] {
            assert_eq!(told(1, version, &third(IMAGE, parts)), Some(started()), "{parts}");
        }
    }

    #[test]
    fn an_end_names_the_process_and_others_are_passed_over() {
        assert_eq!(told(2, 1, &4242_u32.to_le_bytes()), Some(Told::Ended(4242)));
        assert_eq!(told(5, 0, &first(0, IMAGE)), None);
    }

    #[test]
    fn a_start_that_cannot_be_read_still_names_the_process() {
        let unnamed = Some(Told::Started(4242, None));
        assert_eq!(told(1, 5, &third(IMAGE, 1)), unnamed);
        assert_eq!(told(1, 0, &first(0, &"x".repeat(PATH))), unnamed);
        // A count of parts that reaches beyond the end.
        let mut data = third(IMAGE, 0);
        data[49] = 255;
        assert_eq!(told(1, 3, &data), unnamed);
        for (version, whole) in [(0, first(0, "")), (2, first(2, "")), (3, third("", 1))] {
            for length in 4..whole.len() {
                assert_eq!(told(1, version, &whole[..length]), unnamed, "{length}");
            }
            assert_eq!(told(1, version, &whole[..3]), None);
        }
    }

    #[test]
    fn an_image_gets_the_letter_of_its_drive() {
        let drives = [('C', r"\Device\HarddiskVolume3"), ('D', r"\Device\HarddiskVolume31")];
        let drives = drives.map(|(letter, device)| (letter, device.to_owned()));
        for (image, expected) in [
            (IMAGE, r"C:\Temp\AnyDesk.exe"),
            (r"\device\harddiskvolume31\a.exe", r"D:\a.exe"),
            (r"\Device\HarddiskVolume4\a.exe", r"\Device\HarddiskVolume4\a.exe"),
            (r"\Device\Mup\server\share\a.exe", r"\Device\Mup\server\share\a.exe"),
            (r"\Device\HarddiskVolume3", r"\Device\HarddiskVolume3"),
        ] {
            assert_eq!(path(image, &drives), expected);
        }
        assert_eq!(name(IMAGE), "AnyDesk.exe");
        assert_eq!(name("Registry"), "Registry");
    }
}
