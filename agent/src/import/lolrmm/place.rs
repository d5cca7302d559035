//! Names and paths of the list, brought into the form signatures ask for, or
//! the reason why they are not fit for it.

/// A program's name with fewer letters and digits is everybody's.
const SHORTEST: usize = 4;

/// A name with a `*` must have more.
const SHORTEST_OPEN: usize = 5;

/// Names that other programs have as well: system tools, parts that many
/// installers bring, words. On such a name nothing is said.
const COMMON: &[&str] = &[
    "7z",
    "agent",
    "agent32",
    "agent64",
    "agentsetup",
    "arpproducticon",
    "autoupdate",
    "client",
    "connect",
    "console",
    "core",
    "daemon",
    "dashboard-windows-amd64",
    "helper",
    "host",
    "installcore",
    "installer",
    "installshield setup",
    "java",
    "javaw",
    "kitty",
    "launcher",
    "level",
    "manager",
    "monitoringagent",
    "mstsc",
    "node",
    "notificationhelper",
    "nssm",
    "nvda",
    "openvpn",
    "osqueryi",
    "paexec",
    "perl",
    "plink",
    "powershell",
    "privacyhelper",
    "psexec",
    "psexec64",
    "putty",
    "python",
    "quickassist",
    "radmin",
    "rdesktop",
    "recycler",
    "remote",
    "remoteconsole",
    "rhost",
    "server",
    "service",
    "setup",
    "support",
    "supporttool",
    "syncthing",
    "sysdiag",
    "teams",
    "termsrv",
    "tmate",
    "tray",
    "tunnel",
    "ultimate",
    "unins000",
    "uninstall",
    "uninstaller",
    "update",
    "updater",
    "upgrade",
    "upload",
    "vhost",
    "viewer",
    "vnc",
    "vncviewer",
    "winpty-agent",
    "winpty-agent64",
    "winscp",
    "wperl",
];

/// Folders in which everything is: a path of nothing else belongs to nobody.
const SHARED: &[&str] = &[
    "*",
    "adobe",
    "app",
    "appdata",
    "apple",
    "application support",
    "applications",
    "bin",
    "citrix",
    "common files",
    "desktop",
    "documents",
    "downloads",
    "etc",
    "google",
    "home",
    "lib",
    "library",
    "local",
    "locallow",
    "microsoft",
    "mozilla",
    "opt",
    "program files",
    "program files (x86)",
    "programdata",
    "programs",
    "roaming",
    "root",
    "sbin",
    "share",
    "system32",
    "syswow64",
    "temp",
    "tmp",
    "users",
    "usr",
    "var",
    "windows",
];

/// What the variables in paths stand for.
const VARIABLES: &[(&str, &str)] = &[
    ("%programfiles(x86)%", r"C:\Program Files (x86)"),
    ("%programfiles%", r"C:\Program Files"),
    ("%programdata%", r"C:\ProgramData"),
    ("%allusersprofile%", r"C:\ProgramData"),
    ("%localappdata%", r"C:\Users\*\AppData\Local"),
    ("%appdata%", r"C:\Users\*\AppData\Roaming"),
    ("%userprofile%", r"C:\Users\*"),
    ("%systemroot%", r"C:\Windows"),
    ("%windir%", r"C:\Windows"),
    ("%systemdrive%", "C:"),
];

/// The program a name or a path's last part stands for, without `.exe`.
pub fn program(name: &str) -> Result<String, &'static str> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let (stem, ending) = last.rsplit_once('.').unwrap_or((last, ""));
    let is_program = ending.eq_ignore_ascii_case("exe");
    if !is_program && !ending.is_empty() {
        return Err("is no program");
    }
    if ending.is_empty() && stem.contains(' ') {
        return Err("is a remark, not a name");
    }
    let is_letter = |c: char| c.is_ascii_alphanumeric() || " ._-*+".contains(c);
    if !stem.chars().all(is_letter) {
        return Err("is a placeholder, not a name");
    }
    let letters = stem.bytes().filter(u8::is_ascii_alphanumeric).count();
    let fewest = if stem.contains('*') { SHORTEST_OPEN } else { SHORTEST };
    if letters < fewest {
        return Err("is too short a name");
    }
    let bare = stem.trim_end_matches('*').to_ascii_lowercase();
    if COMMON.contains(&bare.trim_end_matches(['-', '_', ' ', '.'])) {
        return Err("is a name that others have as well");
    }
    if bare.bytes().all(|byte| byte.is_ascii_hexdigit()) && letters >= 16 {
        return Err("is a hash, not a name");
    }
    Ok(stem.to_owned())
}

