//! Processes that start and end, by a trace session of our own (ETW).
//!
//! A session outlives whoever made it: one of ours that a crash has left is
//! stopped, and so is ours at the end. It can be stopped by any administrator;
//! then it is said, every look reads all, and another is made a minute later.
#![expect(unsafe_code, reason = "the calls of trace sessions, which no safe crate offers")]

use super::checked;
use super::number;
use super::wide;
use crate::hints::pending::Audience;
use crate::hints::trace;
use crate::hints::trace::Program;
use crate::hints::trace::Told;
use crate::host::Change;
use crate::host::ProcessRow;
use crate::host::live::brief::Started;
use std::cell::RefCell;
use std::io;
use std::ptr::null;
use std::slice;
use std::thread;
use std::thread::Thread;
use std::time::Duration;
use windows_sys::Win32::Foundation::ERROR_ALREADY_EXISTS;
use windows_sys::Win32::Storage::FileSystem::QueryDosDeviceW;
use windows_sys::Win32::System::Diagnostics::Etw::CONTROLTRACE_HANDLE;
use windows_sys::Win32::System::Diagnostics::Etw::CloseTrace;
use windows_sys::Win32::System::Diagnostics::Etw::ControlTraceW;
use windows_sys::Win32::System::Diagnostics::Etw::EVENT_CONTROL_CODE_ENABLE_PROVIDER;
use windows_sys::Win32::System::Diagnostics::Etw::EVENT_RECORD;
use windows_sys::Win32::System::Diagnostics::Etw::EVENT_TRACE_CONTROL_STOP;
use windows_sys::Win32::System::Diagnostics::Etw::EVENT_TRACE_LOGFILEW;
use windows_sys::Win32::System::Diagnostics::Etw::EVENT_TRACE_NO_PER_PROCESSOR_BUFFERING;
use windows_sys::Win32::System::Diagnostics::Etw::EVENT_TRACE_PROPERTIES;
use windows_sys::Win32::System::Diagnostics::Etw::EVENT_TRACE_REAL_TIME_MODE;
use windows_sys::Win32::System::Diagnostics::Etw::EnableTraceEx2;
use windows_sys::Win32::System::Diagnostics::Etw::OpenTraceW;
use windows_sys::Win32::System::Diagnostics::Etw::PROCESS_TRACE_MODE_EVENT_RECORD;
use windows_sys::Win32::System::Diagnostics::Etw::PROCESS_TRACE_MODE_REAL_TIME;
use windows_sys::Win32::System::Diagnostics::Etw::PROCESSTRACE_HANDLE;
use windows_sys::Win32::System::Diagnostics::Etw::ProcessTrace;
use windows_sys::Win32::System::Diagnostics::Etw::StartTraceW;
use windows_sys::Win32::System::Diagnostics::Etw::TRACE_LEVEL_INFORMATION;
use windows_sys::Win32::System::Diagnostics::Etw::WNODE_FLAG_TRACED_GUID;
use windows_sys::core::GUID;

/// The session's name, for all of Windows.
const NAME: &str = "Moored";

/// `EVENT_TRACE_USE_MS_FLUSH_TIMER` (`ntwmi.h`, Windows 7 and later): the timer
/// counts milliseconds.
const MILLISECONDS: u32 = 0x10;

/// Events are handed to us so often, in milliseconds; a full buffer is at once.
const FLUSH: u32 = 100;

/// How large a buffer is, in KiB, and how many there are: some 2,000 starts.
const BUFFER: u32 = 64;
const BUFFERS: (u32, u32) = (2, 8);

/// After a session was stopped by somebody else, another is made this much later.
const AGAIN: Duration = Duration::from_mins(1);

/// Listening goes on while this is kept.
pub struct Ear(Thread);

/// Makes the session and hears it on a thread.
pub fn listen(audience: Audience) -> io::Result<Ear> {
    let hearer = Box::new(Hearer { drives: RefCell::new(drives()), audience });
    let trace = Trace::open(&hearer).inspect_err(|_| hearer.audience.pending.end())?;
    let thread = thread::Builder::new().name("starts".to_owned());
    let thread = thread.spawn(move || hear(trace, &hearer))?;
    Ok(Ear(thread.thread().clone()))
}

