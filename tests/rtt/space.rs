//! A network name space: a machine's own interfaces, routes and connections.

use crate::program::Running;
use anyhow::Context;
use anyhow::bail;
use rustix::thread::LinkNameSpaceType;
use rustix::thread::move_into_link_name_space;
use std::fs::File;
use std::io::Read;
use std::os::fd::AsFd;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;
use std::thread;
use tappers::Interface;
use tappers::Tun;

/// A network that nothing else is in. It ends with the last program in it.
pub struct Space {
    file: File,
}

impl Space {
    /// A new one, with nothing but its loopback.
    pub fn new() -> anyhow::Result<Self> {
        let mut holder = Command::new("unshare")
            .args(["--net", "sh", "-c", "ip link set lo up && echo ready && exec cat"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start unshare")?;
        let mut ready = [0; 6];
        let heard = holder.stdout.take().context("it is piped")?.read_exact(&mut ready);
        let file = File::open(format!("/proc/{}/ns/net", holder.id()));
        drop(holder.stdin.take());
        holder.wait()?;
        heard.context("there is no new network: that needs root, unshare and ip")?;
        Ok(Self { file: file? })
    }

    /// Does something in it, on a thread of its own.
    pub fn within<T: Send>(&self, act: impl FnOnce() -> T + Send) -> anyhow::Result<T> {
        let net = Some(LinkNameSpaceType::Network);
        let done = thread::scope(|scope| {
            let there = scope.spawn(|| {
                move_into_link_name_space(self.file.as_fd(), net)?;
                anyhow::Ok(act())
            });
            there.join()
        });
        done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }

    /// Starts a program in it.
    pub fn start(&self, command: &mut Command, log: &Path) -> anyhow::Result<Running> {
        self.within(|| Running::start(command, log))?
    }

    /// Runs a shell script in it, which must succeed.
    pub fn script(&self, script: &str) -> anyhow::Result<()> {
        let mut shell = Command::new("sh");
        let output = self.within(|| shell.args(["-euc", script]).output())??;
        if !output.status.success() {
            bail!("`{script}` failed: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(())
    }

    /// A new TUN interface in it, whose packets are read and written here.
    pub fn tun(&self, name: &str) -> anyhow::Result<Tun> {
        let made = self.within(|| Tun::new_named(Interface::new(name)?))?;
        let mut tun = made.with_context(|| format!("cannot make the TUN interface {name}"))?;
        tun.set_nonblocking(true)?;
        Ok(tun)
    }
}
