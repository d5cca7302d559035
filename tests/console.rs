//! The console in a real browser, over its real TLS listener.

mod browser;
mod people;
mod everybody;
mod places;
mod provider;
mod reading;
mod roles;
mod seeds;
mod signing;
mod tools;
mod triage;
mod watching;

use browser::Browser;
use tempfile::TempDir;
use tests::recorded;
use tests::recorded::Playing;
use tests::site::Laptop;
use tests::site::Site;

/// Signatures that need only one thing each, so that what the recorded laptops
/// show stays the same when others are added.
const NAMED: [&str; 7] = [
    "kvm/pikvm",
    "kvm/pikvm-display-name",
    "kvm/jetkvm",
    "kvm/nanokvm",
    "kvm/nanokvm-display-name",
    "remote-tools/rustdesk",
    "remote-tools/x11vnc",
];

/// A site, and a browser to see it with.
struct Desk {
    // Dropped in this order: the browser first, its folder last.
    browser: Browser,
    site: Site,
    folder: TempDir,
}

/// A desk at which nobody has signed in.
fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(folder.path(), "").unwrap();
    let browser = Browser::start(folder.path(), &site).unwrap();
    Desk { browser, site, folder }
}

impl Desk {
    /// A desk at which the administrator has signed in.
    fn entered() -> Self {
        let desk = desk();
        desk.browser.enter(&desk.site);
        desk
    }

    /// A laptop with a few of the signatures that ship, not started.
    fn laptop(&self, name: &str) -> Laptop {
        let laptop = self.site.laptop(name).unwrap();
        laptop.use_signatures(&NAMED).unwrap();
        laptop
    }

    /// Plays a recorded laptop until it has told so many findings.
    fn play(&self, name: &str, findings: usize) -> Playing {
        let before = self.site.findings().unwrap().len();
        let playing = recorded::play(&self.laptop(name), recorded::host(name).unwrap()).unwrap();
        self.browser.until("the findings of a recorded laptop", || {
            self.site.findings().unwrap().len() == before + findings
        });
        playing
    }
}
