//! The language and the keyboard as macOS' preferences have them: those of the
//! machine, which the login window has too; else those of the first user with any.

use super::Facts;
use super::files;
use super::linux;
use crate::host::Host;
use crate::host::Platform;
use crate::host::Recording;
use crate::sensors::Blind;
use crate::sensors::plist;
use crate::sensors::software::homes;
use crate::sensors::software::renamed;
use std::collections::BTreeMap;

/// Where it is set, below the machine's folder or a user's.
const KEYBOARDS: &str = "Library/Preferences/com.apple.HIToolbox.plist";
const LOCALES: &str = "Library/Preferences/.GlobalPreferences.plist";

/// The keys that are read: a locale; a list of what can be typed with.
const LOCALE: &str = "AppleLocale";
const SOURCES: &str = "AppleEnabledInputSources.";

/// Of what can be typed with: a layout's name and number, or the program that makes
/// letters of keys.
const NAME: &str = "KeyboardLayout Name";
const NUMBER: &str = "KeyboardLayout ID";
const METHOD: &str = "Bundle ID";

/// Bytes of a file that are read; real ones have a few thousand.
const MOST: usize = 1 << 20;

/// So many layouts are told.
const MANY: usize = 8;

/// Apple's names of layouts, and what others call them (Unicode CLDR, `keyboards`).
const LAYOUTS: [(&str, &str); 45] = [
    ("ABC", "us"),
    ("ABC-AZERTY", "fr"),
    ("ABC-QWERTZ", "de"),
    ("Australian", "us"),
    ("Austrian", "at"),
    ("Belgian", "be"),
    ("Brazilian", "br"),
    ("Brazilian - Pro", "br"),
    ("Brazilian-ABNT2", "br"),
    ("British", "gb"),
    ("British-PC", "gb"),
    ("Bulgarian", "bg"),
    ("Canadian", "ca"),
    ("Canadian-CSA", "ca"),
    ("Croatian-PC", "hr"),
    ("Czech", "cz"),
    ("Czech-QWERTY", "cz"),
    ("Danish", "dk"),
    ("Dutch", "nl"),
    ("Finnish", "fi"),
    ("French", "fr"),
    ("French-PC", "fr"),
    ("German", "de"),
    ("Greek", "gr"),
    ("Hebrew", "il"),
    ("Hungarian", "hu"),
    ("Irish", "ie"),
    ("Italian", "it"),
    ("Italian - Pro", "it"),
    ("Norwegian", "no"),
    ("Polish", "pl"),
    ("Polish Pro", "pl"),
    ("Portuguese", "pt"),
    ("Romanian", "ro"),
    ("Russian", "ru"),
    ("RussianWin", "ru"),
    ("Spanish", "es"),
    ("Spanish - ISO", "es"),
    ("Swedish - Pro", "se"),
    ("Swiss French", "ch"),
    ("Swiss German", "ch"),
    ("Turkish", "tr"),
    ("U.S.", "us"),
    ("USInternational-PC", "us-intl"),
    ("Ukrainian", "ua"),
];

/// Apple's own programs that make letters of keys.
const METHODS: [(&str, &str); 5] = [
    ("com.apple.inputmethod.Korean", "kr"),
    ("com.apple.inputmethod.Kotoeri", "jp"),
    ("com.apple.inputmethod.SCIM", "cn"),
    ("com.apple.inputmethod.TCIM", "tw"),
    ("com.apple.inputmethod.VietnameseIM", "vn"),
];

pub(super) fn facts(host: &dyn Host) -> Result<Facts, Blind> {
    let zone = linux::facts(host)?;
    Ok(Facts { locale: locale(host), layouts: layouts(host), ..zone })
}

fn locale(host: &dyn Host) -> Option<String> {
    let mut files = places(host, LOCALES).into_iter();
    files.find_map(|file| {
        let bytes = host.file(&file, MOST).ok()?;
        files::told(&plist::value(&bytes, LOCALE).ok()??)
    })
}

