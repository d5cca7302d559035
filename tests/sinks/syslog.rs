//! A real rsyslog, over TLS, and a file.

use super::load;
use super::load::Promise;
use super::receiver::Receiver;
use super::receiver::free_port;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;
use tests::site::Site;

/// An authority and a server's certificate, made by the collector's own library.
fn certificates(folder: &Path) {
    let authority = rcgen::CertifiedIssuer::self_signed(
        {
            let mut parameters = rcgen::CertificateParams::new(Vec::new()).unwrap();
            parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
            parameters
        },
        rcgen::KeyPair::generate().unwrap(),
    )
    .unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let parameters = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let server = parameters.signed_by(&key, &authority).unwrap();
    fs::write(folder.join("authority.pem"), authority.pem()).unwrap();
    fs::write(folder.join("server.pem"), server.pem()).unwrap();
    fs::write(folder.join("server.key"), key.serialize_pem()).unwrap();
}

/// What comes is written before more is read: what rsyslog holds in memory is
/// lost when it is killed, whatever a sender does.
fn configuration(folder: &Path, port: u16) -> String {
    let folder = folder.display();
    format!(
        r#"global(workDirectory="{folder}" maxMessageSize="64k"
  defaultNetstreamDriverCAFile="{folder}/authority.pem"
  defaultNetstreamDriverCertFile="{folder}/server.pem"
  defaultNetstreamDriverKeyFile="{folder}/server.key")
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
    certificates(folder.path());
    let port = free_port();
    let file = folder.path().join("rsyslog.conf");
    fs::write(&file, configuration(folder.path(), port)).unwrap();
    let pid = folder.path().join("rsyslog.pid");
    let mut rsyslog = Receiver::new(folder.path(), port, move || {
        drop(fs::remove_file(&pid));
        let mut command = Command::new("/usr/sbin/rsyslogd");
        command.arg("-n").arg("-f").arg(&file).arg("-i").arg(&pid);
        command
    });
    rsyslog.start();
    let settings = format!(
        "[sinks.siem]\nkind = \"syslog\"\nurl = \"tls://127.0.0.1:{port}\"\nauthority = \"{}\"\n",
        folder.path().join("authority.pem").display()
    );
    let site = Site::start(folder.path(), &settings).unwrap();
    let got = folder.path().join("got");
    load::run(&site, &mut rsyslog, Promise::AtLeastOnce, || lines(&got));
}
