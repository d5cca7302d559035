//! Making a service of us, and removing it.
#![expect(unsafe_code, reason = "calls that no safe crate offers")]

use super::Begun;
use super::account::NAME;
use super::event_log;
use super::privileges;
use super::rights;
use super::windows::done;
use super::windows::wide;
use std::ffi::c_void;
use std::io;
use std::os::windows::io::AsRawHandle;
use std::os::windows::io::FromRawHandle;
use std::os::windows::io::OwnedHandle;
use std::path::Path;
use std::ptr::null;
use std::ptr::null_mut;
use windows_sys::Win32::Foundation::ERROR_SERVICE_ALREADY_RUNNING;
use windows_sys::Win32::Foundation::ERROR_SERVICE_CANNOT_ACCEPT_CTRL;
use windows_sys::Win32::Foundation::ERROR_SERVICE_DOES_NOT_EXIST;
use windows_sys::Win32::Foundation::ERROR_SERVICE_NOT_ACTIVE;
use windows_sys::Win32::Foundation::WAIT_OBJECT_0;
use windows_sys::Win32::System::Services::ChangeServiceConfig2W;
use windows_sys::Win32::System::Services::ChangeServiceConfigW;
use windows_sys::Win32::System::Services::CloseServiceHandle;
use windows_sys::Win32::System::Services::ControlService;
use windows_sys::Win32::System::Services::CreateServiceW;
use windows_sys::Win32::System::Services::DeleteService;
use windows_sys::Win32::System::Services::OpenSCManagerW;
use windows_sys::Win32::System::Services::OpenServiceW;
use windows_sys::Win32::System::Services::QueryServiceStatusEx;
use windows_sys::Win32::System::Services::SC_ACTION;
use windows_sys::Win32::System::Services::SC_ACTION_RESTART;
use windows_sys::Win32::System::Services::SC_HANDLE;
use windows_sys::Win32::System::Services::SC_MANAGER_ALL_ACCESS;
use windows_sys::Win32::System::Services::SC_STATUS_PROCESS_INFO;
use windows_sys::Win32::System::Services::SERVICE_ALL_ACCESS;
use windows_sys::Win32::System::Services::SERVICE_AUTO_START;
use windows_sys::Win32::System::Services::SERVICE_CONFIG_DELAYED_AUTO_START_INFO;
use windows_sys::Win32::System::Services::SERVICE_CONFIG_DESCRIPTION;
use windows_sys::Win32::System::Services::SERVICE_CONFIG_FAILURE_ACTIONS;
use windows_sys::Win32::System::Services::SERVICE_CONFIG_FAILURE_ACTIONS_FLAG;
use windows_sys::Win32::System::Services::SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO;
use windows_sys::Win32::System::Services::SERVICE_CONFIG_SERVICE_SID_INFO;
use windows_sys::Win32::System::Services::SERVICE_CONTROL_STOP;
use windows_sys::Win32::System::Services::SERVICE_DELAYED_AUTO_START_INFO;
use windows_sys::Win32::System::Services::SERVICE_DESCRIPTIONW;
use windows_sys::Win32::System::Services::SERVICE_ERROR_NORMAL;
use windows_sys::Win32::System::Services::SERVICE_FAILURE_ACTIONS_FLAG;
use windows_sys::Win32::System::Services::SERVICE_FAILURE_ACTIONSW;
use windows_sys::Win32::System::Services::SERVICE_REQUIRED_PRIVILEGES_INFOW;
use windows_sys::Win32::System::Services::SERVICE_RUNNING;
use windows_sys::Win32::System::Services::SERVICE_SID_INFO;
use windows_sys::Win32::System::Services::SERVICE_SID_TYPE_UNRESTRICTED;
use windows_sys::Win32::System::Services::SERVICE_STATUS;
use windows_sys::Win32::System::Services::SERVICE_STATUS_PROCESS;
use windows_sys::Win32::System::Services::SERVICE_STOPPED;
use windows_sys::Win32::System::Services::SERVICE_WIN32_OWN_PROCESS;
use windows_sys::Win32::System::Services::StartServiceW;
use windows_sys::Win32::System::Threading::OpenProcess;
use windows_sys::Win32::System::Threading::PROCESS_SYNCHRONIZE;
use windows_sys::Win32::System::Threading::WaitForSingleObject;
use windows_sys::core::BOOL;

