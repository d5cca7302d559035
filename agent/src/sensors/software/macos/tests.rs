//! A recorded Mac → what is installed on it.

use crate::host::Recording;
use crate::sensors::Sensor as _;
use crate::sensors::software::Software;
use crate::sensors::software::keep;
use crate::sensors::software::tests::lines;

/// Written by hand, after launchd.plist(5) and Apple's bundle documentation;
/// `SECRET` is what must not be told.
const LAPTOP: &str = r#"
platform = "macos"
empty = [
    "/Applications/NoMachine.app",
    "/Library/PrivilegedHelperTools/com.philandro.anydesk.Helper",
    "/Library/Managed Preferences/com.google.Chrome.plist",
    "/Library/Managed Preferences/ada",
    "/Library/Google/Chrome/NativeMessagingHosts/com.google.chrome.remote_assistance.json",
    "/Users/Shared",
    "/Users/ada/.anydesk",
    "/Users/ada/SECRET plans",
    "/Users/ada/Library/Application Support/Google/Chrome/Default/Extensions/inomeogfingihgjfjlpeplalcfajhgai",
    "/var/db/receipts/com.google.pkg.ChromeRemoteDesktopHost.bom",
    "/var/db/receipts/com.google.pkg.ChromeRemoteDesktopHost.plist",
]

[text]
"/Applications/AnyDesk.app/Contents/Info.plist" = "<plist version=\"1.0\"><dict><key>CFBundleIdentifier</key><string>com.philandro.anydesk</string><key>CFBundleName</key><string>SECRET</string></dict></plist>"
"/Applications/Safari.app/Contents/Info.plist" = "<plist version=\"1.0\"><dict><key>CFBundleIdentifier</key><string>com.apple.Safari</string></dict></plist>"
"/Library/Application Support/com.apple.TCC/MDMOverrides.plist" = "<plist version=\"1.0\"><dict><key>com.philandro.anydesk</key><dict><key>kTCCServicePostEvent</key><dict><key>Allowed</key><true/><key>CodeRequirement</key><string>SECRET</string></dict></dict><key>/opt/agent</key><dict><key>kTCCServiceScreenCapture</key><dict><key>Authorization</key><string>AllowStandardUserToSetSystemService</string></dict></dict><key>us.zoom.xos</key><dict><key>kTCCServiceAccessibility</key><dict><key>Allowed</key><false/></dict><key>kTCCServiceSystemPolicyAllFiles</key><dict><key>Allowed</key><true/></dict></dict></dict></plist>"
"/Library/LaunchDaemons/broken.plist" = "<plist"
"/Library/LaunchDaemons/renamed.plist" = "<plist version=\"1.0\"><dict><key>EnvironmentVariables</key><dict><key>TOKEN</key><string>SECRET</string></dict><key>ProgramArguments</key><array><string>/Applications/AnyDesk.app/Contents/MacOS/AnyDesk</string><string>--SECRET</string></array><key>Label</key><string>com.philandro.anydesk.service</string></dict></plist>"
"/Users/ada/Library/LaunchAgents/own.plist" = "<plist version=\"1.0\"><dict><key>Label</key><string>own</string><key>Program</key><string>/Users/ada/bin/own</string></dict></plist>"

[signer."/Applications/AnyDesk.app"]
trusted = true
name = "Developer ID Application: philandro Software GmbH (KHRWM533LU)"
team = "KHRWM533LU"
identifier = "com.philandro.anydesk"
[signer."/Applications/NoMachine.app"]
trusted = false
team = "493C5JZAGR"
"#;

#[test]
fn a_mac_is_told_whole_source_by_source() {
    let host = Recording::from_toml(LAPTOP).unwrap();
    let expected = [
        "applications bundles: com.apple.Safari, com.philandro.anydesk",
        "launchd commands: /Applications/AnyDesk.app/Contents/MacOS/AnyDesk, ~/bin/own",
        "launchd labels: broken, com.philandro.anydesk.service, own",
        "receipts receipts: com.google.pkg.ChromeRemoteDesktopHost",
        "managed folders: /Library/Managed Preferences/com.google.Chrome.plist",
        "managed granted: /opt/agent, com.philandro.anydesk",
        "native-messaging native_hosts: com.google.chrome.remote_assistance",
        "extensions extensions: inomeogfingihgjfjlpeplalcfajhgai",
        "folders folders: /Applications/AnyDesk.app, /Applications/NoMachine.app, /Applications/Safari.app, /Library/Application Support/com.apple.TCC, /Library/PrivilegedHelperTools/com.philandro.anydesk.Helper, ~/.anydesk, ~/Library/Application Support/Google",
        "signers team_ids: KHRWM533LU",
    ];
    assert_eq!(lines(&host), expected);
}

#[test]
fn a_blanked_recording_tells_the_same_without_names_of_users_and_arguments() {
    let mut host = Recording::from_toml(LAPTOP).unwrap();
    let before = lines(&host);
    Software.blank(&mut host);
    assert_eq!(lines(&host), before);
    let text = toml::to_string(&host).unwrap();
    for secret in ["SECRET", "ada"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[test]
fn a_recording_keeps_only_what_is_asked_for() {
    let mut host = Recording::from_toml(LAPTOP).unwrap();
    Software.blank(&mut host);
    keep(&mut host, |name| {
        name == "com.philandro.anydesk.service" || name == "/Applications/NoMachine.app"
    });
    let all = lines(&host);
    let expected = [
        "launchd labels: com.philandro.anydesk.service",
        "folders folders: /Applications/NoMachine.app, /Library/Application Support/com.apple.TCC, ~/Library/Application Support/Google",
    ];
    for line in expected {
        assert!(all.contains(&line.to_owned()), "{line} not in {all:?}");
    }
    let text = toml::to_string(&host).unwrap();
    for other in ["Safari", "own", "inomeog", "anydesk.Helper", "MacOS", "/opt/agent"] {
        assert!(!text.contains(other), "{other} in {text}");
    }
}

#[test]
fn a_folder_that_may_not_be_read_is_told() {
    let mut host = Recording::from_toml(LAPTOP).unwrap();
    host.forbidden.insert("/Users/ada/Library/LaunchAgents".to_owned());
    let all = lines(&host);
    assert_eq!(all.last().map(String::as_str), Some("unread unread: ~/Library/LaunchAgents"));
}
