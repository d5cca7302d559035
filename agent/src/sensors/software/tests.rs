//! A recording of what is installed → what is stated, whole; hostile files too.

use super::*;
use crate::host::Recorder;
use model::Value;
use serde_json::json;

/// A Debian laptop of a user called ada, with a browser and remote tools.
const LAPTOP: &str = r#"
platform = "linux"
empty = [
    "/etc/anydesk", "/etc/hosts", "/etc/xdg",
    "/home/ada/.config/rustdesk", "/home/ada/Diary", "/home/lost+found",
    "/home/ada/.config/google-chrome/Default/Extensions/inomeogfingihgjfjlpeplalcfajhgai",
    "/home/ada/.config/google-chrome/Default/Extensions/Temp",
    "/home/ada/.config/google-chrome/Profile 2/Extensions/iodihamcpbpeioajjeobimgagajmlibd",
    "/home/ada/.config/google-chrome/Crashpad/Extensions/abcdefghijklmnopabcdefghijklmnop",
    "/home/ada/.mozilla/firefox/x1.default/extensions/remote@example.org.xpi",
    "/opt/teamviewer", "/snap/bin", "/snap/README", "/snap/firefox",
    "/usr/lib/systemd/system/dbus.service", "/usr/lib/systemd/system/graphical.target",
    "/var/lib/flatpak/app/com.rustdesk.RustDesk", "/home/ada/.local/share/flatpak/app/us.zoom.Zoom",
    "/var/lib/snapd/snaps/partial", "/var/lib/snapd/snaps/anydesk_7.snap",
    "/var/log/teamviewer15", "/var/log/syslog", "/var/log/syslog.1", "/var/log/syslog.2.gz",
]

[text]
"/var/lib/dpkg/status" = """
Package: anydesk
Status: install ok installed
Description: remote
 Package: not-one

Package: x11vnc
Status: deinstall ok config-files

Package: half
Status: install ok half-configured

Status: hold ok installed
Package: bash
"""
"/etc/systemd/system/anydesk.service" = "[Service]\nExecStart=-@/usr/bin/anydesk --service --password hunter2\nExecStart=\n"
"/etc/systemd/system/multi-user.target.wants/odd.service" = "ExecStart = \"/opt/odd one/run\" x\n# ExecStart=/no\nExecStartPre=/no"
"/etc/systemd/system/ssh.service.d/local.conf" = "ExecStart=\\\n  /usr/sbin/sshd -D\n"
"/home/ada/.config/systemd/user/tunnel.service" = "ExecStart=%h/bin/tunnel --token s3cret"
"/etc/xdg/autostart/tray.desktop" = "[Desktop Entry]\nName=Tray\nExec=/usr/bin/tray %u\nTryExec=/no\n"
"/home/ada/.config/autostart/mine.desktop" = "Exec=/home/ada/.local/bin/mine"
"/home/ada/.config/google-chrome/NativeMessagingHosts/com.google.chrome.remote_assistance.json" = "{}"
"/etc/chromium/native-messaging-hosts/org.kde.json" = "{}"
"#;

fn told(host: &dyn Host) -> serde_json::Value {
    let seen = Software.look(host).unwrap();
    let fields =
        seen.into_iter().map(|one| (one.subject, serde_json::to_value(one.fields).unwrap()));
    serde_json::Value::Object(fields.collect())
}

fn laptop() -> Recording {
    Recording::from_toml(LAPTOP).unwrap()
}

/// The laptop as `moored record` writes it down.
fn recorded() -> Recording {
    recorded_of(&laptop())
}

fn recorded_of(laptop: &Recording) -> Recording {
    let recorder = Recorder::new(laptop);
    Software.look(&recorder).unwrap();
    recorder.finish()
}

fn with_text(path: &str, text: &str) -> Recording {
    let mut host = Recording::blank(Platform::Linux, "");
    host.text.insert(path.to_owned(), text.to_owned());
    host
}

