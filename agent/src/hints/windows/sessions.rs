//! Sessions that begin and end, at the screen or from afar.
#![expect(unsafe_code, reason = "one call that no safe crate offers")]

use super::is_closed;
use crate::hints::Hint;
use std::io;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tokio::sync::mpsc::Sender;
use windows_sys::Win32::System::RemoteDesktop::WTS_CURRENT_SERVER_HANDLE;
use windows_sys::Win32::System::RemoteDesktop::WTS_EVENT_ALL;
use windows_sys::Win32::System::RemoteDesktop::WTS_EVENT_FLUSH;
use windows_sys::Win32::System::RemoteDesktop::WTSWaitSystemEvent;

/// Listening goes on while this is kept.
pub struct Ear(());

/// A system that does not tell says so within this time.
const REFUSED: Duration = Duration::from_millis(100);

/// Listens on a thread: this needs neither a window nor to be a service.
pub fn listen(to: &Sender<Hint>) -> io::Result<Ear> {
    let (tell, told) = mpsc::channel();
    let to = to.clone();
    let thread = thread::Builder::new().name("sessions".to_owned());
    thread.spawn(move || {
        if let Err(error) = hear(&to) {
            tracing::warn!(%error, "does not hear people log in and out");
            // Nobody waits for it after the start.
            let _ = tell.send(error);
        }
    })?;
    told.recv_timeout(REFUSED).map_or(Ok(Ear(())), Err)
}

fn hear(to: &Sender<Hint>) -> io::Result<()> {
    loop {
        let happened = wait(WTS_EVENT_ALL);
        if to.is_closed() {
            return Ok(());
        }
        happened?;
        is_closed(to, &["session"]);
    }
}

/// Waits until something has happened to a session.
fn wait(what: u32) -> io::Result<()> {
    let mut happened = 0;
    // SAFETY: this machine is asked, and what happened has room.
    let is_well = unsafe { WTSWaitSystemEvent(WTS_CURRENT_SERVER_HANDLE, what, &raw mut happened) };
    let error = || match io::Error::last_os_error() {
        error if error.raw_os_error() == Some(0) => io::ErrorKind::Unsupported.into(),
        error => error,
    };
    if is_well == 0 { Err(error()) } else { Ok(()) }
}

impl Drop for Ear {
    /// Lets the thread go on, which ends as nobody listens any more.
    fn drop(&mut self) {
        if let Err(error) = wait(WTS_EVENT_FLUSH) {
            tracing::debug!(%error, "the thread that hears of sessions ends with the next one");
        }
    }
}
