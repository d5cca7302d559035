//! What agents send: zstd frames of reports, and the reports themselves.
#![no_main]

use collector::http::letter;
use libfuzzer_sys::fuzz_target;
use model::Report;

const LIMIT: u64 = 256 << 10;
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

fuzz_target!(|bytes: &[u8]| {
    // Hardly any mutation is a good frame, so text is put into one.
    let reports = match bytes.starts_with(&MAGIC) {
        true => letter::reports(bytes, LIMIT),
        false => letter::reports(&framed(bytes), LIMIT),
    };
    let Ok(reports) = reports else { return };
    assert!(!reports.is_empty());
    assert!(reports.iter().all(|report| report.run == reports[0].run));
    for report in reports {
        let line = serde_json::to_string(&report).unwrap();
        assert_eq!(serde_json::from_str::<Report>(&line).unwrap(), report);
    }
});

/// A frame of one block that is not compressed (RFC 8878 §3.1.1).
fn framed(text: &[u8]) -> Vec<u8> {
    const WINDOW_OF_128_KIB: u8 = 7 << 3;
    let text = &text[..text.len().min(128 << 10)];
    let [low, middle, high, _] = (u32::try_from(text.len()).unwrap() << 3 | 1).to_le_bytes();
    [&MAGIC[..], &[0, WINDOW_OF_128_KIB, low, middle, high], text].concat()
}
