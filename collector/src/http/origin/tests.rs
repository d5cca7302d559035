//! What proxies say, and what others put into their mouths.

use super::*;
use proptest::prelude::any;
use proptest::prop_assert;
use proptest::proptest;

fn headers(values: &[&str]) -> HeaderMap {
    let value = |text: &&str| (FORWARDED, HeaderValue::from_str(text).unwrap());
    values.iter().map(value).collect()
}

/// Where a laptop is on a connection of the proxy 10.0.0.1; 10.0.0.0/8 is ours.
fn exit(values: &[&str]) -> String {
    let proxies = Proxies::new(&["10.0.0.0/8".parse().unwrap()]);
    let (local, remote) = ("10.0.0.9:1".parse().unwrap(), "10.0.0.1:2".parse().unwrap());
    let exit = "10.0.0.1".parse().unwrap();
    let origin = Origin { local, remote, exit, vantage: Vantage::Proxy, syn: None };
    let behind = proxies.behind(origin, &headers(values));
    assert_eq!(Origin { exit, ..behind }, origin);
    behind.exit.to_string()
}

#[test]
fn the_nearest_address_that_is_not_ours_is_the_laptops() {
    assert_eq!(exit(&[]), "10.0.0.1");
    assert_eq!(exit(&["for=192.0.2.1"]), "192.0.2.1");
    assert_eq!(exit(&["for=192.0.2.66, For=\"192.0.2.1:80\";proto=https"]), "192.0.2.1");
    assert_eq!(exit(&["for=192.0.2.66", "for=\"[2001:db8::1]\""]), "2001:db8::1");
    assert_eq!(exit(&["for=192.0.2.66, for=192.0.2.1, for=10.0.0.2"]), "192.0.2.1");
    assert_eq!(exit(&["for=\"[::ffff:192.0.2.1]\""]), "192.0.2.1");
}

#[test]
fn what_hides_or_could_be_a_clients_own_words_says_nothing() {
    for text in [
        "for=unknown",
        "for=_hidden",
        "proto=https",
        "nonsense",
        "for=192.0.2.1, for=unknown",
        "for=192.0.2.1;host=\"a,for=192.0.2.66\"",
        "for=192.0.2.1;host=\"a;for=192.0.2.66\"",
        "for=192.0.2.1;host=\"a\\\"\"",
        "for=192.0.2.1;host=\"a",
    ] {
        assert_eq!(exit(&[text]), "10.0.0.1", "{text}");
    }
    // Whom even a proxy of ours does not name.
    assert_eq!(exit(&["for=192.0.2.1, for=unknown, for=10.0.0.2"]), "10.0.0.2");
}

#[test]
fn who_is_no_proxy_says_nothing() {
    let proxies = Proxies::default();
    let (local, remote) = ("10.0.0.9:1".parse().unwrap(), "10.0.0.1:2".parse().unwrap());
    let exit = "10.0.0.1".parse().unwrap();
    let origin = Origin { local, remote, exit, vantage: Vantage::Direct, syn: None };
    assert_eq!(proxies.behind(origin, &headers(&["for=192.0.2.1"])), origin);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        let _ = source(&bytes);
        let whole = [b"\r\n\r\n\0\r\nQUIT\n".as_slice(), &bytes].concat();
        let _ = source(&whole);
        prop_assert!(forwarded_for([&bytes[..], &whole].into_iter()).len() <= 32);
    }
}
