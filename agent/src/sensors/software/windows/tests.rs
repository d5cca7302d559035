//! A recorded Windows machine → what is installed on it.

use super::*;
use crate::host::Recording;
use crate::sensors::Sensor as _;
use crate::sensors::software::Software;
use crate::sensors::software::keep;
use crate::sensors::software::tests::lines;
use std::collections::BTreeMap;

/// Written by hand, after what Windows documents of each place; `SECRET` is
/// what must not be told.
const LAPTOP: &str = r#"
platform = "windows"
empty = [
    "C:/Users/ada/AppData/Local/ngrok",
    "C:/Users/ada/AppData/Local/Google/Chrome/User Data/Default/Extensions/inomeogfingihgjfjlpeplalcfajhgai",
    "C:/Users/ada/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup/AnyDesk.lnk",
    "C:/Users/ada/SECRET plans",
    "C:/Users/Public",
    "C:/Program Files/ATERA Networks/AteraAgent",
    "C:/Windows/dwrcs",
    "C:/Windows/notepad.exe",
    "C:/ProgramData/AMMYY",
    "C:/Windows/System32/Tasks/Microsoft/Windows/Defrag/ScheduledDefrag",
]

[text]
"C:/Windows/System32/Tasks/Vendor/Update" = "<Task><Exec><Command>&quot;C:\\Users\\ada\\AppData\\Local\\a &amp; b\\c.exe&quot;</Command><Arguments>SECRET</Arguments></Exec></Task>"

[registry.'HKLM\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall\AnyDesk']
DisplayName = "AnyDesk"
UninstallString = "SECRET"
[registry.'HKU\S-1-5-21-1111111111-2222222222-3333333333-1001\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\{1}']
displayname = "Parsec"
[registry.'HKU\S-1-5-18\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\Nobody']
[registry.'HKLM\SYSTEM\CurrentControlSet\Services\AnyDesk']
DisplayName = "AnyDesk Service"
ImagePath = '"C:\Program Files (x86)\AnyDesk\AnyDesk.exe" --service --SECRET'
Type = 16
[registry.'HKLM\SYSTEM\CurrentControlSet\Services\mouhid']
DisplayName = "@msmouse.inf"
ImagePath = '\SystemRoot\System32\drivers\mouhid.sys'
Type = 1
[registry.'HKLM\SYSTEM\CurrentControlSet\Services\CDPUserSvc_4f1a2']
ImagePath = 'C:\Windows\system32\svchost.exe -k UnistackSvcGroup'
Type = 240
[registry.'HKLM\SYSTEM\CurrentControlSet\Services\.NET Data']
[registry.'HKU\S-1-5-21-1111111111-2222222222-3333333333-1001\SOFTWARE\Microsoft\Windows\CurrentVersion\Run']
ngrok = '%LOCALAPPDATA%\ngrok\ngrok.exe http SECRET'
[registry.'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Appx\AppxAllUserStore\Applications\Microsoft.QuickAssist_2.0.35.0_x64__8wekyb3d8bbwe']
[registry.'HKLM\SOFTWARE\Google\Chrome\NativeMessagingHosts\com.google.chrome.remote_assistance']
"" = 'C:\SECRET.json'
[registry.'HKLM\SOFTWARE\Policies\Google\Chrome\ExtensionInstallForcelist']
1 = "iodihamcpbpeioajjeobimgagajmlibd;https://SECRET.example.com/update"

[signer."C:/Program Files (x86)/AnyDesk/AnyDesk.exe"]
trusted = true
name = "AnyDesk Software GmbH"
"#;

const EXPECTED: [&str; 12] = [
    "uninstall uninstall: AnyDesk, Parsec",
    r"services commands: C:\Program Files (x86)\AnyDesk\AnyDesk.exe",
    "services services: AnyDesk, AnyDesk Service, mouhid",
    r"autostart commands: ~\AppData\Local\ngrok\ngrok.exe",
    "autostart entries: AnyDesk.lnk, ngrok",
    r"tasks commands: ~\AppData\Local\a & b\c.exe",
    r"tasks tasks: \Microsoft\Windows\Defrag\ScheduledDefrag, \Vendor\Update",
    "store apps: Microsoft.QuickAssist_8wekyb3d8bbwe",
    "native-messaging native_hosts: com.google.chrome.remote_assistance",
    "extensions extensions: inomeogfingihgjfjlpeplalcfajhgai, iodihamcpbpeioajjeobimgagajmlibd",
    r"folders folders: C:\Program Files\ATERA Networks, C:\Program Files\ATERA Networks\AteraAgent, C:\ProgramData\AMMYY, C:\Windows\System32, C:\Windows\dwrcs, ~\AppData\Local\Google, ~\AppData\Local\ngrok, ~\AppData\Roaming\Microsoft",
    "signers signers: AnyDesk Software GmbH",
];

#[test]
fn a_machine_is_told_whole_source_by_source() {
    let host = Recording::from_toml(LAPTOP).unwrap();
    assert_eq!(lines(&host), EXPECTED);
}

