//! A port of the guest's virtual host controller, and the device plugged into it.

use super::description::Description;
use super::description::Speed;
use super::peripheral::Peripheral;
use super::usbip;
use crate::program;
use crate::program::wait_for;
use anyhow::Context;
use anyhow::bail;
use std::collections::BTreeSet;
use std::fs;
use std::net::Shutdown;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;

const CONTROLLER: &str = "/sys/devices/platform/vhci_hcd.0";
const DEVICES: &str = "/sys/bus/usb/devices";
const PATIENCE: Duration = Duration::from_secs(15);

/// A device that is plugged in.
pub struct Plugged {
    cable: UnixStream,
    folder: PathBuf,
    device: Option<JoinHandle<()>>,
}

impl Plugged {
    /// Plugs a device into a port, counted from 0, and waits until the kernel
    /// has found all of it.
    pub fn plug(description: &Description, port: u16) -> anyhow::Result<Self> {
        let (cable, far_end) = UnixStream::pair()?;
        let device = Peripheral::of(description, port + 1)?;
        let device = thread::spawn(move || drop(usbip::serve(far_end, device)));
        let folder = folder(description, port)?;
        let speed = match (&description.behind[..], description.speed) {
            ([], Speed::Low) => 1,
            ([], Speed::Full) => 2,
            _ => 3,
        };
        // The number after the socket is the device's at the other end: any will do.
        let order = format!("{port} {} {} {speed}", cable.as_raw_fd(), 0x1_0002 + u32::from(port));
        let path = format!("{CONTROLLER}/attach");
        fs::write(&path, order).with_context(|| format!("cannot write {path}"))?;
        let plugged = Self { cable, folder, device: Some(device) };
        let mut missing = String::new();
        let mut asked = BTreeSet::new();
        let is_found =
            wait_for(PATIENCE, || match missing_of(&plugged.folder, description, &mut asked) {
                Some(what) => {
                    missing = what;
                    false
                }
                None => true,
            });
        if !is_found {
            bail!("the kernel did not find {missing} of {}", plugged.folder.display());
        }
        Ok(plugged)
    }

    /// Pulls the cable and waits until the kernel has let go of the device.
    pub fn unplug(mut self) -> anyhow::Result<()> {
        self.cable.shutdown(Shutdown::Both)?;
        if let Some(device) = self.device.take() {
            drop(device.join());
        }
        if !wait_for(PATIENCE, || !self.folder.exists()) {
            bail!("the kernel still has {}", self.folder.display());
        }
        Ok(())
    }
}

/// Where the kernel will put the device, such as `1-1` or, behind a hub, `1-1.1`.
fn folder(description: &Description, port: u16) -> anyhow::Result<PathBuf> {
    let entries = fs::read_dir(CONTROLLER).context("cannot list the host controller")?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let is_high = |bus: &String| {
        let speed = fs::read_to_string(format!("{DEVICES}/{bus}/speed")).unwrap_or_default();
        speed.trim() == "480"
    };
    let bus = names
        .filter(|name| name.starts_with("usb"))
        .find(is_high)
        .context("the controller has no high-speed bus")?;
    let number = bus.trim_start_matches("usb");
    let port = port + 1;
    Ok(PathBuf::from(match description.behind.len() {
        0 => format!("{DEVICES}/{number}-{port}"),
        1 => format!("{DEVICES}/{number}-{port}.{port}"),
        _ => bail!("there can be one hub at most"),
    }))
}

/// What the kernel has not found yet; `None` once it has found everything.
fn missing_of(
    folder: &Path,
    description: &Description,
    asked: &mut BTreeSet<PathBuf>,
) -> Option<String> {
    if !folder.join("bConfigurationValue").exists() {
        return Some("the device".to_owned());
    }
    let port = folder.file_name()?.to_str()?;
    description.interfaces.iter().enumerate().find_map(|(number, interface)| {
        let path = folder.join(format!("{port}:1.{number}"));
        let is_there = match &interface.class[..2] {
            "03" => find(&path, "0003:").is_some_and(|device| has_driver(device, asked)),
            "08" => drive(&path),
            _ => path.exists(),
        };
        (!is_there).then(|| format!("interface {number}"))
    })
}

/// True once a HID device has its driver, or there is none for it. The guest
/// has no udev: it is we who load the one the kernel asks for.
fn has_driver(device: PathBuf, asked: &mut BTreeSet<PathBuf>) -> bool {
    if device.join("driver").exists() {
        return true;
    }
    let Ok(alias) = fs::read_to_string(device.join("modalias")) else { return false };
    if asked.contains(&device) {
        return true;
    }
    drop(program::run(Command::new("modprobe").arg(alias.trim())));
    asked.insert(device);
    false
}

fn find(folder: &Path, prefix: &str) -> Option<PathBuf> {
    let mut entries = fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let entry = entries.find(|entry| entry.file_name().to_string_lossy().starts_with(prefix))?;
    Some(entry.path())
}

/// True once the drive has told its name: `host0/target0:0:0/0:0:0:0/model`.
fn drive(interface: &Path) -> bool {
    let named = || {
        let host = find(interface, "host")?;
        let target = find(&host, "target")?;
        let number = target.file_name()?.to_str()?.strip_prefix("target")?;
        Some(target.join(format!("{number}:0/model")).exists())
    };
    named().unwrap_or_default()
}