impl Drop for Ear {
    fn drop(&mut self) {
        stop();
        self.0.unpark();
    }
}

/// Hears one session after the other until nobody looks any more.
fn hear(first: Trace, hearer: &Hearer) {
    let mut next = Some(first);
    loop {
        if let Some(trace) = next.take() {
            trace.hear();
            if !hearer.audience.is_gone() {
                tracing::warn!("no longer hears processes start: somebody ended the trace session");
            }
        }
        hearer.audience.pending.end();
        if !hearer.audience.is_gone() {
            thread::park_timeout(AGAIN);
        }
        if hearer.audience.is_gone() {
            return;
        }
        next = Trace::open(hearer).ok();
        if next.is_some() {
            hearer.audience.pending.resume();
        }
    }
}

/// Who hears, on the thread of the session.
struct Hearer {
    audience: Audience,
    /// The letters of drives, as last read.
    drives: RefCell<Vec<(char, String)>>,
}

impl Hearer {
    fn hear(&self, provider: u128, (event, version): (u16, u8), data: &[u8]) {
        if provider == trace::LOST {
            return self.audience.lose();
        }
        if provider != trace::PROVIDER {
            return;
        }
        match trace::told(event, version, data) {
            Some(Told::Started(id, Some(program))) => {
                self.audience.hear_start(self.started(id, &program));
            }
            Some(Told::Started(id, None)) => self.audience.hear(Change::Started(id)),
            Some(Told::Ended(id)) => self.audience.hear(Change::Ended(id)),
            None => {}
        }
    }

    /// Neither arguments nor a user are told.
    fn started(&self, id: u32, Program { parent, image }: &Program) -> Started {
        let mut path = trace::path(image, &self.drives.borrow());
        if path == *image {
            // A drive may have come since.
            self.drives.replace(drives());
            path = trace::path(image, &self.drives.borrow());
        }
        let row = ProcessRow {
            id,
            parent: Some(*parent),
            name: trace::name(image).to_owned(),
            executable: Some(path),
            arguments: Vec::new(),
            user: None,
        };
        Started { row, user: None }
    }
}

/// The session, opened to be heard.
struct Trace(PROCESSTRACE_HANDLE);

impl Trace {
    /// Makes the session and opens it; `hearer` must live as long as it is heard.
    fn open(hearer: &Hearer) -> io::Result<Self> {
        start()?;
        let mut name = wide(NAME);
        let mut log = EVENT_TRACE_LOGFILEW {
            LoggerName: name.as_mut_ptr(),
            Context: (&raw const *hearer).cast_mut().cast(),
            ..EVENT_TRACE_LOGFILEW::default()
        };
        log.Anonymous1.ProcessTraceMode =
            PROCESS_TRACE_MODE_REAL_TIME | PROCESS_TRACE_MODE_EVENT_RECORD;
        log.Anonymous2.EventRecordCallback = Some(hear_record);
        // SAFETY: the name ends with a zero and outlives the call, as does the rest.
        let handle = unsafe { OpenTraceW(&raw mut log) };
        // `INVALID_PROCESSTRACE_HANDLE` (`evntrace.h`).
        if handle.Value == u64::MAX {
            let error = io::Error::last_os_error();
            stop();
            return Err(error);
        }
        Ok(Self(handle))
    }

    /// Hears until the session is stopped.
    fn hear(self) {
        // SAFETY: one handle is given and open; it is called back on this thread, to
        // which the hearer belongs.
        unsafe { ProcessTrace(&raw const self.0, 1, null(), null()) };
        // SAFETY: it is open and not used again.
        unsafe { CloseTrace(self.0) };
    }
}

