//! Processes that start, as WMI tells of them where no trace session can be had.
//!
//! It compares lists of processes once a second: what runs shorter is not told, nor
//! is what ends, so that every look reads all.
#![expect(unsafe_code, reason = "calls of COM, which no safe crate offers")]

use crate::hints::pending::Audience;
use crate::host::ProcessRow;
use crate::host::live::brief::Started;
use std::io;
use std::marker::PhantomData;
use std::sync::mpsc::SyncSender;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::thread::Thread;
use std::time::Duration;
use windows::Win32::System::Com::CLSCTX_INPROC_SERVER;
use windows::Win32::System::Com::COINIT_MULTITHREADED;
use windows::Win32::System::Com::CoCreateInstance;
use windows::Win32::System::Com::CoInitializeEx;
use windows::Win32::System::Com::CoSetProxyBlanket;
use windows::Win32::System::Com::CoUninitialize;
use windows::Win32::System::Com::EOAC_NONE;
use windows::Win32::System::Com::RPC_C_AUTHN_LEVEL_CALL;
use windows::Win32::System::Com::RPC_C_IMP_LEVEL_IMPERSONATE;
use windows::Win32::System::Rpc::RPC_C_AUTHN_WINNT;
use windows::Win32::System::Rpc::RPC_C_AUTHZ_NONE;
use windows::Win32::System::Variant::VARIANT;
use windows::Win32::System::Variant::VT_BSTR;
use windows::Win32::System::Variant::VT_I4;
use windows::Win32::System::Wmi::IEnumWbemClassObject;
use windows::Win32::System::Wmi::IWbemClassObject;
use windows::Win32::System::Wmi::IWbemLocator;
use windows::Win32::System::Wmi::WBEM_FLAG_CONNECT_USE_MAX_WAIT;
use windows::Win32::System::Wmi::WBEM_FLAG_FORWARD_ONLY;
use windows::Win32::System::Wmi::WBEM_FLAG_RETURN_IMMEDIATELY;
use windows::Win32::System::Wmi::WbemLocator;
use windows::core::BSTR;
use windows::core::IUnknown;
use windows::core::Interface;
use windows::core::PCWSTR;
use windows::core::Result;
use windows::core::w;

/// What is asked for.
const QUERY: &str = "SELECT * FROM __InstanceCreationEvent WITHIN 1 \
                     WHERE TargetInstance ISA 'Win32_Process'";

/// How long we wait for an event before we ask whether anybody still looks, in
/// milliseconds.
const TICK: i32 = 500;

/// Events that are taken at once.
const MOST: usize = 32;

/// How long the start may wait for WMI to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// After WMI has gone away, it is asked again so much later.
const AGAIN: Duration = Duration::from_mins(1);

/// Listening goes on while this is kept.
pub struct Ear(Thread);

/// Asks WMI on a thread, and waits until it has taken the question.
pub fn listen(audience: Audience) -> io::Result<Ear> {
    let (to, answer) = sync_channel(1);
    let thread = thread::Builder::new().name("starts".to_owned());
    let thread = thread.spawn(move || hear(&audience, &to))?;
    let answer = answer.recv_timeout(PATIENCE);
    answer.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))?;
    Ok(Ear(thread.thread().clone()))
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.0.unpark();
    }
}

/// Hears until nobody looks any more; asks again where WMI went away. What the first
/// question has come to is told.
fn hear(audience: &Audience, to: &SyncSender<io::Result<()>>) {
    audience.pending.end();
    let mut is_first = true;
    while !audience.is_gone() {
        match Com::start().and_then(|com| Starts::ask(&com)?.hear(audience, to)) {
            Ok(()) => return,
            // Only the first answer finds room; nobody waits for another.
            Err(error) if to.try_send(Err(io::Error::other(error.clone()))).is_ok() && is_first => {
                return;
            }
            Err(error) => tracing::warn!(%error, "no longer hears processes start by WMI"),
        }
        is_first = false;
        thread::park_timeout(AGAIN);
    }
}

/// COM on this thread, until it is dropped.
struct Com;

impl Com {
    fn start() -> Result<Self> {
        // SAFETY: nothing else of this thread uses COM.
        unsafe { CoInitializeEx(None, COINIT_MULTITHREADED) }.ok()?;
        Ok(Self)
    }
}

impl Drop for Com {
    fn drop(&mut self) {
        // SAFETY: it was started on this thread, and what was made with it is gone.
        unsafe { CoUninitialize() };
    }
}

/// The events that answer the question; they are gone before COM is.
struct Starts<'a>(IEnumWbemClassObject, PhantomData<&'a Com>);

