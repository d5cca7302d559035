//! Files with secrets beside what is asked for → only what is asked for.

use super::*;
use crate::host::Platform;
use crate::host::ProcessRow;
use crate::host::Recording;
use serde_json::json;
use std::collections::BTreeMap;

fn setting(tool: &str, format: Format, at: &str, key: &str) -> Setting {
    Setting {
        tool: tool.to_owned(),
        name: Name::Instance,
        at: at.split(' ').map(str::to_owned).collect(),
        format,
        key: key.to_owned(),
    }
}

/// What a signature may ask of the laptop below.
fn asked() -> Asked {
    let settings = vec![
        setting(
            "anydesk",
            Format::Ini,
            "/etc/anydesk/system.conf /etc/anydesk_ad_*/system.conf",
            "ad.anynet.id",
        ),
        setting(
            "rustdesk",
            Format::Toml,
            "~/.config/rustdesk/RustDesk2.toml",
            "options.custom-rendezvous-server",
        ),
        setting("rustdesk", Format::Toml, "~/.config/rustdesk/RustDesk2.toml", "options.key"),
        setting(
            "chrome",
            Format::Json,
            "~/.config/chrome-remote-desktop/host#*.json",
            "host_owner",
        ),
        setting(
            "teamviewer",
            Format::Plist,
            "/Library/Preferences/com.teamviewer.*.plist",
            "ClientID",
        ),
        setting("screenconnect", Format::Path, "/opt/screenconnect-*", ""),
        setting("screenconnect", Format::Argument, "screenconnect", "h"),
    ];
    Asked { settings, ..Asked::default() }
}

/// Laid out as the tools do, with `SECRET` wherever they keep one.
fn laptop() -> Recording {
    let mut host = Recording::blank(Platform::Linux, "");
    for (path, text) in [
        (
            "/etc/anydesk/system.conf",
            "ad.anynet.pkey=SECRET\nad.anynet.id=123456789\nad.anynet.token=SECRET\n",
        ),
        (
            "/etc/anydesk_ad_1a2b/system.conf",
            "ad.anynet.id=987654321\r\nad.anynet.pwd_hash=SECRET\r\n",
        ),
        (
            "/home/ada/.config/rustdesk/RustDesk2.toml",
            "rendezvous_server = 'rs.example.com'\n[options]\ncustom-rendezvous-server = 'own.example.com'\nkey = 'cHVibGlj'\nproxy-password = 'SECRET'\n",
        ),
        (
            "/home/ada/.config/rustdesk/RustDesk.toml",
            "password = 'SECRET'\nkey_pair = [[1], [2]]\nsalt = 'SECRET'\n",
        ),
        (
            "/home/ada/.config/chrome-remote-desktop/host#0cc1.json",
            r#"{"host_owner":"ada@example.com","private_key":"SECRET","oauth_refresh_token":"SECRET","host_secret_hash":"hmac:SECRET"}"#,
        ),
        (
            "/Library/Preferences/com.teamviewer.teamviewer.plist",
            "<plist version=\"1.0\"><dict><key>OptionsPasswordHash</key><string>SECRET</string><key>Nested</key><dict><key>ClientID</key><integer>1</integer></dict><key>List</key><array><string>ClientID</string><string>SECRET</string></array><key>ClientID</key><integer>1234567890</integer></dict></plist>",
        ),
        ("/opt/screenconnect-0123456789abcdef/token", "SECRET"),
        ("/opt/SECRET-plans/x", "SECRET"),
    ] {
        host.text.insert(path.to_owned(), text.to_owned());
    }
    host.process = Some(vec![ProcessRow {
        id: 7,
        parent: None,
        name: "screenconnect".to_owned(),
        executable: Some("/opt/screenconnect-0123456789abcdef/screenconnect".to_owned()),
        arguments: vec![
            "run".to_owned(),
            "?e=Access&h=relay%2dx.example.com&k=SECRET&p=443".to_owned(),
        ],
        user: None,
    }]);
    host
}

fn told(host: &dyn Host, asked: &Asked) -> Vec<(String, String, String)> {
    let seen = Settings.look_for(host, asked).unwrap();
    let field = |one: &Observation, name: &str| one.fields.get(name).map(ToString::to_string);
    seen.iter()
        .map(|one| {
            let value = field(one, "value").or_else(|| field(one, "unread")).unwrap();
            (one.subject.clone(), field(one, "tool").unwrap(), value)
        })
        .collect()
}

