//! Every tool that was researched before there were signatures has one, or a
//! reason why not.

use std::fs;
use tests::root;

/// Under which signatures of `remote-tools` a researched tool is known, where
/// they are not called like it.
const ELSEWHERE: [(&str, &[&str]); 6] = [
    // It only looks at other machines; a miss of `sunshine` and `steam-remote-play`.
    ("moonlight", &[]),
    ("mouse-jigglers", &["caffeine", "mouse-jiggler", "xdotool"]),
    ("network-kvm", &["barrier"]),
    // Google Meet is held in a browser, and of Slack nothing says that it gives control.
    ("teams-meet", &["teams", "webex"]),
    // Of the others nothing but names is known.
    ("virtual-cams", &["manycam", "v4l2loopback"]),
    ("x2go-xpra", &["x2go", "xpra"]),
];

/// Those that are called like their signature.
const SAME: &str = "
    action1 ammyy anydesk anyviewer astrill atera beyondtrust chrome-remote-desktop cloudflared
    cursor-tunnel dameware datto-rmm devtunnel dwservice fleetdeck getscreen gnome-remote-desktop
    goto-resolve gotomypc hoptodesk ip-messenger isl-online jetbrains-remote jump-desktop-connect
    kaseya-vsa krfb level litemanager logmein logmein-rescue macos-screen-sharing meshcentral n-able
    ngrok ninjaone nomachine obs openssh parsec quick-assist radmin realvnc remote-utilities remotepc
    rustdesk screenconnect simplehelp splashtop sshx steam-remote-play sunlogin-aweray sunshine
    supremo tactical-rmm tailscale teamviewer tigervnc tightvnc tmate todesk ultravnc vscode-tunnel
    wayvnc windows-rdp x11vnc xrdp zoho-assist zoom";

#[test]
fn every_researched_tool_but_one_that_only_looks_elsewhere_has_a_signature() {
    let folder = root().join("config/signatures/remote-tools");
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    let same: Vec<&str> = SAME.split_whitespace().collect();
    let elsewhere = ELSEWHERE.iter().flat_map(|(_, names)| names.iter().copied());
    let missing = same.iter().copied().chain(elsewhere);
    let missing = missing.filter(|name| !names.contains(&format!("{name}.toml")));
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<&str>::new());
    assert_eq!(same.len() + ELSEWHERE.len(), 74);
    let without: Vec<&str> =
        ELSEWHERE.iter().filter(|(_, names)| names.is_empty()).map(|(tool, _)| *tool).collect();
    assert_eq!(without, ["moonlight"]);
}
