//! The kernel's own sockets: real programs that wait and connect, on a network
//! of the test's own with a far end.

use agent::host::Recording;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tests::network;
use tests::program;
use tests::program::Running;

/// Waits at an address and port. With `take`, takes who comes; with `fork`,
/// leaves them to a child.
const SERVE: &str = r#"
use IO::Socket::IP;
my ($address, $port, $way) = @ARGV;
sub note { open my $file, '>', $_[0] or die; }
my $waits = IO::Socket::IP->new(LocalHost => $address, LocalPort => $port, Listen => 5) or die $@;
note("waits-$port");
my @taken;
while ($way ne 'idle') {
    my $visitor = $waits->accept or die;
    push @taken, $visitor;
    if ($way eq 'fork') {
        if (fork) { pop @taken; close $visitor; next }
        close $waits;
        note("taken-$port-" . $visitor->peerport);
        sleep 120;
    }
    note("taken-$port-" . $visitor->peerport);
}
sleep 120;
"#;

/// Connects, and says from which port.
const CONNECT: &str = r#"
use IO::Socket::IP;
my ($address, $port, $name) = @ARGV;
my $line = IO::Socket::IP->new(PeerHost => $address, PeerPort => $port) or die $@;
open my $file, '>', "part" or die;
print $file "taken-$port-" . $line->sockport . "\n";
close $file;
rename "part", $name or die;
sleep 120;
"#;

/// Binds a UDP socket.
const BIND: &str = r#"
use IO::Socket::IP;
my $bound = IO::Socket::IP->new(LocalHost => $ARGV[0], LocalPort => $ARGV[1], Proto => 'udp') or die $@;
open my $file, '>', "waits-$ARGV[1]" or die;
sleep 120;
"#;