fn expected(home: &str) -> Vec<(String, String, String)> {
    [
        ("/etc/anydesk/system.conf ad.anynet.id", "anydesk", "123456789"),
        ("/etc/anydesk_ad_1a2b/system.conf ad.anynet.id", "anydesk", "987654321"),
        (
            "~/.config/rustdesk/RustDesk2.toml options.custom-rendezvous-server",
            "rustdesk",
            "own.example.com",
        ),
        ("~/.config/rustdesk/RustDesk2.toml options.key", "rustdesk", "cHVibGlj"),
        ("~/.config/chrome-remote-desktop/host#0cc1.json host_owner", "chrome", "ada@example.com"),
        (
            "/Library/Preferences/com.teamviewer.teamviewer.plist ClientID",
            "teamviewer",
            "1234567890",
        ),
        ("/opt/screenconnect-0123456789abcdef", "screenconnect", "0123456789abcdef"),
        ("screenconnect h", "screenconnect", "relay-x.example.com"),
    ]
    .map(|(subject, tool, value)| (subject.replace('~', home), tool.to_owned(), value.to_owned()))
    .to_vec()
}

#[test]
fn only_what_is_asked_for_is_stated_and_no_secret_beside_it() {
    assert_eq!(told(&laptop(), &asked()), expected("~"));
    let seen = Settings.look_for(&laptop(), &asked()).unwrap();
    let text = serde_json::to_string(&seen).unwrap();
    assert!(!text.contains("SECRET") && !text.contains("/home/ada"), "{text}");
    assert_eq!(Settings.look(&laptop()), Err(Blind::Absent));
}

#[test]
fn a_recording_has_the_asked_keys_and_nothing_else_and_says_the_same() {
    let mut kept = kept(&laptop(), &asked());
    let rows = laptop().process.unwrap();
    kept.process = Some(vec![ProcessRow {
        arguments: kept_arguments(&rows[0], &asked().settings),
        ..rows[0].clone()
    }]);
    let text = toml::to_string(&kept).unwrap();
    assert!(!text.contains("SECRET") && !text.contains("/home/ada"), "{text}");
    assert_eq!(told(&kept, &asked()), expected("~"));
    assert_eq!(kept.text["/home/home1/.config/rustdesk/RustDesk2.toml"].lines().count(), 2);
}

#[test]
fn the_registry_and_paths_of_windows_are_asked_for_what_is_named() {
    let host = r#"
platform = "windows"
[text]
"C:/ProgramData/AnyDesk/ad_1/system.conf" = "ad.anynet.id=7\nad.anynet.pwd_hash=SECRET\n"
"C:/Users/ada/AppData/Roaming/RustDesk/config/RustDesk2.toml" = "[options]\ncustom-rendezvous-server = 'own.example.com'\n"
[registry.'HKLM\SOFTWARE\TeamViewer\Version15']
clientid = 1234567890
SecurityPasswordAES = "SECRET"
[registry.'HKLM\SOFTWARE\Level']
Password = "SECRET"
"#;
    let host = Recording::from_toml(host).unwrap();
    let settings = vec![
        setting("anydesk", Format::Ini, r"C:\ProgramData\AnyDesk\AD_*\system.conf", "ad.anynet.id"),
        setting(
            "rustdesk",
            Format::Toml,
            r"~\AppData\Roaming\RustDesk\config\RustDesk2.toml",
            "options.custom-rendezvous-server",
        ),
        setting("anydesk", Format::Ini, "/etc/anydesk/system.conf", "ad.anynet.id"),
        setting("teamviewer", Format::Registry, r"HKLM\SOFTWARE\TeamViewer\Version*", "ClientID"),
        setting("teamviewer", Format::Registry, r"HKLM\SOFTWARE\TeamViewer", "ClientID"),
        setting("level", Format::Registry, r"HKLM\SOFTWARE\Level", "Password"),
    ];
    let asked = Asked { settings, ..Asked::default() };
    let expected = || {
        [
            (r"C:\ProgramData\AnyDesk\ad_1\system.conf ad.anynet.id", "anydesk", "7"),
            (
                r"~\AppData\Roaming\RustDesk\config\RustDesk2.toml options.custom-rendezvous-server",
                "rustdesk",
                "own.example.com",
            ),
            (r"HKLM\SOFTWARE\TeamViewer\Version15 ClientID", "teamviewer", "1234567890"),
        ]
        .map(|(at, tool, value)| (at.to_owned(), tool.to_owned(), value.to_owned()))
    };
    assert_eq!(told(&host, &asked), expected());
    let kept = kept(&host, &asked);
    assert_eq!(told(&kept, &asked), expected());
    let text = toml::to_string(&kept).unwrap();
    assert!(!text.contains("SECRET") && !text.contains("ada/"), "{text}");
}