/// In their order. Who makes a layout may give it any name, so one we have no name
/// for is told by its number.
fn layouts(host: &dyn Host) -> Vec<String> {
    let mut files = places(host, KEYBOARDS).into_iter();
    let told = files.find_map(|file| {
        let sources = sources(&host.file(&file, MOST).ok()?);
        let mut told: Vec<String> = Vec::new();
        for name in sources.values().filter_map(name) {
            if !told.contains(&name) {
                told.push(name);
            }
        }
        (!told.is_empty()).then_some(told)
    });
    let mut told = told.unwrap_or_default();
    told.truncate(MANY);
    told
}

/// What is said of one way to type, by the keys that are read.
type Source = BTreeMap<&'static str, String>;

/// By their places; those before the place where the list is broken.
fn sources(bytes: &[u8]) -> BTreeMap<u32, Source> {
    let mut sources: BTreeMap<u32, Source> = BTreeMap::new();
    let read = plist::each(bytes, |key, value| {
        let Some((place, name)) = key.strip_prefix(SOURCES).and_then(|it| it.split_once('.'))
        else {
            return;
        };
        let known = [NAME, NUMBER, METHOD].into_iter().find(|known| *known == name);
        if let (Ok(place), Some(known)) = (place.parse(), known) {
            sources.entry(place).or_default().insert(known, value.to_owned());
        }
    });
    // What was read before is sound.
    drop(read);
    sources
}

/// `None` for what is neither a layout nor one of Apple's own programs.
fn name(source: &Source) -> Option<String> {
    let number = || Some(number(source)?.to_string());
    known(source).map(str::to_owned).or_else(number)
}

fn known(source: &Source) -> Option<&'static str> {
    if let Some(name) = source.get(NAME) {
        return LAYOUTS.iter().find(|(apple, _)| apple == name).map(|&(_, it)| it);
    }
    let method = source.get(METHOD)?;
    let is_below = |apple: &str| {
        method.strip_prefix(apple).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    METHODS.iter().find(|(apple, _)| is_below(apple)).map(|&(_, it)| it)
}

/// The number of a layout.
fn number(source: &Source) -> Option<i32> {
    source.get(NAME).and(source.get(NUMBER)?.parse().ok())
}

/// The machine's own file, then users'.
fn places(host: &dyn Host, file: &str) -> Vec<String> {
    let homes = homes(host).into_iter();
    std::iter::once(format!("/{file}")).chain(homes.map(|home| format!("{home}/{file}"))).collect()
}

/// Leaves in a recording only what is told of these files.
pub(super) fn blank(recording: &mut Recording) {
    if recording.platform != Platform::Macos {
        return;
    }
    let homes = homes(recording);
    for path in places(recording, KEYBOARDS).into_iter().chain(places(recording, LOCALES)) {
        let Ok(bytes) = recording.file(&path, MOST) else { continue };
        recording.bytes.remove(&path);
        recording.text.remove(&path);
        let locale = plist::value(&bytes, LOCALE).ok().flatten();
        let locale = locale.as_deref().and_then(files::told);
        let mut kept: Vec<(String, String)> =
            locale.map(|locale| (LOCALE.to_owned(), locale)).into_iter().collect();
        for (place, source) in sources(&bytes) {
            let said = shown(source).into_iter();
            kept.extend(said.map(|(key, value)| (format!("{SOURCES}{place}.{key}"), value)));
        }
        recording.text.insert(renamed(&homes, &path), plist::written(kept));
    }
}

/// What may be shown of a way to type: a name somebody gave it may not.
fn shown(source: Source) -> Source {
    if known(&source).is_some() {
        return source;
    }
    let number = number(&source).into_iter();
    number.flat_map(|it| [(NAME, "-".to_owned()), (NUMBER, it.to_string())]).collect()
}