const TITLE: &str = "Moored agent";
const DESCRIPTION: &str =
    "Watches this laptop for signs that it is driven from elsewhere, and reports only evidence.";

/// What follows a failure, each in milliseconds, the last for all further ones: it
/// comes back soon, and what fails again and again is no storm.
const RESTARTS: [u32; 3] = [30_000, 60_000, 600_000];

/// How long it may take to stop, in milliseconds.
const PATIENCE: u32 = 30_000;

/// How long we wait until we ask it again, in milliseconds.
const BETWEEN: u32 = 250;

/// After how many seconds without a failure they begin again with the first.
const FORGIVEN: u32 = 24 * 3600;

/// Makes a service of us that runs with these arguments and may use `state`; gives what
/// could not be set, each in a sentence. One that is there is an error, or stopped and
/// changed if it is to be made `again`: a service that is removed and made anew cannot be
/// while anybody looks at it.
pub fn install(arguments: &[&str], state: &Path, again: bool) -> io::Result<Vec<String>> {
    let program = std::env::current_exe()?;
    let words = [program.display().to_string()].into_iter();
    let words = words.chain(arguments.iter().map(|&word| word.to_owned()));
    let line: Vec<String> = words.map(|word| quoted(&word)).collect();
    let manager = Handle::manager()?;
    let service = match manager.open() {
        Ok(service) if again => {
            service.stop().and_then(|()| service.change(&line.join(" "))).map(|()| service)
        }
        _ => manager.create(&line.join(" ")),
    }?;
    let steps: [(&str, io::Result<()>); 9] = [
        ("the description", service.describe()),
        ("starting a little after the system", service.delay()),
        ("coming back after a crash", service.come_back()),
        ("coming back after an error", service.come_back_after_errors()),
        ("an identifier of its own", service.identify()),
        ("privileges for the account", privileges::give()),
        ("no privileges but those", service.need_privileges()),
        ("the source of entries in the event log", event_log::register()),
        ("who may use the state", keep_state(state)),
    ];
    let failed = steps.into_iter().filter_map(|(what, done)| Some((what, done.err()?)));
    Ok(failed.map(|(what, error)| format!("{what}: {error}")).collect())
}

/// Starts the service, and waits until it runs or has ended.
pub fn start() -> io::Result<Begun> {
    let service = Handle::manager()?.open()?;
    // SAFETY: the service is open; it is given no arguments.
    match done(unsafe { StartServiceW(service.0, 0, null()) }) {
        Err(error) if !is(&error, ERROR_SERVICE_ALREADY_RUNNING) => return Err(error),
        _ => {}
    }
    for _ in 0..PATIENCE / BETWEEN {
        match service.status()?.dwCurrentState {
            SERVICE_RUNNING => return Ok(Begun::Runs),
            SERVICE_STOPPED => return Ok(Begun::Ended),
            _ => service.process()?.is_none_or(|process| has_ended(&process, BETWEEN)),
        };
    }
    // It takes its time.
    Ok(Begun::Runs)
}

/// True if it ends within so many milliseconds.
fn has_ended(process: &OwnedHandle, patience: u32) -> bool {
    // SAFETY: the process' handle is open.
    unsafe { WaitForSingleObject(process.as_raw_handle(), patience) == WAIT_OBJECT_0 }
}

/// Stops the service and removes it, and what came with it.
pub fn remove() -> io::Result<()> {
    match Handle::manager()?.open() {
        Ok(service) => service.remove()?,
        Err(error) if is(&error, ERROR_SERVICE_DOES_NOT_EXIST) => {}
        Err(error) => return Err(error),
    }
    // An account that was given nothing is not known to the policy.
    drop(privileges::take());
    event_log::unregister()
}

