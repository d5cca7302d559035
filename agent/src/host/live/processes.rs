//! The process table of this machine, read through `sysinfo`.
//!
//! Reading every process costs tens of microseconds each. Where the system
//! tells which processes changed, only those are read again.

use super::ProcessRow;
use std::collections::BTreeSet;
use std::io;
use std::mem;
use std::sync::Mutex;
use std::sync::PoisonError;
use sysinfo::Pid;
use sysinfo::Process;
use sysinfo::ProcessRefreshKind;
use sysinfo::ProcessesToUpdate;
use sysinfo::System;
use sysinfo::UpdateKind;
use sysinfo::Users;

/// How many changed processes are remembered between two looks; beyond that
/// reading all is as cheap.
const REMEMBERED: usize = 1024;

/// The processes as we last read them, and which of them have changed since.
#[derive(Default)]
pub struct Processes {
    table: Mutex<Option<Table>>,
    changes: Mutex<Changes>,
}

struct Table {
    system: System,
    users: Users,
}

#[derive(Default)]
enum Changes {
    /// Anything may have changed.
    #[default]
    Unknown,
    /// Only these have changed.
    Known(BTreeSet<u32>),
}

impl Processes {
    /// Notes that a process started, changed its program or ended.
    pub fn changed(&self, id: u32) {
        let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Changes::Known(ids) = &mut *changes {
            ids.insert(id);
            if ids.len() > REMEMBERED {
                *changes = Changes::Unknown;
            }
        }
    }

    /// Notes that anything may have changed.
    pub fn forget(&self) {
        *self.changes.lock().unwrap_or_else(PoisonError::into_inner) = Changes::Unknown;
    }

    /// All processes, after reading again those that changed.
    ///
    /// What changes while we read is noted for the next time: the notes are
    /// taken before the first process is read.
    pub fn rows(&self) -> io::Result<Vec<ProcessRow>> {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let table = match &mut *table {
            Some(table) => table,
            empty => empty.insert(Table::new()?),
        };
        let changes = mem::replace(
            &mut *self.changes.lock().unwrap_or_else(PoisonError::into_inner),
            Changes::Known(BTreeSet::new()),
        );
        table.refresh(&changes);
        let mut rows: Vec<ProcessRow> =
            table.system.processes().values().map(|process| table.row(process)).collect();
        rows.sort_by_key(|row| row.id);
        Ok(rows)
    }
}

impl Table {
    fn new() -> io::Result<Self> {
        let system = System::new().map_err(io::Error::other)?;
        let users = Users::new_with_refreshed_list().map_err(io::Error::other)?;
        Ok(Self { system, users })
    }

    fn refresh(&mut self, changes: &Changes) {
        let what = ProcessRefreshKind::nothing()
            .with_exe(UpdateKind::Always)
            .with_cmd(UpdateKind::Always)
            .with_user(UpdateKind::Always)
            .without_tasks();
        let ids: Vec<Pid>;
        let which = match changes {
            Changes::Unknown => {
                self.users.refresh();
                ProcessesToUpdate::All
            }
            Changes::Known(listed) => {
                ids = listed.iter().map(|&id| Pid::from_u32(id)).collect();
                ProcessesToUpdate::Some(&ids)
            }
        };
        self.system.refresh_processes_specifics(which, true, what);
    }

    fn row(&self, process: &Process) -> ProcessRow {
        let user = process.user_id().and_then(|id| self.users.get_user_by_id(id));
        let arguments = process.cmd().iter().skip(1);
        ProcessRow {
            id: process.pid().as_u32(),
            parent: process.parent().map(Pid::as_u32),
            name: process.name().to_string_lossy().into_owned(),
            executable: process.exe().map(|path| path.to_string_lossy().into_owned()),
            arguments: arguments.map(|text| text.to_string_lossy().into_owned()).collect(),
            user: user.map(|user| user.name().to_owned()),
        }
    }
}
