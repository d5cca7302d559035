//! Bytes as text.

use super::*;

#[test]
fn base64url_is_as_rfc_4648_says_without_padding() {
    for (bytes, text) in [
        ("", ""),
        ("f", "Zg"),
        ("fo", "Zm8"),
        ("foo", "Zm9v"),
        ("foob", "Zm9vYg"),
        ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"),
    ] {
        assert_eq!(base64url(bytes.as_bytes()), text);
    }
    assert_eq!(base64url(&[0xfb, 0xff, 0xfe]), "-__-");
}

#[test]
fn two_secrets_are_43_signs_and_not_the_same() {
    let (one, other) = (random().unwrap(), random().unwrap());
    assert_eq!((one.len(), other.len()), (43, 43));
    assert_ne!(one, other);
}

#[test]
fn a_hash_is_written_in_hexadecimal() {
    let hash = hexadecimal(&sha256(b"abc"));
    assert_eq!(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#[test]
fn hexadecimal_is_read_as_it_is_written_and_nothing_else_is() {
    let bytes = [0, 9, 10, 255];
    assert_eq!(from_hexadecimal(&hexadecimal(&bytes)), Some(bytes.to_vec()));
    assert_eq!(from_hexadecimal("fF"), Some(vec![255]));
    for strange in ["f", "fg", "+1", "ü", " 1"] {
        assert_eq!(from_hexadecimal(strange), None, "{strange}");
    }
}
