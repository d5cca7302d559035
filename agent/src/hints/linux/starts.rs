//! Reads programs when they start, before they end.
//!
//! The kernel tells of a start on the processor where it happens, before the
//! program's first instruction. Each processor has a thread of ours that hears
//! only its own starts and goes before ordinary ones: so the program waits
//! until we have read its name, and nothing is gone by then. A thread that
//! hears the starts of all processors comes too late for many, as measured by
//! `make bench`.

use super::connector;
use super::filter;
use super::filter::Where;
use super::processes::MESSAGE;
use super::processes::open;
use super::socket;
use crate::hints::Hint;
use crate::host::Change;
use crate::host::Live;
use rustix::io::Errno;
use rustix::net::RecvFlags;
use rustix::thread::CpuSet;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::Weak;
use std::thread;
use tokio::sync::mpsc::Sender;

/// Every socket costs each start some tenths of a microsecond, so that on larger
/// machines the first thread hears the starts of all further processors.
const THREADS: usize = 16;

/// A path of 4 KiB is read on it.
const STACK: usize = 128 << 10;

/// The nice value of those who go first (`man 7 sched`; on Linux a thread's own).
const FIRST: i32 = -20;

/// Starts the threads. Each ends at the first start after `live` is gone.
pub fn listen(live: &Arc<Live>, to: &Sender<Hint>) -> io::Result<()> {
    for (processor, mut program) in listeners()? {
        let socket = open(&mut program)?;
        let (live, to) = (Arc::downgrade(live), to.clone());
        let named = thread::Builder::new().name("starts".to_owned()).stack_size(STACK);
        named.spawn(move || {
            hurry(processor);
            if let Err(error) = hear(&socket, &live, &to) {
                tracing::warn!(%error, "no longer hears programs start");
            }
        })?;
    }
    Ok(())
}

/// A processor for each thread, and the filter that gives it its starts. The
/// first takes those as well that happen where no thread is.
pub fn listeners() -> io::Result<Vec<(u32, Vec<libc::sock_filter>)>> {
    let ours = rustix::thread::sched_getaffinity(None)?;
    let ours = (0..CpuSet::MAX_CPU).filter(|&processor| ours.is_set(processor)).take(THREADS);
    let ours: Vec<u32> = ours.filter_map(|processor| u32::try_from(processor).ok()).collect();
    let others: Vec<u32> = ours.iter().skip(1).copied().collect();
    let first = Where::Elsewhere(others.clone());
    let first = ours.first().map(|&processor| (processor, filter::starts(&first)));
    let others = others.into_iter().map(|other| (other, filter::starts(&Where::On(other))));
    Ok(first.into_iter().chain(others).collect())
}

/// Keeps this thread on its processor and lets it run as soon as it is woken,
/// on a busy machine as well: it does little, and what it is woken for is gone
/// soon. Where that is not allowed, more programs are gone before they have a name.
fn hurry(processor: u32) {
    let mut only = CpuSet::new();
    only.set(usize::try_from(processor).unwrap_or_default());
    if let Err(error) = rustix::thread::sched_setaffinity(None, &only) {
        tracing::info!(%error, processor, "cannot stay on a processor to read what starts there");
    }
    if socket::is_first().is_err()
        && let Err(error) = rustix::process::setpriority_process(None, FIRST)
    {
        tracing::info!(%error, processor, "cannot hurry to read programs that start");
    }
}

/// Reads each program that is looked out for when it starts; ends at the first
/// start after nobody looks any more.
fn hear(socket: &OwnedFd, live: &Weak<Live>, to: &Sender<Hint>) -> io::Result<()> {
    rustix::io::ioctl_fionbio(socket, false)?;
    let mut buffer = [0; MESSAGE];
    loop {
        let received = rustix::net::recv(socket, &mut buffer, RecvFlags::empty());
        let Some(live) = live.upgrade() else { return Ok(()) };
        match received {
            Ok((length, _)) => {
                let message = buffer.get(..length).unwrap_or_default();
                if let Some(Change::Started(id)) = connector::change(message)
                    && live.program_started(id)
                {
                    // A full channel already holds enough to make us look.
                    let _ = to.try_send(Hint::Look("process"));
                }
            }
            Err(Errno::INTR) => {}
            Err(Errno::NOBUFS) => live.starts_lost(),
            Err(error) => return Err(error.into()),
        }
    }
}
