//! What configuration profiles manage, as far as root may read it.
//!
//! The profiles themselves only Apple's own programs may read; what follows of them
//! is written elsewhere as well.

use crate::sensors::plist;
use crate::sensors::software::Installed;
use crate::sensors::software::Names;
use crate::sensors::software::places::Places;
use crate::sensors::software::places::homely;

/// Where the settings are that profiles have set, a list for each domain; beside
/// them, a folder for each user.
const DOMAINS: &str = "/Library/Managed Preferences";

/// What profiles let programs do without asking the user.
pub(in crate::sensors::software) const GRANTS: &str =
    "/Library/Application Support/com.apple.TCC/MDMOverrides.plist";

/// To operate the screen, and to see it.
const SERVICES: [&str; 3] =
    ["kTCCServiceAccessibility", "kTCCServicePostEvent", "kTCCServiceScreenCapture"];

/// Bytes of a list that are read; real ones have some ten thousand.
const MOST: usize = 4 << 20;

/// The lists of domains, and the programs that may.
pub(super) fn managed(places: &mut Places) -> Installed {
    let mut found = Installed::default();
    for name in places.names(DOMAINS) {
        if is_list(&name) {
            places.add("managed", &mut found.folders, format!("{DOMAINS}/{name}"));
        }
    }
    for program in granted(&places.file(GRANTS, MOST)) {
        let program = places.homely(&program);
        places.add("managed", &mut found.granted, program);
    }
    found
}

/// Bundle ids, or paths of what is in no bundle.
fn granted(bytes: &[u8]) -> Names {
    let mut granted = Names::new();
    let read = plist::each(bytes, |key, value| {
        let may = match key.rsplit_once('.') {
            Some((_, "Allowed")) => matches!(value, "true" | "1"),
            Some((_, "Authorization")) => value.starts_with("Allow"),
            _ => false,
        };
        let service = key.rsplit('.').nth(1).filter(|service| SERVICES.contains(service));
        let program = key.rsplitn(3, '.').nth(2).filter(|_| may && service.is_some());
        let is_plain = |text: &&str| text.len() <= 1024 && !text.contains(char::is_control);
        granted.extend(program.filter(is_plain).map(str::to_owned));
    });
    // What was read before is sound.
    drop(read);
    granted
}

/// The same list with only what is read of it and wanted; nothing if that is nothing.
pub(in crate::sensors::software) fn kept(
    bytes: &[u8],
    homes: &[String],
    wanted: &impl Fn(&str) -> bool,
) -> String {
    let granted = granted(bytes).into_iter().map(|program| homely(homes, &program));
    let granted: Vec<String> = granted.filter(|program| wanted(program)).collect();
    let said = |program: &String| (format!("{program}.{}.Allowed", SERVICES[0]), true);
    if granted.is_empty() { String::new() } else { plist::written(granted.iter().map(said)) }
}

/// True of the folder of a user among the lists.
pub(in crate::sensors::software) fn is_users(path: &str) -> bool {
    let below = path.strip_prefix(DOMAINS).and_then(|rest| rest.strip_prefix('/'));
    below.is_some_and(|name| !is_list(name))
}

fn is_list(name: &str) -> bool {
    name.strip_suffix(".plist").is_some_and(|domain| !domain.contains('/'))
}