#[test]
fn a_blanked_recording_tells_the_same_without_names_of_users_and_arguments() {
    let mut host = Recording::from_toml(LAPTOP).unwrap();
    let before = lines(&host);
    Software.blank(&mut host);
    assert_eq!(lines(&host), before);
    let text = toml::to_string(&host).unwrap();
    for secret in ["SECRET", "ada", "1111111111"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[test]
fn a_recording_keeps_only_what_is_asked_for() {
    let mut host = Recording::from_toml(LAPTOP).unwrap();
    Software.blank(&mut host);
    let wanted = ["AnyDesk", r"\Vendor\Update", r"C:\ProgramData\AMMYY"];
    keep(&mut host, |name| wanted.contains(&name));
    let all = lines(&host);
    assert!(all.contains(&"uninstall uninstall: AnyDesk".to_owned()), "{all:?}");
    assert!(all.contains(&"services services: AnyDesk".to_owned()), "{all:?}");
    assert!(all.contains(&r"tasks tasks: \Vendor\Update".to_owned()), "{all:?}");
    let text = toml::to_string(&host).unwrap();
    for other in [
        "Parsec",
        "ngrok",
        "mouhid",
        "iodihamcpb",
        "QuickAssist",
        "c.exe",
        "dwrcs",
        "ATERA",
        "Defrag",
    ] {
        assert!(!text.contains(other), "{other} in {text}");
    }
}

#[test]
fn a_registry_that_may_not_be_read_is_blindness() {
    let mut host = Recording::from_toml(LAPTOP).unwrap();
    host.forbidden.insert(registry::SERVICES.to_owned());
    let reason = "permission denied".to_owned();
    assert_eq!(Software.look(&host), Err(Blind::Failed { source: "registry".to_owned(), reason }));
}

#[test]
fn only_the_program_of_a_command_line_is_told() {
    for (line, program) in [
        (r#""C:\Program Files\A\a.exe" -p SECRET"#, Some(r"C:\Program Files\A\a.exe")),
        (r"C:\Program Files\A\a.exe -p SECRET", Some(r"C:\Program Files\A\a.exe")),
        (r"C:\A.exec\a.EXE", Some(r"C:\A.exec\a.EXE")),
        (r"system32\svchost.exe -k SECRET", Some(r"C:\Windows\system32\svchost.exe")),
        (r"\SystemRoot\System32\drivers\a.sys", Some(r"C:\Windows\System32\drivers\a.sys")),
        (r"\??\C:\Windows\a.sys", Some(r"C:\Windows\a.sys")),
        (r"%programfiles%\A\a.exe", Some(r"C:\Program Files\A\a.exe")),
        (r"%APPDATA%\a.exe SECRET", Some(r"~\AppData\Roaming\a.exe")),
        (r"%SECRETS%\a.exe", Some(r"%SECRETS%\a.exe")),
        ("rundll32 a.dll,Run", Some("rundll32")),
        ("%", Some("%")),
        ("\"", None),
        ("", None),
        ("\"C:\\a\u{7}.exe\"", None),
        ("ä.exe é", Some("ä.exe")),
    ] {
        assert_eq!(command::program(line).as_deref(), program, "{line}");
    }
}

#[test]
fn tasks_are_read_in_both_ways_they_are_written() {
    let text = r"<Exec><Command>%windir%\a.exe</Command></Exec><Exec><Command>C:\A b\c d.bat</Command></Exec><Command>";
    let wide = text.encode_utf16().flat_map(u16::to_le_bytes);
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(wide).collect();
    for bytes in [text.as_bytes(), &wide] {
        assert_eq!(tasks::programs(bytes), [r"C:\Windows\a.exe", r"C:\A b\c d.bat"]);
    }
    let programs = [r"C:\A & b\<c>.exe".to_owned()];
    assert_eq!(tasks::programs(tasks::written(&programs).as_bytes()), programs);
    assert_eq!(tasks::programs(b"\xff\xfe\0"), Vec::<String>::new());
}

#[test]
fn users_whose_part_of_the_registry_is_not_read_are_counted() {
    let mut host = Recording::from_toml(LAPTOP).unwrap();
    let (alice, bob) = ("S-1-5-21-1111111111-2222222222-3333333333-1001", "S-1-5-21-1-2-3-1002");
    for id in [alice, bob, "S-1-5-18"] {
        host.registry.insert(
            format!(r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\{id}"),
            BTreeMap::new(),
        );
    }
    let unseen = |host: &Recording| Software.unseen(&Software.look(host).unwrap());
    assert_eq!(unseen(&host), ["one user's part of the registry, or some of it"]);
    for key in ["SOFTWARE", r"SOFTWARE\WOW6432Node"] {
        let run = format!(r"HKU\{alice}\{key}\Microsoft\Windows\CurrentVersion\Run");
        host.forbidden.insert(run);
    }
    assert_eq!(unseen(&host), ["2 users' parts of the registry, or some of them"]);
}
