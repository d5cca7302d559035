//! What the company has approved, and what is only counted.

use super::servers;
use super::servers::Reach;
use super::servers::TIGERVNC;
use super::servers::X11VNC;
use super::servers::live;
use super::stage::Stage;
use super::stage::alone;
use serde_json::Value;
use std::collections::BTreeSet;

/// Only x11vnc is approved.
const APPROVED: &str = "[[approved]]\ntool = \"x11vnc\"\nowner = \"help desk\"\n\
    reason = \"support\"\nexpires = \"2099-12-31\"\n";

/// What steps say under this name, each once.
fn told(steps: &[Value], name: &str) -> BTreeSet<String> {
    steps.iter().map(|step| step[name].as_str().unwrap_or("nothing").to_owned()).collect()
}

fn only(word: &str) -> BTreeSet<String> {
    BTreeSet::from([word.to_owned()])
}

#[test]
fn an_approved_server_never_alerts_while_another_does() {
    alone(|| {
        let stage = Stage::with_network(&[], APPROVED);
        let _screen = servers::screen(&stage);
        X11VNC.told(&stage).comes_to("present");
        live(&stage, &[X11VNC, TIGERVNC], Reach::Network);
        let life = ["present", "reachable", "session", "reachable", "present"];
        X11VNC.told(&stage).went(&life);
        TIGERVNC.told(&stage).went(&life);
        let (approved, other) = (X11VNC.told(&stage).steps(), TIGERVNC.told(&stage).steps());
        assert_eq!(told(&approved, "verdict"), only("approved"));
        assert_eq!(told(&approved, "standing"), only("lead"));
        assert_eq!(told(&other, "verdict"), only("not-approved"));
        assert!(told(&other, "standing").contains("alert"), "{other:#?}");
    });
}

#[test]
fn where_tools_are_only_counted_none_alerts() {
    alone(|| {
        let stage = Stage::with_network(&[], "[policy]\nmode = \"audit\"\n");
        let _screen = servers::screen(&stage);
        X11VNC.told(&stage).comes_to("present");
        live(&stage, &[X11VNC], Reach::Network);
        let steps = X11VNC.told(&stage).steps();
        assert_eq!(told(&steps, "standing"), only("lead"));
        assert!(told(&steps, "rung").contains("session"), "{steps:#?}");
    });
}
