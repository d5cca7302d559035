//! The guest, seen from the host: booted, ordered about, switched off.

use super::description::Description;
use super::image::Image;
use super::orders::Order;
use super::orders::Ran;
use super::orders::Reply;
use crate::program;
use anyhow::Context;
use anyhow::anyhow;
use anyhow::bail;
use model::Report;
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Write;
use std::path::Path;
use std::process::Child;
use std::process::ChildStdin;
use std::process::ChildStdout;
use std::process::Command;
use std::process::Stdio;
use std::sync::mpsc;
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

/// How long the guest may take for anything: it is emulated in software.
const PATIENCE: Duration = Duration::from_secs(90);

/// The command that runs the agent in the guest.
const AGENT: [&str; 3] = ["/bin/moored", "--config", "/etc/moored/agent.toml"];

/// What the guest can reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// Nothing.
    None,
    /// This machine, as 10.0.2.2.
    Host,
}

/// A laptop made of software, with the agent on it.
///
/// It ends with the thread that booted it, even if that is killed.
pub struct Guest {
    qemu: Child,
    orders: ChildStdin,
    replies: Receiver<String>,
    folder: TempDir,
}

impl Guest {
    /// True if this machine has what a guest needs.
    pub fn is_possible() -> bool {
        let is_there = |path: &str| Path::new(path).exists();
        is_there("/usr/bin/qemu-system-x86_64") && super::kernel().join("complete").exists()
    }

    /// Boots a guest with the agent built beside this program and waits until
    /// it obeys.
    pub fn boot(network: Network) -> anyhow::Result<Self> {
        Self::boot_with(&program::ours("moored"), network)
    }

    /// Boots a guest with an agent built in another way.
    pub fn boot_with(agent: &Path, network: Network) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let image = Image::make(folder.path(), agent)?;
        fs::write(folder.path().join("chassis.bin"), chassis())?;
        let mut command = qemu(&image, folder.path(), network);
        let mut qemu = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .context("cannot start QEMU: run packaging/tools.sh lab")?;
        let orders = qemu.stdin.take().context("QEMU has an input")?;
        let replies = lines(qemu.stdout.take().context("QEMU has an output")?);
        let guest = Self { qemu, orders, replies, folder };
        guest.reply().context("the guest did not boot")?;
        Ok(guest)
    }

    /// Plugs a device into a port, counted from 0, and waits until the kernel
    /// has found all of it.
    pub fn plug(&mut self, port: u16, description: &Description) -> anyhow::Result<()> {
        self.order(&Order::Plug(port, Box::new(description.clone()))).with_context(|| {
            format!("{}; the kernel says:\n{}", description.title, self.console())
        })?;
        Ok(())
    }

    /// Unplugs what is in a port.
    pub fn unplug(&mut self, port: u16) -> anyhow::Result<()> {
        self.order(&Order::Unplug(port))?;
        Ok(())
    }

    /// Connects a display with this EDID.
    pub fn connect(&mut self, edid: &[u8]) -> anyhow::Result<()> {
        let mut text = String::new();
        for byte in edid {
            write!(text, "{byte:02x}")?;
        }
        self.order(&Order::Display(Some(text)))?;
        Ok(())
    }

    /// Disconnects the display.
    pub fn disconnect(&mut self) -> anyhow::Result<()> {
        self.order(&Order::Display(None))?;
        Ok(())
    }

    /// Runs a verb of the agent's command line.
    pub fn moored(&mut self, arguments: &[&str]) -> anyhow::Result<Ran> {
        self.run(&[&AGENT, arguments].concat())
    }

    /// What the agent finds now: one line of `moored scan --json`.
    pub fn scan(&mut self) -> anyhow::Result<Value> {
        let ran = self.moored(&["scan", "--json"])?;
        serde_json::from_str(&ran.out).with_context(|| format!("the agent failed: {}", ran.err))
    }

    /// Runs a program in the guest to its end.
    pub fn run(&mut self, command: &[&str]) -> anyhow::Result<Ran> {
        Ok(serde_json::from_value(self.order(&Order::Run(owned(command)))?)?)
    }

    /// Enrols the agent with a collector that listens on this port of the
    /// host's loopback, and leaves it running.
    pub fn watch(&mut self, port: u16, token: &str) -> anyhow::Result<()> {
        self.order(&Order::Carry(port))?;
        let collector =
            format!("[collector]\nurl = \"https://127.0.0.1:{port}\"\ntoken = \"{token}\"\n");
        self.configure(AGENT[2], "/var/lib/moored", &collector)?;
        self.start()
    }

    /// Leaves the agent running without a collector, looking every two seconds
    /// whatever the kernel says; its reports wait in the guest.
    pub fn watch_alone(&mut self) -> anyhow::Result<()> {
        self.configure(AGENT[2], "/var/lib/moored", "look = \"2s\"\n")?;
        self.start()
    }

    /// The reports of an agent that has no collector, oldest first, as `moored
    /// show` prints those that were sent: it is shown a copy that calls them so.
    pub fn reports(&mut self) -> anyhow::Result<Vec<Report>> {
        let copy = "rm -rf /tmp/copy && mkdir -p /tmp/copy/spool && \
                    cp -r /var/lib/moored/spool/waiting /tmp/copy/spool/sent";
        let copied = self.run(&["sh", "-c", copy])?;
        if copied.code != 0 {
            bail!("there is no spool yet: {}", copied.err);
        }
        self.configure("/tmp/copy/agent.toml", "/tmp/copy", "")?;
        let show = [AGENT[0], AGENT[1], "/tmp/copy/agent.toml", "show", "--raw"];
        let shown = self.run(&show)?;
        let reports = serde_json::Deserializer::from_str(&shown.out).into_iter();
        reports.collect::<Result<_, _>>().with_context(|| format!("moored show: {}", shown.err))
    }

    fn configure(&mut self, file: &str, state: &str, more: &str) -> anyhow::Result<()> {
        let text = format!("signatures = \"/etc/moored/signatures\"\nstate = \"{state}\"\n{more}");
        self.order(&Order::Write(file.to_owned(), text))?;
        Ok(())
    }

    fn start(&mut self) -> anyhow::Result<()> {
        self.leave(&[&AGENT[..], &["run"]].concat(), "/tmp/agent.log")
    }

    /// Starts a program in the guest and leaves it running; what it prints goes
    /// to the file.
    pub fn leave(&mut self, command: &[&str], log: &str) -> anyhow::Result<()> {
        self.order(&Order::Start(owned(command), log.to_owned()))?;
        Ok(())
    }

    /// What the guest's kernel has said since it booted.
    pub fn console(&self) -> String {
        fs::read_to_string(self.folder.path().join("console.log")).unwrap_or_default()
    }

    fn order(&mut self, order: &Order) -> anyhow::Result<Value> {
        writeln!(self.orders, "{}", serde_json::to_string(order)?)?;
        self.reply()
    }

    fn reply(&self) -> anyhow::Result<Value> {
        let Ok(line) = self.replies.recv_timeout(PATIENCE) else {
            bail!("the guest does not answer; its console says:\n{}", self.console());
        };
        let reply: Reply =
            serde_json::from_str(&line).with_context(|| format!("the guest said “{line}”"))?;
        reply.map_err(|error| anyhow!("{error}"))
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        drop(self.qemu.kill());
        drop(self.qemu.wait());
    }
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