fn keep_state(state: &Path) -> io::Result<()> {
    rights::give_to_administrators(state)?;
    rights::keep_to_us(state)
}

/// As a command line takes it: Windows starts what stands before the first space
/// if nothing says where the path ends.
fn quoted(word: &str) -> String {
    format!("\"{}\"", word.trim_end_matches('\\'))
}

fn is(error: &io::Error, number: u32) -> bool {
    error.raw_os_error() == Some(number.cast_signed())
}

/// The manager or the service, while it is open.
struct Handle(SC_HANDLE);

impl Handle {
    fn taken(handle: SC_HANDLE) -> io::Result<Self> {
        if handle.is_null() { Err(io::Error::last_os_error()) } else { Ok(Self(handle)) }
    }

    fn manager() -> io::Result<Self> {
        // SAFETY: no server is this machine, and no database the one that runs.
        Self::taken(unsafe { OpenSCManagerW(null(), null(), SC_MANAGER_ALL_ACCESS) })
    }

    fn open(&self) -> io::Result<Self> {
        let name = wide(NAME);
        // SAFETY: the manager is open; the name ends with a zero and outlives the call.
        Self::taken(unsafe { OpenServiceW(self.0, name.as_ptr(), SERVICE_ALL_ACCESS) })
    }

    fn create(&self, line: &str) -> io::Result<Self> {
        let (name, title, line) = (wide(NAME), wide(TITLE), wide(line));
        let account = wide(&format!(r"NT SERVICE\{NAME}"));
        // SAFETY: the manager is open; all texts end with a zero and outlive the call;
        // there is no group, no tag, no dependency and no password.
        Self::taken(unsafe {
            CreateServiceW(
                self.0,
                name.as_ptr(),
                title.as_ptr(),
                SERVICE_ALL_ACCESS,
                SERVICE_WIN32_OWN_PROCESS,
                SERVICE_AUTO_START,
                SERVICE_ERROR_NORMAL,
                line.as_ptr(),
                null(),
                null_mut(),
                null(),
                account.as_ptr(),
                null(),
            )
        })
    }

    fn describe(&self) -> io::Result<()> {
        let mut text = wide(DESCRIPTION);
        let info = SERVICE_DESCRIPTIONW { lpDescription: text.as_mut_ptr() };
        self.set(SERVICE_CONFIG_DESCRIPTION, (&raw const info).cast())
    }

    fn delay(&self) -> io::Result<()> {
        let info = SERVICE_DELAYED_AUTO_START_INFO { fDelayedAutostart: BOOL::from(true) };
        self.set(SERVICE_CONFIG_DELAYED_AUTO_START_INFO, (&raw const info).cast())
    }

    fn come_back(&self) -> io::Result<()> {
        let mut actions = RESTARTS.map(|delay| SC_ACTION { Type: SC_ACTION_RESTART, Delay: delay });
        let info = SERVICE_FAILURE_ACTIONSW {
            dwResetPeriod: FORGIVEN,
            lpRebootMsg: null_mut(),
            lpCommand: null_mut(),
            cActions: 3,
            lpsaActions: actions.as_mut_ptr(),
        };
        self.set(SERVICE_CONFIG_FAILURE_ACTIONS, (&raw const info).cast())
    }

    fn come_back_after_errors(&self) -> io::Result<()> {
        let info =
            SERVICE_FAILURE_ACTIONS_FLAG { fFailureActionsOnNonCrashFailures: BOOL::from(true) };
        self.set(SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, (&raw const info).cast())
    }

    fn identify(&self) -> io::Result<()> {
        let info = SERVICE_SID_INFO { dwServiceSidType: SERVICE_SID_TYPE_UNRESTRICTED };
        self.set(SERVICE_CONFIG_SERVICE_SID_INFO, (&raw const info).cast())
    }

    fn need_privileges(&self) -> io::Result<()> {
        let names = [&[privileges::PASS][..], &privileges::GIVEN[..]].concat();
        // Each ends with a zero, and so does the list.
        let mut list: Vec<u16> = names.into_iter().flat_map(wide).chain([0]).collect();
        let info = SERVICE_REQUIRED_PRIVILEGES_INFOW { pmszRequiredPrivileges: list.as_mut_ptr() };
        self.set(SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO, (&raw const info).cast())
    }

