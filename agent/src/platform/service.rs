//! Being a service of Windows: started by its service control manager, telling it
//! how we fare, hearing what it asks.
#![expect(unsafe_code, reason = "calls that no safe crate offers")]

use super::Life;
use super::account::NAME;
use super::privileges;
use super::windows::wide;
use std::ffi::c_void;
use std::io;
use std::ptr::null;
use std::ptr::null_mut;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::AtomicU8;
use std::sync::atomic::Ordering;
use sysinfo::Pid;
use sysinfo::Process;
use sysinfo::ProcessRefreshKind;
use sysinfo::ProcessesToUpdate;
use sysinfo::System;
use tokio::sync::Notify;
use windows_sys::Win32::Foundation::ERROR_CALL_NOT_IMPLEMENTED;
use windows_sys::Win32::Foundation::ERROR_FAILED_SERVICE_CONTROLLER_CONNECT;
use windows_sys::Win32::Foundation::ERROR_SERVICE_SPECIFIC_ERROR;
use windows_sys::Win32::Foundation::NO_ERROR;
use windows_sys::Win32::System::Services::RegisterServiceCtrlHandlerExW;
use windows_sys::Win32::System::Services::SERVICE_ACCEPT_SHUTDOWN;
use windows_sys::Win32::System::Services::SERVICE_ACCEPT_STOP;
use windows_sys::Win32::System::Services::SERVICE_CONTROL_INTERROGATE;
use windows_sys::Win32::System::Services::SERVICE_CONTROL_SHUTDOWN;
use windows_sys::Win32::System::Services::SERVICE_CONTROL_STOP;
use windows_sys::Win32::System::Services::SERVICE_RUNNING;
use windows_sys::Win32::System::Services::SERVICE_START_PENDING;
use windows_sys::Win32::System::Services::SERVICE_STATUS;
use windows_sys::Win32::System::Services::SERVICE_STATUS_CURRENT_STATE;
use windows_sys::Win32::System::Services::SERVICE_STOP_PENDING;
use windows_sys::Win32::System::Services::SERVICE_STOPPED;
use windows_sys::Win32::System::Services::SERVICE_TABLE_ENTRYW;
use windows_sys::Win32::System::Services::SERVICE_WIN32_OWN_PROCESS;
use windows_sys::Win32::System::Services::SetServiceStatus;
use windows_sys::Win32::System::Services::StartServiceCtrlDispatcherW;

type Work = Box<dyn FnOnce(Life) -> u8 + Send>;

/// What is to be done, until it is begun: the manager calls us back without a word.
static WORK: Mutex<Option<Work>> = Mutex::new(None);

/// By what the manager knows us; null as long as we are no service.
static MANAGER: AtomicPtr<c_void> = AtomicPtr::new(null_mut());

/// With what the work has ended.
static ENDED: AtomicU8 = AtomicU8::new(0);

static STOP: Notify = Notify::const_new();

/// How long the manager may wait for us to start or stop, in milliseconds.
const PATIENCE: u32 = 30_000;

/// Runs `work`, as a service if the service control manager started us; gives
/// its exit code.
pub fn live(work: impl FnOnce(Life) -> u8 + Send + 'static) -> io::Result<u8> {
    // The call below would tell as well, but not everywhere at once.
    if !is_started_by_manager() {
        return Ok(work(Life::Program));
    }
    keep(Some(Box::new(work)));
    let mut name = wide(NAME);
    let ours = SERVICE_TABLE_ENTRYW { lpServiceName: name.as_mut_ptr(), lpServiceProc: Some(main) };
    let table = [ours, SERVICE_TABLE_ENTRYW::default()];
    // SAFETY: the table ends with an empty entry; it and the name outlive the call,
    // which returns when the service has ended.
    if unsafe { StartServiceCtrlDispatcherW(table.as_ptr()) } != 0 {
        return Ok(ENDED.load(Ordering::SeqCst));
    }
    let error = io::Error::last_os_error();
    let nobody = ERROR_FAILED_SERVICE_CONTROLLER_CONNECT.cast_signed();
    match keep(None) {
        Some(work) if error.raw_os_error() == Some(nobody) => Ok(work(Life::Program)),
        _ => Err(error),
    }
}

fn is_started_by_manager() -> bool {
    let Ok(mut system) = System::new() else { return false };
    let nothing = ProcessRefreshKind::nothing();
    system.refresh_processes_specifics(ProcessesToUpdate::All, false, nothing);
    let parent = system.process(Pid::from_u32(std::process::id())).and_then(Process::parent);
    let parent = parent.and_then(|parent| system.process(parent));
    parent.is_some_and(|parent| parent.name().eq_ignore_ascii_case("services.exe"))
}

/// Tells the service control manager that we run.
pub fn tell_ready() {
    tell(SERVICE_RUNNING, 0);
}

/// Comes to pass when the manager asks us to stop, or the system shuts down.
pub async fn stopped() {
    STOP.notified().await;
}

/// Keeps what is to be done; gives what was kept before.
fn keep(work: Option<Work>) -> Option<Work> {
    std::mem::replace(&mut WORK.lock().unwrap_or_else(PoisonError::into_inner), work)
}

/// What the manager calls, on a thread of its own. A panic here ends the program,
/// which the manager takes for a crash and starts us again.
extern "system" fn main(_count: u32, _arguments: *mut *mut u16) {
    let name = wide(NAME);
    // SAFETY: the name ends with a zero and outlives the call; the function is ours.
    let manager = unsafe { RegisterServiceCtrlHandlerExW(name.as_ptr(), Some(hear), null()) };
    MANAGER.store(manager, Ordering::SeqCst);
    tell(SERVICE_START_PENDING, 0);
    // Without them less is seen, and sensors say so.
    drop(privileges::use_given());
    let code = keep(None).map_or(0, |work| work(Life::Service));
    ENDED.store(code, Ordering::SeqCst);
    tell(SERVICE_STOPPED, code);
}

/// Hears what the manager asks; it waits for the answer, so nothing is done here.
extern "system" fn hear(asked: u32, _kind: u32, _more: *mut c_void, _ours: *mut c_void) -> u32 {
    match asked {
        SERVICE_CONTROL_STOP | SERVICE_CONTROL_SHUTDOWN => {
            tell(SERVICE_STOP_PENDING, 0);
            STOP.notify_one();
        }
        SERVICE_CONTROL_INTERROGATE => {}
        _ => return ERROR_CALL_NOT_IMPLEMENTED,
    }
    NO_ERROR
}

fn tell(state: SERVICE_STATUS_CURRENT_STATE, code: u8) {
    let manager = MANAGER.load(Ordering::SeqCst);
    if manager.is_null() {
        return;
    }
    let accepted = match state {
        SERVICE_RUNNING => SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN,
        // What is asked of us before we are ready is heard once we are.
        _ => 0,
    };
    let is_waiting = [SERVICE_START_PENDING, SERVICE_STOP_PENDING].contains(&state);
    let status = SERVICE_STATUS {
        dwServiceType: SERVICE_WIN32_OWN_PROCESS,
        dwCurrentState: state,
        dwControlsAccepted: accepted,
        dwWin32ExitCode: if code == 0 { NO_ERROR } else { ERROR_SERVICE_SPECIFIC_ERROR },
        dwServiceSpecificExitCode: code.into(),
        dwCheckPoint: 0,
        dwWaitHint: if is_waiting { PATIENCE } else { 0 },
    };
    // SAFETY: the manager gave the handle, which need not be closed; the status is ours.
    unsafe { SetServiceStatus(manager, &raw const status) };
}
