//! What is written in the registry of what is installed.

use super::command;
use crate::host::Property;
use crate::host::RegistryKey;
use crate::sensors::software::Installed;
use crate::sensors::software::Names;
use crate::sensors::software::places::Places;

/// The keys that programs of 64 and of 32 bits have apart, below a root.
pub(super) const VIEWS: [&str; 2] = ["SOFTWARE", r"SOFTWARE\WOW6432Node"];

/// Where programs say how they are removed, below a view.
const UNINSTALL: &str = r"Microsoft\Windows\CurrentVersion\Uninstall";

/// Where services and drivers are.
pub(super) const SERVICES: &str = r"HKLM\SYSTEM\CurrentControlSet\Services";

/// Bits in a service's `Type` (`winnt.h`): one with a process of its own or in
/// one with others, and the copy of one that each user gets when logging in,
/// whose name is another each time.
const WIN32: i64 = 0x30;
const INSTANCE: i64 = 0x80;

/// Where programs are that start with the machine or when somebody logs in,
/// below a view.
const RUN: [&str; 3] = [
    r"Microsoft\Windows\CurrentVersion\Run",
    r"Microsoft\Windows\CurrentVersion\RunOnce",
    r"Microsoft\Windows\CurrentVersion\Policies\Explorer\Run",
];

/// Where packages of the Store are, of all users and of one.
const STORE: &str =
    r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Appx\AppxAllUserStore\Applications";
const USERS_STORE: &str =
    r"Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages";

/// Browsers' own keys, below a view; policies are below `Policies` of the same.
const BROWSERS: [&str; 5] =
    [r"BraveSoftware\Brave-Browser", "Chromium", r"Google\Chrome", r"Microsoft\Edge", "Mozilla"];
const FORCED: [&str; 4] = [
    r"Policies\BraveSoftware\Brave",
    r"Policies\Chromium",
    r"Policies\Google\Chrome",
    r"Policies\Microsoft\Edge",
];

/// Who has a profile here, logged in or not.
const PROFILES: &str = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList";

/// Where the keys of all users are, each under a security identifier.
const USERS: &str = r"HKU\";

/// The keys of users who have a home: those of the system's own accounts have
/// shorter numbers. Only of those who are logged in are keys loaded; those of
/// everybody else are told as unread.
pub(super) fn users(places: &mut Places) -> Vec<String> {
    let ids = places.key("HKU").keys.into_iter();
    let ids = ids.filter(|id| is_user(id) && !id.ends_with("_Classes"));
    let loaded: Vec<String> = ids.map(|id| format!("{USERS}{id}")).collect();
    for id in places.key(PROFILES).keys.into_iter().filter(|id| is_user(id)) {
        let key = format!("{USERS}{id}");
        if !loaded.iter().any(|other| other.eq_ignore_ascii_case(&key)) {
            places.unread.insert(key);
        }
    }
    loaded
}

/// The user in whose part of the registry something is that was not read.
pub(in crate::sensors::software) fn user(unread: &str) -> Option<&str> {
    let id = unread.strip_prefix(USERS)?.split('\\').next()?;
    let id = id.strip_suffix("_Classes").unwrap_or(id);
    is_user(id).then_some(id)
}

/// True for somebody of this machine, of its company, or of Entra ID.
pub(super) fn is_user(id: &str) -> bool {
    id.starts_with("S-1-5-21-") || id.starts_with("S-1-12-1-")
}

/// A key below each view of the machine and of each user.
fn everywhere(users: &[String], below: &str) -> Vec<String> {
    let roots = ["HKLM"].into_iter().chain(users.iter().map(String::as_str));
    let views = roots.flat_map(|root| VIEWS.iter().map(move |view| format!(r"{root}\{view}")));
    views.map(|view| format!(r"{view}\{below}")).collect()
}

