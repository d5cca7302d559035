//! A page says in words what its file asks.

use super::pages;
use crate::signature::Family;
use crate::signature::file::read;

const SIGNATURE: &str = r#"
title = "A | box"
severity = "high"
confidence = "low"
kind = "structure"
alone = false
technique = "T1219.003"
why = "It types."
innocent = "A lab."
blind_spots = "A renamed one."
verify = "Follow the cable."
response = "Ask."
references = ["https://example.org/box", "https://attack.mitre.org/techniques/T1219/003/"]
[[when]]
sensor = "usb"
where = { vendor_id = "1D6B", serial = [], hid_roles = { all = ["keyboard", "absolute pointer"] } }
contradicts = { speed = "low", manufacturer = [], product_id = ["0001", "0002"] }
[[when]]
sensor = "display"
where = { internal = false, name = ["abcd*", "b", "c", "d"] }
[[unless]]
sensor = "process"
where = { name = "lab-agent" }
[[hit]]
usb = [{ vendor_id = "1d6b", speed = "high", hid_roles = ["absolute pointer", "keyboard"] }]
display = [{ internal = false, name = "b" }]
[[miss]]
usb = [{ vendor_id = "1d6b" }]
[[miss]]
usb = [{ vendor_id = "1d6c" }]
"#;

const PAGE: &str = "\
# A | box

`kvm.box` · severity **high** · confidence **low** · kind **structure** · a lead, until another kind agrees

## What it sees

There is a `usb` observation of which

* `hid_roles` has all of `keyboard`, `absolute pointer`
* `serial` is not there
* `vendor_id` is `1d6b`

and at least one of these (what is not known is none):

* `manufacturer` is there
* `product_id` is none of `0001`, `0002`
* `speed` is not `low`

and there is a `display` observation of which

* `internal` is `no`
* `name` is one of
  * `abcd*`
  * `b`
  * `c`
  * `d`

unless there is a `process` observation of which

* `name` is `lab-agent`

In a value, `*` stands for anything, and case does not matter.

## Why it matters

It types.

## Blind spots

A renamed one.

## What could be innocent

A lab.

## How to verify by hand

Follow the cable.

## What to do

Ask.

## ATT&CK and references

* [T1219.003](https://attack.mitre.org/techniques/T1219/003/)
* <https://example.org/box>

## Tested on

1 example on which it must hold, and 2 near ones on which it must not; they are in `kvm/box.toml`, from which this page is written.
";

const LIST: &str = "\
# The family `kvm`

| signature | finds | severity | confidence | kind | by itself |
|---|---|---|---|---|---|
| [`box`](box.md) | A \\| box | high | low | structure | a lead, until another kind agrees |
";

#[test]
fn a_page_says_in_words_what_the_file_asks_and_the_family_lists_it() {
    let signature = read("kvm.box", "kvm/box.toml", SIGNATURE, &Family::default()).unwrap();
    let pages: Vec<(String, String)> = pages(&[signature]).into_iter().collect();
    let expected = [("kvm/README.md", LIST), ("kvm/box.md", PAGE)];
    assert_eq!(pages, expected.map(|(path, text)| (path.to_owned(), text.to_owned())));
}
