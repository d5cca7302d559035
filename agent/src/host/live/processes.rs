//! The process table of this machine, read through `sysinfo`.
//!
//! Reading every process costs tens of microseconds each. Where the system
//! tells which processes changed, only those are read again.

use super::Platform;
use super::ProcessRow;
use super::brief::Brief;
use super::brief::Started;
use std::collections::HashMap;
use std::fs;
use std::io;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use sysinfo::Pid;
use sysinfo::Process;
use sysinfo::ProcessRefreshKind;
use sysinfo::ProcessStatus;
use sysinfo::ProcessesToUpdate;
use sysinfo::System;
use sysinfo::Uid;
use sysinfo::UpdateKind;
use sysinfo::Users;

/// When more processes than this have changed, reading all is as cheap.
const MANY: usize = 1024;

/// What the system said of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was made, started a program, or gave itself another name.
    Started(u32),
    /// It ended.
    Ended(u32),
}

impl Change {
    /// The process.
    pub fn id(self) -> u32 {
        match self {
            Self::Started(id) | Self::Ended(id) => id,
        }
    }
}

/// Gives, in order, what changed since it was last asked; `None` if something
/// may be missing.
pub type Changes = Box<dyn Fn() -> Option<Vec<Change>> + Send + Sync>;

/// The processes as we last read them, and who tells which have changed since.
#[derive(Default)]
pub struct Processes {
    table: Mutex<Option<Table>>,
    changes: Mutex<Option<Changes>>,
    /// True if anything may have changed.
    stale: AtomicBool,
}

struct Table {
    system: System,
    users: Users,
    /// What those are called now that were called otherwise when they were first seen, by id:
    /// `sysinfo` keeps a name for as long as the process runs.
    renamed: HashMap<u32, String>,
}

impl Processes {
    /// From now on asks `changes`.
    pub fn listen_to(&self, changes: Changes) {
        *self.changes.lock().unwrap_or_else(PoisonError::into_inner) = Some(changes);
    }

    /// Notes that anything may have changed.
    pub fn forget(&self) {
        self.stale.store(true, Ordering::Relaxed);
    }

    /// All processes, after reading again those that changed.
    pub fn rows(&self) -> io::Result<Vec<ProcessRow>> {
        self.read(|table| {
            let all = table.system.processes().values();
            let running = all.filter(|process| !has_ended(process));
            let mut rows: Vec<ProcessRow> = running.map(|process| table.row(process)).collect();
            rows.sort_by_key(|row| row.id);
            rows
        })
    }

    /// Those that were read when they started and have ended since; once.
    pub fn ended(&self, brief: &Brief) -> io::Result<Vec<ProcessRow>> {
        let started = brief.take();
        if started.is_empty() {
            return Ok(Vec::new());
        }
        self.read(|table| {
            started.into_iter().filter_map(|started| table.started(started)).collect()
        })
    }

    /// What the table tells after it was brought up to date.
    ///
    /// What changes while we read is told the next time: what has changed is
    /// asked before the first process is read.
    fn read(&self, tell: impl FnOnce(&Table) -> Vec<ProcessRow>) -> io::Result<Vec<ProcessRow>> {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = table.is_none();
        let table = match &mut *table {
            Some(table) => table,
            empty => empty.insert(Table::new()?),
        };
        let source = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = source.as_ref().and_then(|ask| ask());
        let is_stale = self.stale.swap(false, Ordering::Relaxed) || is_new;
        table.refresh(changed.filter(|_| !is_stale));
        Ok(tell(table))
    }
}

/// True for one that is still listed only because nobody has asked how it ended.
fn has_ended(process: &Process) -> bool {
    matches!(process.status(), ProcessStatus::Zombie | ProcessStatus::Dead)
}

/// What a process is called now: it may run another program than when it was first seen, or
/// have given itself a name. Nothing where neither can be.
fn name(process: &Process) -> Option<String> {
    match Platform::OURS {
        Platform::Linux => {
            let name = fs::read(format!("/proc/{}/comm", process.pid())).ok()?;
            Some(String::from_utf8_lossy(&name).trim_end_matches('\n').to_owned())
        }
        Platform::Macos => process.exe()?.file_name().map(|name| name.to_string_lossy().into()),
        Platform::Windows => None,
    }
}