#[test]
fn a_laptop_is_told_whole_source_by_source() {
    let mut seen = told(&laptop());
    let folders = seen.as_object_mut().unwrap().remove("folders").unwrap();
    let expected = json!({
        "dpkg": { "packages": ["anydesk", "bash", "half"] },
        "flatpak": { "apps": ["com.rustdesk.RustDesk", "us.zoom.Zoom"] },
        "snap": { "apps": ["anydesk", "firefox"] },
        "systemd": {
            "units": ["anydesk.service", "dbus.service", "odd.service", "tunnel.service"],
            "commands": ["/opt/odd one/run", "/usr/bin/anydesk", "/usr/sbin/sshd", "~/bin/tunnel"],
        },
        "autostart": {
            "entries": ["mine.desktop", "tray.desktop"],
            "commands": ["/usr/bin/tray", "~/.local/bin/mine"],
        },
        "native-messaging": { "native_hosts": ["com.google.chrome.remote_assistance", "org.kde"] },
        "extensions": { "extensions": [
            "inomeogfingihgjfjlpeplalcfajhgai", "iodihamcpbpeioajjeobimgagajmlibd",
            "remote@example.org",
        ] },
    });
    assert_eq!(seen, expected);
    let expected = json!({ "folders": [
        "/etc/anydesk", "/etc/chromium", "/etc/hosts", "/etc/systemd", "/etc/xdg",
        "/opt/teamviewer", "/usr/lib", "/var/lib/dpkg", "/var/lib/flatpak", "/var/lib/snapd",
        "/var/log/syslog", "/var/log/teamviewer15", "~/.config", "~/.config/autostart",
        "~/.config/google-chrome", "~/.config/rustdesk", "~/.config/systemd", "~/.local",
        "~/.local/share/flatpak", "~/.mozilla",
    ] });
    assert_eq!(folders, expected);
}

#[test]
fn packages_of_rpm_are_told_beside_those_of_dpkg() {
    let mut host = Recording::blank(Platform::Linux, "");
    let names = ["tigervnc-server", "gpg-pubkey", "", "a b", "a\0b", "caf\u{e9}"];
    host.rpm = Some(names.map(str::to_owned).into());
    let expected = json!({ "rpm": { "packages": ["gpg-pubkey", "tigervnc-server"] } });
    assert_eq!(told(&host), expected);
    let both = Recording { rpm: host.rpm, ..laptop() };
    assert_eq!(told(&both)["dpkg"], json!({ "packages": ["anydesk", "bash", "half"] }));
    assert_eq!(told(&both)["rpm"], expected["rpm"]);
    // An empty database is one.
    let none = Recording { rpm: Some(Names::new()), ..Recording::blank(Platform::Linux, "") };
    assert_eq!(told(&none), json!({}));
}

#[test]
fn a_data_base_of_rpm_that_is_not_read_is_never_one_without_packages() {
    for path in
        ["/usr/lib/sysimage/rpm/Packages.db", "/var/lib/rpm/Packages", "/var/lib/rpm/rpmdb.sqlite"]
    {
        let mut host = Recording::blank(Platform::Linux, "");
        host.empty.insert(path.to_owned());
        let seen = Software.look(&host).unwrap();
        let fields = seen.iter().find(|one| one.subject == "unread").unwrap().fields.clone();
        assert_eq!(serde_json::to_value(fields).unwrap(), json!({ "unread": ["rpm"] }), "{path}");
        assert_eq!(Software.unseen(&seen), [UNREAD_RPM]);
    }
    let seen = Software.look(&laptop()).unwrap();
    assert_eq!(Software.unseen(&seen), [""; 0]);
    let mut host = laptop();
    host.forbidden.insert("rpm packages".to_owned());
    let reason = "permission denied".to_owned();
    let failed = Blind::Failed { source: rpm::SOURCE.to_owned(), reason };
    assert_eq!(Software.look(&host), Err(failed));
}