/// The names programs have in the list of those that can be removed.
pub(super) fn uninstall(places: &mut Places, users: &[String]) -> Installed {
    let mut found = Installed::default();
    for list in everywhere(users, UNINSTALL) {
        for name in places.key(&list).keys {
            let entry = places.key(&format!(r"{list}\{name}"));
            let shown = text(&entry, "DisplayName").unwrap_or(&name).to_owned();
            places.add("uninstall", &mut found.uninstall, shown);
        }
    }
    found
}

/// Services and drivers, under both of their names, and what services start.
pub(super) fn services(places: &mut Places) -> Installed {
    let mut found = Installed::default();
    for name in places.key(SERVICES).keys {
        let service = places.key(&format!(r"{SERVICES}\{name}"));
        let kind = service.values.get("Type").and_then(Property::number).unwrap_or_default();
        // Without a kind it is the performance counters of something else.
        if kind == 0 || kind & INSTANCE != 0 {
            continue;
        }
        // One that begins so stands in the resources of a file.
        let shown = text(&service, "DisplayName").filter(|shown| !shown.starts_with('@'));
        for name in shown.map(str::to_owned).into_iter().chain([name]) {
            places.add("services", &mut found.services, name);
        }
        let image = text(&service, "ImagePath").filter(|_| kind & WIN32 != 0);
        if let Some(program) = image.and_then(command::program) {
            places.start("services", &mut found.commands, &program);
        }
    }
    found
}

/// What starts with the machine or when somebody logs in.
pub(super) fn run(places: &mut Places, users: &[String]) -> Installed {
    let mut found = Installed::default();
    for list in RUN.iter().flat_map(|run| everywhere(users, run)).collect::<Vec<_>>() {
        for (name, value) in places.key(&list).values {
            if let Some(program) = value.text().and_then(command::program) {
                places.start("autostart", &mut found.commands, &program);
            }
            if !name.is_empty() {
                places.add("autostart", &mut found.entries, name);
            }
        }
    }
    found
}

/// Packages of the Store, under their family names, which stay the same with
/// each version: the name and whose it is, as a hash (Package.Id.FamilyName).
pub(super) fn store(places: &mut Places, users: &[String]) -> Installed {
    let mut found = Installed::default();
    let own = users.iter().map(|user| format!(r"{user}_Classes\{USERS_STORE}"));
    for list in [STORE.to_owned()].into_iter().chain(own) {
        for name in places.key(&list).keys {
            let (first, last) = (name.split('_').next(), name.rsplit('_').next());
            let family = first.zip(last).map(|(name, whose)| format!("{name}_{whose}"));
            places.add("store", &mut found.apps, family.unwrap_or(name));
        }
    }
    found
}

/// Programs that browser extensions may talk to.
pub(super) fn native_hosts(places: &mut Places, users: &[String]) -> Installed {
    let mut found = Installed::default();
    for browser in BROWSERS {
        for list in everywhere(users, &format!(r"{browser}\NativeMessagingHosts")) {
            for name in places.key(&list).keys {
                places.add("native-messaging", &mut found.native_hosts, name);
            }
        }
    }
    found
}

/// Extensions that another program or the administrator put into a browser.
pub(super) fn extensions(places: &mut Places, users: &[String], found: &mut Names) {
    for browser in BROWSERS {
        for list in everywhere(users, &format!(r"{browser}\Extensions")) {
            for id in places.key(&list).keys {
                places.add("extensions", found, id);
            }
        }
    }
    for browser in FORCED {
        for list in everywhere(users, &format!(r"{browser}\ExtensionInstallForcelist")) {
            for value in places.key(&list).values.values() {
                let id = value.text().and_then(|text| text.split(';').next());
                if let Some(id) = id.filter(|id| !id.is_empty()) {
                    places.add("extensions", found, id.to_owned());
                }
            }
        }
    }
}

/// A value that is a text with something in it; names of values have no case.
fn text<'a>(key: &'a RegistryKey, name: &str) -> Option<&'a str> {
    let mut values = key.values.iter();
    let (_, value) = values.find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    value.text().map(str::trim).filter(|text| !text.is_empty())
}
