//! Processes of which the system has told, waiting for the next look: Windows
//! and macOS tell each at once, and nothing of theirs keeps it for us.

use super::Hint;
use crate::host::Change;
use crate::host::Live;
use crate::host::live::brief::Started;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use tokio::sync::Notify;
use tokio::sync::mpsc::Sender;

/// So many changes wait for a look; with more of them all processes are read anew.
const MOST: usize = 4096;

/// What waits, and who is woken by it.
#[derive(Default)]
pub struct Pending {
    waiting: Mutex<Waiting>,
    /// Something waits.
    some: Notify,
    /// A look has taken what waited.
    looked: Notify,
}

#[derive(Default)]
struct Waiting {
    changes: Vec<Change>,
    /// True if changes were lost since the last look.
    is_lossy: bool,
    /// True once nothing more is told.
    is_over: bool,
}

impl Pending {
    /// Keeps a change for the next look.
    pub fn push(&self, change: Change) {
        let mut waiting = self.waiting();
        if waiting.changes.len() < MOST {
            waiting.changes.push(change);
        } else {
            waiting.is_lossy = true;
        }
        drop(waiting);
        self.some.notify_one();
    }

    /// Hears that the system had more to tell than we heard.
    pub fn lose(&self) {
        self.waiting().is_lossy = true;
        self.some.notify_one();
    }

    /// Hears that nothing more is told, so that each look reads all.
    pub fn end(&self) {
        self.waiting().is_over = true;
        self.some.notify_one();
    }

    /// Hears that the system tells again, after which one look reads all.
    pub fn resume(&self) {
        let mut waiting = self.waiting();
        waiting.is_over = false;
        waiting.is_lossy = true;
    }

    /// What came since this was last asked; `None` if something is missing.
    pub fn take(&self) -> Option<Vec<Change>> {
        let mut waiting = self.waiting();
        let changes = std::mem::take(&mut waiting.changes);
        let is_lossy = std::mem::take(&mut waiting.is_lossy);
        drop(waiting);
        self.looked.notify_one();
        (!is_lossy && !self.waiting().is_over).then_some(changes)
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who hears of processes: the host that is to read them, and who looks.
#[derive(Clone)]
pub struct Audience {
    /// Changes for the next look.
    pub pending: Arc<Pending>,
    live: Arc<Live>,
    to: Sender<Hint>,
}

impl Audience {
    /// Lets looks read again only what is pending, and wakes the sensor of
    /// processes once a look, until the receiver is gone.
    pub fn gather(live: &Arc<Live>, to: &Sender<Hint>) -> Self {
        let pending = Arc::new(Pending::default());
        let source = Arc::clone(&pending);
        live.listen_to(Box::new(move || source.take()));
        let audience = Self { pending, live: Arc::clone(live), to: to.clone() };
        tokio::spawn(wake(audience.clone()));
        audience
    }

    /// Hears that a process was made or ended.
    pub fn hear(&self, change: Change) {
        self.pending.push(change);
    }

    /// Hears that a process started a program. It is kept if it is looked out
    /// for: it may have ended by the next look.
    pub fn hear_start(&self, started: Started) {
        self.pending.push(Change::Started(started.row.id));
        if self.live.program_told(started) {
            // A full channel already holds enough to make us look.
            let _ = self.to.try_send(Hint::Look("process"));
        }
    }

    /// Hears that starts and ends were lost.
    pub fn lose(&self) {
        self.live.starts_lost();
        self.pending.lose();
    }

    /// True once nobody looks any more.
    pub fn is_gone(&self) -> bool {
        self.to.is_closed()
    }
}

/// Hints once that something waits, and again only after a look. After a look
/// that showed what was told at its start, another is due.
async fn wake(Audience { pending, live, to }: Audience) {
    let hint = async {
        loop {
            if !live.showed_starts() {
                pending.some.notified().await;
            }
            if to.send(Hint::Look("process")).await.is_err() {
                return;
            }
            pending.looked.notified().await;
        }
    };
    tokio::select! {
        () = to.closed() => {}
        () = hint => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Host as _;
    use crate::host::ProcessRow;
    use crate::host::Unseen;
    use tokio::sync::mpsc::channel;
    use tokio::sync::mpsc::error::TryRecvError;

    fn row(id: u32, name: &str) -> ProcessRow {
        ProcessRow {
            id,
            parent: Some(1),
            name: name.to_owned(),
            executable: Some(format!("C:\\Temp\\{name}")),
            arguments: Vec::new(),
            user: None,
        }
    }

    #[test]
    fn each_change_is_given_once_and_in_order() {
        let pending = Pending::default();
        assert_eq!(pending.take(), Some(Vec::new()));
        pending.push(Change::Started(7));
        pending.push(Change::Ended(7));
        assert_eq!(pending.take(), Some(vec![Change::Started(7), Change::Ended(7)]));
        assert_eq!(pending.take(), Some(Vec::new()));
    }

    #[test]
    fn what_finds_no_room_makes_one_look_read_all() {
        let pending = Pending::default();
        for id in 0..5000 {
            pending.push(Change::Started(id));
        }
        assert_eq!(pending.waiting().changes.len(), MOST);
        assert_eq!(pending.take(), None);
        assert_eq!(pending.take(), Some(Vec::new()));
        pending.lose();
        assert_eq!(pending.take(), None);
    }

    #[test]
    fn while_nothing_is_told_every_look_reads_all() {
        let pending = Pending::default();
        pending.end();
        assert_eq!(pending.take(), None);
        assert_eq!(pending.take(), None);
        pending.resume();
        assert_eq!(pending.take(), None);
        assert_eq!(pending.take(), Some(Vec::new()));
    }

    #[tokio::test]
    async fn a_burst_wakes_once_a_look() {
        let (live, (to, mut hints)) = (Arc::new(Live::new()), channel(64));
        let audience = Audience::gather(&live, &to);
        for id in 0..100 {
            audience.hear(Change::Ended(id));
        }
        assert_eq!(hints.recv().await, Some(Hint::Look("process")));
        tokio::task::yield_now().await;
        assert_eq!(hints.try_recv(), Err(TryRecvError::Empty));
        audience.pending.take();
        audience.hear(Change::Ended(1));
        assert_eq!(hints.recv().await, Some(Hint::Look("process")));
    }

    #[tokio::test]
    async fn a_program_that_is_looked_out_for_is_shown_although_it_is_gone() {
        let (live, (to, _hints)) = (Arc::new(Live::new()), channel(64));
        live.look_out_for(&["anydesk".to_owned()].into());
        let audience = Audience::gather(&live, &to);
        for (id, name) in [(u32::MAX, "notepad.exe"), (u32::MAX - 1, "AnyDesk.EXE")] {
            audience.hear_start(Started { row: row(id, name), user: None });
        }
        audience.lose();
        assert_eq!(live.ended().unwrap(), [row(u32::MAX - 1, "AnyDesk.EXE")]);
        assert_eq!(live.unseen(), Unseen { gone: 0, dropped: 0, overruns: 1 });
    }

    #[tokio::test]
    async fn it_ends_with_the_one_who_looks() {
        let (to, hints) = channel(64);
        let audience = Audience::gather(&Arc::new(Live::new()), &to);
        assert!(!audience.is_gone());
        drop(hints);
        assert!(audience.is_gone());
    }
}
