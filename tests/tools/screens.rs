//! Servers that share a screen: the package comes, the server starts for the
//! laptop itself, then for the network, somebody looks, all goes again.
//!
//! Real are the servers, the visitors, dpkg and its list, the agent and the
//! collector. Not real: the package dpkg installs is made anew of what is
//! installed here, and its files were there before and stay, for dpkg works on
//! a copy of its list. The visitors are a viewer's first steps. xrdp's package
//! stays.

use super::servers;
use super::servers::RENAMED;
use super::servers::Reach;
use super::servers::Server;
use super::servers::TIGERVNC;
use super::servers::WAYVNC;
use super::servers::X11VNC;
use super::servers::XRDP;
use super::servers::live;
use super::stage::Stage;
use super::stage::alone;
use serde_json::Value;

const ALL: [Server; 5] = [X11VNC, RENAMED, TIGERVNC, WAYVNC, XRDP];

fn packages() -> Vec<&'static str> {
    ALL.iter().filter_map(|server| server.package).collect()
}

/// Without its package nothing is known of it.
fn packages_come(stage: &Stage) {
    // It stays on the stage: the agent has looked.
    XRDP.told(stage).comes_to("present");
    for server in ALL.iter().filter(|server| server.package.is_some()) {
        assert_eq!(server.told(stage).all(), Vec::<Value>::new());
    }
    for server in ALL {
        if let Some(package) = server.package {
            stage.install(package);
            server.told(stage).comes_to("present");
        }
    }
}

fn packages_go(stage: &Stage) {
    for package in packages() {
        stage.remove(package);
    }
    for server in ALL.iter().filter(|server| server.package.is_some()) {
        server.told(stage).ends();
    }
}

#[test]
fn screen_servers_are_told_from_their_package_to_a_visitor_and_back() {
    alone(|| {
        let stage = Stage::with_network(&packages(), "");
        let _screen = servers::screen(&stage);
        let _desktop = servers::desktop(&stage);
        packages_come(&stage);
        live(&stage, &ALL, Reach::Loopback);
        live(&stage, &ALL, Reach::Network);
        packages_go(&stage);
        let near = ["running", "session", "running"];
        let far = ["reachable", "session", "reachable"];
        for server in ALL {
            let expected = match server.tool {
                "unpackaged-vnc" => [&near[..], &["closed"], &far, &["closed"]].concat(),
                "xrdp" => [&["present"], &near[..], &["present"], &far, &["present"]].concat(),
                _ => [&["present"], &near[..], &["present"], &far, &["present", "closed"]].concat(),
            };
            server.told(&stage).went(&expected);
        }
    });
}
