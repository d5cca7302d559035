//! Recordings of logind's files and of utmp → what is stated.

use super::*;
use crate::host::Recorder;
use model::Value;
use std::collections::BTreeMap;

/// As systemd 252 wrote it of `login -h 198.51.100.7`, on Debian 12.
const REMOTE: &str = "\
# This is private data. Do not parse.
UID=0
USER=root
ACTIVE=1
IS_DISPLAY=0
STATE=active
REMOTE=1
TYPE=x11
ORIGINAL_TYPE=x11
CLASS=user
SCOPE=session-3.scope
FIFO=/run/systemd/sessions/3.ref
TTY=pts/1
TTY_VALIDITY=from-pam
REMOTE_HOST=198.51.100.7
SERVICE=login
POSITION=0
LEADER=46
AUDIT=3
REALTIME=1795568903669392
MONOTONIC=13446912849
";

/// What a desktop's own session looks like.
const LOCAL: &str = "UID=1000\nUSER=alice\nACTIVE=1\nIS_DISPLAY=1\nSTATE=active\nREMOTE=0\n\
    TYPE=wayland\nCLASS=user\nSEAT=seat0\nTTY=tty2\nSERVICE=gdm-password\nVTNR=2\nLEADER=1500\n";

fn recording(files: &[(&str, &str)]) -> Recording {
    let mut recording = Recording::blank(Platform::Linux, "laptop");
    recording.empty.insert(linux::FOLDER.to_owned());
    for (id, text) in files {
        recording.text.insert(format!("{}/{id}", linux::FOLDER), (*text).to_owned());
    }
    recording
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn stated(id: &str, source: &str, fields: &[(&str, Value)]) -> Observation {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    Observation {
        sensor: "session".to_owned(),
        subject: id.to_owned(),
        source: source.to_owned(),
        fields: fields.collect(),
    }
}

fn remote() -> Observation {
    stated(
        "3",
        "/run/systemd/sessions/3",
        &[
            ("type", text("x11")),
            ("class", text("user")),
            ("service", text("login")),
            ("remote", Value::Flag(true)),
            ("from", text("public")),
            ("remote_host", text("198.51.100.7")),
            ("user", text("root")),
        ],
    )
}

fn local() -> Observation {
    stated(
        "c2",
        "/run/systemd/sessions/c2",
        &[
            ("type", text("wayland")),
            ("class", text("user")),
            ("service", text("gdm-password")),
            ("remote", Value::Flag(false)),
            ("user", text("alice")),
            ("seat", text("seat0")),
        ],
    )
}

#[test]
fn each_session_is_stated_and_pipes_and_half_written_files_are_not() {
    let host = recording(&[("3", REMOTE), ("3.ref", ""), (".#3abc", "UID=0\n"), ("c2", LOCAL)]);
    assert_eq!(Session.look(&host), Ok(vec![remote(), local()]));
}

#[test]
fn a_session_that_is_ending_is_not_stated() {
    let closing = REMOTE.replace("STATE=active", "STATE=closing");
    let opening = LOCAL.replace("STATE=active", "STATE=opening");
    let host = recording(&[("3", &closing), ("c2", &opening)]);
    assert_eq!(Session.look(&host), Ok(vec![local()]));
}

#[test]
fn a_session_stands_still_while_it_is_used() {
    let other = REMOTE.replace("ACTIVE=1", "ACTIVE=0").replace("STATE=active", "STATE=online");
    assert_eq!(Session.look(&recording(&[("3", &other)])), Ok(vec![remote()]));
}

#[test]
fn a_local_session_states_no_address() {
    let odd = format!("{LOCAL}REMOTE_HOST=198.51.100.7\n");
    assert_eq!(Session.look(&recording(&[("c2", &odd)])), Ok(vec![local()]));
}

#[test]
fn hostile_files_state_what_is_sound_in_them() {
    let long = format!("REMOTE_HOST={}\nREMOTE=1\n", "a".repeat(1 << 20));
    for (content, fields) in [
        ("", &[][..]),
        ("REMOTE=1", &[("remote", Value::Flag(true))]),
        ("REMOTE=yes\nTYPE=\n=\n==\n\0\0", &[]),
        (&long, &[("remote", Value::Flag(true))]),
        ("TYPE=tty\r\nTYPE=x11\0", &[("type", text("x11\u{fffd}"))]),
        ("SERVICE=\"ss\\\\nhd\"", &[("service", text("ss\u{fffd}hd"))]),
    ] {
        let expected = stated("7", "/run/systemd/sessions/7", fields);
        let seen = Session.look(&recording(&[("7", content)]));
        assert_eq!(seen, Ok(vec![expected]), "{content:.40}");
    }
}

#[test]
fn nobody_logged_in_is_seen_and_an_unreadable_session_is_blindness() {
    assert_eq!(Session.look(&recording(&[])), Ok(vec![]));
    assert_eq!(Session.look(&Recording::blank(Platform::Linux, "")), Err(Blind::Absent));
    let mut host = recording(&[("3", REMOTE)]);
    host.forbidden.insert("/run/systemd/sessions/c2".to_owned());
    let source = "/run/systemd/sessions/c2".to_owned();
    let reason = "permission denied".to_owned();
    assert_eq!(Session.look(&host), Err(Blind::Failed { source, reason }));
}

#[test]
fn a_recording_that_is_shown_keeps_the_kind_and_not_the_person() {
    let mut host = recording(&[("c2", &format!("{LOCAL}DISPLAY=:0\n"))]);
    let far = REMOTE.replace("root", "bob");
    host.text.insert("/run/systemd/sessions/3".to_owned(), far);
    Session.blank(&mut host);
    let shown: BTreeMap<&str, &str> =
        host.text.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let expected = BTreeMap::from([
        (
            "/run/systemd/sessions/3",
            "USER=user\nSTATE=active\nREMOTE=1\nTYPE=x11\nCLASS=user\nREMOTE_HOST=192.0.2.1\nSERVICE=login\n",
        ),
        (
            "/run/systemd/sessions/c2",
            "USER=user\nSTATE=active\nREMOTE=0\nTYPE=wayland\nCLASS=user\nSEAT=seat0\nSERVICE=gdm-password\n",
        ),
    ]);
    assert_eq!(shown, expected);
}

/// A record of utmp, as glibc's pututxline writes it on x86-64.
fn record(kind: u8, process: u8, [line, user, host]: [&str; 3], address: [u8; 4]) -> Vec<u8> {
    let mut record = vec![0; utmp::RECORD];
    for (at, bytes) in [
        (0, &[kind][..]),
        (4, &[process]),
        (8, line.as_bytes()),
        (44, user.as_bytes()),
        (76, host.as_bytes()),
        (348, &address),
    ] {
        record[at..at + bytes.len()].copy_from_slice(bytes);
    }
    record
}

fn table(records: &[Vec<u8>], processes: &[u8]) -> Recording {
    let mut recording = Recording::blank(Platform::Linux, "laptop");
    recording.bytes.insert("/run/utmp".to_owned(), hex::encode(records.concat()));
    for id in processes {
        recording.text.insert(format!("/proc/{id}/comm"), "sshd\n".to_owned());
    }
    recording
}

fn tables() -> Recording {
    table(
        &[
            record(2, 0, ["~", "reboot", "6.1.0"], [0; 4]),
            record(7, 50, ["pts/0", "alice", "laptop.example"], [10, 1, 2, 3]),
            record(7, 51, ["tty1", "alice", ""], [0; 4]),
            record(7, 52, [":0", "alice", ":0"], [0; 4]),
            record(7, 53, ["pts/1", "alice", "tmux(9).%0"], [0; 4]),
            record(7, 54, ["pts/2", "alice", "198.51.100.7 via mosh [9]"], [0; 4]),
            record(7, 99, ["pts/3", "gone", "198.51.100.7"], [198, 51, 100, 7]),
            record(8, 50, ["pts/4", "", ""], [0; 4]),
        ],
        &[50, 51, 52, 53, 54],
    )
}

#[test]
fn without_logind_utmp_tells_who_is_logged_in() {
    let of = |line: &str, fields: &[(&str, Value)]| {
        let mut fields = fields.to_vec();
        fields.push(("user", text("alice")));
        fields.push(("type", text(if line == ":0" { "x11" } else { "tty" })));
        stated(line, "/run/utmp", &fields)
    };
    let (near, far) = (Value::Flag(false), Value::Flag(true));
    let expected = vec![
        of(
            "pts/0",
            &[
                ("remote", far.clone()),
                ("from", text("name")),
                ("remote_host", text("laptop.example")),
            ],
        ),
        of("tty1", &[("remote", near.clone())]),
        of(":0", &[("remote", near)]),
        of("pts/1", &[]),
        of(
            "pts/2",
            &[("remote", far), ("from", text("public")), ("remote_host", text("198.51.100.7"))],
        ),
    ];
    assert_eq!(Session.look(&tables()), Ok(expected));
}

#[test]
fn a_table_that_is_not_made_of_records_is_blindness() {
    let host = table(&[record(7, 50, ["pts/0", "a", ""], [0; 4]), vec![7; 16]], &[50]);
    let reason = "invalid data".to_owned();
    let blind = Blind::Failed { source: "/run/utmp".to_owned(), reason };
    assert_eq!(Session.look(&host), Err(blind));
    assert_eq!(Session.look(&table(&[], &[])), Ok(vec![]));
}

#[test]
fn a_table_that_is_shown_names_nobody() {
    let host = tables();
    let recorder = Recorder::new(&host);
    let before = Session.look(&recorder).unwrap();
    let mut shown = recorder.finish();
    Session.blank(&mut shown);
    let after = Session.look(&shown).unwrap();
    let kept = |seen: &[Observation]| -> Vec<_> {
        let kinds = ["type", "remote", "from"];
        let kinds = |seen: &Observation| kinds.map(|field| seen.fields.get(field).cloned());
        seen.iter().map(kinds).collect()
    };
    assert_eq!(kept(&after), kept(&before));
    let bytes = hex::decode(&shown.bytes["/run/utmp"]).unwrap();
    for secret in ["alice", "gone", "laptop.example", "198.51", "reboot"] {
        let is_there = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!is_there, "{secret} is still there");
    }
}

