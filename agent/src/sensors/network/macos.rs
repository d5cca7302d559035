//! What kind of device an interface is, as macOS writes it down.
//!
//! `configd` keeps a list of all interfaces the machine ever had, which every user
//! may read. Read one event after the other, as in the sensor of settings.

use super::MOBILE;
use super::WIRED;
use super::WIRELESS;
use crate::host::Host;
use crate::host::Recording;
use plist::stream::Event;
use plist::stream::Reader;
use std::io::Cursor;

/// Where the list is.
const FILE: &str = "/Library/Preferences/SystemConfiguration/NetworkInterfaces.plist";

/// The most bytes of it, events in it, and lists within lists.
const MOST: usize = 1 << 20;
const EVENTS: usize = 1 << 16;
const DEEPEST: usize = 64;

/// Where an interface is in it: in a dictionary of the list in the whole.
const DEPTH: usize = 3;

/// An interface: its name, and what kind it is (`SCNetworkInterfaceType`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Interface {
    name: String,
    kind: String,
}

/// By the kind `SystemConfiguration` gives the interface.
pub fn medium(host: &dyn Host, interface: &str) -> &'static str {
    let bytes = host.file(FILE, MOST).unwrap_or_default();
    let found = interfaces(&bytes).into_iter().find(|one| one.name == interface);
    match found.unwrap_or_default().kind.as_str() {
        "IEEE80211" => WIRELESS,
        "WWAN" => MOBILE,
        _ => WIRED,
    }
}

/// Takes the list out of a recording; gives one in which only this interface is,
/// called `shown`, as a path and a text.
pub fn taken(recording: &mut Recording, interface: &str, shown: &str) -> Option<(String, String)> {
    let text = recording.text.remove(FILE)?;
    let mut found = interfaces(text.as_bytes()).into_iter().find(|one| one.name == interface)?;
    shown.clone_into(&mut found.name);
    Some((FILE.to_owned(), list(&[found])))
}

/// Leaves in a recording only names and kinds: all cards' link addresses are there.
pub fn blank(recording: &mut Recording) {
    let Ok(bytes) = recording.file(FILE, MOST) else { return };
    recording.bytes.remove(FILE);
    recording.text.insert(FILE.to_owned(), list(&interfaces(&bytes)));
}

/// A list of interfaces, of which nothing else is said.
fn list(interfaces: &[Interface]) -> String {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let plain =
        interfaces.iter().filter(|one| one.name.chars().chain(one.kind.chars()).all(is_part));
    let dictionaries = plain.map(|Interface { name, kind }| {
        format!(
            "<dict><key>BSD Name</key><string>{name}</string>\
             <key>SCNetworkInterfaceType</key><string>{kind}</string></dict>"
        )
    });
    let dictionaries: String = dictionaries.collect();
    format!(
        "<plist version=\"1.0\"><dict><key>Interfaces</key><array>{dictionaries}</array></dict></plist>\n"
    )
}

/// The interfaces in a list; those before the place where it is broken.
fn interfaces(bytes: &[u8]) -> Vec<Interface> {
    let (mut found, mut one) = (Vec::new(), Interface::default());
    // Of each dictionary we are in, the name whose value comes next; of a list, nothing.
    let mut levels: Vec<Option<String>> = Vec::new();
    for event in Reader::new(Cursor::new(bytes)).take(EVENTS).map_while(Result::ok) {
        match event {
            Event::StartDictionary(_) | Event::StartArray(_) => levels.push(None),
            Event::EndCollection => {
                if levels.len() == DEPTH {
                    found.push(std::mem::take(&mut one));
                }
                levels.pop();
                if let Some(name) = levels.last_mut() {
                    *name = None;
                }
            }
            scalar => {
                let depth = levels.len();
                let Some(name) = levels.last_mut() else { continue };
                let text = if let Event::String(text) = scalar { Some(text) } else { None };
                match (name.take().as_deref(), text) {
                    (None, text) => *name = text.map(std::borrow::Cow::into_owned),
                    (Some("BSD Name"), Some(text)) if depth == DEPTH => one.name = text.into(),
                    (Some("SCNetworkInterfaceType"), Some(text)) if depth == DEPTH => {
                        one.kind = text.into();
                    }
                    _ => {}
                }
            }
        }
        if levels.len() > DEEPEST {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Platform;

    /// As `configd` writes it, shortened.
    const LIST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
    <key>Interfaces</key>
    <array>
        <dict>
            <key>Active</key><true/>
            <key>BSD Name</key><string>en0</string>
            <key>IOMACAddress</key><data>PAYwAAAB</data>
            <key>SCNetworkInterfaceInfo</key>
            <dict>
                <key>BSD Name</key><string>en9</string>
                <key>UserDefinedName</key><string>Wi-Fi</string>
            </dict>
            <key>SCNetworkInterfaceType</key><string>IEEE80211</string>
        </dict>
        <dict>
            <key>BSD Name</key><string>en5</string>
            <key>SCNetworkInterfaceType</key><string>Ethernet</string>
        </dict>
    </array>
    <key>Model</key><string>Mac14,2</string>
</dict>
</plist>
"#;

    #[test]
    fn an_interface_is_known_by_its_name_and_kind() {
        let of =
            |name: &str, kind: &str| Interface { name: name.to_owned(), kind: kind.to_owned() };
        let expected = [of("en0", "IEEE80211"), of("en5", "Ethernet")];
        assert_eq!(interfaces(LIST.as_bytes()), expected);
        assert_eq!(interfaces(list(&expected).as_bytes()), expected);
        assert_eq!(interfaces(list(&[of("a<b", "c")]).as_bytes()), []);
        assert_eq!(interfaces(&LIST.as_bytes()[..800]).len(), 1, "one that is cut");
        assert_eq!(interfaces("<plist><array>".repeat(9999).as_bytes()), []);
        assert_eq!(interfaces(b"bplist00\xff"), []);
    }

    #[test]
    fn of_the_list_a_recording_keeps_one_kind() {
        let mut host = Recording::blank(Platform::Macos, "x");
        host.text.insert(FILE.to_owned(), LIST.to_owned());
        assert_eq!(medium(&host, "en0"), WIRELESS);
        assert_eq!(medium(&host, "en9"), WIRED);
        blank(&mut host);
        assert!(!host.text[FILE].contains("PAYw") && !host.text[FILE].contains("Mac14"));
        let (path, text) = taken(&mut host, "en0", "way-out").unwrap();
        assert_eq!(host.text.get(FILE), None);
        host.text.insert(path, text);
        assert_eq!(medium(&host, "way-out"), WIRELESS);
    }
}
