//! The same servers on this machine's own network, where the kernel tells of
//! programs that start: looks are ten minutes apart, so only events and the
//! following of sockets can have shown anything. They wait for the laptop itself
//! only, so nobody else reaches them.

use super::servers;
use super::servers::Reach;
use super::servers::TIGERVNC;
use super::servers::XRDP;
use super::servers::live;
use super::stage::Stage;
use super::stage::alone;

#[test]
fn events_alone_tell_of_a_package_a_server_and_its_visitor() {
    alone(|| {
        let package = TIGERVNC.package.unwrap();
        let stage = Stage::with_events(&[package], "");
        XRDP.told(&stage).comes_to("present");
        assert_eq!(TIGERVNC.told(&stage).path(), Vec::<String>::new());
        let _screen = servers::screen(&stage);
        stage.install(package);
        TIGERVNC.told(&stage).comes_to("present");
        live(&stage, &[TIGERVNC, XRDP], Reach::Loopback);
        stage.remove(package);
        TIGERVNC.told(&stage).ends();
        let visited = ["running", "session", "running"];
        TIGERVNC.told(&stage).went(&[&["present"], &visited[..], &["present", "closed"]].concat());
        XRDP.told(&stage).went(&[&["present"], &visited[..], &["present"]].concat());
    });
}
