//! Files of `NAME=value` lines in which the language and the keyboard are set
//! (`man 5 locale.conf`, `man 5 keyboard`, `man 5 vconsole.conf`).

use crate::host::Host;
use crate::host::Recording;

/// Where the language is set: by systemd, and by Debian.
const LOCALES: [&str; 2] = ["/etc/locale.conf", "/etc/default/locale"];

/// Where the keyboard is set, and by which names, those first that are meant
/// for graphical sessions.
const KEYBOARDS: [&str; 2] = ["/etc/default/keyboard", "/etc/vconsole.conf"];
const LAYOUTS: [&str; 2] = ["XKBLAYOUT", "KEYMAP"];

/// These files have a few lines.
const MOST: usize = 64 << 10;

/// So many layouts are told: a keyboard has four groups (X Keyboard Extension).
const MANY: usize = 8;

/// Language and territory, such as `en_US`; `None` for `C`, `POSIX` and what is
/// no locale.
pub fn locale(host: &dyn Host) -> Option<String> {
    LOCALES.iter().find_map(|file| told(&value(&text(host, file)?, "LANG")?))
}

/// The layouts, in their order.
pub fn layouts(host: &dyn Host) -> Vec<String> {
    let set = KEYBOARDS.iter().find_map(|file| {
        let text = text(host, file)?;
        LAYOUTS.iter().find_map(|name| value(&text, name))
    });
    let set = set.unwrap_or_default();
    set.split(',').filter(|name| is_layout(name)).take(MANY).map(str::to_owned).collect()
}

/// Leaves in a recording only the lines that are looked at.
pub fn blank(recording: &mut Recording) {
    let names = ["LANG"].into_iter().chain(LAYOUTS);
    for file in LOCALES.into_iter().chain(KEYBOARDS) {
        if let Some(text) = recording.text.get_mut(file) {
            let lines = names.clone().filter_map(|name| {
                let value = value(text, name)?;
                Some([name, "=\"", &value, "\"\n"].concat())
            });
            *text = lines.collect();
        }
    }
}

fn text(host: &dyn Host, path: &str) -> Option<String> {
    let bytes = host.file(path, MOST).ok()?;
    String::from_utf8(bytes).ok()
}

/// The value of a name, without quotes around it; the last line counts, and an
/// empty value is none.
fn value(text: &str, name: &str) -> Option<String> {
    let mut values =
        text.lines().filter_map(|line| line.trim().strip_prefix(name)?.strip_prefix('='));
    let value = values.next_back()?.trim().trim_matches(['"', '\'']);
    Some(value.to_owned()).filter(|value| !value.is_empty())
}

/// Of `en_US.UTF-8@euro`, what stands before the character set.
pub fn told(locale: &str) -> Option<String> {
    let name = locale.split(['.', '@']).next()?;
    let (language, territory) = name.split_once('_').unwrap_or((name, "XX"));
    let is_language =
        (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_territory =
        territory.len() == 2 && territory.bytes().all(|byte| byte.is_ascii_uppercase());
    (is_language && is_territory).then(|| name.to_owned())
}

fn is_layout(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (1..=32).contains(&name.len()) && name.bytes().all(is_part)
}
