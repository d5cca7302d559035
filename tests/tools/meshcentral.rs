//! `MeshCentral`'s agent, put there by its own installer, with a real server and
//! a real administrator, from its coming to its going, and what approves it.

use super::administrator::Server;
use super::administrator::visit;
use super::servers;
use super::servers::XRDP;
use super::stage::Stage;
use super::stage::alone;
use super::told::Told;
use serde_json::Value;
use std::fs;
use std::path::Path;
use tests::program;
use tests::program::wait_for;
use tests::site::PATIENCE;

#[test]
fn an_agent_of_meshcentral_is_told_to_its_end_and_approved_for_its_own_server_only() {
    alone(|| {
        let stage = Stage::booted(&[], &[]);
        let told = Told::of("meshcentral", &stage);
        // Its agent knows no other by itself.
        let _screen = servers::screen_at(&stage, 0);
        let mut server = Server::start(&stage);
        let folder = stage.folder().join("download");
        let agent = server.agent(&stage, &folder);
        XRDP.told(&stage).comes_to("present");
        assert_eq!(told.all(), Vec::<Value>::new());

        asks(&stage, &agent, &["-fullinstall", "--copy-msh=1"]);
        told.comes_to("reachable");
        for (kind, text) in [("1", "uid=0(root)"), ("2", "a picture has come")] {
            let administrator = visit(&stage, kind, text);
            told.comes_to("session");
            drop(administrator);
            told.comes_to("reachable");
        }
        approvals(&stage, &folder);
        server.running.kill();
        told.comes_to("running");
        goes(&stage, &agent);
        went(&told.path());
    });
}

/// Its installer and its uninstaller are the agent's own program: while they
/// run, it is running, and how far it is told besides is a matter of moments.
fn went(path: &[String]) {
    let visited = ["reachable", "session", "reachable", "session", "reachable"];
    let life = [&visited[..], &["running", "present"]].concat();
    let begun = path.iter().position(|rung| rung == "reachable").unwrap();
    let (before, rest) = path.split_at(begun);
    let (during, after) = rest.split_at(life.len());
    assert_eq!(during, life, "{path:?}");
    let is_low = |rung: &String| ["present", "running"].contains(&rung.as_str());
    assert!(before.iter().all(is_low), "{path:?}");
    let (end, after) = after.split_last().unwrap();
    assert!(end == "closed" && after.iter().all(is_low), "{path:?}");
}

/// Its service stops, then its own uninstaller runs.
fn goes(stage: &Stage, agent: &Path) {
    let told = Told::of("meshcentral", stage);
    let mut stop = stage.command("systemctl");
    assert!(program::run(stop.args(["stop", "meshagent"])).unwrap().status.success());
    told.comes_to("present");
    asks(stage, agent, &["-fulluninstall"]);
    told.ends();
}

/// Runs the agent's own program to its end. At times it waits for something
/// that never comes; then it is asked again.
fn asks(stage: &Stage, agent: &Path, arguments: &[&str]) {
    let mut said = String::new();
    let is_done = wait_for(PATIENCE, || {
        let mut command = stage.command("timeout");
        command.args(["--kill-after=1", "25"]).arg(agent).args(arguments);
        let output = program::run(&mut command).unwrap();
        said.push_str(&String::from_utf8_lossy(&output.stdout));
        output.status.success()
    });
    assert!(is_done, "{said}");
}

/// Of no approval, of that of its own server, and of that of another one.
fn approvals(stage: &Stage, folder: &Path) {
    let settings = fs::read_to_string(folder.join("meshagent.msh")).unwrap();
    let own = settings.lines().find_map(|line| line.strip_prefix("ServerID=")).unwrap();
    let other = own.chars().rev().collect::<String>();
    comes_to_be(stage, ["unknown", "alert"]);
    for (instance, expected) in
        [(own, ["approved", "lead"]), (&other, ["foreign-instance", "alert"])]
    {
        let approved = format!(
            "[[approved]]\ntool = \"meshcentral\"\ninstance = [\"{instance}\"]\n\
             owner = \"IT\"\nreason = \"support\"\nexpires = \"2099-12-31\"\n"
        );
        stage.configure(&approved, "1s");
        comes_to_be(stage, expected);
    }
}

/// Waits until the last that was told of it says so: its verdict and its standing.
fn comes_to_be(stage: &Stage, expected: [&str; 2]) {
    let mut last = Value::Null;
    let so = wait_for(PATIENCE, || {
        last = Told::of("meshcentral", stage).steps().pop().unwrap_or_default();
        [&last["verdict"], &last["standing"]] == expected
    });
    assert!(so, "{last:#} instead of {expected:?}\n{}", stage.printed());
}
