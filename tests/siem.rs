//! An agent without a collector tells what it finds to the journal, to syslog, or
//! into a file: once, over restarts, and in the words that a collector uses.

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use tempfile::TempDir;
use tests::port;
use tests::program;
use tests::program::Running;
use tests::site::Laptop;
use tests::site::PATIENCE;
use tests::valid;

/// A laptop without a collector, and a program that it watches for.
struct Place {
    folder: TempDir,
    laptop: Laptop,
    program: PathBuf,
}

impl Place {
    fn new(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().display().to_string();
        let laptop =
            Laptop::alone(&folder.path().join("laptop"), &settings.replace("FOLDER", &place))
                .unwrap();
        let name = format!("siem{}", std::process::id());
        laptop.watch_for(&name).unwrap();
        let file = laptop.signatures().join("test/probe.toml");
        let program = folder.path().join(&name);
        let text = fs::read_to_string(&file).unwrap().replace(
            &format!("{{ name = \"{name}\" }}"),
            &format!("{{ program = \"{name}\", executable = \"{}\" }}", program.display()),
        );
        fs::write(file, text).unwrap();
        fs::copy("/bin/sleep", &program).unwrap();
        Self { folder, laptop, program }
    }

    fn start_program(&self) -> Child {
        let mut child = None;
        // The copy must be closed for writing in every process before it can run.
        program::wait_for(PATIENCE, || {
            child = Command::new(&self.program).arg("1000").spawn().ok();
            child.is_some()
        });
        child.expect("a copy of sleep can be started")
    }

    /// The agent finds the program, dies, starts again, and finds it gone. `got`
    /// reads the events that have come.
    fn check(&mut self, got: impl Fn(&Path) -> Vec<Value>) {
        self.laptop.start().unwrap();
        self.laptop.is_well().unwrap();
        let mut program = self.start_program();
        self.comes(&got, 1);
        self.laptop.kill();
        self.laptop.start().unwrap();
        self.laptop.is_well().unwrap();
        program.kill().unwrap();
        program.wait().unwrap();
        let events = self.comes(&got, 2);
        let whats: Vec<&Value> = events.iter().map(|it| &it["metadata"]["event_code"]).collect();
        assert_eq!(whats, ["opened", "closed"]);
        for event in &events {
            assert_eq!(valid::wrong(event), [""; 0], "{event:#}");
        }
        assert_eq!(events[0]["finding_info"]["uid"], events[1]["finding_info"]["uid"]);
        let (code, status) = self.laptop.status().unwrap();
        assert_eq!(code, 0, "{status}");
    }

    fn comes(&self, got: impl Fn(&Path) -> Vec<Value>, count: usize) -> Vec<Value> {
        let told = || {
            let mut events = got(self.folder.path());
            // What the agent's death leaves between writing and noting it comes twice.
            events.dedup_by_key(|event| event["metadata"]["uid"].clone());
            // A look can see a program while it begins, still under the name of who
            // started it; the next look sees that this has changed.
            events.retain(|event| event["metadata"]["event_code"] != "grown");
            events
        };
        let came = program::wait_for(PATIENCE, || told().len() >= count);
        let events = told();
        assert!(came && events.len() == count, "{events:?}\n{}", self.laptop.printed());
        events
    }
}

fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

#[test]
fn events_go_into_a_file() {
    let mut place = Place::new("[siem]\nto = \"file\"\npath = \"FOLDER/events.jsonl\"\n");
    place.check(|folder| lines(&folder.join("events.jsonl")));
}

/// A real rsyslog that listens as the system's own does, and over TCP.
fn rsyslog(folder: &Path, port: u16) -> Running {
    let place = folder.display();
    let text = format!(
        r#"global(workDirectory="{place}" maxMessageSize="64k")
template(name="line" type="string" string="%msg%\n")
module(load="imuxsock" SysSock.Use="off")
module(load="imtcp")
ruleset(name="keep") {{ action(type="omfile" file="{place}/got" template="line") }}
input(type="imuxsock" Socket="{place}/log" ruleset="keep")
input(type="imtcp" address="127.0.0.1" port="{port}" ruleset="keep")
"#
    );
    let file = folder.join("rsyslog.conf");
    fs::write(&file, text).unwrap();
    let mut command = Command::new("/usr/sbin/rsyslogd");
    command.arg("-n").arg("-f").arg(&file).arg("-i").arg(folder.join("rsyslog.pid"));
    let running = Running::start(&mut command, &folder.join("rsyslog.log")).unwrap();
    let listens = program::wait_for(PATIENCE, || {
        folder.join("log").exists() && std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
    });
    assert!(listens, "{}", running.printed());
    running
}

#[test]
fn events_go_to_the_system_s_syslog() {
    let mut place = Place::new("[siem]\nto = \"syslog\"\npath = \"FOLDER/log\"\n");
    let _rsyslog = rsyslog(place.folder.path(), port::free());
    place.check(|folder| lines(&folder.join("got")));
}

#[test]
fn events_go_to_a_syslog_server_over_tcp() {
    let port = port::free();
    let settings = format!("[siem]\nto = \"syslog\"\nserver = \"127.0.0.1:{port}\"\n");
    let mut place = Place::new(&settings);
    let _rsyslog = rsyslog(place.folder.path(), port);
    place.check(|folder| lines(&folder.join("got")));
}

/// A real journald, whose `/run` is a folder of the test.
fn journald(folder: &Path) -> Running {
    let run = folder.join("run");
    fs::create_dir_all(run.join("systemd")).unwrap();
    let script = "mount --bind \"$0\" /run && exec /lib/systemd/systemd-journald";
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", script]).arg(&run);
    let running = Running::start(&mut command, &folder.join("journald.log")).unwrap();
    let socket = run.join("systemd/journal/socket");
    assert!(program::wait_for(PATIENCE, || socket.exists()), "{}", running.printed());
    running
}

#[test]
fn events_go_into_the_journal() {
    let settings = "[siem]\nto = \"journald\"\npath = \"FOLDER/run/systemd/journal/socket\"\n";
    let mut place = Place::new(settings);
    let _journald = journald(place.folder.path());
    place.check(|folder| {
        let mut command = Command::new("journalctl");
        command.arg("-D").arg(folder.join("run/log/journal"));
        command.args(["--no-pager", "-o", "json", "--all", "SYSLOG_IDENTIFIER=moored"]);
        let printed = program::run(&mut command).unwrap().stdout;
        let entries = String::from_utf8(printed).unwrap();
        let entries = entries.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let event = |entry: Value| {
            assert_eq!(entry["SYSLOG_FACILITY"], "10");
            serde_json::from_str(entry["MOORED_EVENT"].as_str().unwrap()).unwrap()
        };
        entries.filter(|entry| entry["MOORED_EVENT"].is_string()).map(event).collect()
    });
}