    fn set(&self, what: u32, info: *const c_void) -> io::Result<()> {
        // SAFETY: the service is open; the caller gives what belongs to `what`, and keeps
        // it and all it points to until we return.
        done(unsafe { ChangeServiceConfig2W(self.0, what, info) })
    }

    /// Asks it to stop and removes it.
    fn remove(&self) -> io::Result<()> {
        self.stop()?;
        // SAFETY: the service is open.
        done(unsafe { DeleteService(self.0) })
    }

    /// Has it run what a new one would, as a new one would.
    fn change(&self, line: &str) -> io::Result<()> {
        let (title, line) = (wide(TITLE), wide(line));
        let account = wide(&format!(r"NT SERVICE\{NAME}"));
        // SAFETY: the service is open; all texts end with a zero and outlive the call;
        // there is no group, no tag, no dependency and no password.
        done(unsafe {
            ChangeServiceConfigW(
                self.0,
                SERVICE_WIN32_OWN_PROCESS,
                SERVICE_AUTO_START,
                SERVICE_ERROR_NORMAL,
                line.as_ptr(),
                null(),
                null_mut(),
                null(),
                account.as_ptr(),
                null(),
                title.as_ptr(),
            )
        })
    }

    /// Asks it to stop, and waits until it has.
    fn stop(&self) -> io::Result<()> {
        let Some(running) = self.process()? else { return Ok(()) };
        for _ in 0..PATIENCE / BETWEEN {
            match self.ask_to_stop() {
                // While it starts or ends it hears nobody.
                Err(error) if is(&error, ERROR_SERVICE_CANNOT_ACCEPT_CTRL) => {}
                Err(error) if is(&error, ERROR_SERVICE_NOT_ACTIVE) => break,
                asked => {
                    asked?;
                    break;
                }
            }
            if has_ended(&running, BETWEEN) {
                return Ok(());
            }
        }
        if has_ended(&running, PATIENCE) { Ok(()) } else { Err(io::ErrorKind::TimedOut.into()) }
    }

    fn ask_to_stop(&self) -> io::Result<()> {
        let mut status = SERVICE_STATUS::default();
        // SAFETY: the service is open, and the status is ours.
        done(unsafe { ControlService(self.0, SERVICE_CONTROL_STOP, &raw mut status) })
    }

    /// How it fares.
    fn status(&self) -> io::Result<SERVICE_STATUS_PROCESS> {
        let mut status = SERVICE_STATUS_PROCESS::default();
        let (size, mut needed) = (size_of::<SERVICE_STATUS_PROCESS>(), 0);
        let size = u32::try_from(size).map_err(io::Error::other)?;
        // SAFETY: the service is open, and the status has the size that is told.
        done(unsafe {
            QueryServiceStatusEx(
                self.0,
                SC_STATUS_PROCESS_INFO,
                (&raw mut status).cast(),
                size,
                &raw mut needed,
            )
        })?;
        Ok(status)
    }

    /// Its process, if it runs.
    fn process(&self) -> io::Result<Option<OwnedHandle>> {
        let status = self.status()?;
        if status.dwProcessId == 0 {
            return Ok(None);
        }
        // SAFETY: any number may be asked for.
        let handle = unsafe { OpenProcess(PROCESS_SYNCHRONIZE, 0, status.dwProcessId) };
        // SAFETY: it is open if it is not null, and nobody else's.
        Ok((!handle.is_null()).then(|| unsafe { OwnedHandle::from_raw_handle(handle) }))
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: it is open and not used again.
        unsafe { CloseServiceHandle(self.0) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_spaces_is_one_word() {
        assert_eq!(
            quoted(r"C:\Program Files\Moored\moored.exe"),
            "\"C:\\Program Files\\Moored\\moored.exe\""
        );
        assert_eq!(quoted("D:\\"), "\"D:\"");
    }
}
