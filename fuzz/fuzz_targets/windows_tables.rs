//! What Windows tells of sockets, of a session's client, of what keeps it awake,
//! of a process, and what a device says of its strings: the first byte of an
//! input says which.
#![no_main]

use agent::hints::trace;
use agent::hints::trace::Told;
use agent::host::Platform;
use agent::host::Recording;
use agent::host::live::tables::client;
use agent::host::live::tables::owners;
use agent::host::live::tables::strings;
use agent::host::live::tables::wakers;
use libfuzzer_sys::fuzz_target;

const SOCKETS: u8 = 0;
const CLIENT: u8 = 1;
const WAKERS: u8 = 2;
const TRACE: u8 = 3;
const STRINGS: u8 = 4;

fuzz_target!(init: fuzz::plant("windows_tables", seeds()), |bytes: &[u8]| {
    let mut machine = Recording::blank(Platform::Windows, "foreign");
    match bytes.split_first() {
        Some((&SOCKETS, table)) => list(&mut machine, table),
        Some((&CLIENT, told)) => return ask(told),
        Some((&WAKERS, list)) => {
            let rows = wakers::rows(list);
            assert!(rows.len() <= 6 * 1024 && rows.is_sorted());
            machine.waker = Some(rows);
        }
        Some((&TRACE, told)) => return hear(told),
        Some((&STRINGS, told)) => return read(told),
        _ => return,
    }
    fuzz::judge(&machine);
});

/// One table as each of those it may be.
fn list(machine: &mut Recording, table: &[u8]) {
    let words: Vec<u32> =
        table.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word)).collect();
    let promised = words.first().map_or(0, |&count| count as usize);
    let kinds = [owners::tcp4, owners::tcp6, owners::udp4, owners::udp6];
    let lists = kinds.map(|rows| rows(&words));
    assert!(lists.iter().all(|rows| rows.len() <= promised));
    (machine.socket, machine.process) = (Some(lists.concat()), Some(Vec::new()));
}

fn ask(told: &[u8]) {
    assert!(client::address(told).is_none_or(|address| !address.is_unspecified()));
    assert!(client::protocol(told).is_none_or(|protocol| told.len() > 1 && !protocol.is_empty()));
    let is_whole = |text: String| !text.is_empty() && !text.contains('\0');
    assert!(client::text(told).is_none_or(is_whole));
}

/// The number of an event, its version, and what it carries.
fn hear(told: &[u8]) {
    let Some((&[event, version], data)) = told.split_first_chunk() else { return };
    let drives = [('C', r"\Device\HarddiskVolume3".to_owned()), ('D', "é".to_owned())];
    match trace::told(event.into(), version, data) {
        Some(Told::Started(_, Some(program))) => {
            assert!(!program.image.is_empty() && !program.image.contains('\0'));
            assert!(program.image.ends_with(trace::name(&program.image)));
            let path = trace::path(&program.image, &drives);
            assert_eq!(trace::name(&path), trace::name(&program.image));
        }
        Some(_) => assert!(data.len() >= 4),
        None => assert!(data.len() < 4 || ![1, 2].contains(&event)),
    }
}

fn read(told: &[u8]) {
    assert!(strings::named(told).len() <= told.len() / 7);
    let is_whole = |text: String| !text.is_empty() && !text.contains('\0');
    assert!(strings::text(told).is_none_or(is_whole));
}

/// Two sockets that wait; a client; a player that holds the display; a start of
/// an old and of a new version; a configuration, and a string.
fn seeds() -> Vec<Vec<u8>> {
    let words = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let sockets: Vec<u8> = words(&[2, 2, 0, 0x0c17, 0, 0, 7, 5, 0x0100_007f, 80, 7, 90, 4]);
    let longs: Vec<u8> =
        [64_u64, 1, 40, 4711, 0].iter().flat_map(|one| one.to_le_bytes()).collect();
    let held = words(&[1, 0, 16, 0, 7, 1, 0, 0, 0, 0, 0, 0]);
    let old: Vec<u8> = words(&[4242, 0, 0, 700, 1]);
    let new = words(&[4242, 9, 0, 0, 0, 700, 8, 0, 1, 0, 1, 0]);
    let label = [1, 1, 0, 0, 0, 0, 0, 16, 7, 7, 7, 7];
    let image = wide("\\Device\\HarddiskVolume3\\a.exe\0");
    let parts = [
        (SOCKETS, vec![sockets]),
        (CLIENT, vec![words(&[2]), vec![0, 0, 203, 0, 113, 7]]),
        (WAKERS, vec![held, longs, wide("\\Device\\player.exe\0")]),
        (TRACE, vec![vec![1, 0], old, image.clone()]),
        (TRACE, vec![vec![1, 3], new, label.to_vec(), image]),
        (STRINGS, vec![vec![9, 2, 18, 0, 1, 1, 5, 0xa0, 50, 9, 4, 0, 0, 0, 3, 1, 1, 6]]),
        (STRINGS, vec![vec![8, 3], wide("KVM")]),
    ];
    parts.map(|(kind, parts)| [vec![kind], parts.concat()].concat()).to_vec()
}
