//! Devices, networks, power and who sits at the screen, as the I/O Registry and
//! the dynamic store tell it, on a run loop of our own.
//!
//! A display's coming makes no service of its own on all Macs, and the window
//! server tells only programs that have a screen: whatever comes by USB, such
//! as a dock, therefore makes the displays be looked at as well.
#![expect(unsafe_code, reason = "notifications are calls back from C")]

use super::is_closed;
use crate::hints::Hint;
use crate::sensors::network;
use crate::sensors::route;
use objc2_core_foundation::CFArray;
use objc2_core_foundation::CFRetained;
use objc2_core_foundation::CFRunLoop;
use objc2_core_foundation::CFRunLoopSource;
use objc2_core_foundation::CFString;
use objc2_core_foundation::kCFRunLoopDefaultMode;
use objc2_io_kit::IOIteratorNext;
use objc2_io_kit::IONotificationPort;
use objc2_io_kit::IOObjectRelease;
use objc2_io_kit::IOPSNotificationCreateRunLoopSource;
use objc2_io_kit::IOServiceAddMatchingNotification;
use objc2_io_kit::IOServiceMatching;
use objc2_io_kit::io_iterator_t;
use objc2_io_kit::kIOFirstMatchNotification;
use objc2_io_kit::kIOTerminatedNotification;
use objc2_system_configuration::SCDynamicStore;
use objc2_system_configuration::SCDynamicStoreContext;
use std::ffi::CStr;
use std::ffi::c_void;
use std::io;
use std::ptr::NonNull;
use std::sync::mpsc;
use std::thread;
use tokio::sync::mpsc::Sender;

/// Classes of the I/O Registry, and the sensors that look when one of them
/// comes or goes. A display's is `IODisplayConnect` on Macs with Intel, and
/// `DCPAVServiceProxy` on others.
const CLASSES: [(&CStr, &[&str]); 5] = [
    (c"IOUSBHostDevice", &["usb", "input", "display"]),
    (c"IOHIDDevice", &["usb", "input"]),
    (c"IODisplayConnect", &["display"]),
    (c"DCPAVServiceProxy", &["display"]),
    (c"IOPMPowerSource", &["power"]),
];

/// Keys of the dynamic store, as patterns, and the sensors that look.
const KEYS: [(&str, &[&str]); 2] = [
    (
        "State:/Network/(Global/IPv[46]|Interface(/[^/]+/(IPv[46]|Link))?|Service/[^/]+/IPv[46])",
        &[network::NAME, route::NAME],
    ),
    ("State:/Users/ConsoleUser", &["session"]),
];

/// Nobody waits longer; a loop without an end.
const FOREVER: f64 = 1e10;

/// Listening goes on while this is kept.
pub struct Ear(Loop);

struct Loop(CFRetained<CFRunLoop>);

// SAFETY: a run loop may be stopped by any thread (`CFRunLoopStop`), and nothing
// else is done with it.
unsafe impl Send for Loop {}

impl Drop for Ear {
    /// The thread ends now, or with the next thing that happens.
    fn drop(&mut self) {
        self.0.0.stop();
    }
}

/// Listens on a thread. Gives what could not be opened, each in a sentence.
pub fn listen(to: &Sender<Hint>) -> io::Result<(Ear, Vec<String>)> {
    let (tell, told) = mpsc::channel();
    let to = to.clone();
    thread::Builder::new().name("devices".to_owned()).spawn(move || hear(&to, &tell))?;
    let (run_loop, deaf) = told.recv().map_err(io::Error::other)?;
    Ok((Ear(run_loop), deaf))
}

/// What a call back is for.
struct Wake<'a> {
    to: &'a Sender<Hint>,
    sensors: &'static [&'static str],
}