#[test]
fn every_list_is_guarded_and_in_the_example() {
    let example = Software.example();
    let lists: Vec<&str> = example.fields.keys().map(String::as_str).collect();
    let mut guarded = Software.guarded().to_vec();
    guarded.sort_unstable();
    assert_eq!(lists, guarded);
    assert!(example.fields.values().all(|value| matches!(value, Value::List(_))));
}

#[test]
fn a_recording_of_other_things_has_none_on_any_platform() {
    assert_eq!(Software.look(&with_text("/sys/x", "y")), Err(Blind::Absent));
    for platform in [Platform::Windows, Platform::Macos] {
        let host = Recording { platform, ..with_text("/sys/x", "y") };
        assert_eq!(Software.look(&host), Err(Blind::Absent));
    }
}

#[test]
fn hostile_package_lists_give_what_can_be_read_of_them() {
    let giant = format!("Package: {}\nStatus: install ok installed\n", "x".repeat(100_000));
    for (text, expected) in [
        ("Package: a\nStatus: install ok installed", json!(["a"])),
        ("Package: a\nStatus: install ok installed\n\nPackage: b\nStat", json!(["a"])),
        ("Package: a\0b\nStatus: install ok installed\n", json!(null)),
        ("Package:\nStatus:\n\nStatus: install ok installed\n\nPackage: c\n", json!(null)),
        ("Package: a\r\nStatus: install ok installed\r\n", json!(["a"])),
        (giant.as_str(), json!(null)),
        ("", json!(null)),
    ] {
        let seen = told(&with_text(dpkg::STATUS, text));
        let told = &seen["dpkg"]["packages"];
        assert_eq!(told, &expected, "{:?}", text.get(..60).unwrap_or(text));
    }
}

#[test]
fn hostile_units_name_no_program_but_one() {
    let giant = format!("ExecStart=/opt/x {}\nExecStart=/opt/y", "z".repeat(100_000));
    for (text, expected) in [
        (giant.as_str(), json!(["/opt/x", "/opt/y"])),
        ("ExecStart=/opt/\0x\nExecStart=/opt/\u{1b}[2Jx", json!(null)),
        ("ExecStart=\"/opt/x", json!(null)),
        ("ExecStart=\nExecStart=@-:+!\nExecStart", json!(null)),
        ("ExecStart=\\", json!(null)),
        ("ExecStart=\\\n# a note\n!!/opt/x", json!(["/opt/x"])),
        ("\u{feff}ExecStart=/opt/x", json!(null)),
    ] {
        let seen = told(&with_text("/etc/systemd/system/x.service", text));
        assert_eq!(seen["systemd"]["commands"], expected, "{:?}", text.get(..60).unwrap_or(text));
    }
    let mut host = Recording::blank(Platform::Linux, "");
    host.bytes.insert(
        "/etc/systemd/system/x.service".to_owned(),
        hex::encode(b"ExecStart=/\xff\nExecStart=/y\n"),
    );
    assert_eq!(told(&host)["systemd"]["commands"], json!(["/y"]));
}

#[test]
fn what_cannot_be_read_is_told_and_a_closed_package_list_is_blindness() {
    let mut host = laptop();
    host.forbidden.insert("/root".to_owned());
    host.forbidden.insert("/home/bob".to_owned());
    host.forbidden.insert("/home/ada/.config/autostart".to_owned());
    host.empty.insert("/var/lib/rpm/rpmdb.sqlite".to_owned());
    assert_eq!(told(&host)["unread"], json!({ "unread": ["rpm", "~", "~/.config/autostart"] }));
    host.forbidden.insert(dpkg::STATUS.to_owned());
    let failed =
        Blind::Failed { source: dpkg::STATUS.to_owned(), reason: "permission denied".to_owned() };
    assert_eq!(Software.look(&host), Err(failed));
}

#[test]
fn closed_homes_alone_are_told_as_well() {
    let mut host = Recording::blank(Platform::Linux, "");
    host.forbidden.insert("/home".to_owned());
    assert_eq!(told(&host), json!({ "unread": { "unread": ["/home"] } }));
}