impl<'a> Starts<'a> {
    fn ask(_com: &'a Com) -> Result<Self> {
        let (space, language) = (BSTR::from(r"ROOT\CIMV2"), BSTR::from("WQL"));
        let (query, none) = (BSTR::from(QUERY), BSTR::new());
        // SAFETY: COM is started on this thread; all texts outlive the calls.
        unsafe {
            let locator: IWbemLocator = CoCreateInstance(&WbemLocator, None, CLSCTX_INPROC_SERVER)?;
            let wait = WBEM_FLAG_CONNECT_USE_MAX_WAIT.0;
            let services = locator.ConnectServer(&space, &none, &none, &none, wait, &none, None)?;
            let_act(&services.cast()?)?;
            let how = WBEM_FLAG_RETURN_IMMEDIATELY | WBEM_FLAG_FORWARD_ONLY;
            let events = services.ExecNotificationQuery(&language, &query, how, None)?;
            let_act(&events.cast()?)?;
            Ok(Self(events, PhantomData))
        }
    }

    /// Hears until nobody looks any more, or WMI goes away.
    fn hear(&self, audience: &Audience, to: &SyncSender<io::Result<()>>) -> Result<()> {
        while !audience.is_gone() {
            let events = self.next()?;
            // Only the first answer finds room; nobody waits for another.
            let _ = to.try_send(Ok(()));
            events.iter().filter_map(started).for_each(|started| audience.hear_start(started));
        }
        Ok(())
    }

    /// What has come, once something has or it is time to ask who looks.
    fn next(&self) -> Result<Vec<IWbemClassObject>> {
        let (mut events, mut count) = ([const { None }; MOST], 0);
        // SAFETY: so much room is there, and the number is written.
        unsafe { self.0.Next(TICK, &mut events, &raw mut count) }.ok()?;
        Ok(events.into_iter().flatten().collect())
    }
}

/// Lets WMI act in our name for what we ask of it.
fn let_act(proxy: &IUnknown) -> Result<()> {
    // SAFETY: what is asked through was just made.
    unsafe {
        CoSetProxyBlanket(
            proxy,
            RPC_C_AUTHN_WINNT,
            RPC_C_AUTHZ_NONE,
            PCWSTR::null(),
            RPC_C_AUTHN_LEVEL_CALL,
            RPC_C_IMP_LEVEL_IMPERSONATE,
            None,
            EOAC_NONE,
        )
    }
}

/// As a trace session tells: neither arguments nor a user. `None` for what names no
/// process.
fn started(event: &IWbemClassObject) -> Option<Started> {
    let process = IUnknown::try_from(&get(event, w!("TargetInstance")).ok()?).ok()?;
    let process: IWbemClassObject = process.cast().ok()?;
    let get = |name| get(&process, name).ok();
    let row = ProcessRow {
        id: number(&get(w!("ProcessId"))?)?,
        parent: get(w!("ParentProcessId")).as_ref().and_then(number),
        name: get(w!("Name")).as_ref().and_then(text).unwrap_or_default(),
        executable: get(w!("ExecutablePath")).as_ref().and_then(text),
        arguments: Vec::new(),
        user: None,
    };
    Some(Started { row, user: None })
}

/// A property of an object.
fn get(object: &IWbemClassObject, name: PCWSTR) -> Result<VARIANT> {
    let mut value = VARIANT::default();
    // SAFETY: the name ends with a zero, and the value is empty before.
    unsafe { object.Get(name, 0, &raw mut value, None, None) }?;
    Ok(value)
}

/// WMI gives its `uint32` as numbers with a sign.
fn number(value: &VARIANT) -> Option<u32> {
    // SAFETY: the value says itself that it is such a number.
    (value.vt() == VT_I4)
        .then(|| unsafe { value.Anonymous.Anonymous.Anonymous.lVal }.cast_unsigned())
}

fn text(value: &VARIANT) -> Option<String> {
    if value.vt() != VT_BSTR {
        return None;
    }
    // SAFETY: the value says itself that it is a text, and keeps it.
    Some(unsafe { &value.Anonymous.Anonymous.Anonymous.bstrVal }.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_property_is_what_it_says_it_is() {
        let (number_of, text_of) = (VARIANT::from(-2_i32), VARIANT::from("C:\\a.exe"));
        assert_eq!(number(&number_of), Some(u32::MAX - 1));
        assert_eq!(text(&text_of).as_deref(), Some("C:\\a.exe"));
        for other in [&VARIANT::default(), &VARIANT::from(true)] {
            assert_eq!((number(other), text(other)), (None, None));
        }
        assert_eq!((number(&text_of), text(&number_of)), (None, None));
    }
}