#[test]
fn a_key_called_like_a_secret_is_refused_even_if_it_is_asked_for() {
    for key in [
        "password",
        "ad.anynet.pwd_hash",
        "private_key",
        "key_pair",
        "salt",
        "options.key",
        "host_secret_hash",
        "oauth_refresh_token",
        "unlockPin",
        "unlock_pin",
        "PIN",
        "key.x",
        "auth.id",
        "Cookie",
        "credentials",
        "security.passphrase",
        "private.id",
    ] {
        assert!(setting("anydesk", Format::Ini, "/x", key).is_secret(), "{key}");
        let settings = vec![setting("anydesk", Format::Ini, "/x", key)];
        let mut host = Recording::blank(Platform::Linux, "");
        host.text.insert("/x".to_owned(), format!("{key}=SECRET\n"));
        let asked = Asked { settings, ..Asked::default() };
        assert_eq!(Settings.look_for(&host, &asked), Err(Blind::Absent), "{key}");
        assert_eq!(kept(&host, &asked), Recording::blank(Platform::Linux, ""), "{key}");
    }
    for key in
        ["ad.anynet.id", "host_owner", "ClientID", "options.api-server", "ping.host", "Pinned"]
    {
        assert!(!setting("anydesk", Format::Ini, "/x", key).is_secret(), "{key}");
    }
    assert!(!setting("rustdesk", Format::Toml, "/x", "options.key").is_secret());
    assert!(setting("rustdesk", Format::Toml, "/x", "secret.key").is_secret());
}

