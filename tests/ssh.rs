//! `OpenSSH` with a server and keys of the test's own.

use crate::tools::stage::one_at_a_time;
use std::fs;
use std::path::Path;
use std::process::Command;
use tests::port;
use tests::program;
use tests::program::Running;
use tests::watched::Watched;
use tests::watched::is_awaited;
use tests::watched::is_open;
use tests::watched::quoted;
use tests::watched::step;
use tests::watched::steps;
use tests::watched::wait;

const TUNNEL: &str = "remote-tools.ssh-reverse";
const TITLE: &str = "A reverse SSH tunnel can be reached from elsewhere";
const SCREEN: &str = "combination.tunnel-to-a-screen-server";
const SCREEN_FILE: &str = "combination/tunnel-to-a-screen-server";
const SCREEN_TITLE: &str = "A tunnel leads to a screen server on this laptop";

/// A port the combination knows, and the least likely to be taken.
const SHARED: u16 = 5903;

/// A server that lets in who has the key beside it, on loopback only.
struct Server {
    port: u16,
    _running: Running,
}

impl Server {
    fn start(scene: &Watched) -> Self {
        let folder = scene.folder.path();
        for key in ["host", "user"] {
            let mut keygen = Command::new("ssh-keygen");
            keygen.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(folder.join(key));
            assert!(program::run(&mut keygen).unwrap().status.success());
        }
        let port = port::free();
        fs::write(folder.join("sshd.conf"), configuration(folder, port)).unwrap();
        // The service's script would make it; without it no server starts.
        fs::create_dir_all("/run/sshd").unwrap();
        let mut running = scene.run("sshd", "/usr/sbin/sshd -D -e -f sshd.conf", &[]);
        wait(&mut running, |_| is_awaited(port));
        Self { port, _running: running }
    }

    /// Starts a client and waits until it is logged in and its ports are forwarded.
    fn client(&self, scene: &Watched, name: &str, options: &str) -> Running {
        let command = format!(
            "ssh -F none -v -o BatchMode=yes -o IdentitiesOnly=yes -o ExitOnForwardFailure=yes \
             -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=known -i user \
             -p {} {options}",
            self.port
        );
        let mut client = scene.run(name, &command, &[]);
        wait(&mut client, |client| client.printed().contains("Entering interactive session"));
        client
    }
}

fn configuration(folder: &Path, port: u16) -> String {
    let folder = folder.display();
    format!(
        "ListenAddress 127.0.0.1:{port}\nHostKey {folder}/host\n\
         AuthorizedKeysFile {folder}/user.pub\nPidFile none\nUsePAM no\nStrictModes no\n\
         PermitRootLogin yes\nPasswordAuthentication no\n"
    )
}

/// Both in one: each agent sees all that runs on this machine.
#[test]
fn a_reverse_tunnel_is_told_by_itself_and_beside_a_screen_server_and_nothing_else_is() {
    let _one = one_at_a_time();
    let scene = Watched::begin(&["remote-tools/ssh-reverse", "remote-tools/openssh", SCREEN_FILE]);
    let server = Server::start(&scene);
    let (ours, socks, theirs) = (port::free(), port::free(), port::free());
    let local = format!("-N -L 127.0.0.1:{ours}:localhost:{SHARED} root@127.0.0.1");
    let _local = server.client(&scene, "local", &local);
    let _socks = server.client(&scene, "socks", &format!("-N -D 127.0.0.1:{socks} root@127.0.0.1"));
    // Here `-R` is an option of the command over there.
    let _login = server.client(&scene, "login", "root@127.0.0.1 tail -f /dev/null -R");
    let options = format!("-N -R 127.0.0.1:{theirs}:localhost:{SHARED} root@127.0.0.1");
    let mut reverse = server.client(&scene, "reverse", &options);
    let found = scene.until_open(TUNNEL, TITLE);
    let processes = quoted(&found, "process");
    assert_eq!(processes.len(), 1, "{processes:#?}");
    assert_eq!(processes[0]["verbs"], serde_json::json!(["-R"]));
    let all = scene.site.findings().unwrap();
    assert_eq!(all.len(), 1, "{all:#?}");
    end(&mut reverse, theirs);
    let found = scene.until(TUNNEL, |all| !is_open(&all[0]));
    let told = [step(TITLE, "reachable", "alert", true), step(TITLE, "reachable", "alert", false)];
    assert_eq!(steps(&found[0]), told);
    beside_a_screen_server(&scene, &server, &options, theirs);
}

/// Ends a client that forwards this port; it outlives the program that started it.
fn end(client: &mut Running, port: u16) {
    let its = format!("^ssh .*-R 127.0.0.1:{port}:");
    program::run(Command::new("pkill").args(["-KILL", "-f", &its])).unwrap();
    client.kill();
}

fn beside_a_screen_server(scene: &Watched, server: &Server, options: &str, port: u16) {
    let _screen = scene.screen(89);
    let shares = format!("x11vnc -display :89 -localhost -forever -no6 -rfbport {SHARED}");
    let mut shares = scene.run("x11vnc", &shares, &[]);
    wait(&mut shares, |_| is_awaited(SHARED));
    assert!(scene.findings(SCREEN).is_empty(), "the server alone is another signature's");
    let mut reverse = server.client(scene, "again", options);
    let found = scene.until_open(SCREEN, SCREEN_TITLE);
    assert_eq!(quoted(&found, "socket")[0]["port"], SHARED, "{found:#?}");
    end(&mut reverse, port);
    let found = scene.until(SCREEN, |all| !is_open(&all[0]));
    let told = [step(SCREEN_TITLE, "", "alert", true), step(SCREEN_TITLE, "", "alert", false)];
    assert_eq!(steps(&found[0]), told);
}