fn hear(to: &Sender<Hint>, tell: &mpsc::Sender<(Loop, Vec<String>)>) {
    let Some(run_loop) = CFRunLoop::current() else { return };
    let wakes: Vec<Wake<'_>> = CLASSES.iter().map(|&(_, sensors)| Wake { to, sensors }).collect();
    let keys: Vec<Wake<'_>> = KEYS.iter().map(|&(_, sensors)| Wake { to, sensors }).collect();
    let power = Wake { to, sensors: &["power"] };
    let mut deaf = Vec::new();
    let port = Port::new();
    let mut sources: Vec<Option<CFRetained<CFRunLoopSource>>> = vec![port.source()];
    for ((class, _), wake) in CLASSES.iter().zip(&wakes) {
        let is_heard = port.watch(class, kIOFirstMatchNotification, wake)
            && port.watch(class, kIOTerminatedNotification, wake);
        if !is_heard {
            deaf.push(format!("cannot hear {} come and go", class.to_string_lossy()));
        }
    }
    let stores: Vec<_> = KEYS.iter().zip(&keys).map(|((key, _), wake)| store(key, wake)).collect();
    for ((key, _), store) in KEYS.iter().zip(&stores) {
        if store.is_none() {
            deaf.push(format!("cannot hear {key} change"));
        }
    }
    let stores = stores.iter().flatten();
    sources.extend(stores.map(|store| SCDynamicStore::new_run_loop_source(None, store, 0)));
    // SAFETY: the wake outlives the loop, in which alone it is used.
    sources.push(unsafe {
        IOPSNotificationCreateRunLoopSource(Some(hear_power), (&raw const power).cast_mut().cast())
    });
    // SAFETY: it is a constant of the system.
    let mode = unsafe { kCFRunLoopDefaultMode };
    for source in sources.iter().flatten() {
        run_loop.add_source(Some(source), mode);
    }
    let _ = tell.send((Loop(run_loop.clone()), deaf));
    while !to.is_closed() {
        CFRunLoop::run_in_mode(mode, FOREVER, true);
    }
    for source in sources.iter().flatten() {
        source.invalidate();
    }
}

/// Where the I/O Registry's notifications arrive.
struct Port(*mut IONotificationPort);

impl Port {
    fn new() -> Self {
        // 0 is the main port (`kIOMainPortDefault`).
        Self(IONotificationPort::create(0))
    }

    fn source(&self) -> Option<CFRetained<CFRunLoopSource>> {
        // SAFETY: the port is one, unless null.
        if self.0.is_null() { None } else { unsafe { IONotificationPort::run_loop_source(self.0) } }
    }

    /// Has the wake called when a service of this class comes or goes; it must
    /// live as long as the loop runs.
    fn watch(&self, class: &CStr, kind: &CStr, wake: &Wake<'_>) -> bool {
        // SAFETY: the name ends with a zero.
        let Some(matching) = (unsafe { IOServiceMatching(class.as_ptr()) }) else { return false };
        if self.0.is_null() {
            return false;
        }
        let mut iterator: io_iterator_t = 0;
        // SAFETY: port and names are good, the matching is handed over, and the wake
        // outlives the loop.
        let result = unsafe {
            IOServiceAddMatchingNotification(
                self.0,
                kind.as_ptr().cast_mut().cast(),
                Some(CFRetained::from(&*matching)),
                Some(hear_service),
                (&raw const *wake).cast_mut().cast(),
                &raw mut iterator,
            )
        };
        if result == 0 {
            // What is there already is no news; it is told only once all was taken.
            drain(iterator);
        }
        result == 0
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: it was made and is not used again.
            unsafe { IONotificationPort::destroy(self.0) };
        }
    }
}

fn drain(iterator: io_iterator_t) {
    loop {
        match IOIteratorNext(iterator) {
            0 => return,
            service => IOObjectRelease(service),
        };
    }
}

/// A store that calls the wake when a key of this pattern changes.
fn store(pattern: &str, wake: &Wake<'_>) -> Option<CFRetained<SCDynamicStore>> {
    let mut context = SCDynamicStoreContext {
        version: 0,
        info: (&raw const *wake).cast_mut().cast(),
        retain: None,
        release: None,
        copyDescription: None,
    };
    let name = CFString::from_static_str("moored");
    // SAFETY: the context is copied; the wake outlives the loop.
    let store = unsafe { SCDynamicStore::new(None, &name, Some(hear_key), &raw mut context) }?;
    let patterns = CFArray::from_retained_objects(&[CFString::from_str(pattern)]);
    // SAFETY: it is a list of texts.
    let is_set = unsafe { store.set_notification_keys(None, Some(patterns.as_opaque())) };
    is_set.then_some(store)
}

unsafe extern "C-unwind" fn hear_service(wake: *mut c_void, iterator: io_iterator_t) {
    drain(iterator);
    hint(wake);
}

unsafe extern "C-unwind" fn hear_key(
    _store: NonNull<SCDynamicStore>,
    _keys: NonNull<CFArray>,
    wake: *mut c_void,
) {
    hint(wake);
}

unsafe extern "C-unwind" fn hear_power(wake: *mut c_void) {
    hint(wake);
}

fn hint(wake: *mut c_void) {
    // SAFETY: it is the wake that was handed over, which outlives the loop.
    if let Some(wake) = unsafe { wake.cast::<Wake<'_>>().as_ref() } {
        is_closed(wake.to, wake.sensors);
    }
}