/// The lines a guest says, as they come.
fn lines(output: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

fn qemu(image: &Image, folder: &Path, network: Network) -> Command {
    // Without it, QEMU would outlive us if we are killed.
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "qemu-system-x86_64"]);
    // No KVM: where there is a /dev/kvm inside a virtual machine it may hang.
    command.args(["-accel", "tcg,thread=single", "-cpu", "max,hypervisor=off", "-m", "512"]);
    command.args(["-machine", "q35,usb=off", "-nodefaults", "-display", "none", "-no-reboot"]);
    command.args(["-vga", "none", "-device", "bochs-display"]);
    command.arg("-serial").arg(format!("file:{}", folder.join("console.log").display()));
    command.args(["-serial", "stdio"]);
    command.arg("-kernel").arg(&image.kernel).arg("-initrd").arg(&image.files);
    command
        .args(["-append", "console=ttyS0 quiet panic=-1 mitigations=off usb-storage.delay_use=0"]);
    command.args(["-smbios", "type=1,manufacturer=LENOVO,product=20XW,version=ThinkPad"]);
    command.arg("-smbios").arg(format!("file={}", folder.join("chassis.bin").display()));
    match network {
        Network::None => command.args(["-nic", "none"]),
        Network::Host => command.args(["-nic", "user,model=e1000"]),
    };
    command
}

/// An SMBIOS table (DSP0134 §7.4) that says the machine is a notebook.
fn chassis() -> Vec<u8> {
    let mut bytes = vec![3, 22, 0, 3, 1, 10, 0, 0, 0, 3, 3, 3, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0];
    bytes.extend(b"LENOVO\0\0");
    bytes
}
