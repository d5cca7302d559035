//! Keys of the registry under which software says that it is there, the time zone,
//! whether others are let in, and what policies set of us.
//!
//! Only keys of the machine: one that is held open below a user's would keep
//! Windows from putting the user's part away when the user logs out.
#![expect(unsafe_code, reason = "four calls that no safe crate offers")]

use super::checked;
use crate::hints::Hint;
use std::io;
use std::os::windows::io::AsRawHandle;
use std::os::windows::io::FromRawHandle;
use std::os::windows::io::OwnedHandle;
use std::ptr::null;
use std::sync::Arc;
use std::thread;
use std::thread::JoinHandle;
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;
use windows_registry::Key;
use windows_registry::LOCAL_MACHINE;
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::Foundation::WAIT_OBJECT_0;
use windows_sys::Win32::System::Registry::REG_NOTIFY_CHANGE_LAST_SET;
use windows_sys::Win32::System::Registry::REG_NOTIFY_CHANGE_NAME;
use windows_sys::Win32::System::Registry::REG_NOTIFY_THREAD_AGNOSTIC;
use windows_sys::Win32::System::Registry::RegNotifyChangeKeyValue;
use windows_sys::Win32::System::Threading::CreateEventW;
use windows_sys::Win32::System::Threading::INFINITE;
use windows_sys::Win32::System::Threading::SetEvent;
use windows_sys::Win32::System::Threading::WaitForMultipleObjects;

/// What of a key is listened to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Its own values.
    Values,
    /// The names of the keys in it.
    Keys,
    /// All below it.
    All,
}

/// A key, what of it counts, and what is hinted at.
type Place = (&'static str, Part, &'static [Hint]);

const SOFTWARE: &[Hint] = &[Hint::Look("software")];
const SETTINGS: &[Hint] = &[Hint::Look("software"), Hint::Look("setting")];
const CLOCK: &[Hint] = &[Hint::Look("clock")];
const SESSION: &[Hint] = &[Hint::Look("session")];

