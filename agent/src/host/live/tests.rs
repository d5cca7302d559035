//! Real processes: seen, hidden, shown once.
#![expect(clippy::disallowed_methods, reason = "the tests start processes to be seen")]

use super::*;
use std::io::Write;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;
use std::time::Instant;

fn sleeper() -> Child {
    Command::new("sleep").arg("600").spawn().unwrap()
}

fn end(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

fn row(live: &Live, id: u32) -> Option<ProcessRow> {
    let mut rows: Vec<ProcessRow> =
        live.processes().unwrap().into_iter().filter(|row| row.id == id).collect();
    rows.extend(live.ended().unwrap().into_iter().filter(|row| row.id == id));
    assert!(rows.len() < 2, "{rows:?}");
    rows.pop()
}

/// A program's first moments belong to the one that started it.
fn until_it_runs(live: &Live, id: u32) {
    let arguments = format!("/proc/{id}/cmdline");
    while live.read(&arguments).unwrap() != b"sleep\x00600\x00" {
        std::thread::yield_now();
    }
    assert!(live.program_started(id));
}

#[test]
fn a_program_that_has_ended_is_shown_once() {
    let live = Live::new();
    live.look_out_for(&["sleep".to_owned()].into());
    let mut child = sleeper();
    until_it_runs(&live, child.id());
    end(&mut child);
    let seen = row(&live, child.id()).expect("it was read when it started");
    assert_eq!((seen.name.as_str(), seen.arguments), ("sleep", vec!["600".to_owned()]));
    assert_eq!(seen.parent, Some(std::process::id()));
    assert!(seen.user.is_some() && seen.executable.is_some_and(|path| path.ends_with("/sleep")));
    assert!(live.showed_starts());
    assert_eq!(row(&live, child.id()), None);
    assert!(!live.showed_starts());
}

#[test]
fn a_program_that_still_runs_is_shown_as_it_is() {
    let live = Live::new();
    live.look_out_for(&["sleep".to_owned()].into());
    let mut child = sleeper();
    until_it_runs(&live, child.id());
    let seen = row(&live, child.id());
    assert_eq!(seen, row(&live, child.id()));
    assert!(seen.is_some());
    end(&mut child);
}

#[test]
fn what_nobody_looks_out_for_is_not_kept_and_what_is_gone_is_counted() {
    let live = Live::new();
    let mut child = sleeper();
    assert!(!live.program_started(child.id()));
    assert_eq!(live.unseen(), Unseen::default());
    end(&mut child);
    assert!(!live.program_started(child.id()));
    live.starts_lost();
    assert_eq!(live.unseen(), Unseen { gone: 1, dropped: 0, overruns: 1 });
    assert_eq!(row(&live, child.id()), None);
}

#[test]
fn only_what_changed_is_read_again() {
    let live = Live::new();
    let told = Arc::new(Mutex::new(Some(Vec::new())));
    let tell = Arc::clone(&told);
    live.listen_to(Box::new(move || tell.lock().unwrap().replace(Vec::new())));
    live.processes().unwrap();
    let mut child = sleeper();
    let id = child.id();
    assert_eq!(row(&live, id), None, "nobody told of it");
    *told.lock().unwrap() = Some(vec![Change::Started(id)]);
    assert_eq!(row(&live, id).map(|row| row.id), Some(id));
    end(&mut child);
    assert!(row(&live, id).is_some(), "nobody told of its end");
    *told.lock().unwrap() = Some(vec![Change::Started(id), Change::Ended(id)]);
    assert_eq!(row(&live, id), None);
    let mut other = sleeper();
    *told.lock().unwrap() = None;
    assert!(row(&live, other.id()).is_some(), "something was missing, so all are read");
    end(&mut other);
    assert!(row(&live, other.id()).is_some());
    live.forget();
    assert_eq!(row(&live, other.id()), None);
}

#[test]
fn one_that_has_ended_and_was_not_waited_for_does_not_run() {
    let live = Live::new();
    let mut child = sleeper();
    assert!(row(&live, child.id()).is_some());
    child.kill().unwrap();
    let stat = format!("/proc/{}/stat", child.id());
    while !live.text(&stat).unwrap().contains(") Z ") {
        std::thread::yield_now();
    }
    live.forget();
    assert_eq!(row(&live, child.id()), None);
    child.wait().unwrap();
}

#[test]
fn a_process_that_runs_another_program_or_names_itself_is_called_by_its_new_name() {
    let live = Live::new();
    let ways = [
        ("exec sleep 600", "sleep"),
        ("exec perl -e '$0 = \"other\"; sleep 600'", "other"),
        ("printf named > /proc/$$/comm; read never", "named"),
    ];
    for (way, expected) in ways {
        let mut command = Command::new("sh");
        let command = command.args(["-c", &format!("read go; {way}")]);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let id = child.id();
        let called = || row(&live, id).map(|row| row.name);
        while called().as_deref() != Some("sh") {}
        child.stdin.as_mut().unwrap().write_all(b"go\n").unwrap();
        let begin = Instant::now();
        while called().as_deref() != Some(expected) {
            assert!(begin.elapsed() < Duration::from_mins(1), "{way}: {:?}", called());
        }
        end(&mut child);
    }
}