unsafe extern "system" fn hear_record(record: *mut EVENT_RECORD) {
    // SAFETY: the system hands over a whole record, which lives until we return.
    let Some(record) = (unsafe { record.as_ref() }) else { return };
    // SAFETY: it is the hearer that was handed over when the session was opened.
    let Some(hearer) = (unsafe { record.UserContext.cast::<Hearer>().as_ref() }) else { return };
    let data = if record.UserData.is_null() {
        &[][..]
    } else {
        // SAFETY: so many bytes are there, and live until we return.
        unsafe { slice::from_raw_parts(record.UserData.cast(), record.UserDataLength.into()) }
    };
    let event = &record.EventHeader.EventDescriptor;
    hearer.hear(number(record.EventHeader.ProviderId), (event.Id, event.Version), data);
}

/// Makes the session in which the kernel tells of processes.
fn start() -> io::Result<()> {
    let name = wide(NAME);
    let make = || {
        let (mut session, mut properties) = (CONTROLTRACE_HANDLE::default(), Properties::new());
        // SAFETY: the name ends with a zero; the properties have room behind them for it.
        let code =
            unsafe { StartTraceW(&raw mut session, name.as_ptr(), (&raw mut properties).cast()) };
        (code, session)
    };
    let (mut code, mut session) = make();
    if code == ERROR_ALREADY_EXISTS {
        stop();
        (code, session) = make();
    }
    checked(code)?;
    let provider = GUID::from_u128(trace::PROVIDER);
    // SAFETY: the session is made, the provider outlives the call.
    checked(unsafe {
        EnableTraceEx2(
            session,
            &raw const provider,
            EVENT_CONTROL_CODE_ENABLE_PROVIDER,
            u8::try_from(TRACE_LEVEL_INFORMATION).unwrap_or_default(),
            trace::KEYWORD,
            0,
            0,
            null(),
        )
    })
    .inspect_err(|_| stop())
}

/// Stops the session, whoever has made it.
fn stop() {
    let (name, mut properties) = (wide(NAME), Properties::new());
    let session = CONTROLTRACE_HANDLE::default();
    // SAFETY: as when it was made.
    let code = unsafe {
        let properties = (&raw mut properties).cast();
        ControlTraceW(session, name.as_ptr(), properties, EVENT_TRACE_CONTROL_STOP)
    };
    if let Err(error) = checked(code) {
        tracing::debug!(%error, "cannot stop the trace session");
    }
}

/// What a session is like, with room behind it for its name.
#[repr(C)]
struct Properties {
    properties: EVENT_TRACE_PROPERTIES,
    name: [u16; 64],
}

impl Properties {
    /// All processors share the buffers, so that events come in order.
    fn new() -> Self {
        let mut properties = EVENT_TRACE_PROPERTIES {
            BufferSize: BUFFER,
            MinimumBuffers: BUFFERS.0,
            MaximumBuffers: BUFFERS.1,
            LogFileMode: EVENT_TRACE_REAL_TIME_MODE
                | EVENT_TRACE_NO_PER_PROCESSOR_BUFFERING
                | MILLISECONDS,
            FlushTimer: FLUSH,
            LoggerNameOffset: u32::try_from(std::mem::offset_of!(Self, name)).unwrap_or_default(),
            ..EVENT_TRACE_PROPERTIES::default()
        };
        properties.Wnode.BufferSize = u32::try_from(size_of::<Self>()).unwrap_or_default();
        properties.Wnode.Flags = WNODE_FLAG_TRACED_GUID;
        Self { properties, name: [0; 64] }
    }
}

/// The letters of drives, and what the kernel calls each.
pub fn drives() -> Vec<(char, String)> {
    let device = |letter: char| {
        let (drive, mut device) = (wide(&format!("{letter}:")), [0_u16; 512]);
        let room = u32::try_from(device.len()).unwrap_or_default();
        // SAFETY: the name ends with a zero, and so much room is there.
        let length = unsafe { QueryDosDeviceW(drive.as_ptr(), device.as_mut_ptr(), room) };
        let device = device.get(..usize::try_from(length).ok()?)?;
        let device = device.split(|&unit| unit == 0).next()?;
        (!device.is_empty()).then(|| (letter, String::from_utf16_lossy(device)))
    };
    ('A'..='Z').filter_map(device).collect()
}
