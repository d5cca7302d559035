//! The guest's face: reads orders from a serial line, one after the other.

use super::descriptors;
use super::orders::Order;
use super::orders::Ran;
use super::orders::Reply;
use super::port::Plugged;
use crate::program::wait_for;
use anyhow::Context;
use anyhow::bail;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::fs::File;
use std::io;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Write;
use std::net::TcpListener;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::Duration;

/// Where the host is, as seen through QEMU's network.
const HOST: &str = "10.0.2.2";

/// Obeys until it is told to switch off.
pub fn obey(line: &str) -> anyhow::Result<()> {
    let serial = File::options().read(true).write(true).open(line)?;
    let mut answer = serial.try_clone()?;
    let mut plugged = BTreeMap::new();
    writeln!(answer, "{}", serde_json::to_string(&Reply::Ok(json!("ready")))?)?;
    for line in BufReader::new(serial).lines() {
        let order = serde_json::from_str(&line?);
        let is_last = matches!(order, Ok(Order::Off));
        let done = order.map_err(Into::into).and_then(|order| execute(order, &mut plugged));
        let reply: Reply = done.map_err(|error| format!("{error:#}"));
        writeln!(answer, "{}", serde_json::to_string(&reply)?)?;
        if is_last {
            break;
        }
    }
    Ok(())
}

fn execute(order: Order, plugged: &mut BTreeMap<u16, Plugged>) -> anyhow::Result<Value> {
    match order {
        Order::Plug(port, description) => {
            plugged.insert(port, Plugged::plug(&description, port)?);
        }
        Order::Unplug(port) => plugged.remove(&port).context("nothing is plugged in")?.unplug()?,
        Order::Display(edid) => display(edid.as_deref())?,
        Order::Run(command) => return run(&command),
        Order::Start(command, log) => start(&command, &log)?,
        Order::Write(path, text) => write(&PathBuf::from(path), &text)?,
        Order::Carry(port) => carry(port)?,
        Order::Off => {}
    }
    Ok(Value::Null)
}

fn command(words: &[String]) -> anyhow::Result<Command> {
    let [program, arguments @ ..] = words else { bail!("no program is named") };
    let mut command = Command::new(program);
    command.args(arguments);
    Ok(command)
}

fn run(words: &[String]) -> anyhow::Result<Value> {
    let output = crate::program::run(&mut command(words)?)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().unwrap_or(-1);
    Ok(serde_json::to_value(Ran { code, out: text(&output.stdout), err: text(&output.stderr) })?)
}

fn start(words: &[String], log: &str) -> anyhow::Result<()> {
    let log = File::create(log)?;
    let mut command = command(words)?;
    command.stdin(std::process::Stdio::null()).stdout(log.try_clone()?).stderr(log);
    command.spawn().with_context(|| format!("cannot start {}", words.join(" ")))?;
    Ok(())
}

fn write(path: &PathBuf, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// Gives the guest's one virtual connector another EDID, as a cable would.
fn display(edid: Option<&str>) -> anyhow::Result<()> {
    let status = "/sys/class/drm/card0-Virtual-1/status";
    let Some(edid) = edid else { return Ok(fs::write(status, "off")?) };
    let bytes = descriptors::hex(edid)?;
    fs::write("/sys/kernel/debug/dri/0/Virtual-1/edid_override", &bytes)
        .context("cannot override the EDID")?;
    fs::write(status, "on").and_then(|()| fs::write(status, "detect"))?;
    let is_seen = wait_for(Duration::from_secs(5), || {
        fs::read("/sys/class/drm/card0-Virtual-1/edid").is_ok_and(|seen| seen == bytes)
    });
    if !is_seen {
        bail!("the kernel did not take the EDID");
    }
    Ok(())
}

fn carry(port: u16) -> anyhow::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    thread::spawn(move || {
        for near in listener.incoming().filter_map(Result::ok) {
            if let Ok(far) = TcpStream::connect((HOST, port)) {
                drop(both_ways(near, far));
            }
        }
    });
    Ok(())
}

fn both_ways(near: TcpStream, far: TcpStream) -> io::Result<()> {
    let ends = [(near.try_clone()?, far.try_clone()?), (far, near)];
    for (mut from, mut to) in ends {
        thread::spawn(move || {
            drop(io::copy(&mut from, &mut to));
            drop(to.shutdown(std::net::Shutdown::Write));
        });
    }
    Ok(())
}