#[test]
fn what_is_too_long_or_no_text_is_not_stated_and_what_cannot_be_read_is_told() {
    let asked =
        Asked { settings: vec![setting("t", Format::Json, "/etc/x", "a.b")], ..Asked::default() };
    let value = |text: &str| {
        let mut host = Recording::blank(Platform::Linux, "");
        host.text.insert("/etc/x".to_owned(), text.to_owned());
        told(&host, &asked).into_iter().map(|(_, _, value)| value).next()
    };
    assert_eq!(value(r#"{"a":{"b":"ok"}}"#).as_deref(), Some("ok"));
    assert_eq!(value(r#"{"a.b":7}"#).as_deref(), Some("7"));
    for text in [
        r#"{"a":[{"b":"x"}]}"#,
        r#"{"a":{"b":""}}"#,
        r#"{"a":{"b":"x\u0007"}}"#,
        r#"{"a":{"b":null}}"#,
    ] {
        assert_eq!(value(text), None, "{text}");
    }
    assert_eq!(value(&format!(r#"{{"a":{{"b":"{}"}}}}"#, "x".repeat(257))), None);
    assert_eq!(value("{").as_deref(), Some("invalid data"));
    assert_eq!(value(&" ".repeat(MOST + 1)).as_deref(), Some("file too large"));
    let mut closed = Recording::blank(Platform::Linux, "");
    closed.forbidden.insert("/etc/x".to_owned());
    assert_eq!(told(&closed, &asked)[0].2, "permission denied");
    let seen = Settings.look_for(&closed, &asked).unwrap();
    assert_eq!(Settings.unseen(&seen), ["/etc/x: permission denied"]);
}

#[test]
fn the_value_of_an_argument_is_what_follows_it() {
    let value = |arguments: &[&str]| {
        let mut host = laptop();
        let rows = host.process.as_mut().unwrap();
        rows[0].arguments = arguments.iter().map(|&one| one.to_owned()).collect();
        let settings = vec![setting("t", Format::Argument, "ScreenConnect", "--host")];
        told(&host, &Asked { settings, ..Asked::default() }).pop().map(|(_, _, value)| value)
    };
    for (arguments, expected) in [
        (&["--host=a.example.com", "x"][..], Some("a.example.com")),
        (&["run", "--host", "a.example.com"], Some("a.example.com")),
        (&["--host", "--password"], None),
        (&["--host"], None),
        (&["--hosts=x", "--hostx", "y"], None),
        (&["x://y?a=b&--host=a%2Eb%3A80%0a&c"], Some("a.b:80%0a")),
        (&["?--host=%"], Some("%")),
    ] {
        assert_eq!(value(arguments).as_deref(), expected, "{arguments:?}");
    }
}

#[test]
fn a_star_is_one_part_of_a_path_and_no_more_than_64_are_looked_at() {
    let mut host = Recording::blank(Platform::Linux, "");
    host.empty.extend((0..100).map(|number| format!("/opt/x-{number:03}/y")));
    host.empty.extend(["/opt/other/y".to_owned(), "/opt/x-".to_owned()]);
    let found = places(&host, &[], "/opt/x-*/y");
    assert_eq!(found.len(), 64);
    assert_eq!(found[1].path, "/opt/x-001/y");
    assert_eq!(places(&host, &[], "/opt/x-0*9")[0].starred.as_deref(), Some("0"));
    assert_eq!(places(&host, &[], "/opt/../etc/x"), []);
}

#[test]
fn keys_of_ini_files_are_found_in_their_sections() {
    let text = "a.b=1\n[s]\n; c=0\nc = \"2\"\n[ t.u ]\nd=3=4\nbroken\n=x\n";
    let all = BTreeMap::from(
        ["a.b", "s.c", "t.u.d", "c", "s.a.b", "d", "s."].map(|key| (key, ini::value(text, key))),
    );
    let expected = json!({ "a.b": "1", "s.c": "2", "t.u.d": "3=4", "c": null, "s.a.b": null, "d": null, "s.": null });
    assert_eq!(json!(all), expected);
}

#[test]
fn property_lists_are_read_in_both_forms() {
    let mut nested = ::plist::Dictionary::new();
    nested.insert("Owner".to_owned(), ::plist::Value::from("Ada"));
    nested.insert("x".to_owned(), ::plist::Value::from(true));
    let array = ["a", "b"].map(::plist::Value::from).to_vec();
    nested.insert("List".to_owned(), ::plist::Value::Array(array));
    let mut root = ::plist::Dictionary::new();
    root.insert("Account".to_owned(), ::plist::Value::Dictionary(nested));
    let list = ::plist::Value::Dictionary(root);
    let (mut xml, mut binary) = (Vec::new(), Vec::new());
    list.to_writer_xml(&mut xml).unwrap();
    list.to_writer_binary(&mut binary).unwrap();
    for bytes in [xml, binary] {
        assert_eq!(plist::value(&bytes, "Account.Owner").unwrap().as_deref(), Some("Ada"));
        assert_eq!(plist::value(&bytes, "Account.x").unwrap().as_deref(), Some("true"));
        assert_eq!(plist::value(&bytes, "Account.List.1").unwrap().as_deref(), Some("b"));
        assert_eq!(plist::value(&bytes, "Account.List.2").unwrap(), None);
        assert_eq!(plist::value(&bytes, "Owner").unwrap(), None);
    }
}

#[test]
fn deeply_nested_files_are_refused_and_break_nothing() {
    let xml = format!("<plist>{}{}</plist>", "<array>".repeat(65_000), "</array>".repeat(65_000));
    assert!(plist::value(xml.as_bytes(), "x").is_err());
    assert!(plist::value("(".repeat(100_000).as_bytes(), "x").is_err());
    assert!(plist::value(&chain(100_000, 1), "x").is_err());
    // Each list is twice in the one before it: 2^50 in all.
    assert!(plist::value(&chain(50, 2), "x").is_err());
    assert!(tree::json("[".repeat(100_000).as_bytes(), "x").is_err());
    assert!(tree::json("{\"x\":".repeat(100_000).as_bytes(), "x").is_err());
    assert!(tree::toml(&format!("x={}", "[".repeat(100_000)), "x").is_err());
    assert!(tree::toml(&format!("[x{}]", ".x".repeat(100_000)), "x.y").is_err());
}

/// A binary property list of lists each of which is so many times in the one
/// before it.
fn chain(count: u32, times: u8) -> Vec<u8> {
    let mut bytes = b"bplist00".to_vec();
    let mut table = Vec::new();
    for next in 1..=count {
        table.extend(u32::try_from(bytes.len()).unwrap().to_be_bytes());
        let times = if next < count { times } else { 0 };
        bytes.push(0xA0 | times);
        bytes.extend((0..times).flat_map(|_| next.to_be_bytes()));
    }
    let start = bytes.len() as u64;
    bytes.extend(table);
    bytes.extend([0, 0, 0, 0, 0, 0, 4, 4]);
    for number in [u64::from(count), 0, start] {
        bytes.extend(number.to_be_bytes());
    }
    bytes
}
