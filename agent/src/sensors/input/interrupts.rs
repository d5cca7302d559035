//! Whether a laptop's own keyboard has been typed on, told by how often its
//! interrupt line has fired since the machine started.
//!
//! Every key sends a byte when pressed and one when released, each with an
//! interrupt. Few other things do: finding the keyboard at start takes about a
//! dozen, waking up and switching a light of it some. The kernel counts
//! interrupts, not keys: nothing here can tell what was typed, or when.
//!
//! It is a threshold and no count, so that it turns true once and then stands
//! still until the next start. What it cannot see: keyboards that are not behind
//! an i8042 controller (some laptops' are on I²C or USB), and, in the minutes
//! after a start, whether somebody is about to type. A laptop woken a hundred
//! times, or whose lights an outer keyboard switches as often, also counts as
//! typed on without a key: that hides, and never accuses.

/// The file with the counts, one line an interrupt line.
pub const FILE: &str = "/proc/interrupts";

/// About 250 keys, or a password and a few lines.
const TYPED: u64 = 500;

/// True if the keyboard's line has fired more often than finding and waking the
/// keyboard explains. `None` if there is no such line: the i8042 controller's
/// line 1, by that controller's design (`I8042_KBD_IRQ`).
pub fn has_been_typed_on(interrupts: &str) -> Option<bool> {
    let mut lines = interrupts.lines();
    let processors = lines.next()?.split_whitespace().filter(|word| word.starts_with("CPU"));
    let processors = processors.count();
    let line = lines.find(|line| is_keyboard(line))?;
    let counts = line.split_whitespace().skip(1).take(processors);
    let fired = counts.map_while(|count| count.parse::<u64>().ok()).fold(0, u64::saturating_add);
    Some(fired > TYPED)
}

/// True for the line of the keyboard: `1: 4711 0 IR-IO-APIC 1-edge i8042`. The
/// touchpad has another number and the same name.
pub fn is_keyboard(line: &str) -> bool {
    let mut words = line.split_whitespace();
    words.next() == Some("1:") && words.any(|word| word.trim_end_matches(',') == "i8042")
}
