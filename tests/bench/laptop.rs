//! A laptop to measure: the small agent, with the hardware of a recorded
//! machine under `/sys` in a mount namespace of its own, and real uevents.

use agent::host::Host;
use anyhow::Context;
use anyhow::bail;
use rustix::net::AddressFamily;
use rustix::net::SendFlags;
use rustix::net::SocketFlags;
use rustix::net::SocketType;
use rustix::net::netlink;
use rustix::net::netlink::SocketAddrNetlink;
use std::fs;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use tests::program::wait_for;
use tests::recorded;
use tests::root;
use tests::site::Laptop;
use tests::site::PATIENCE;
use tests::site::Site;

/// The agent as it ships.
pub fn agent() -> PathBuf {
    root().join("target/small/moored")
}

/// Writes the files of a recorded machine below `folder`.
pub fn write_tree(name: &str, folder: &Path) -> anyhow::Result<()> {
    let recording = recorded::host(name)?;
    for path in recording.text.keys().chain(recording.bytes.keys()) {
        let content = recording.read(path)?;
        let path = folder.join(path.trim_start_matches('/'));
        fs::create_dir_all(path.parent().context("a file has a folder")?)?;
        fs::write(path, content)?;
    }
    Ok(())
}

/// A command in a mount namespace of its own, where `/sys` is `tree/sys`.
pub fn with_hardware(tree: &Path, program: &Path) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", "mount --bind \"$0\" /sys && exec \"$@\""]);
    command.arg(tree.join("sys")).arg(program);
    command
}

/// The agent at work on a recorded machine.
pub struct Bench {
    /// Kept so that the collector runs on.
    _site: Site,
    /// The laptop's folder and process.
    pub laptop: Laptop,
    tree: PathBuf,
    uevents: OwnedFd,
}

impl Bench {
    /// Starts a collector and the agent on a recorded laptop, and waits until all is well.
    pub fn start(folder: &Path, recording: &str) -> anyhow::Result<Self> {
        let site = Site::start(folder, "")?;
        let mut laptop = site.laptop("laptop")?;
        laptop.use_shipped_signatures()?;
        let tree = folder.join("tree");
        write_tree(recording, &tree)?;
        let mut command = with_hardware(&tree, &agent());
        laptop.start_as(command.arg("--config").arg(laptop.configuration()))?;
        laptop.is_well()?;
        let socket = rustix::net::socket_with(
            AddressFamily::NETLINK,
            SocketType::DGRAM,
            SocketFlags::CLOEXEC,
            Some(netlink::KOBJECT_UEVENT),
        )?;
        Ok(Self { _site: site, laptop, tree, uevents: socket })
    }

    /// Where the laptop's devices are.
    pub fn devices(&self) -> PathBuf {
        self.tree.join("sys/bus/usb/devices")
    }

    /// Lets the kernel tell of a USB device: it passes on what root sends it.
    pub fn uevent(&self, action: &str) -> anyhow::Result<()> {
        let path = "/devices/pci0000:00/0000:00:14.0/usb1/1-4";
        let text = format!(
            "{action}@{path}\0ACTION={action}\0DEVPATH={path}\0SUBSYSTEM=usb\0DEVTYPE=usb_device\0"
        );
        let to = SocketAddrNetlink::new(0, 1);
        rustix::net::sendto(&self.uevents, text.as_bytes(), SendFlags::empty(), &to)?;
        Ok(())
    }

    /// The number of the last report the collector has acknowledged: it is on
    /// its disk.
    pub fn acknowledged(&self) -> u64 {
        let sent = fs::read_dir(self.laptop.state().join("spool/sent"));
        let numbers = sent.into_iter().flatten().filter_map(|file| {
            let name = file.ok()?.file_name().into_string().ok()?;
            name.split('.').next()?.parse().ok()
        });
        numbers.max().unwrap_or_default()
    }

    /// Waits until the collector has acknowledged a report after number `before`,
    /// and nothing waits any more.
    pub fn until_more_than(&self, before: u64) -> anyhow::Result<()> {
        let waiting = self.laptop.state().join("spool/waiting");
        let is_empty = || fs::read_dir(&waiting).is_ok_and(|mut entries| entries.next().is_none());
        let begun = std::time::Instant::now();
        while begun.elapsed() < PATIENCE {
            if self.acknowledged() > before && is_empty() {
                return Ok(());
            }
            std::thread::sleep(std::time::Duration::from_micros(100));
        }
        bail!("nothing was acknowledged:\n{}", self.laptop.printed());
    }

    /// Waits until nothing has been reported for a while.
    pub fn until_quiet(&self) {
        let mut last = 0;
        wait_for(PATIENCE, || {
            std::thread::sleep(std::time::Duration::from_millis(150));
            let now = self.acknowledged();
            std::mem::replace(&mut last, now) == now
        });
    }
}