fn rows(text: &str) -> Result<Vec<Observation>, Blind> {
    Session.look(&Recording::from_toml(text).unwrap())
}

/// What a laptop has whose user is at it, and to which two come from elsewhere; one
/// has gone and left a session, one has not said yet who they are.
const WINDOWS: &str = r#"
platform = "windows"
login = [
    { id = 0, state = "disconnected", station = "Services", remote = false },
    { id = 1, user = "alice", state = "active", station = "Console", remote = false },
    { id = 2, user = "alice", state = "active", station = "RDP-Tcp#3", protocol = "rdp", remote = true, address = "203.0.113.7" },
    { id = 3, user = "bob", state = "disconnected", station = "", remote = false },
    { id = 4, state = "connected", station = "RDP-Tcp#4", protocol = "rdp", remote = true },
    { id = 65536, state = "listen", station = "RDP-Tcp", remote = false },
]
"#;

#[test]
fn windows_tells_who_is_at_the_screen_and_who_comes_from_elsewhere() {
    let of = |id: &str, fields: &[(&str, &str)], remote: Option<bool>| {
        let texts = fields.iter().map(|(name, value)| (*name, text(value)));
        let remote = remote.map(|remote| ("remote", Value::Flag(remote)));
        stated(id, LOGINS, &texts.chain(remote).collect::<Vec<_>>())
    };
    let expected = vec![
        of(
            "1",
            &[("type", "console"), ("class", "user"), ("user", "alice"), ("seat", "console")],
            Some(false),
        ),
        of(
            "2",
            &[
                ("type", "rdp"),
                ("class", "user"),
                ("service", "TermService"),
                ("user", "alice"),
                ("remote_host", "203.0.113.7"),
            ],
            Some(true),
        ),
        of("3", &[("class", "user"), ("user", "bob")], None),
        of("4", &[("type", "rdp"), ("class", "greeter"), ("service", "TermService")], Some(true)),
    ];
    assert_eq!(rows(WINDOWS), Ok(expected));
}

