//! Programs that may end before the next look: kept until it, a bounded number
//! of them, and what could not be kept is counted.

use super::ProcessRow;
use super::Unseen;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

/// How many starts are kept between two looks.
const KEPT: usize = 256;

/// The longest process name (`TASK_COMM_LEN` without its final zero,
/// `include/linux/sched.h`): of a longer program's name only this much can be
/// asked for as `name`.
const NAME: usize = 15;

/// Which programs are looked out for, and those that started since the last look.
#[derive(Default)]
pub struct Brief {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    programs: BTreeSet<String>,
    started: Vec<Started>,
    unseen: Unseen,
    shown: bool,
}

/// A program as it was when it started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// The process, its user still without a name.
    pub row: ProcessRow,
    /// The number of its user.
    pub user: Option<u32>,
}

impl Brief {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks out for these programs from now on; names in lower case.
    pub fn look_out_for(&self, programs: &BTreeSet<String>) {
        self.kept().programs.clone_from(programs);
    }

    /// True if the last part of this path is a program that is looked out for.
    pub fn wants(&self, executable: &[u8]) -> bool {
        let mut buffer = [0; 256];
        let Some(name) = lower_name(executable, &mut buffer) else { return false };
        let short = name.get(..NAME).unwrap_or(name);
        let kept = self.kept();
        kept.programs.contains(name) || kept.programs.contains(short)
    }

    /// Keeps a start until the next look, if there is room.
    pub fn keep(&self, started: Started) {
        let mut kept = self.kept();
        if kept.started.len() < KEPT {
            kept.started.push(started);
        } else {
            kept.unseen.dropped += 1;
        }
    }

    /// Counts a program that ended before it was read.
    pub fn is_gone(&self) {
        self.kept().unseen.gone += 1;
    }

    /// Counts a time when the system had more to tell than we heard.
    pub fn is_overrun(&self) {
        self.kept().unseen.overruns += 1;
    }

    /// What has been counted so far.
    pub fn unseen(&self) -> Unseen {
        self.kept().unseen
    }

    /// What started since this was last asked; each is given once.
    pub fn take(&self) -> Vec<Started> {
        let mut kept = self.kept();
        kept.shown = !kept.started.is_empty();
        std::mem::take(&mut kept.started)
    }

    /// True if what was last taken was not nothing.
    pub fn was_shown(&self) -> bool {
        self.kept().shown
    }
}

/// The last part of a path in lower case, without what the sensor takes off it
/// as well. `None` if it is no text or longer than a name can be.
fn lower_name<'a>(path: &[u8], buffer: &'a mut [u8; 256]) -> Option<&'a str> {
    let path = path.strip_suffix(b" (deleted)").unwrap_or(path);
    let name = path.rsplit(|&byte| matches!(byte, b'/' | b'\\')).next()?;
    let lower = buffer.get_mut(..name.len())?;
    lower.copy_from_slice(name);
    lower.make_ascii_lowercase();
    str::from_utf8(lower.strip_suffix(b".exe").unwrap_or(lower)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn started(id: u32) -> Started {
        let row = ProcessRow {
            id,
            parent: Some(1),
            name: "x11vnc".to_owned(),
            executable: Some("/tmp/x11vnc".to_owned()),
            arguments: Vec::new(),
            user: None,
        };
        Started { row, user: Some(0) }
    }

    #[test]
    fn a_program_is_wanted_by_the_last_part_of_its_path() {
        let brief = Brief::default();
        let programs = ["x11vnc", "chrome-remote-d"].map(str::to_owned);
        brief.look_out_for(&programs.into());
        for (path, expected) in [
            ("/usr/bin/x11vnc", true),
            ("/usr/bin/X11VNC", true),
            ("/tmp/x11vnc (deleted)", true),
            ("/tmp/x11vnc.exe", true),
            ("C:\\Temp\\X11VNC.EXE", true),
            ("C:\\x11vnc\\other.exe", false),
            ("/opt/google/chrome-remote-desktop-host", true),
            ("/usr/bin/x11vnc/other", false),
            ("/usr/bin/x11vnc2", false),
            ("/", false),
            ("", false),
        ] {
            assert_eq!(brief.wants(path.as_bytes()), expected, "{path}");
        }
        assert!(!brief.wants(&[b'x'; 4096]));
        assert!(!brief.wants(b"/tmp/\xff"));
    }

    #[test]
    fn each_start_is_given_once_and_what_finds_no_room_is_counted() {
        let brief = Brief::default();
        for id in 0..300 {
            brief.keep(started(id));
        }
        assert_eq!(brief.take(), (0..256).map(started).collect::<Vec<_>>());
        assert!(brief.was_shown());
        assert_eq!(brief.take(), Vec::new());
        assert!(!brief.was_shown());
        assert_eq!(brief.unseen(), Unseen { gone: 0, dropped: 44, overruns: 0 });
    }
}