#[test]
fn a_list_that_is_too_long_is_cut_and_told() {
    let mut host = laptop();
    host.empty.extend((0..10_100).map(|number| format!("/home/ada/.config/x{number:05}")));
    let seen = told(&host);
    assert_eq!(seen["folders"]["folders"].as_array().unwrap().len(), 10_000);
    assert_eq!(seen["unread"], json!({ "unread": ["folders"] }));
}

#[test]
fn a_blanked_recording_tells_the_same_without_names_of_users_and_arguments() {
    let mut host = recorded();
    host.text.insert("/etc/resolv.conf".to_owned(), "kept for another sensor".to_owned());
    let before = told(&host);
    Software.blank(&mut host);
    assert_eq!(told(&host), before);
    let text = serde_json::to_string(&host).unwrap();
    for secret in ["ada", "Diary", "hunter2", "s3cret", "--service", "Description"] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
    assert_eq!(
        host.text["/home/home1/.config/systemd/user/tunnel.service"],
        "ExecStart=\"~/bin/tunnel\"\n"
    );
    assert_eq!(host.text["/etc/resolv.conf"], "kept for another sensor");
}

#[test]
fn a_recording_keeps_only_what_is_asked_for() {
    let mut laptop = laptop();
    laptop.rpm = Some(["xrdp", "bash"].map(str::to_owned).into());
    let mut host = recorded_of(&laptop);
    Software.blank(&mut host);
    let wanted = ["anydesk", "xrdp", "~/bin/tunnel", "~/.config/rustdesk", "org.kde", "firefox"];
    keep(&mut host, |name| wanted.contains(&name));
    let expected = json!({
        "dpkg": { "packages": ["anydesk"] },
        "rpm": { "packages": ["xrdp"] },
        "snap": { "apps": ["anydesk", "firefox"] },
        "systemd": { "units": ["tunnel.service"], "commands": ["~/bin/tunnel"] },
        "native-messaging": { "native_hosts": ["org.kde"] },
    });
    let mut seen = told(&host);
    let folders = seen.as_object_mut().unwrap().remove("folders").unwrap();
    assert_eq!(seen, expected);
    let folders = folders["folders"].as_array().unwrap();
    assert!(
        folders.contains(&json!("/etc/anydesk")) && folders.contains(&json!("~/.config/rustdesk"))
    );
    assert!(!folders.contains(&json!("/opt/teamviewer")), "{folders:?}");
}

/// Links and sockets in folders are what Unix has.
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "the test writes what it reads")]
#[test]
fn links_to_nothing_and_sockets_are_names_and_no_programs() {
    use crate::host::Live;
    use std::fs;

    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::os::unix::fs::symlink("/dev/null", path("masked.service")).unwrap();
    std::os::unix::fs::symlink("/nowhere", path("gone.service")).unwrap();
    let _listening = std::os::unix::net::UnixListener::bind(path("socket.service")).unwrap();
    fs::write(path("real.service"), "ExecStart=/opt/x\0\nExecStart=/opt/y").unwrap();
    std::os::unix::fs::symlink(path("real.service"), path("link.service")).unwrap();
    let live = Live::new();
    let mut places = Places::of(&live);
    let before = places.unread.clone();
    for (name, expected) in [
        ("masked.service", &[][..]),
        ("gone.service", &[]),
        ("socket.service", &[]),
        ("link.service", &["/opt/y"]),
        ("real.service", &["/opt/y"]),
    ] {
        assert_eq!(places.commands(&path(name)), expected, "{name}");
    }
    assert_eq!(places.unread, before);
}

/// All that is stated, each field in a line.
pub(super) fn lines(host: &dyn Host) -> Vec<String> {
    let list = |value: &Value| match value {
        Value::List(items) => items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    };
    let seen = Software.look(host).unwrap();
    let all = seen.iter().flat_map(|one| one.fields.iter().map(move |field| (one, field)));
    all.map(|(one, (field, value))| format!("{} {field}: {}", one.subject, list(value))).collect()
}
