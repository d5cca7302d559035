//! Reads programs when they start, before they end.
//!
//! The kernel tells of a start on the processor where it happens, before the
//! program's first instruction. Each processor has a thread of ours that hears
//! only its own starts and goes before ordinary ones: so the program waits
//! until we have read its name, and nothing is gone by then. A thread that
//! hears the starts of all processors comes too late for many, as measured by
//! `make bench`.
//!
//! Being woken for each start costs more than all else we do, so on a machine
//! that goes on starting programs by the thousand only some are read at once,
//! and the others together, ten times a second. Of those, what is gone by then
//! is counted.

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
use std::time::Duration;
use std::time::Instant;
use tokio::sync::mpsc::Sender;

/// Every socket costs each start some tenths of a microsecond, so that on larger
/// machines the first thread hears the starts of all further processors.
const THREADS: usize = 16;

/// So many starts a second are read at once by all threads together, at some
/// 20 µs each, however long programs are started by the thousand.
const LASTING: f64 = 300.0;

/// So many more are read at once in a burst, such as somebody's logging in.
const BURST: f64 = 1500.0;

/// The others are read together so often.
const TOGETHER: Duration = Duration::from_millis(100);

/// A path of 4 KiB is read on it.
const STACK: usize = 128 << 10;

/// The nice value of those who go first (`man 7 sched`; on Linux a thread's own).
const FIRST: i32 = -20;

/// Starts the threads. Each ends at the first start after `live` is gone.
pub fn listen(live: &Arc<Live>, to: &Sender<Hint>) -> io::Result<()> {
    let listeners = listeners()?;
    let threads = f64::from(u32::try_from(listeners.len().max(1)).unwrap_or(u32::MAX));
    for (processor, mut program) in listeners {
        let socket = open(&mut program)?;
        let (live, to) = (Arc::downgrade(live), to.clone());
        let named = thread::Builder::new().name("starts".to_owned()).stack_size(STACK);
        named.spawn(move || {
            hurry(processor);
            if let Err(error) = hear(&socket, (&live, &to), 1.0 / threads) {
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
/// start after nobody looks any more. `share` is this thread's part of what all
/// threads may do.
#[expect(clippy::disallowed_methods, reason = "a loop of its own, which must not cost too much")]
fn hear(socket: &OwnedFd, (live, to): (&Weak<Live>, &Sender<Hint>), share: f64) -> io::Result<()> {
    rustix::io::ioctl_fionbio(socket, false)?;
    let (mut left, mut at) = (BURST * share, Instant::now());
    while one(socket, (live, to), RecvFlags::empty())? {
        let now = Instant::now();
        let earned = now.duration_since(at).as_secs_f64() * LASTING * share;
        (left, at) = ((left + earned).min(BURST * share) - 1.0, now);
        if left < 1.0 {
            thread::sleep(TOGETHER);
            if !rest(socket, (live, to))? {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Hears all that waits; false if nobody looks any more.
fn rest(socket: &OwnedFd, (live, to): (&Weak<Live>, &Sender<Hint>)) -> io::Result<bool> {
    loop {
        match one(socket, (live, to), RecvFlags::DONTWAIT) {
            Ok(true) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(true),
            other => return other,
        }
    }
}

/// Hears one start and reads its program if it is looked out for; false if
/// nobody looks any more.
fn one(
    socket: &OwnedFd,
    (live, to): (&Weak<Live>, &Sender<Hint>),
    how: RecvFlags,
) -> io::Result<bool> {
    let mut buffer = [0; MESSAGE];
    let received = rustix::net::recv(socket, &mut buffer, how);
    let Some(live) = live.upgrade() else { return Ok(false) };
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
    Ok(true)
}