/// One at the screen and one over SSH, the processes as OpenSSH 9.9 has them.
const MACOS: &str = r#"
platform = "macos"
login = [
    { id = 150, user = "alice", state = "active", station = "console", remote = false },
    { id = 602, user = "bob", state = "active", station = "ttys001", remote = true, address = "192.168.1.5" },
    { id = 700, user = "alice", state = "active", station = "ttys000", remote = false },
]
process = [
    { id = 1, name = "launchd", executable = "/sbin/launchd" },
    { id = 150, parent = 1, name = "loginwindow", executable = "/System/Library/CoreServices/loginwindow.app/Contents/MacOS/loginwindow" },
    { id = 600, parent = 1, name = "sshd-session", executable = "/usr/libexec/sshd-session" },
    { id = 602, parent = 600, name = "sshd-session", executable = "/usr/libexec/sshd-session" },
    { id = 700, parent = 150, name = "login", executable = "/usr/bin/login" },
]
"#;

#[test]
fn macos_tells_who_is_at_the_screen_and_who_has_a_terminal() {
    let of = |id: &str, fields: &[(&str, &str)], remote: bool| {
        let texts = fields.iter().map(|(name, value)| (*name, text(value)));
        let fields = texts.chain([("class", text("user")), ("remote", Value::Flag(remote))]);
        stated(id, LOGINS, &fields.collect::<Vec<_>>())
    };
    let expected = vec![
        of("150", &[("type", "aqua"), ("user", "alice"), ("seat", "console")], false),
        of(
            "602",
            &[
                ("type", "tty"),
                ("user", "bob"),
                ("service", "sshd"),
                ("from", "private"),
                ("remote_host", "192.168.1.5"),
            ],
            true,
        ),
        of("700", &[("type", "tty"), ("user", "alice")], false),
    ];
    assert_eq!(rows(MACOS), Ok(expected));
    let greeter = MACOS.replace("\"alice\"", "\"loginwindow\"");
    assert_eq!(rows(&greeter).unwrap()[0].fields["class"], text("greeter"));
    let switched = MACOS.replacen("active", "switched", 1);
    assert_eq!(rows(&switched).unwrap()[0].fields.get("seat"), None);
}

#[test]
fn rows_that_are_shown_keep_the_kind_and_not_the_person() {
    for told in [WINDOWS, MACOS] {
        let mut host = Recording::from_toml(told).unwrap();
        let before = Session.look(&host).unwrap();
        Session.blank(&mut host);
        let after = Session.look(&host).unwrap();
        let kinds = |seen: &[Observation]| -> Vec<_> {
            let of = |one: &Observation| {
                ["type", "remote", "from"].map(|it| one.fields.get(it).cloned())
            };
            seen.iter().map(of).collect()
        };
        assert_eq!(kinds(&after), kinds(&before));
        let text = format!("{:?}", host.login);
        for private in ["alice", "bob", "203.0.113.7", "192.168.1.5"] {
            assert!(!text.contains(private), "{private}: {text}");
        }
    }
}

#[test]
fn rows_that_were_not_recorded_are_absent_and_nobody_is_seen() {
    for platform in ["windows", "macos"] {
        assert_eq!(rows(&format!("platform = '{platform}'")), Err(Blind::Absent));
        assert_eq!(rows(&format!("platform = '{platform}'\nlogin = []")), Ok(Vec::new()));
    }
}
