//! What browsers were given: extensions, and programs these may talk to.

use super::Installed;
use super::places::Places;

/// Where a platform's browsers keep what they were given.
pub(super) struct Browsers {
    /// Where Chromium and its kin keep a user's profiles, below the home.
    chromium: &'static [&'static str],
    /// Where Firefox keeps a user's profiles, below the home.
    firefox: &'static [&'static str],
    /// Where manifests of native messaging hosts are, for all users.
    native: &'static [&'static str],
    /// Where Firefox's are of one user, below the home.
    firefox_native: &'static str,
}

/// Those of Linux.
pub(super) const LINUX: Browsers = Browsers {
    chromium: &[
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
    ],
    firefox: &[
        ".mozilla/firefox",
        ".var/app/org.mozilla.firefox/.mozilla/firefox",
        "snap/firefox/common/.mozilla/firefox",
    ],
    native: &[
        "/etc/chromium/native-messaging-hosts",
        "/etc/opt/chrome/native-messaging-hosts",
        "/etc/opt/edge/native-messaging-hosts",
        "/usr/lib/mozilla/native-messaging-hosts",
        "/usr/lib64/mozilla/native-messaging-hosts",
        "/usr/share/mozilla/native-messaging-hosts",
    ],
    firefox_native: ".mozilla/native-messaging-hosts",
};

/// Those of macOS.
pub(super) const MACOS: Browsers = Browsers {
    chromium: &[
        "Library/Application Support/BraveSoftware/Brave-Browser",
        "Library/Application Support/Chromium",
        "Library/Application Support/Google/Chrome",
        "Library/Application Support/Google/Chrome Beta",
        "Library/Application Support/Google/Chrome Canary",
        "Library/Application Support/Microsoft Edge",
        "Library/Application Support/Vivaldi",
    ],
    firefox: &["Library/Application Support/Firefox/Profiles"],
    native: &[
        "/Library/Application Support/Chromium/NativeMessagingHosts",
        "/Library/Application Support/Mozilla/NativeMessagingHosts",
        "/Library/Google/Chrome/NativeMessagingHosts",
        "/Library/Microsoft/Edge/NativeMessagingHosts",
    ],
    firefox_native: "Library/Application Support/Mozilla/NativeMessagingHosts",
};

/// Those of Windows, where native messaging hosts are in the registry.
pub(super) const WINDOWS: Browsers = Browsers {
    chromium: &[
        "AppData/Local/BraveSoftware/Brave-Browser/User Data",
        "AppData/Local/Chromium/User Data",
        "AppData/Local/Google/Chrome Beta/User Data",
        "AppData/Local/Google/Chrome SxS/User Data",
        "AppData/Local/Google/Chrome/User Data",
        "AppData/Local/Microsoft/Edge/User Data",
        "AppData/Local/Vivaldi/User Data",
    ],
    firefox: &["AppData/Roaming/Mozilla/Firefox/Profiles"],
    native: &[],
    firefox_native: "",
};

/// By the names of their manifests.
pub(super) fn native_hosts(places: &mut Places, browsers: &Browsers) -> Installed {
    let mut found = Installed::default();
    let chromium =
        browsers.chromium.iter().map(|browser| format!("{browser}/NativeMessagingHosts"));
    let users = chromium.chain([browsers.firefox_native.to_owned()]);
    let users = users.flat_map(|folder| places.of_users(&folder));
    let folders: Vec<String> =
        browsers.native.iter().map(|&one| one.to_owned()).chain(users).collect();
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
pub(super) fn extensions(places: &mut Places, browsers: &Browsers) -> Installed {
    let mut found = Installed::default();
    for root in
        browsers.chromium.iter().flat_map(|folder| places.of_users(folder)).collect::<Vec<_>>()
    {
        for profile in places.names(&root).into_iter().filter(|name| is_profile(name)) {
            let ids = places.names(&format!("{root}/{profile}/Extensions"));
            for id in ids.into_iter().filter(|name| is_chromium_id(name)) {
                places.add("extensions", &mut found.extensions, id);
            }
        }
    }
    for root in
        browsers.firefox.iter().flat_map(|folder| places.of_users(folder)).collect::<Vec<_>>()
    {
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