/// In both views: programs of 32 bits see `WOW6432Node` as `SOFTWARE`. Of a
/// service only the name counts: below some, Windows writes all the time. Our own
/// policy may not be there yet, and is written only when policies are applied.
const PLACES: [Place; 14] = [
    (r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall", Part::All, SOFTWARE),
    (r"SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall", Part::All, SOFTWARE),
    (r"SOFTWARE\Microsoft\Windows\CurrentVersion\Run", Part::Values, SOFTWARE),
    (r"SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Run", Part::Values, SOFTWARE),
    (r"SOFTWARE\Microsoft\Windows\CurrentVersion\RunOnce", Part::Values, SOFTWARE),
    (r"SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\RunOnce", Part::Values, SOFTWARE),
    (r"SYSTEM\CurrentControlSet\Services", Part::Keys, SOFTWARE),
    (r"SOFTWARE", Part::Keys, SETTINGS),
    (r"SOFTWARE\WOW6432Node", Part::Keys, SETTINGS),
    (r"SYSTEM\CurrentControlSet\Control\TimeZoneInformation", Part::Values, CLOCK),
    (r"SYSTEM\CurrentControlSet\Control\Terminal Server", Part::Values, SESSION),
    (r"SYSTEM\CurrentControlSet\Control\Remote Assistance", Part::Values, SESSION),
    (r"SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services", Part::Values, SESSION),
    (r"SOFTWARE\Policies", Part::All, &[Hint::Settings]),
];

/// Listening goes on while this is kept.
pub struct Ear {
    stop: Arc<OwnedHandle>,
    thread: Option<JoinHandle<()>>,
}

/// Listens on a thread to the keys that are there; one that is not is none of it.
pub fn listen(to: &Sender<Hint>) -> io::Result<Ear> {
    watch(LOCAL_MACHINE, &PLACES, to)
}

fn watch(root: &Key, places: &[Place], to: &Sender<Hint>) -> io::Result<Ear> {
    let stop = Arc::new(event()?);
    let mut watched = Vec::new();
    for &place in places {
        watched.extend(Watched::open(root, place)?);
    }
    if watched.is_empty() {
        return Err(io::ErrorKind::NotFound.into());
    }
    let (stopped, to) = (Arc::clone(&stop), to.clone());
    let thread = thread::Builder::new().name("registry".to_owned());
    let thread = thread.spawn(move || hear(watched, &stopped, &to))?;
    Ok(Ear { stop, thread: Some(thread) })
}

/// A key that is listened to, and the event that is set when it has changed.
struct Watched {
    key: Key,
    part: Part,
    hints: &'static [Hint],
    changed: OwnedHandle,
}

// SAFETY: the handle of a key belongs to the process; any thread may use it.
unsafe impl Send for Watched {}

impl Watched {
    /// `None` if there is no such key, or it may not be read.
    fn open(root: &Key, (path, part, hints): Place) -> io::Result<Option<Self>> {
        let Ok(key) = root.open(path) else { return Ok(None) };
        let watched = Self { key, part, hints, changed: event()? };
        watched.arm()?;
        Ok(Some(watched))
    }

    /// Has the event set at the next change; an error once the key is gone.
    fn arm(&self) -> io::Result<()> {
        let (below, what) = match self.part {
            Part::Values => (0, REG_NOTIFY_CHANGE_LAST_SET),
            Part::Keys => (0, REG_NOTIFY_CHANGE_NAME),
            Part::All => (1, REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_LAST_SET),
        };
        let (key, changed) = (self.key.as_raw(), self.changed.as_raw_handle());
        // SAFETY: key and event are open, and the event is closed only after the key,
        // whose closing ends the wait.
        checked(unsafe {
            RegNotifyChangeKeyValue(key, below, what | REG_NOTIFY_THREAD_AGNOSTIC, changed, 1)
        })
    }
}

/// Hints at each change until it is stopped. A key is armed again before it is
/// told of, so that nothing is missed in between.
fn hear(mut watched: Vec<Watched>, stop: &OwnedHandle, to: &Sender<Hint>) {
    loop {
        let events = watched.iter().map(|key| &key.changed);
        let handles: Vec<HANDLE> =
            [stop].into_iter().chain(events).map(AsRawHandle::as_raw_handle).collect();
        let at = match wait(&handles) {
            Ok(0) => return,
            Ok(at) => at - 1,
            Err(error) => return tracing::warn!(%error, "no longer hears the registry change"),
        };
        let Some(key) = watched.get(at) else { continue };
        let (hints, armed) = (key.hints, key.arm());
        if let Err(error) = armed {
            tracing::debug!(%error, "a key of the registry is gone");
            watched.swap_remove(at);
        }
        if hints.iter().any(|hint| is_closed(to, *hint)) {
            return;
        }
    }
}

/// Hints; true if nobody listens any more. A full channel already holds enough.
fn is_closed(to: &Sender<Hint>, hint: Hint) -> bool {
    matches!(to.try_send(hint), Err(TrySendError::Closed(_)))
}

/// Which of these is set first, of at most 64; it is then reset.
fn wait(handles: &[HANDLE]) -> io::Result<usize> {
    let count = u32::try_from(handles.len()).map_err(io::Error::other)?;
    // SAFETY: so many handles are there, all open.
    let set = unsafe { WaitForMultipleObjects(count, handles.as_ptr(), 0, INFINITE) };
    let at = set.wrapping_sub(WAIT_OBJECT_0);
    if at < count {
        usize::try_from(at).map_err(io::Error::other)
    } else {
        Err(io::Error::last_os_error())
    }
}

/// An event that is reset by whoever waits for it.
fn event() -> io::Result<OwnedHandle> {
    // SAFETY: it has neither a name nor rights of its own.
    let handle = unsafe { CreateEventW(null(), 0, 0, null()) };
    if handle.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: it was just made, and nobody else has it.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

impl Drop for Ear {
    fn drop(&mut self) {
        // SAFETY: the event is open.
        unsafe { SetEvent(self.stop.as_raw_handle()) };
        if let Some(thread) = self.thread.take() {
            // A thread that broke has told so.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    //! Keys of our own, below the user's.

    use super::*;
    use std::time::Duration;
    use tokio::sync::mpsc::Receiver;
    use tokio::sync::mpsc::channel;
    use tokio::time::timeout;
    use windows_registry::CURRENT_USER;

    const ALL: Place = (r"Uninstall", Part::All, SOFTWARE);
    const KEYS: Place = (r"Services", Part::Keys, &[Hint::Look("setting")]);
    const VALUES: Place = (r"Run", Part::Values, CLOCK);
    const ABSENT: Place = (r"Absent", Part::Values, &[Hint::Look("usb")]);

    /// A key with the places below it, removed in the end.
    struct Room(&'static str);

    impl Room {
        fn new(name: &'static str) -> (Self, Key) {
            let key = CURRENT_USER.create(name).unwrap();
            for (place, _, _) in [ALL, KEYS, VALUES] {
                key.create(format!("{place}\\deep")).unwrap();
            }
            (Self(name), key)
        }
    }

    impl Drop for Room {
        fn drop(&mut self) {
            CURRENT_USER.remove_tree(self.0).unwrap();
        }
    }

    async fn next(hints: &mut Receiver<Hint>) -> Option<Hint> {
        timeout(Duration::from_secs(20), hints.recv()).await.expect("it is told")
    }

    #[tokio::test]
    async fn what_counts_of_a_key_wakes_its_sensor_again_and_again() {
        let (_room, key) = Room::new("MooredHintsWake");
        let (to, mut hints) = channel(64);
        let _ear = watch(&key, &[ALL, KEYS, VALUES, ABSENT], &to).unwrap();
        for _ in 0..3 {
            key.create(r"Uninstall\deep\AnyDesk").unwrap();
            assert_eq!(next(&mut hints).await, Some(Hint::Look("software")));
            key.remove_tree(r"Uninstall\deep\AnyDesk").unwrap();
            assert_eq!(next(&mut hints).await, Some(Hint::Look("software")));
        }
        key.create(r"Services\AnyDesk").unwrap();
        assert_eq!(next(&mut hints).await, Some(Hint::Look("setting")));
        key.open("Run").unwrap();
        key.create("Run").unwrap().set_string("AnyDesk", "x.exe").unwrap();
        assert_eq!(next(&mut hints).await, Some(Hint::Look("clock")));
    }

    #[tokio::test]
    async fn a_policy_of_ours_is_heard_although_there_was_none() {
        let (_room, key) = Room::new("MooredHintsPolicy");
        key.create("Policies").unwrap();
        let (to, mut hints) = channel(64);
        let _ear = watch(&key, &[(r"Policies", Part::All, &[Hint::Settings])], &to).unwrap();
        let policy = key.create(r"Policies\Moored").unwrap();
        assert_eq!(next(&mut hints).await, Some(Hint::Settings));
        policy.set_string("Collector", "https://x:1").unwrap();
        assert_eq!(next(&mut hints).await, Some(Hint::Settings));
    }

    #[tokio::test]
    async fn what_does_not_count_of_a_key_wakes_nobody() {
        let (_room, key) = Room::new("MooredHintsSleep");
        let (to, mut hints) = channel(64);
        let _ear = watch(&key, &[KEYS, VALUES], &to).unwrap();
        key.create(r"Services\deep").unwrap().set_u32("Start", 2).unwrap();
        key.create(r"Run\deep\other").unwrap();
        // What comes after it is told first, and so it is not told.
        key.create(r"Services\other").unwrap();
        assert_eq!(next(&mut hints).await, Some(Hint::Look("setting")));
    }

    #[tokio::test]
    async fn a_burst_fills_no_more_than_the_channel_and_the_end_is_waited_for() {
        let (_room, key) = Room::new("MooredHintsBurst");
        let (to, mut hints) = channel(2);
        let ear = watch(&key, &[ALL], &to).unwrap();
        for name in 0..100 {
            key.create(format!(r"Uninstall\{name}")).unwrap();
        }
        assert_eq!(next(&mut hints).await, Some(Hint::Look("software")));
        drop(ear);
        drop(to);
        while let Some(hint) = hints.recv().await {
            assert_eq!(hint, Hint::Look("software"));
        }
    }

    #[test]
    fn where_no_key_is_there_nothing_can_be_heard() {
        let (_room, key) = Room::new("MooredHintsAbsent");
        let (to, _hints) = channel(1);
        let error = watch(&key, &[ABSENT], &to).err().map(|error| error.kind());
        assert_eq!(error, Some(io::ErrorKind::NotFound));
    }
}
