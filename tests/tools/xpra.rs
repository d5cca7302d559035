//! Xpra, whose server is a script: the package comes, sessions are opened for
//! the laptop itself, for its networks and of a screen that is there, the real
//! client attaches and leaves, all goes again.

use super::servers;
use super::servers::XRDP;
use super::stage::Stage;
use super::stage::alone;
use super::told::Told;
use serde_json::Value;
use std::process::Command;
use tests::program;
use tests::program::Running;
use tests::program::wait_for;
use tests::site::PATIENCE;

/// What no program of a test needs, and what the stage has not.
const WITHOUT: [&str; 7] = [
    "--daemon=no",
    "--dbus-launch=",
    "--notifications=no",
    "--webcam=no",
    "--mdns=no",
    "--pulseaudio=no",
    "--systemd-run=no",
];

#[test]
fn xpra_is_told_from_its_package_to_an_attached_client_and_back() {
    alone(|| {
        let stage = Stage::booted(&["xpra"], &["etc/xpra"]);
        let _screen = servers::screen(&stage);
        let told = Told::of("xpra", &stage);
        // It stays on the stage: the agent has looked.
        XRDP.told(&stage).comes_to("present");
        assert_eq!(told.all(), Vec::<Value>::new());
        stage.install("xpra");
        told.comes_to("present");

        let session = ["start", ":77", "--bind-tcp=127.0.0.1:14500"];
        let mut session = open(&stage, &session, "running");
        let client = attach(&stage, "tcp://127.0.0.1:14500/");
        told.comes_to("session");
        drop(client);
        told.comes_to("running");
        close(&stage, &mut session, ":77");

        let desktop = ["start-desktop", ":78", "--bind-tcp=0.0.0.0:14501"];
        drop(open(&stage, &desktop, "reachable"));
        told.comes_to("present");
        drop(open(&stage, &["shadow", ":85"], "running"));
        told.comes_to("present");

        stage.remove("xpra");
        told.ends();
        let visited = ["present", "running", "session", "running"];
        let others = ["present", "reachable", "present", "running", "present", "closed"];
        told.went(&[&visited[..], &others].concat());
    });
}

/// Opens a session, which brings the tool so far.
fn open(stage: &Stage, session: &[&str], rung: &str) -> Running {
    let mut server = stage.command("xpra");
    let server = stage.start(server.args(session).args(WITHOUT).env_remove("DISPLAY"));
    Told::of("xpra", stage).comes_to(rung);
    server
}

/// Has it closed, over a socket that is a file.
fn close(stage: &Stage, session: &mut Running, display: &str) {
    let ended = wait_for(PATIENCE, || {
        drop(program::run(stage.command("xpra").args(["stop", display])));
        !session.is_running()
    });
    assert!(ended, "{}", stage.printed());
    Told::of("xpra", stage).comes_to("present");
}

/// Shows a session on the stage's screen until this is dropped.
fn attach(stage: &Stage, session: &str) -> Running {
    let mut client: Command = stage.command("xpra");
    client.args(["attach", session, "--opengl=no", "--speaker=off", "--microphone=off"]);
    let client = stage.start(client.args(&WITHOUT[2..4]).env("DISPLAY", ":85"));
    let is_attached = || stage.printed().contains("Attached to ");
    assert!(wait_for(PATIENCE, is_attached), "{}", stage.printed());
    client
}
