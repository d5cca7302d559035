//! Answers of the resolver, in the shape its interface describes.

use super::*;
use proptest::prelude::*;
use serde_json::Value;
use serde_json::json;

fn record(kind: u16, name: &str, rest: &Value) -> Value {
    let mut rr = json!({ "key": { "class": 1, "type": kind, "name": name } });
    let fields = rr.as_object_mut().unwrap();
    fields.extend(rest.as_object().unwrap().clone());
    json!({ "key": rr["key"], "rrs": [{ "rr": rr, "raw": "AAAA" }], "until": 4_711_000 })
}

fn scope(protocol: &str, cache: &[Value]) -> Value {
    json!({ "protocol": protocol, "family": 2, "ifindex": 3, "ifname": "wlan0", "cache": cache })
}

fn names_in(scopes: &[Value]) -> Vec<(String, String)> {
    let mut answer = json!({ "parameters": { "dump": scopes } }).to_string().into_bytes();
    answer.push(0);
    let names = read(&answer).into_iter();
    names.map(|(address, name)| (address.to_string(), name)).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(one, two)| ((*one).to_owned(), (*two).to_owned())).collect()
}

#[test]
fn a_name_is_known_by_its_address_or_by_the_reverse_of_it() {
    let reverse =
        "2.0.1.0.d.6.e.f.f.f.5.3.a.d.a.4.0.0.0.0.0.0.0.0.0.0.0.0.0.8.e.f.ip6.arpa".to_owned();
    let ours = json!({ "address": [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9] });
    let cache = [
        record(1, "PiKVM.local", &json!({ "address": [192, 0, 2, 23] })),
        record(28, "jetkvm.local.", &ours),
        record(12, "24.2.0.192.in-addr.arpa", &json!({ "name": "glkvm.local" })),
        record(12, &reverse, &json!({ "name": "kvm-0102.local" })),
    ];
    let expected = [
        ("192.0.2.23", "pikvm.local"),
        ("192.0.2.24", "glkvm.local"),
        ("fd00::9", "jetkvm.local"),
        ("fe80::4ada:35ff:fe6d:102", "kvm-0102.local"),
    ];
    assert_eq!(names_in(&[scope("mdns", &cache)]), pairs(&expected));
}

#[test]
fn of_two_names_the_first_in_the_alphabet_is_told() {
    let address = json!({ "address": [192, 0, 2, 23] });
    let cache = [record(1, "b.local", &address), record(1, "a.local", &address)];
    assert_eq!(names_in(&[scope("mdns", &cache)]), pairs(&[("192.0.2.23", "a.local")]));
}

#[test]
fn only_names_of_the_local_network_are_told() {
    let address = json!({ "address": [192, 0, 2, 23] });
    let cache = [
        record(1, "pikvm.example.com", &address),
        record(1, ".local", &address),
        record(1, "short.local", &json!({ "address": [192, 0, 2] })),
        record(1, "none.local", &json!({})),
        record(33, "service.local", &json!({ "name": "pikvm.local" })),
        record(12, "_http._tcp.local", &json!({ "name": "Desk._http._tcp.local" })),
        record(12, "300.2.0.192.in-addr.arpa", &json!({ "name": "pikvm.local" })),
        record(12, "f.f.ip6.arpa", &json!({ "name": "pikvm.local" })),
        json!({ "key": { "class": 1, "type": 1, "name": "gone.local" }, "type": "nxdomain", "until": 1 }),
        json!({ "key": {}, "rrs": [{ "raw": "AAAA" }], "until": 1 }),
    ];
    assert_eq!(names_in(&[scope("mdns", &cache)]), []);
    let cache = [record(1, "pikvm.local", &address)];
    assert_eq!(names_in(&[scope("dns", &cache), scope("llmnr", &cache)]), []);
}

#[test]
fn a_refusal_gives_no_names() {
    let refusal = br#"{"error":"org.varlink.service.PermissionDenied","parameters":{}}"#;
    assert_eq!((read(refusal), read_far(refusal)), (BTreeMap::new(), BTreeMap::new()));
    assert_eq!((read(b""), read_far(b"")), (BTreeMap::new(), BTreeMap::new()));
}

fn far_in(scopes: &[Value]) -> Vec<(String, Vec<String>)> {
    let answer = json!({ "parameters": { "dump": scopes } }).to_string().into_bytes();
    let told = read_far(&answer).into_iter();
    told.map(|(address, names)| (address.to_string(), names.into_iter().collect())).collect()
}

/// What systemd-resolved 257 (Debian 13) answered of a name with another name
/// for it, which it had asked a server on a network of a test's own for.
const ANSWERED: &[u8] = include_bytes!("answer.json");

#[test]
fn a_real_resolvers_answer_tells_the_name_of_an_address_and_the_other_one_for_it() {
    let names = ["alias.relay.example", "relay-7.relay.example"].map(str::to_owned);
    let expected =
        ["9.9.9.9", "2001:db8::9"].map(|address| (address.parse().unwrap(), names.clone().into()));
    assert_eq!(read_far(ANSWERED), BTreeMap::from(expected));
    assert_eq!(read(ANSWERED), BTreeMap::new());
}

#[test]
fn names_that_lead_to_one_another_or_nowhere_end() {
    let address = json!({ "address": [192, 0, 2, 23] });
    let cache = [
        record(5, "Away.example.", &json!({ "name": "Relay.example." })),
        record(5, "relay.example", &json!({ "name": "away.example" })),
        record(5, "lost.example", &json!({ "name": "nowhere.example" })),
        record(5, "none.example", &json!({})),
        record(1, "relay.example", &address),
        record(1, "", &json!({ "address": [192, 0, 2, 24] })),
        record(12, "25.2.0.192.in-addr.arpa", &json!({ "name": "reverse.example" })),
    ];
    let names = ["away.example", "relay.example"].map(str::to_owned).to_vec();
    assert_eq!(far_in(&[scope("dns", &cache)]), [("192.0.2.23".to_owned(), names)]);
    assert_eq!(far_in(&[scope("mdns", &cache), scope("llmnr", &cache)]), []);
}

#[test]
fn of_the_many_names_of_one_address_some_are_told() {
    let address = json!({ "address": [192, 0, 2, 23] });
    let cache: Vec<Value> =
        (0..100).map(|number| record(1, &format!("page{number}.example"), &address)).collect();
    assert_eq!(far_in(&[scope("dns", &cache)])[0].1.len(), 32);
}

proptest! {
    #[test]
    fn a_reverse_name_is_that_of_its_address_only(four in any::<[u8; 4]>(), sixteen in any::<[u8; 16]>()) {
        let bytes: Vec<String> = four.iter().rev().map(u8::to_string).collect();
        let name = format!("{}.in-addr.arpa", bytes.join("."));
        prop_assert_eq!(reversed(&name), Some(IpAddr::from(four)));
        let digits: Vec<String> =
            sixteen.iter().rev().map(|byte| format!("{:x}.{:x}", byte & 15, byte >> 4)).collect();
        let digits = digits.join(".");
        prop_assert_eq!(reversed(&format!("{digits}.IP6.arpa.")), Some(IpAddr::from(sixteen)));
        prop_assert_eq!(reversed(&format!("0.{digits}.ip6.arpa")), None);
    }

    #[test]
    fn bytes_of_nobody_give_no_names(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        prop_assert_eq!(read(&bytes), BTreeMap::new());
        prop_assert_eq!(read_far(&bytes), BTreeMap::new());
    }
}
