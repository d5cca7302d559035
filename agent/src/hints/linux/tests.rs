//! Messages as the kernel sends them, and the kernel itself.

use super::*;
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
    assert_eq!(connector::change(&exec), Some(Change { id: 7 }));
    assert_eq!(connector::change(&message(connector::EXEC, [8, 7, 0, 0])), None);
    let fork = message(connector::FORK, [1, 1, 9, 9]);
    assert_eq!(connector::change(&fork), Some(Change { id: 9 }));
    assert_eq!(connector::change(&message(connector::FORK, [1, 1, 9, 1])), None);
    assert_eq!(connector::change(&message(0, [1, 1, 1, 1])), None);
    assert_eq!(connector::change(&exec[..40]), None);
}

/// Runs as root on a real kernel, as our build machines do.
#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the test starts a process to be heard")]
async fn the_kernel_tells_of_a_process_through_the_filter() {
    let socket = processes().expect("the process connector needs CAP_NET_ADMIN");
    let child = Command::new("true").spawn().unwrap().wait_with_output();
    let started = Command::new("true").spawn().unwrap();
    let wanted = started.id();
    drop((child, started.wait_with_output()));
    let mut buffer = vec![0; MESSAGE];
    let heard = async {
        let mut heard = 0;
        while heard < 3 {
            let message = receive(&socket, &mut buffer).await.unwrap();
            // The kernel also tells everybody when somebody else begins to listen.
            heard += u32::from(connector::change(message).is_some_and(|it| it.id == wanted));
        }
    };
    let heard = tokio::time::timeout(Duration::from_secs(10), heard).await;
    assert_eq!(heard, Ok(()), "fork, exec and exit of one process are heard");
}
