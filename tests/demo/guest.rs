//! The demo's guest laptop: a real kernel, the real agent, and devices plugged
//! in one after the other.

use crate::is_stopped;
use anyhow::Context;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;
use std::time::Instant;
use tests::lab;
use tests::lab::description::Description;
use tests::lab::machine::Guest;
use tests::lab::machine::Network;
use tests::site::PATIENCE;
use tests::site::Site;

/// How long each device stays plugged in.
const STAY: Duration = Duration::from_secs(10);

/// What is plugged in, and how it is announced.
const DEVICES: [(&str, &str); 3] = [
    ("pikvm/factory.toml", "a PiKVM as it leaves the factory"),
    ("pikvm/as-k120.toml", "a PiKVM that says it is a Logitech K120"),
    ("ordinary/logitech-k120.toml", "a real Logitech K120"),
];

/// The guest's host name.
pub const NAME: &str = "guest-laptop";

/// What must be found on the guest.
pub const EXPECTED: &str = "kvm.pikvm";

/// Boots the guest in the background; `None` if this machine has no QEMU or no
/// kernel for it. `once` leaves the first device plugged in until the demo stops.
pub fn start(site: &Site, once: bool) -> anyhow::Result<Option<JoinHandle<()>>> {
    if !Guest::is_possible() {
        println!("No guest laptop: QEMU or its kernel is missing (packaging/tools.sh lab)");
        return Ok(None);
    }
    let (_, port) = site.agents.rsplit_once(':').context("an address has a port")?;
    let (port, token) = (port.parse()?, site.token()?);
    println!("Booting a guest laptop; devices are plugged into it soon");
    Ok(Some(thread::spawn(move || {
        if let Err(error) = live(port, &token, once) {
            println!("  the guest laptop failed: {error:#}");
        }
    })))
}

fn live(port: u16, token: &str, once: bool) -> anyhow::Result<()> {
    let begun = Instant::now();
    let mut guest = Guest::boot(Network::Host)?;
    let seconds = begun.elapsed().as_secs_f32();
    println!("  the guest laptop booted in {seconds:.1} s and enrolls");
    guest.watch(port, token)?;
    for (file, what) in &DEVICES[..if once { 1 } else { DEVICES.len() }] {
        if is_stopped() {
            return Ok(());
        }
        guest.plug(0, &Description::read(&lab::devices().join(file))?)?;
        println!("  plugged into the guest laptop: {what}");
        wait(if once { PATIENCE * 4 } else { STAY });
        guest.unplug(0)?;
        println!("  unplugged from the guest laptop");
    }
    Ok(())
}

fn wait(time: Duration) {
    let begun = Instant::now();
    while !is_stopped() && begun.elapsed() < time {
        thread::sleep(Duration::from_millis(50));
    }
}