#[cfg(test)]
mod tests {
    //! Made up, in the form macOS writes its preferences; nothing was read of a Mac.

    use super::*;
    use crate::sensors::Sensor as _;
    use crate::sensors::clock::Clock;

    const LAYOUTS: &str = r#"<plist version="1.0"><dict>
<key>AppleCurrentKeyboardLayoutInputSourceID</key><string>com.apple.keylayout.US</string>
<key>AppleEnabledInputSources</key><array>
<dict><key>InputSourceKind</key><string>Keyboard Layout</string><key>KeyboardLayout ID</key><integer>0</integer><key>KeyboardLayout Name</key><string>U.S.</string></dict>
<dict><key>Bundle ID</key><string>com.apple.CharacterPaletteIM</string><key>InputSourceKind</key><string>Non Keyboard Input Method</string></dict>
<dict><key>Bundle ID</key><string>com.apple.inputmethod.Korean</string><key>InputSourceKind</key><string>Keyboard Input Method</string></dict>
<dict><key>Bundle ID</key><string>com.apple.inputmethod.Korean</string><key>Input Mode</key><string>com.apple.inputmethod.Korean.2SetKorean</string><key>InputSourceKind</key><string>Input Mode</string></dict>
<dict><key>InputSourceKind</key><string>Keyboard Layout</string><key>KeyboardLayout ID</key><integer>-4711</integer><key>KeyboardLayout Name</key><string>Alice's own</string></dict>
</array></dict></plist>"#;

    fn locale(name: &str) -> String {
        format!("<plist><dict><key>AppleLocale</key><string>{name}</string></dict></plist>")
    }

    fn mac(files: &[(&str, &str)]) -> Recording {
        let mut host = Recording::blank(Platform::Macos, "");
        host.bytes.insert(linux::RULE.to_owned(), hex::encode(b"TZif\nKST-9\n"));
        for (path, text) in files {
            host.text.insert((*path).to_owned(), (*text).to_owned());
        }
        host
    }

    /// The language and the layouts that are told.
    fn told(host: &Recording) -> (Option<String>, Vec<String>) {
        let facts = facts(host).unwrap();
        (facts.locale, facts.layouts)
    }

    #[test]
    fn layouts_are_told_by_the_names_others_have_for_them() {
        let (keyboards, locales) = (format!("/{KEYBOARDS}"), format!("/{LOCALES}"));
        let host = mac(&[(&keyboards, LAYOUTS), (&locales, &locale("en_US@currency=EUR"))]);
        let layouts = ["us", "kr", "-4711"].map(str::to_owned).to_vec();
        assert_eq!(told(&host), (Some("en_US".to_owned()), layouts));
        let host = mac(&[(&keyboards, &LAYOUTS[..600]), (&locales, "<plist")]);
        assert_eq!(told(&host), (None, vec!["us".to_owned(), "kr".to_owned()]));
        assert_eq!(told(&mac(&[])), (None, Vec::new()));
    }

    #[test]
    fn where_the_machine_has_none_the_first_users_are_told() {
        let keyboards = format!("/Users/alice/{KEYBOARDS}");
        let other = format!("/Users/bob/{LOCALES}");
        let host = mac(&[(&keyboards, LAYOUTS), (&other, &locale("ko_KR"))]);
        let (language, layouts) = told(&host);
        assert_eq!((language.as_deref(), layouts.len()), (Some("ko_KR"), 3));
    }

    #[test]
    fn a_recording_names_no_user_and_nothing_a_user_has_named() {
        let keyboards = format!("/Users/alice/{KEYBOARDS}");
        let mut host = mac(&[(&keyboards, LAYOUTS)]);
        let before = Clock.look(&host).unwrap();
        Clock.blank(&mut host);
        assert_eq!(Clock.look(&host).unwrap(), before);
        let text = toml::to_string(&host).unwrap();
        assert!(!text.contains("lice") && !text.contains("Palette"), "{text}");
    }
}
