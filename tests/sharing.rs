//! A shared terminal, and a switch for keyboard and mouse over the network.

use crate::tools::stage::one_at_a_time;
use serde_json::json;
use std::fs;
use tests::port;
use tests::watched::Watched;
use tests::watched::is_awaited;
use tests::watched::quoted;
use tests::watched::step;
use tests::watched::steps;
use tests::watched::wait;

#[test]
fn a_shared_terminal_is_told_while_it_looks_for_its_server() {
    let _one = one_at_a_time();
    let scene = Watched::begin(&["remote-tools/tmate"]);
    let signature = "remote-tools.tmate";
    let [installed, reachable] = ["tmate is installed", "tmate can be reached from elsewhere"];
    scene.until_open(signature, installed);
    // Nothing waits there: nothing leaves this machine, and no one can join.
    let server =
        format!("set -g tmate-server-host 127.0.0.1\nset -g tmate-server-port {}\n", port::free());
    fs::write(scene.folder.path().join("tmate.conf"), server).unwrap();
    let shared = "tmate -S shared -f tmate.conf -F";
    let mut shared = scene.run("tmate", shared, &[("TERM", "xterm")]);
    wait(&mut shared, |shared| shared.printed().contains("Connecting to 127.0.0.1"));
    scene.until_open(signature, reachable);
    shared.kill();
    let found = scene.until_open(signature, installed);
    let told = [
        step(installed, "present", "lead", true),
        step(reachable, "reachable", "alert", true),
        step(installed, "present", "lead", true),
    ];
    assert_eq!(steps(&found), told);
}

/// Two screens, one keyboard.
const SCREENS: &str = "section: screens\n\tleft:\n\tright:\nend\n\
    section: links\n\tleft:\n\t\tright = right\n\tright:\n\t\tleft = left\nend\n";

#[test]
fn both_ends_of_a_switch_over_the_network_are_told() {
    let _one = one_at_a_time();
    let scene = Watched::begin(&["remote-tools/barrier"]);
    let signature = "remote-tools.barrier";
    let [installed, running] = ["Barrier is installed", "Barrier is running"];
    scene.until_open(signature, installed);
    fs::write(scene.folder.path().join("screens"), SCREENS).unwrap();
    let _screens = [84, 85].map(|number| scene.screen(number));
    let port = port::free();
    let way = "--no-daemon --no-tray --disable-crypto --debug INFO";
    let serves = format!("barriers {way} --display :84 --name left -c screens -a 127.0.0.1:{port}");
    let mut serves = scene.run("barriers", &serves, &[]);
    wait(&mut serves, |_| is_awaited(port));
    scene.until_open(signature, running);
    let obeys = format!("barrierc {way} --display :85 --name right 127.0.0.1:{port}");
    let mut obeys = scene.run("barrierc", &obeys, &[]);
    wait(&mut obeys, |obeys| obeys.printed().contains("connected to server"));
    let both = scene.until(signature, |all| quoted(&all[0], "process").len() == 2);
    let names: Vec<_> =
        quoted(&both[0], "process").iter().map(|one| one["program"].clone()).collect();
    assert!(names.contains(&json!("barriers")) && names.contains(&json!("barrierc")), "{names:?}");
    serves.kill();
    obeys.kill();
    let found = scene.until(signature, |all| steps(&all[0]).len() >= 3);
    let told = [true, false, true].map(|is_installed| {
        let (title, rung) =
            if is_installed { (installed, "present") } else { (running, "running") };
        step(title, rung, "lead", true)
    });
    assert_eq!(steps(&found[0]), told);
}
