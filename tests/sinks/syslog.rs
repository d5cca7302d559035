//! A real rsyslog, over TLS.

use super::certificates::Certificates;
use super::load;
use super::load::Promise;
use super::receiver::Receiver;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;
use tests::port;
use tests::site::Site;

/// What comes is written before more is read: what rsyslog holds in memory is
/// lost when it is killed, whatever a sender does.
fn configuration(folder: &Path, port: u16, certificates: &Certificates) -> String {
    let folder = folder.display();
    let Certificates { authority, server, key } = certificates;
    let (authority, server, key) = (authority.display(), server.display(), key.display());
    format!(
        r#"global(workDirectory="{folder}" maxMessageSize="64k"
  defaultNetstreamDriverCAFile="{authority}"
  defaultNetstreamDriverCertFile="{server}"
  defaultNetstreamDriverKeyFile="{key}")
template(name="line" type="string" string="%msg%\n")
module(load="imtcp" StreamDriver.Name="ossl" StreamDriver.Mode="1" StreamDriver.AuthMode="anon")
ruleset(name="keep" queue.type="Direct") {{
  action(type="omfile" file="{folder}/got" template="line" asyncWriting="off" flushOnTXEnd="on")
}}
input(type="imtcp" address="127.0.0.1" port="{port}" ruleset="keep")
"#
    )
}

fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

#[test]
fn an_rsyslog_that_dies_twice_gets_all_over_tls_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let certificates = Certificates::make(folder.path(), "ours");
    let port = port::free();
    let file = folder.path().join("rsyslog.conf");
    fs::write(&file, configuration(folder.path(), port, &certificates)).unwrap();
    let pid = folder.path().join("rsyslog.pid");
    let mut rsyslog = Receiver::new(folder.path(), port, move || {
        drop(fs::remove_file(&pid));
        let mut command = Command::new("/usr/sbin/rsyslogd");
        command.arg("-n").arg("-f").arg(&file).arg("-i").arg(&pid);
        command
    });
    rsyslog.start();
    let settings = format!(
        "[sinks.siem]\nkind = \"syslog\"\nurl = \"tls://127.0.0.1:{port}\"\n{}",
        certificates.setting()
    );
    let site = Site::start(folder.path(), &settings).unwrap();
    let got = folder.path().join("got");
    load::run(&site, &mut rsyslog, Promise::AtLeastOnce, || lines(&got));
}
