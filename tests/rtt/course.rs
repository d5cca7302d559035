//! A course: the machines and wires of one scenario, laid out and running.

use super::leg::Leg;
use super::relay;
use super::router::Router;
use super::router::Wire;
use super::scenario::Hop;
use super::scenario::Scenario;
use super::space::Space;
use crate::program;
use crate::program::Running;
use crate::program::wait_for;
use crate::site::PATIENCE;
use anyhow::Context;
use anyhow::bail;
use std::fs;
use std::net::Ipv4Addr;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

/// The collector's address, from everywhere (RFC 5737).
pub const COLLECTOR: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);

/// The port of the proxies.
pub const PROXY: u16 = 1080;

/// The address of the n-th landmark, from everywhere.
pub fn landmark(number: usize) -> String {
    format!("192.0.2.{}", 11 + number)
}

/// The laptop at one end, the collector at the other, boxes between, and
/// landmarks aside.
pub struct Course {
    /// The laptop's network.
    pub laptop: Space,
    /// The collector's network.
    pub collector: Space,
    /// The landmarks' networks.
    pub landmarks: Vec<Space>,
    /// The boxes, what runs in them, and what carries their packets.
    _kept: (Vec<Space>, Vec<Running>, Router),
}

impl Course {
    /// Lays out a scenario; its programs write into `folder`. The same seed
    /// draws the same delays and losses.
    pub fn lay(scenario: &Scenario, folder: &Path, seed: u64) -> anyhow::Result<Self> {
        let legs = scenario.legs;
        let mut spaces =
            (0..=legs.len()).map(|_| Space::new()).collect::<anyhow::Result<Vec<Space>>>()?;
        let mut wires = Vec::new();
        for (number, leg) in legs.iter().enumerate() {
            wires.push(wire(&spaces[number..=number + 1], number, *leg)?);
        }
        let collector = spaces.pop().context("a way has two ends")?;
        let last = spaces.last().context("a way has two ends")?;
        let mut landmarks = Vec::new();
        for (number, to) in scenario.map.iter().flat_map(|map| map.landmarks).enumerate() {
            let space = Space::new()?;
            wires.push(aside([last, &space], number, to.leg)?);
            landmarks.push(space);
        }
        let router = Router::start(wires, seed);
        let set = format!("ip address add {COLLECTOR} dev in");
        collector.script(&set)?;
        let laptop = spaces.remove(0);
        let mut programs = Vec::new();
        for (number, (space, hop)) in spaces.iter().zip(scenario.hops).enumerate() {
            programs.extend(set_up(space, *hop, number, folder)?);
        }
        let kept = (spaces, programs, router);
        Ok(Self { laptop, collector, landmarks, _kept: kept })
    }
}

/// The address of the box behind a laptop's n-th leg, on the laptop's side.
pub fn address(number: usize) -> String {
    format!("10.77.{number}.2")
}

/// A wire: each machine calls it `out` on the side of the collector, `in` on
/// the laptop's. What is not for itself each hands on toward the collector.
fn wire(spaces: &[Space], number: usize, leg: Leg) -> anyhow::Result<Wire> {
    let [near, far] = spaces else { bail!("a wire has two ends") };
    let ends = [near.tun("out")?, far.tun("in")?];
    let (mtu, there) = (leg.mtu, address(number));
    near.script(&format!(
        "ip address add 10.77.{number}.1 peer {there} dev out
         ip link set out mtu {mtu} up
         ip route add default dev out src 10.77.{number}.1"
    ))?;
    far.script(&format!(
        "ip address add {there} peer 10.77.{number}.1 dev in
         ip link set in mtu {mtu} up"
    ))?;
    Ok(Wire { ends, leg })
}

/// A wire from a machine to the n-th landmark.
fn aside([near, far]: [&Space; 2], number: usize, leg: Leg) -> anyhow::Result<Wire> {
    let name = format!("aside-{number}");
    let ends = [near.tun(&name)?, far.tun("in")?];
    let (mtu, there) = (leg.mtu, landmark(number));
    near.script(&format!(
        "ip address add 10.78.{number}.1 peer 10.78.{number}.2 dev {name}
         ip link set {name} mtu {mtu} up
         ip route add {there} dev {name} src 10.78.{number}.1"
    ))?;
    far.script(&format!(
        "ip address add 10.78.{number}.2 peer 10.78.{number}.1 dev in
         ip address add {there} dev in
         ip link set in mtu {mtu} up"
    ))?;
    Ok(Wire { ends, leg })
}

/// Routers translate addresses and fit segments into what lies ahead.
const ROUTER: &str = "
echo 1 > /proc/sys/net/ipv4/ip_forward
nft -f - <<END
table ip lab {
    chain turn { type nat hook postrouting priority 100; oifname != in masquerade; }
    chain fit { type filter hook forward priority 0;
        tcp flags syn tcp option maxseg size set rt mtu; }
}
END";

/// Makes a machine the box it should be; the program it runs, if any.
fn set_up(
    space: &Space,
    hop: Hop,
    number: usize,
    folder: &Path,
) -> anyhow::Result<Option<Running>> {
    let log = folder.join(format!("box-{number}.log"));
    let mut command = match hop {
        Hop::Router => {
            space.script(ROUTER)?;
            return Ok(None);
        }
        Hop::Splitter => {
            space.script(&splitter())?;
            let mut command = Command::new(program::ours("lab-rtt"));
            command.arg("--relay");
            command
        }
        Hop::Socks => {
            let mut command = Command::new("microsocks");
            command.args(["-p", &PROXY.to_string()]);
            command
        }
        Hop::Connect => tinyproxy(&folder.join(format!("box-{number}.conf")))?,
    };
    let mut running = space.start(&mut command, &log)?;
    let port = if hop == Hop::Splitter { relay::PORT } else { PROXY };
    let answers = || space.within(|| TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
    let is_up = wait_for(PATIENCE, || !running.is_running() || answers().unwrap_or(false));
    if !is_up || !running.is_running() {
        bail!("{command:?} did not start: {}", running.printed());
    }
    Ok(Some(running))
}

fn splitter() -> String {
    let port = relay::PORT;
    format!(
        "nft -f - <<END
table ip lab {{
    chain turn {{ type nat hook prerouting priority -100; meta l4proto tcp redirect to :{port}; }}
}}
END"
    )
}

fn tinyproxy(config: &Path) -> anyhow::Result<Command> {
    fs::write(config, format!("Port {PROXY}\nTimeout 600\nMaxClients 100\nLogLevel Warning\n"))?;
    let mut command = Command::new("tinyproxy");
    command.arg("-d").arg("-c").arg(config);
    Ok(command)
}