/// True for two names of one file. Windows has several for each, which differ in
/// case or in the way their parts are told from each other.
fn is_same(platform: Platform, one: &str, other: &str) -> bool {
    let plain = |path: &str| path.replace('\\', "/").to_lowercase();
    one == other || (platform == Platform::Windows && plain(one) == plain(other))
}

/// The last word on each process that changed.
fn last(changes: Vec<Change>) -> HashMap<u32, Change> {
    changes.into_iter().map(|change| (change.id(), change)).collect()
}

impl Table {
    fn new() -> io::Result<Self> {
        let system = System::new().map_err(io::Error::other)?;
        let users = Users::new_with_refreshed_list().map_err(io::Error::other)?;
        Ok(Self { system, users, renamed: HashMap::new() })
    }

    /// Reads again those that changed; all if that is not known.
    fn refresh(&mut self, changed: Option<Vec<Change>>) {
        let what = ProcessRefreshKind::nothing()
            .with_exe(UpdateKind::Always)
            .with_cmd(UpdateKind::Always)
            .with_user(UpdateKind::Always)
            .without_tasks();
        let ids = changed.map(|changes| self.to_read(changes));
        let which = match &ids {
            Some(ids) if ids.len() <= MANY => ProcessesToUpdate::Some(ids),
            _ => {
                self.users.refresh();
                ProcessesToUpdate::All
            }
        };
        self.system.refresh_processes_specifics(which, true, what);
        let all = self.system.processes();
        self.renamed.retain(|id, _| all.contains_key(&Pid::from_u32(*id)));
        let read: Vec<&Process> = match which {
            ProcessesToUpdate::Some(ids) => ids.iter().filter_map(|id| all.get(id)).collect(),
            ProcessesToUpdate::All => all.values().collect(),
        };
        for process in read {
            let first = process.name().to_string_lossy();
            let id = process.pid().as_u32();
            match name(process).filter(|now| *now != first) {
                Some(now) => self.renamed.insert(id, now),
                None => self.renamed.remove(&id),
            };
        }
    }

    /// Those that started and ended since the last look are not worth a read.
    fn to_read(&self, changes: Vec<Change>) -> Vec<Pid> {
        let changes = last(changes).into_values().filter_map(|change| match change {
            Change::Started(id) => Some(Pid::from_u32(id)),
            Change::Ended(id) => {
                Some(Pid::from_u32(id)).filter(|&id| self.system.process(id).is_some())
            }
        });
        changes.collect()
    }

    /// A process as it was when it started; `None` if it still runs.
    fn started(&self, started: Started) -> Option<ProcessRow> {
        let Started { row, user } = started;
        let now = self.system.process(Pid::from_u32(row.id));
        let executable = now.and_then(Process::exe).map(|path| path.to_string_lossy());
        let both = executable.as_deref().zip(row.executable.as_deref());
        if both.is_some_and(|(now, then)| is_same(Platform::OURS, now, then)) {
            return None;
        }
        let user = user.and_then(|user| user.to_string().parse::<Uid>().ok());
        let user = user.and_then(|user| self.users.get_user_by_id(&user));
        Some(ProcessRow { user: user.map(|user| user.name().to_owned()), ..row })
    }

    fn row(&self, process: &Process) -> ProcessRow {
        let user = process.user_id().and_then(|id| self.users.get_user_by_id(id));
        let arguments = process.cmd().iter().skip(1);
        let id = process.pid().as_u32();
        let first = || process.name().to_string_lossy().into_owned();
        ProcessRow {
            id,
            parent: process.parent().map(Pid::as_u32),
            name: self.renamed.get(&id).cloned().unwrap_or_else(first),
            executable: process.exe().map(|path| path.to_string_lossy().into_owned()),
            arguments: arguments.map(|text| text.to_string_lossy().into_owned()).collect(),
            user: user.map(|user| user.name().to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_windows_case_does_not_tell_files_apart() {
        for (platform, one, other, expected) in [
            (Platform::Windows, "C:\\Temp\\AnyDesk.exe", "c:/temp/anydesk.EXE", true),
            (Platform::Windows, "C:\\Temp\\AnyDesk.exe", "D:\\Temp\\AnyDesk.exe", false),
            (Platform::Linux, "/tmp/AnyDesk", "/tmp/anydesk", false),
            (Platform::Linux, "/tmp/anydesk", "/tmp/anydesk", true),
        ] {
            assert_eq!(is_same(platform, one, other), expected, "{one}");
        }
    }
}
