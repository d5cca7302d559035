//! Report descriptors, written item by item.

use super::*;

fn unhex(digits: &str) -> Vec<u8> {
    hex::decode(digits.split_whitespace().collect::<String>()).unwrap()
}

#[track_caller]
fn check(descriptor: &str, expected: &[&str]) {
    let roles: Vec<&str> = roles(&unhex(descriptor)).into_iter().collect();
    assert_eq!(roles, expected);
}

#[test]
fn a_report_descriptor_tells_the_roles_of_its_device() {
    // Mouse with X and Y absolute, then relative, then as padding.
    check("0501 0902 a101 0930 0931 9502 8102 c0", &["absolute pointer"]);
    check("0501 0902 a101 0930 0931 9502 8106 c0", &["relative pointer"]);
    check("0501 0902 a101 0930 0931 9502 8103 c0", &[]);
    // Pointer application, usages as a range, nested in a collection.
    check("0501 0901 a101 a100 1930 2931 9502 8102 c0 c0", &["absolute pointer"]);
    // Joystick, and a mouse that is no application: X and Y are no mouse's.
    check("0501 0904 a101 0930 0931 9502 8102 c0", &[]);
    check("0501 0902 a100 0930 0931 9502 8102 c0", &[]);
    // Touch screen with X and Y absolute.
    check("050d 0904 a101 0501 0930 0931 9502 8102 c0", &["digitizer"]);
    // Keyboard and media keys.
    check("0501 0906 a101 c0 050c 0901 a101 c0", &["consumer", "keyboard"]);
    // X and Y after their application has ended.
    check("0501 0902 a101 c0 0930 0931 9502 8102", &[]);
    check("", &[]);
}

#[test]
fn a_report_descriptor_may_say_the_same_in_other_ways() {
    // A usage with its page in one item.
    check("0b 02000100 a101 0b 30000100 9501 8102 c0", &["absolute pointer"]);
    // The page comes after the usage, before the main item.
    check("0930 0902 0906 0501 a101", &[]);
    check("0906 0501 a101", &["keyboard"]);
    // Pushed and popped page; a long item is passed over.
    check("0501 a4 050c b4 fe 02 f0 dead 0906 a101", &["keyboard"]);
    // A count of nothing is no input.
    check("0501 0902 a101 0930 9500 8102 c0", &[]);
}

#[test]
fn the_longest_input_report_is_counted_in_bytes() {
    // Keyboard: 8 bits, 8 bits of padding, 6 bytes. Mouse with id 1: 8 bits, 2 × 16 bits.
    let keyboard = "05010906a1017508950181020507950681007508950181 03c0";
    let with_id = "05010902a101850175089501810275109502 8102c0";
    for (text, expected) in [(keyboard, 8), (with_id, 6), ("05010906a101c0", 0), ("", 0)] {
        assert_eq!(input_length(&unhex(text)), expected, "{text}");
    }
}

#[test]
fn the_buttons_of_a_pointer_are_counted() {
    let padding = "7503 9501 8103";
    for (descriptor, expected) in [
        // Three buttons with a field each, padding, and X and Y.
        (
            format!(
                "0501 0902 a101 0509 1901 2903 9503 7501 8102 {padding} 0501 0930 0931 9502 8106"
            ),
            3,
        ),
        // Five usages for two fields; the same as an array; usages one by one.
        ("0501 0902 a101 0509 1901 2905 9502 7501 8102".to_owned(), 2),
        ("0501 0902 a101 0509 1901 2905 9502 7508 8100".to_owned(), 5),
        ("0501 0901 a101 a100 0509 0901 0902 9502 8102".to_owned(), 2),
        // Padding with usages, no field, buttons of a gamepad, a range from high to low.
        ("0501 0902 a101 0509 1901 2903 9503 8103".to_owned(), 0),
        ("0501 0902 a101 0509 1901 2903 9500 8102".to_owned(), 0),
        ("0501 0905 a101 0509 1901 2903 9503 8102".to_owned(), 0),
        ("0501 0902 a101 0509 1903 2901 9503 8102".to_owned(), 0),
        // More than any device has.
        ("0501 0902 a101 0509 1a0000 2affff 8100 1a0000 2affff 9501 8100".to_owned(), 65536),
    ] {
        assert_eq!(pointer_buttons(&unhex(&descriptor)), expected, "{descriptor}");
    }
}
