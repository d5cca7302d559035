//! Messages as the kernel sends them, and the kernel itself.

use super::filter::Where;
use super::*;
use crate::host::Change;
use std::process::Command;
use std::time::Duration;

#[test]
fn a_uevent_names_its_sensor() {
    let uevent = |subsystem: &str| {
        format!("add@/devices/x\0ACTION=add\0DEVPATH=/devices/x\0SUBSYSTEM={subsystem}\0SEQNUM=7\0")
    };
    for (subsystem, expected) in [
        ("usb", Some("usb")),
        ("hid", Some("usb")),
        ("drm", Some("display")),
        ("input", Some("input")),
        ("net", None),
    ] {
        assert_eq!(sensor(uevent(subsystem).as_bytes()), expected, "{subsystem}");
    }
    assert_eq!(sensor(b""), None);
}

#[test]
fn threads_are_not_processes() {
    let message = |kind: u32, words: [u32; 4]| {
        let mut bytes = vec![0; 36];
        bytes.extend(kind.to_ne_bytes());
        bytes.extend([0; 12]);
        bytes.extend(words.iter().flat_map(|word| word.to_ne_bytes()));
        bytes
    };
    let exec = message(connector::EXEC, [7, 7, 0, 0]);
    assert_eq!(connector::change(&exec), Some(Change::Started(7)));
    assert_eq!(connector::change(&message(connector::EXEC, [8, 7, 0, 0])), None);
    let named = message(connector::COMM, [7, 7, 0, 0]);
    assert_eq!(connector::change(&named), Some(Change::Started(7)));
    let fork = message(connector::FORK, [1, 1, 9, 9]);
    assert_eq!(connector::change(&fork), Some(Change::Started(9)));
    assert_eq!(connector::change(&message(connector::FORK, [1, 1, 9, 1])), None);
    assert_eq!(connector::change(&message(0, [1, 1, 1, 1])), None);
    assert_eq!(connector::change(&exec[..40]), None);
}

/// Runs as root on a real kernel, as our build machines do.
#[tokio::test]
async fn the_kernel_tells_of_a_process_through_each_filter() {
    for (mut filter, expected) in [
        (filter::changes(), &[Change::Started, Change::Started, Change::Ended][..]),
        (filter::starts(&Where::Elsewhere(Vec::new())), &[Change::Started]),
    ] {
        let socket = processes::open(&mut filter).expect("it needs CAP_NET_ADMIN");
        let wanted = run_and_end();
        let socket = socket::wait_for(Arc::new(socket)).unwrap();
        let mut buffer = vec![0; MESSAGE];
        let expected: Vec<Change> = expected.iter().map(|change| change(wanted)).collect();
        let heard = async {
            let mut heard = Vec::new();
            while heard.len() < expected.len() {
                let message = receive(&socket, &mut buffer).await.unwrap();
                // The kernel also tells everybody when somebody else begins to listen.
                let Some(change) = connector::change(message) else { continue };
                let (Change::Started(id) | Change::Ended(id)) = change;
                heard.extend((id == wanted).then_some(change));
            }
            heard
        };
        let heard = tokio::time::timeout(Duration::from_secs(10), heard).await;
        assert_eq!(heard, Ok(expected));
    }
}

#[test]
fn each_start_is_heard_by_one_thread_wherever_it_happens() {
    let listeners = starts::listeners().unwrap();
    assert!(!listeners.is_empty());
    let sockets: Vec<_> = listeners
        .into_iter()
        .map(|(_, mut filter)| processes::open(&mut filter).unwrap())
        .collect();
    let mut started: Vec<u32> = (0..50).map(|_| run_and_end()).collect();
    started.sort_unstable();
    let heard = sockets.iter().flat_map(|socket| processes::drain(socket).unwrap());
    let mut heard: Vec<u32> = heard
        .filter_map(|change| match change {
            Change::Started(id) => started.contains(&id).then_some(id),
            Change::Ended(_) => None,
        })
        .collect();
    heard.sort_unstable();
    assert_eq!(heard, started);
}

#[expect(clippy::disallowed_methods, reason = "the test starts a process to be heard")]
fn run_and_end() -> u32 {
    let mut child = Command::new("true").spawn().unwrap();
    child.wait().unwrap();
    child.id()
}
