//! Debian's list of packages (dpkg(1), `status`): stanzas of `Name: value`
//! lines, an empty line after each.

use super::Names;
use super::places::MOST;
use crate::host::Host;
use std::io;

/// Where dpkg keeps it. It is replaced as a whole, never written in place.
pub(super) const STATUS: &str = "/var/lib/dpkg/status";

/// The packages whose files are there: all but those that were removed.
pub(super) fn packages(host: &dyn Host) -> io::Result<Names> {
    let mut stanzas = Stanzas::default();
    host.lines(STATUS, &mut |line| stanzas.take(line))?;
    stanzas.end();
    Ok(stanzas.packages)
}

/// The list that says so of these packages and of nothing else.
pub(super) fn status(packages: &Names) -> String {
    let stanza = |name: &String| format!("Package: {name}\nStatus: install ok installed\n\n");
    packages.iter().map(stanza).collect()
}

#[derive(Default)]
struct Stanzas {
    packages: Names,
    name: Option<String>,
    is_there: bool,
}

impl Stanzas {
    fn take(&mut self, line: &[u8]) {
        if line.is_empty() {
            self.end();
        } else if let Some(name) = line.strip_prefix(b"Package:") {
            self.name = package(name);
        } else if let Some(status) = line.strip_prefix(b"Status:") {
            self.is_there = is_there(status);
        }
    }

    fn end(&mut self) {
        let is_there = std::mem::take(&mut self.is_there);
        let name = self.name.take().filter(|_| is_there && self.packages.len() < MOST);
        self.packages.extend(name);
    }
}

/// `None` for what cannot be a package's name (Debian Policy §5.6.7).
fn package(name: &[u8]) -> Option<String> {
    let name = str::from_utf8(name.trim_ascii()).ok()?;
    let is_name = (1..=255).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    is_name.then(|| name.to_owned())
}

/// The last of three words is the state. In all but two of them files are on
/// the disk, whether or not they have been configured.
fn is_there(status: &[u8]) -> bool {
    let state = status.rsplit(u8::is_ascii_whitespace).find(|word| !word.is_empty());
    state.is_some_and(|state| state != b"not-installed" && state != b"config-files")
}
