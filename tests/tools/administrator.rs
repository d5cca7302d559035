//! A real `MeshCentral`, and a real administrator of it.

use super::stage::Stage;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use tests::program;
use tests::program::Running;
use tests::program::wait_for;
use tests::root;
use tests::site::PATIENCE;

const PORT: u16 = 4430;

/// A server with one account and one group of laptops.
pub struct Server {
    /// The server while it runs.
    pub running: Running,
    group: String,
}

impl Server {
    /// Starts one, on the stage itself.
    pub fn start(stage: &Stage) -> Self {
        let folder = stage.folder().join("meshcentral");
        fs::create_dir_all(&folder).unwrap();
        // Nothing but this port is opened, nothing is fetched, updated or sought.
        let settings = format!(
            r#"{{"settings":{{"cert":"127.0.0.1","port":{PORT},"exactPorts":true,"redirPort":0,
            "mpsPort":0,"WANonly":true,"selfUpdate":false,"autoBackup":false,"amtScanner":false,
            "amtManager":false,"webPush":false}},"domains":{{"":{{"newAccounts":false}}}}}}"#
        );
        fs::write(folder.join("config.json"), settings).unwrap();
        let account =
            ["--createaccount", "admin", "--pass", "Admin-1234", "--email", "a@test.test"];
        asked(meshcentral(stage).args(account));
        asked(meshcentral(stage).args(["--adminaccount", "admin"]));
        let running = stage.start(&mut meshcentral(stage));
        let mut group = String::new();
        let begun = wait_for(PATIENCE, || {
            let said = asked(control(stage).args(["adddevicegroup", "--name", "laptops"]));
            said.trim().strip_prefix("ok mesh//").map(|id| id.clone_into(&mut group)).is_some()
        });
        assert!(begun, "{}", stage.printed());
        Self { running, group }
    }

    /// Fetches the agent and its settings, as the installer's script does.
    pub fn agent(&self, stage: &Stage, into: &Path) -> PathBuf {
        fs::create_dir_all(into).unwrap();
        let agent = into.join("meshagent");
        for (what, file) in [
            // The number of agents for Linux on x86-64.
            ("meshagents?id=6".to_owned(), "meshagent"),
            (format!("meshsettings?id={}", self.group), "meshagent.msh"),
        ] {
            let url = format!("https://127.0.0.1:{PORT}/{what}");
            let mut curl = stage.command("curl");
            curl.args(["--silent", "--fail", "--insecure", &url, "--output"]).arg(into.join(file));
            assert!(program::run(&mut curl).unwrap().status.success(), "{}", stage.printed());
        }
        asked(Command::new("chmod").arg("+x").arg(&agent));
        agent
    }
}

/// Opens a terminal (1) or the desktop (2) of the one laptop until this is
/// dropped; this text has come.
pub fn visit(stage: &Stage, kind: &str, text: &str) -> Running {
    let laptop = laptop(stage);
    let script = stage.folder().join("administrator.js");
    fs::write(&script, include_str!("administrator.js")).unwrap();
    let mut visitor = stage.command("node");
    visitor.arg(script).arg(modules());
    visitor.args([&format!("wss://127.0.0.1:{PORT}"), &laptop, kind]);
    let log = stage.folder().join(format!("administrator-{kind}.log"));
    let mut visitor = Running::start(&mut visitor, &log).unwrap();
    wait_for(PATIENCE, || visitor.printed().contains(text) || !visitor.is_running());
    assert!(visitor.printed().contains(text), "{}\n{}", visitor.printed(), stage.printed());
    visitor
}

/// The laptop as the server calls it, when it has come.
fn laptop(stage: &Stage) -> String {
    let mut id = None;
    let has_come = wait_for(PATIENCE, || {
        let said = asked(control(stage).args(["listdevices", "--json"]));
        let all: serde_json::Value = serde_json::from_str(&said).unwrap_or_default();
        id = all[0]["_id"].as_str().filter(|_| all[0]["conn"] == 1).map(str::to_owned);
        id.is_some()
    });
    assert!(has_come, "{}", stage.printed());
    id.unwrap()
}

/// Where `packaging/tools.sh` has put it.
fn modules() -> PathBuf {
    root().join("target/meshcentral/node_modules").canonicalize().expect("`make tools` installs it")
}

fn meshcentral(stage: &Stage) -> Command {
    let folder = stage.folder().join("meshcentral");
    let mut command = stage.command("node");
    command.arg(modules().join("meshcentral")).arg("--datapath").arg(&folder);
    command.arg("--filespath").arg(folder.join("files"));
    // With a proxy it would fetch what goes through one.
    for proxy in ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"] {
        command.env_remove(proxy);
    }
    command
}

/// Its own command line for administrators.
fn control(stage: &Stage) -> Command {
    let mut command = stage.command("node");
    command.arg(modules().join("meshcentral/meshctrl.js"));
    command.args(["--loginuser", "admin", "--loginpass", "Admin-1234"]);
    command.args(["--url", &format!("wss://127.0.0.1:{PORT}")]);
    command
}

fn asked(command: &mut Command) -> String {
    String::from_utf8(program::run(command).unwrap().stdout).unwrap()
}
