//! A page says in words what its file asks.

use super::pages;
use crate::signature::Family;
use crate::signature::file::read;
use std::collections::BTreeMap;
use std::sync::Arc;

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
where = { internal = false, name = ["abcde*", "b", "c", "d"] }
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
  * `abcde*`
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

const CATEGORY: &str = r#"
technique = "T1219.002"
alerts_from = "running"
severity = { present = "low", session = "high" }
why = "{tool} lets others in."
innocent = "Help."
blind_spots = "Names."
verify = "Look."
response = "Ask."
"#;

const TOOL: &str = r#"
title = "A Tool"
references = []
[tool]
category = "remote-desktop"
maker = "Makers"
[[sign]]
rung = "present"
by = "folder"
strength = "medium"
sensor = "software"
where = { folders = ["/opt/tool", "/Library/Tool"] }
[[sign]]
rung = "present"
by = "service"
strength = "strong"
sensor = "software"
where = { services = "Tool" }
[[sign]]
rung = "running"
by = "name"
strength = "weak"
sensor = "process"
where = { program = "tool" }
[[sign]]
rung = "session"
by = "verb"
strength = "medium"
sensor = "process"
where = { program = "tool", verbs = "--seen", parent = "services.exe" }
[[setting]]
name = "owner"
format = "json"
at = ["/etc/tool.json"]
key = "account"
[[setting]]
name = "instance"
format = "path"
at = ["/opt/tool-*"]
[[hit.present]]
software = [{ services = ["Tool"] }]
[[miss]]
process = [{ program = "tool" }]
"#;

const TOOL_PAGE: &str = "\
# A Tool

`remote-tools.tool` · a tool of the kind **remote-desktop** · maker Makers · alerts from `running` on

## What it sees

The finding says how far the tool has come: the highest rung of any of its signs that is there. One sign that shows it, or two by different things that show it together, are needed; anything less is told as a name of it, and alerts nobody. In a value, `*` stands for anything, and case does not matter.

### `present`: it is installed, or has left its folder

By **folder**, shows it together with a sign by something else: a `software` observation of which

* `folders` is one of `/opt/tool`, `/library/tool`

By **service**, shows it: a `software` observation of which

* `services` is `tool`

### `running`: its program runs

By **name**, shows nothing by itself: a `process` observation of which

* `program` is `tool`

### `session`: someone is connected

By **verb**, shows it together with a sign by something else: a `process` observation of which

* `parent` is `services.exe`
* `program` is `tool`
* `verbs` is `--seen`

## When it alerts

It alerts from `running` on, unless it is approved. Somebody else's instance of an approved tool is at least `high`.

| rung | severity |
|---|---|
| `present` | low |
| `running` | low |
| `reachable` | low |
| `session` | high |

## What settings it reads

They tell whose instance it is, and an approval may name them. Of the files only these keys are read.

* whose account it belongs to: `account` in `/etc/tool.json`
* which instance it is: what `*` stands for in `/opt/tool-*`
";

const COVERAGE: &str = "\
# What the tools of `remote-tools` are known by, and where

1 tool. **Bold**: one sign shows it. Plain: told if other signs show that the tool is there. (In brackets): there, only its name is known.

This is what the signatures know. What the agent can look at on a system, each sensor says; what of that could not be looked at on a laptop, `moored scan` does.

| tools shown | Linux | Windows | macOS |
|---|---|---|---|
| `present` | 0 | 1 | 0 |
| `running` | 0 | 1 | 0 |
| `reachable` | 0 | 0 | 0 |
| `session` | 0 | 1 | 0 |

| tool | kind | by itself | Linux | Windows | macOS |
|---|---|---|---|---|---|
| [A Tool](tool.md) | remote-desktop | alerts from `running` on | (present), (running) | **present**, running, session | (present), (running) |
";

#[test]
fn of_a_tool_a_page_says_what_each_sign_is_worth_and_the_family_on_which_system_it_is_known() {
    let category = toml::from_str(CATEGORY).unwrap();
    let categories = BTreeMap::from([("remote-desktop".to_owned(), category)]);
    let family = Family { common: Arc::default(), categories };
    let tool = read("remote-tools.tool", "remote-tools/tool.toml", TOOL, &family).unwrap();
    let pages = pages(&[tool]);
    let page = &pages["remote-tools/tool.md"];
    let (rules, texts) = page.split_once("\n## Why it matters\n").unwrap();
    assert_eq!(rules, TOOL_PAGE);
    assert!(texts.starts_with("\nA Tool lets others in.\n"), "{texts}");
    assert_eq!(pages["remote-tools/coverage.md"], COVERAGE);
}
