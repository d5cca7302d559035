//! A relay's name: the real resolver of Debian 13 asks a real server for it,
//! and the agent reads what it remembers, on a network of the test's own.

use serde_json::json;
use std::fs;
use std::path::Path;
use tests::network;
use tests::root;

/// Where `packaging/resolver.sh` unpacks the resolver.
const RESOLVER: &str = "target/resolver/root";

/// A far end that is a name server as well, two relays, and a page.
const NETWORK: &str = "
unshare --net sleep 120 & far=$!
until [ \"$(readlink /proc/$far/ns/net)\" != \"$(readlink /proc/self/ns/net)\" ]; do sleep 0.01; done
ip link add lan0 type veth peer name far0 netns $far
there() { nsenter --net=/proc/$far/ns/net \"$@\"; }
ip address add 9.9.9.1/24 dev lan0
ip link set lan0 up
there ip address add 9.9.9.2/24 dev far0
there ip address add 9.9.9.3/24 dev far0
there ip link set far0 up
await() { n=0; until [ -e \"$1\" ]; do n=$((n+1)); [ $n -lt 2000 ]; sleep 0.01; done; }
there perl serve.pl & await waits
there dnsmasq --keep-in-foreground --conf-file=/dev/null --no-resolv --no-hosts --local-ttl=600 \
    --bind-interfaces --listen-address=9.9.9.2 --user=root --pid-file=\"$PWD/server\" \
    --host-record=relay-0badcafe.net.anydesk.com,9.9.9.2 \
    --cname=alias.net.anydesk.com,relay-0badcafe.net.anydesk.com \
    --host-record=private.example,9.9.9.3 & await server
";

/// The resolver, as it runs on a laptop; then programs that ask it.
const LAPTOP: &str = "
mount -t tmpfs none /run
mkdir -p /run/systemd/resolved.conf.d /run/systemd/resolve
chown 991:991 /run/systemd/resolve
printf '[Resolve]\\nDNS=9.9.9.2\\nDNSSEC=no\\nLLMNR=no\\nMulticastDNS=no\\n' > /run/systemd/resolved.conf.d/lan.conf
for folder in run dev proc; do mount --rbind /$folder $RESOLVER/$folder; done
chroot $RESOLVER /usr/lib/systemd/systemd-resolved 2>resolver.log &
await /run/systemd/resolve/io.systemd.Resolve.Monitor
await /run/systemd/resolve/stub-resolv.conf
mount --bind /run/systemd/resolve/stub-resolv.conf /etc/resolv.conf
visit() { cp \"$(command -v perl)\" \"$1\"; \"./$1\" visit.pl \"$2\" \"$1-is-there\" & await \"$1-is-there\"; }
visit support alias.net.anydesk.com
visit browser private.example
";

/// Waits for whoever comes.
const SERVE: &str = "
use IO::Socket::IP;
my $waits = IO::Socket::IP->new(LocalPort => 443, Listen => 5) or die $@;
open my $file, '>', 'waits' or die;
my @taken;
push @taken, $waits->accept while 1;
";

/// Looks up a name, connects there, and says so. A resolver that has just been
/// started may not know yet that there is a network.
const VISIT: &str = "
use IO::Socket::IP;
my ($name, $there) = @ARGV;
my ($line, $tries);
until ($line = IO::Socket::IP->new(PeerHost => $name, PeerPort => 443)) {
    die $@ if ++$tries > 100;
    select undef, undef, undef, 0.05;
}
open my $file, '>', $there or die;
sleep 120;
";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("serve.pl", SERVE), ("visit.pl", VISIT)] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    network::configure(folder.path(), &["socket", "process"], &[]);
    let family = folder.path().join("signatures/remote-tools");
    fs::create_dir_all(&family).unwrap();
    for name in ["family.toml", "anydesk.toml"] {
        let from = root().join("config/signatures/remote-tools").join(name);
        fs::copy(from, family.join(name)).unwrap();
    }
    folder
}

/// Runs `moored` on that laptop.
fn on_the_laptop(folder: &Path, moored: &str) -> std::process::Output {
    let resolver = root().join(RESOLVER);
    assert!(resolver.exists(), "run packaging/resolver.sh, as `make test` does");
    let there = format!("RESOLVER={}", resolver.display());
    network::run(folder, &format!("{there}\n{NETWORK}{LAPTOP}{moored}"))
}

#[test]
fn a_renamed_tool_is_a_lead_by_the_relay_the_resolver_remembers_and_no_other_name_is_told() {
    let folder = folder();
    let output = on_the_laptop(folder.path(), "moored scan --json");
    let scan = network::scanned(&output);
    let findings = scan["findings"].as_array().unwrap();
    let told: Vec<_> = findings
        .iter()
        .map(|one| (&one["signature"], &one["standing"], &one["tool"]["rung"], &one["confidence"]))
        .collect();
    let (id, lead) = (json!("remote-tools.anydesk"), json!("lead"));
    assert_eq!(told, [(&id, &lead, &json!("reachable"), &json!("low"))], "{scan}");
    let mut fields = findings[0]["evidence"][0]["fields"].clone();
    fields.as_object_mut().unwrap().remove("process");
    let names = ["alias.net.anydesk.com", "relay-0badcafe.net.anydesk.com"];
    let expected = json!({
        "program": "support", "executable": folder.path().join("support"), "user": "root",
        "direction": "out", "protocol": "tcp", "ports": [], "peers": ["public"], "relays": names,
    });
    assert_eq!(fields, expected);
    assert!(!scan.to_string().contains("private.example"));
}

#[test]
fn a_recording_of_that_laptop_has_the_relays_name_and_no_other() {
    let folder = folder();
    let output = on_the_laptop(folder.path(), "moored record");
    let written = String::from_utf8(output.stdout).unwrap();
    let recording = agent::host::Recording::from_toml(&written).unwrap();
    let names: Vec<_> = recording.socket.unwrap().into_iter().map(|row| row.names).collect();
    let expected = ["alias.net.anydesk.com", "relay-0badcafe.net.anydesk.com"].map(str::to_owned);
    assert_eq!(names, [expected]);
    assert!(!written.contains("private.example"));
}