/// The path of a tool's programs: of one, or of all in a folder.
pub fn path(written: &str) -> Result<String, &'static str> {
    let path = expanded(written);
    if path.contains(['%', '<', '>', '{', '}']) {
        return Err("has a placeholder in it");
    }
    let is_windows = path.get(1..3) == Some(":\\");
    if !is_windows && !path.starts_with('/') {
        return Err("does not say where it begins");
    }
    let separator = if is_windows { '\\' } else { '/' };
    let path = match path.rsplit_once(['/', '\\']) {
        Some((_, "")) => format!("{path}*"),
        Some((_, last)) if last.to_ascii_lowercase().ends_with(".app") => format!("{path}/*"),
        Some((_, last)) if is_windows && !last.contains(['.', '*']) => format!("{path}\\*"),
        Some((_, last)) if !is_windows && last.contains('.') => return Err("is no program"),
        Some((_, last)) if is_windows && is_other_file(last) => return Err("is no program"),
        _ => path,
    };
    if path.starts_with("/etc/") || path.starts_with("/var/log/") {
        return Err("is no program");
    }
    let folders = path.rsplit_once(separator).map_or("", |(folders, _)| folders);
    let mut own = folders.split(separator).skip(1).filter(|folder| !folder.is_empty());
    if !own.any(|folder| !SHARED.contains(&folder.to_ascii_lowercase().as_str())) {
        return Err("lies in no folder of its own");
    }
    Ok(path)
}

/// The systemd unit that a path is the file of.
pub fn unit(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next()?;
    (path.contains("/systemd/") && name.ends_with(".service") && !name.contains('*'))
        .then_some(name)
}

/// The launchd job that a path is the file of.
pub fn label(path: &str) -> Option<&str> {
    let (folders, name) = path.rsplit_once('/')?;
    let is_job = folders.ends_with("/LaunchDaemons") || folders.ends_with("/LaunchAgents");
    name.strip_suffix(".plist").filter(|label| is_job && !label.contains('*'))
}

/// True for a file that is neither a program nor left open.
fn is_other_file(last: &str) -> bool {
    let ending = last.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| {
        (2..=6).contains(&ending.len())
            && !ending.starts_with("exe")
            && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && !ending.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// A service of a name that is not everybody's.
pub fn service(name: &str) -> Result<String, &'static str> {
    let lower = name.to_ascii_lowercase();
    if name.len() < SHORTEST_OPEN + 1
        || lower.starts_with("windows ")
        || COMMON.contains(&lower.as_str())
    {
        return Err("is a name that others have as well");
    }
    Ok(name.to_owned())
}

/// A path with what its variable stands for, of whatever user.
fn expanded(written: &str) -> String {
    let written = written.trim().trim_matches('"').replace("\\\\", "\\");
    let lower = written.to_ascii_lowercase();
    let known = VARIABLES.iter().find(|(name, _)| lower.starts_with(name));
    if let Some((name, folder)) = known {
        return format!("{folder}{}", written.get(name.len()..).unwrap_or_default());
    }
    match written.split_once(":\\Users\\") {
        Some((drive, rest)) if !lower.contains("\\public\\") => {
            let below = rest.split_once('\\').map_or("", |(_, below)| below);
            format!("{drive}:\\Users\\*\\{below}")
        }
        _ => written,
    }
}
