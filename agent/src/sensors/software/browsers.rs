//! What browsers were given: extensions, and programs these may talk to.

use super::Installed;
use super::places::Places;

/// Where Chromium and its kin keep a user's profiles, below the home.
const CHROMIUM: [&str; 14] = [
    ".config/BraveSoftware/Brave-Browser",
    ".config/chromium",
    ".config/google-chrome",
    ".config/google-chrome-beta",
    ".config/google-chrome-unstable",
    ".config/microsoft-edge",
    ".config/microsoft-edge-beta",
    ".config/microsoft-edge-dev",
    ".config/vivaldi",
    ".var/app/com.brave.Browser/config/BraveSoftware/Brave-Browser",
    ".var/app/com.google.Chrome/config/google-chrome",
    ".var/app/com.microsoft.Edge/config/microsoft-edge",
    ".var/app/org.chromium.Chromium/config/chromium",
    "snap/chromium/common/chromium",
];

/// Where Firefox keeps a user's profiles, below the home.
const FIREFOX: [&str; 3] = [
    ".mozilla/firefox",
    ".var/app/org.mozilla.firefox/.mozilla/firefox",
    "snap/firefox/common/.mozilla/firefox",
];

/// Where manifests of native messaging hosts are, for all users.
const NATIVE: [&str; 6] = [
    "/etc/chromium/native-messaging-hosts",
    "/etc/opt/chrome/native-messaging-hosts",
    "/etc/opt/edge/native-messaging-hosts",
    "/usr/lib/mozilla/native-messaging-hosts",
    "/usr/lib64/mozilla/native-messaging-hosts",
    "/usr/share/mozilla/native-messaging-hosts",
];

pub(super) fn native_hosts(places: &mut Places) -> Installed {
    let mut found = Installed::default();
    let chromium = CHROMIUM.iter().map(|browser| format!("{browser}/NativeMessagingHosts"));
    let users = chromium.chain([".mozilla/native-messaging-hosts".to_owned()]);
    let users = users.flat_map(|folder| places.of_users(&folder));
    let folders: Vec<String> = NATIVE.iter().map(|&one| one.to_owned()).chain(users).collect();
    for folder in folders {
        for name in places.names(&folder) {
            if let Some(host) = name.strip_suffix(".json") {
                places.add("native-messaging", &mut found.native_hosts, host.to_owned());
            }
        }
    }
    found
}

/// Those a user installed are folders or files named after the id.
pub(super) fn extensions(places: &mut Places) -> Installed {
    let mut found = Installed::default();
    for root in CHROMIUM.iter().flat_map(|folder| places.of_users(folder)).collect::<Vec<_>>() {
        for profile in places.names(&root).into_iter().filter(|name| is_profile(name)) {
            let ids = places.names(&format!("{root}/{profile}/Extensions"));
            for id in ids.into_iter().filter(|name| is_chromium_id(name)) {
                places.add("extensions", &mut found.extensions, id);
            }
        }
    }
    for root in FIREFOX.iter().flat_map(|folder| places.of_users(folder)).collect::<Vec<_>>() {
        for profile in places.names(&root) {
            for file in places.names(&format!("{root}/{profile}/extensions")) {
                if let Some(id) = file.strip_suffix(".xpi") {
                    places.add("extensions", &mut found.extensions, id.to_owned());
                }
            }
        }
    }
    found
}

fn is_profile(name: &str) -> bool {
    name == "Default" || name.starts_with("Profile ")
}

/// 32 letters from `a` to `p`: half a SHA-256, a letter for each four bits.
fn is_chromium_id(name: &str) -> bool {
    name.len() == 32 && name.bytes().all(|letter| matches!(letter, b'a'..=b'p'))
}