/// A far end with addresses of two kinds, and how to wait for a program.
const NETWORK: &str = "
unshare --net sleep 120 & far=$!
until [ \"$(readlink /proc/$far/ns/net)\" != \"$(readlink /proc/self/ns/net)\" ]; do sleep 0.01; done
ip link add lan0 type veth peer name far0 netns $far
there() { nsenter --net=/proc/$far/ns/net \"$@\"; }
ip address add 10.1.2.1/24 dev lan0
ip address add 9.9.9.1/24 dev lan0
ip address add fd00:1::1/64 dev lan0 nodad
ip link set lan0 up
there ip address add 10.1.2.2/24 dev far0
there ip address add 9.9.9.2/24 dev far0
there ip address add fd00:1::2/64 dev far0 nodad
there ip link set far0 up
await() { n=0; until [ -e \"$1\" ]; do n=$((n+1)); [ $n -lt 2000 ]; sleep 0.01; done; }
serve() { cp \"$(command -v perl)\" \"$1\"; \"./$1\" serve.pl \"$2\" \"$3\" \"$4\" & await \"waits-$3\"; }
visit() { \"$1\" \"$2\" connect.pl \"$3\" \"$4\" \"$5\" & await \"$5\"; await \"$(cat \"$5\")\"; }
";

/// A desktop that only this machine reaches and looks at, a shell server whose
/// children have the visitors, one with IPv6 for all, one nobody visits.
const PROGRAMS: &str = "
cp \"$(command -v perl)\" viewer
cp \"$(command -v perl)\" datagram
serve desktop 127.0.0.1 5900 take
serve shell 0.0.0.0 2222 fork
serve open :: 3333 take
serve near ::1 4444 idle
./datagram bind.pl 0.0.0.0 5555 & await waits-5555
visit env ./viewer 127.0.0.1 5900 first
visit there perl 10.1.2.1 2222 second
visit there perl 9.9.9.1 3333 third
visit there perl fd00:1::1 3333 fourth
";

/// Holds for every socket, and asks for one port at the other end.
const ANY: &str = "[[when]]\nsensor = \"socket\"\nwhere = { direction = \"in\" }\n\
    [[when]]\nsensor = \"socket\"\nwhere = { direction = \"out\", ports = 5900 }\n\
    [[hit]]\nsocket = [{ direction = \"in\" }, { direction = \"out\", ports = [5900] }]\n\
    [[miss]]\nsocket = [{ direction = \"in\" }]\n";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("serve.pl", SERVE), ("connect.pl", CONNECT), ("bind.pl", BIND)] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    network::configure(folder.path(), &["socket"], &[("socket", ANY)]);
    folder
}

/// What the finding says of each program; the process is named in the subject too.
fn told(report: &Value) -> BTreeMap<String, Value> {
    let evidence = report["findings"][0]["evidence"].as_array().unwrap();
    let each = evidence.iter().map(|it| {
        let mut fields = it["fields"].clone();
        let process = fields.as_object_mut().unwrap().remove("process");
        let subject = it["subject"].as_str().unwrap();
        let who = process.as_ref().and_then(Value::as_str).unwrap_or("unknown");
        let (first, rest) = subject.split_once(' ').unwrap();
        assert_eq!(first, who, "{subject}");
        (format!("{} {rest}", fields["program"].as_str().unwrap_or("unknown")), fields)
    });
    each.collect()
}

/// What is to be told of the programs.
fn expected(folder: &Path) -> BTreeMap<String, Value> {
    let program = |name: &str, rest: Value| {
        let path = folder.join(name).display().to_string();
        let mut fields = json!({ "program": name, "executable": path, "user": "root" });
        fields.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        fields
    };
    let waits = |name: &str, protocol: &str, port: u16, reach: &str, peers: &[&str]| {
        let fields =
            json!({ "direction": "in", "protocol": protocol, "port": port, "reach": reach });
        let mut fields = program(name, fields);
        if !peers.is_empty() {
            fields["peers"] = json!(peers);
        }
        (format!("{name} in {protocol} {port}"), fields)
    };
    let viewer =
        json!({ "direction": "out", "protocol": "tcp", "ports": [5900], "peers": ["loopback"] });
    BTreeMap::from([
        waits("desktop", "tcp", 5900, "loopback", &["loopback"]),
        waits("shell", "tcp", 2222, "network", &["private"]),
        waits("open", "tcp", 3333, "network", &["private", "public"]),
        waits("near", "tcp", 4444, "loopback", &[]),
        waits("datagram", "udp", 5555, "network", &[]),
        ("viewer out".to_owned(), program("viewer", viewer)),
    ])
}

#[test]
fn who_waits_who_can_come_and_who_has_come_is_told() {
    let folder = folder();
    let script = format!("{NETWORK}{PROGRAMS}moored scan --json");
    let scan = network::scanned(&network::run(folder.path(), &script));
    assert_eq!(scan["sight"]["socket"], json!("seeing"));
    assert_eq!(told(&scan), expected(folder.path()));
    assert_eq!(scan["unseen"], Value::Null);
}

#[test]
fn a_recording_says_the_same_without_an_address() {
    let folder = folder();
    network::configure(folder.path(), &["socket", "process"], &[("socket", ANY)]);
    let script = format!("{NETWORK}{PROGRAMS}moored record");
    let output = network::run(folder.path(), &script);
    let written = String::from_utf8(output.stdout).unwrap();
    for address in ["10.1.2.", "9.9.9.", "fd00:1:"] {
        assert!(!written.contains(address), "{written}");
    }
    let programs = Recording::from_toml(&written).unwrap().process.unwrap().len();
    assert_eq!(programs, 6, "only who holds what was asked for");
    fs::write(folder.path().join("here.toml"), &written).unwrap();
    let judged = network::scanned(&network::run(folder.path(), "moored judge --json here.toml"));
    assert_eq!(told(&judged), expected(folder.path()));
}

#[test]
fn without_the_right_to_look_into_processes_the_sockets_are_told_without_them() {
    let folder = folder();
    let script = format!(
        "{NETWORK}{PROGRAMS}
        moored=$(command -v setpriv)
        $moored --bounding-set=-sys_ptrace --inh-caps=-sys_ptrace {} --config agent.toml scan --json",
        program::ours("moored").display()
    );
    let scan = network::scanned(&network::run(folder.path(), &script));
    let fields = told(&scan);
    let waits = |port: u16, reach: &str, peers: &[&str]| {
        let mut fields =
            json!({ "direction": "in", "protocol": "tcp", "port": port, "reach": reach });
        if !peers.is_empty() {
            fields["peers"] = json!(peers);
        }
        fields
    };
    assert_eq!(fields["unknown in tcp 5900"], waits(5900, "loopback", &["loopback"]));
    assert_eq!(fields["unknown in tcp 2222"], waits(2222, "network", &["private"]));
    assert_eq!(fields["unknown in tcp 4444"], waits(4444, "loopback", &[]));
    let unseen = scan["unseen"]["socket"].as_array().unwrap();
    let expected = json!("unknown in tcp 5900: no program may be seen to hold it");
    assert!(unseen.contains(&expected), "{unseen:?}");
}

/// Scheduled looks are ten minutes apart; the kernel tells of processes only in
/// the first network, so the programs run on that.
#[test]
fn a_program_that_begins_to_wait_is_seen_soon_after_it_starts() {
    let folder = folder();
    let executable = folder.path().join("probe-that-waits");
    fs::copy("/usr/bin/perl", &executable).unwrap();
    let waits = format!(
        "[[when]]\nsensor = \"socket\"\nwhere = {{ program = \"probe-that-waits\", executable = \"{}\" }}\n\
         [[hit]]\nsocket = [{{ program = \"probe-that-waits\", executable = \"{}\" }}]\n\
         [[miss]]\nsocket = [{{ program = \"other\" }}]\n",
        executable.display(),
        executable.display()
    );
    let config = network::configure(folder.path(), &["socket", "process"], &[("socket", &waits)]);
    let mut moored = std::process::Command::new(program::ours("moored"));
    let log = folder.path().join("log");
    let agent = Running::start(moored.arg("--config").arg(config).arg("run"), &log).unwrap();
    let limit = std::time::Duration::from_secs(30);
    assert!(program::wait_for(limit, || agent.printed().contains("watching")));
    let mut waiting = std::process::Command::new(&executable);
    waiting.current_dir(folder.path()).args(["serve.pl", "127.0.0.1", "0", "idle"]);
    let waiting = Running::start(&mut waiting, &folder.path().join("waiting.log")).unwrap();
    let is_told = || agent.printed().contains("state=\"open\"");
    assert!(program::wait_for(limit, is_told), "{}{}", agent.printed(), waiting.printed());
}
