//! Servers that share a screen: how each is started and looked at.

use super::stage::NEAR;
use super::stage::Stage;
use super::told::Told;
use super::visitor;
use std::fs;
use std::net::TcpStream;
use std::process::Command;
use tests::program::Running;
use tests::program::wait_for;
use tests::site::PATIENCE;

/// A server of a remote tool.
pub struct Server {
    /// Its signature's name.
    pub tool: &'static str,
    /// The package it is known by.
    pub package: Option<&'static str>,
    /// Where it waits.
    port: u16,
    /// Starts it, for the laptop itself only or for its networks too.
    command: fn(&Stage, Reach) -> Command,
    visit: fn(&str) -> TcpStream,
}

/// For whom a server waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The laptop itself.
    Loopback,
    /// All networks it is in.
    Network,
}

/// Debian's x11vnc.
pub const X11VNC: Server = Server {
    tool: "x11vnc",
    package: Some("x11vnc"),
    port: 5970,
    command: |stage, reach| x11vnc(stage.command("x11vnc"), "5970", reach),
    visit: visitor::vnc,
};

/// The same program under another name, in a folder of its own.
pub const RENAMED: Server = Server {
    tool: "unpackaged-vnc",
    package: None,
    port: 5971,
    command: |stage, reach| {
        let copy = stage.folder().join("screen-notes");
        if !copy.exists() {
            fs::copy("/usr/bin/x11vnc", &copy).unwrap();
        }
        x11vnc(stage.command(copy), "5971", reach)
    },
    visit: visitor::vnc,
};

/// TigerVNC's server for a screen that is there.
pub const TIGERVNC: Server = Server {
    tool: "tigervnc",
    package: Some("tigervnc-scraping-server"),
    port: 5972,
    command: |stage, reach| {
        let mut command = stage.command("X0tigervnc");
        command.args(["-display", ":85", "-SecurityTypes", "None", "-rfbport", "5972"]);
        command.arg(format!("-localhost={}", u8::from(reach == Reach::Loopback)));
        command
    },
    visit: visitor::vnc,
};

/// A server for Wayland.
pub const WAYVNC: Server = Server {
    tool: "wayvnc",
    package: Some("wayvnc"),
    port: 5973,
    command: |stage, reach| {
        let mut command = as_user(stage, "wayvnc");
        command.envs(WAYLAND).env("WAYLAND_DISPLAY", "wayland-0");
        command.args([if reach == Reach::Loopback { "127.0.0.1" } else { "0.0.0.0" }, "5973"]);
        // The desktop there lets nobody move its pointer.
        command.arg("--disable-input");
        command
    },
    visit: visitor::vnc,
};

/// Its settings and units lie on this machine, whatever dpkg says.
pub const XRDP: Server = Server {
    tool: "xrdp",
    package: None,
    port: 3389,
    command: |stage, reach| {
        let mut settings = fs::read_to_string("/etc/xrdp/xrdp.ini").unwrap();
        if reach == Reach::Loopback {
            settings = settings.replace("\nport=3389\n", "\nport=tcp://127.0.0.1:3389\n");
        }
        let file = stage.folder().join("xrdp.ini");
        fs::write(&file, settings).unwrap();
        let mut command = stage.command("/usr/sbin/xrdp");
        command.arg("--nodaemon").arg("--config").arg(file);
        command
    },
    visit: visitor::rdp,
};

/// How programs of a Wayland desktop without a screen find each other.
const WAYLAND: [(&str, &str); 5] = [
    ("HOME", "/run"),
    ("XDG_RUNTIME_DIR", "/run"),
    ("WLR_BACKENDS", "headless"),
    ("WLR_LIBINPUT_NO_DEVICES", "1"),
    ("WLR_RENDERER", "pixman"),
];

fn x11vnc(mut command: Command, port: &str, reach: Reach) -> Command {
    command.args(["-display", ":85", "-forever", "-shared", "-nopw", "-rfbport", port]);
    if reach == Reach::Loopback {
        command.arg("-localhost");
    }
    command
}

/// A screen on a stage, which nobody sees.
pub fn screen(stage: &Stage) -> Running {
    screen_at(stage, 85)
}

/// The same with a number of one's own.
pub fn screen_at(stage: &Stage, number: u16) -> Running {
    let mut xvfb = stage.command("Xvfb");
    xvfb.arg(format!(":{number}")).args(["-screen", "0", "320x240x24", "-nolisten", "tcp"]);
    let screen = stage.start(&mut xvfb);
    is_there(stage, &format!("/tmp/.X11-unix/X{number}"));
    screen
}

/// A Wayland desktop on a stage.
pub fn desktop(stage: &Stage) -> Running {
    let mut cage = as_user(stage, "cage");
    let desktop = stage.start(cage.envs(WAYLAND).args(["--", "sleep", "600"]));
    is_there(stage, "/run/wayland-0");
    desktop
}

/// A command of a program that does not want to be root.
fn as_user(stage: &Stage, program: &str) -> Command {
    let mut command = stage.command("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", program]);
    command
}

fn is_there(stage: &Stage, path: &str) {
    let ask = || stage.command("test").args(["-e", path]).status().unwrap().success();
    assert!(wait_for(PATIENCE, ask), "`make tools` installs them: {}", stage.printed());
}

impl Server {
    /// What the collector is told of it.
    pub fn told<'a>(&self, stage: &'a Stage) -> Told<'a> {
        Told::of(self.tool, stage)
    }

    /// Starts it.
    pub fn start(&self, stage: &Stage, reach: Reach) -> Running {
        stage.start(&mut (self.command)(stage, reach))
    }

    /// Looks at its screen until this is dropped: from the laptop itself, or
    /// from the far end.
    pub fn visit(&self, stage: &Stage, reach: Reach) -> TcpStream {
        match reach {
            Reach::Loopback => (self.visit)(&format!("127.0.0.1:{}", self.port)),
            Reach::Network => stage.there(|| (self.visit)(&format!("{NEAR}:{}", self.port))),
        }
    }
}

/// All start, are visited, are left and end, side by side.
pub fn live(stage: &Stage, servers: &[Server], reach: Reach) {
    let idle = if reach == Reach::Loopback { "running" } else { "reachable" };
    let come_to = |rung| servers.iter().for_each(|server| server.told(stage).comes_to(rung));
    let running: Vec<Running> = servers.iter().map(|server| server.start(stage, reach)).collect();
    come_to(idle);
    let visitors: Vec<TcpStream> =
        servers.iter().map(|server| server.visit(stage, reach)).collect();
    come_to("session");
    drop(visitors);
    come_to(idle);
    drop(running);
    for server in servers {
        match server.tool {
            "unpackaged-vnc" => server.told(stage).ends(),
            _ => server.told(stage).comes_to("present"),
        }
    }
}
