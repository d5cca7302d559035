//! Processes that start and end, as Endpoint Security tells it.
//!
//! The library is opened when it is asked for, so that the agent starts without it.
#![expect(unsafe_code, reason = "Endpoint Security is a library of C without a safe crate")]

use crate::hints::Hint;
use crate::hints::endpoint;
use crate::hints::endpoint::Event;
use crate::hints::pending::Audience;
use crate::host::Change;
use crate::host::Live;
use crate::host::ProcessRow;
use crate::host::live::brief::Started;
use block2::DynBlock;
use block2::RcBlock;
use std::ffi::CStr;
use std::ffi::c_void;
use std::mem::transmute_copy;
use std::path::Path;
use std::ptr::null_mut;
use std::slice;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use tokio::sync::mpsc::Sender;

/// The longest path and the longest argument that is read (`MAXPATHLEN`,
/// `sys/param.h`, four times), and how many arguments are.
const TEXT: usize = 4096;
const ARGUMENTS: u32 = 64;

type Client = *mut c_void;
type Message = *const c_void;
type Handler = DynBlock<dyn Fn(Client, Message)>;
type New = unsafe extern "C" fn(*mut Client, &Handler) -> u32;
type Subscribe = unsafe extern "C" fn(Client, *const u32, u32) -> u32;
type Delete = unsafe extern "C" fn(Client) -> u32;
type Count = unsafe extern "C" fn(*const c_void) -> u32;
type Argument = unsafe extern "C" fn(*const c_void, u32) -> Token;

/// `es_string_token_t`.
#[repr(C)]
struct Token {
    length: usize,
    text: *const u8,
}

/// Listening goes on while this is kept: the thread waits for its end.
pub struct Ear(#[expect(dead_code, reason = "its end is what is waited for")] mpsc::Sender<()>);

/// Makes a client on a thread, for it must be given back on the same.
pub fn listen(live: &Arc<Live>, to: &Sender<Hint>) -> Result<Ear, String> {
    let library = Library::open()?;
    let audience = Audience::gather(live, to);
    let pending = Arc::clone(&audience.pending);
    let (keep, kept) = mpsc::channel::<()>();
    let (tell, told) = mpsc::channel();
    let thread = thread::Builder::new().name("starts".to_owned());
    let started = thread.spawn(move || hear(library, audience, &tell, &kept));
    let result = started
        .map_err(|error| error.to_string())
        .and_then(|_| told.recv().unwrap_or_else(|_| Err("Endpoint Security broke".to_owned())));
    result.map(|()| Ear(keep)).inspect_err(|_| pending.end())
}

/// Tells whether there is a client, and keeps it until `kept` ends.
fn hear(
    library: Library,
    audience: Audience,
    tell: &mpsc::Sender<Result<(), String>>,
    kept: &mpsc::Receiver<()>,
) {
    let block: RcBlock<dyn Fn(Client, Message)> =
        RcBlock::new(move |_: Client, message: Message| {
            hear_message(library, &audience, message);
        });
    let mut client = null_mut();
    // SAFETY: the function is the library's, there is room for the client, and the block
    // takes what it is called with; the system keeps a copy of it.
    let result = unsafe { (library.new)(&raw mut client, &block) };
    if result != 0 {
        let _ = tell.send(Err(endpoint::refusal(result).to_owned()));
        return;
    }
    let events = endpoint::EVENTS;
    let count = u32::try_from(events.len()).unwrap_or_default();
    // SAFETY: the client was just made; so many events are there.
    let result = unsafe { (library.subscribe)(client, events.as_ptr(), count) };
    let _ =
        tell.send(if result == 0 { Ok(()) } else { Err("it tells of no processes".to_owned()) });
    if result == 0 {
        // Nothing is ever sent.
        let _ = kept.recv();
    }
    // SAFETY: the client was made on this thread and is not used again.
    unsafe { (library.delete)(client) };
}

fn hear_message(library: Library, audience: &Audience, message: Message) {
    let Some(event) =
        bytes(message.expose_provenance()).and_then(|message| endpoint::event(&message))
    else {
        return;
    };
    let (Event::Exec(at) | Event::Fork(at) | Event::Exit(at)) = event;
    let Some(process) = bytes(at).and_then(|process| endpoint::process(&process)) else { return };
    match event {
        Event::Exit(_) => audience.hear(Change::Ended(process.id)),
        Event::Fork(_) => audience.hear(Change::Started(process.id)),
        Event::Exec(_) => {
            let path = bytes(process.executable)
                .and_then(|file| endpoint::text(&file, TEXT))
                .map(|(length, at)| text(length, std::ptr::with_exposed_provenance(at)));
            let Some(path) = path else { return audience.hear(Change::Started(process.id)) };
            let name = Path::new(&path).file_name().map(|name| name.to_string_lossy().into_owned());
            let row = ProcessRow {
                id: process.id,
                parent: Some(process.parent),
                name: name.unwrap_or_default(),
                executable: Some(path),
                arguments: arguments(library, message),
                user: None,
            };
            audience.hear_start(Started { row, user: Some(process.user) });
        }
    }
}

/// The words after the program's own name.
fn arguments(library: Library, message: Message) -> Vec<String> {
    let event = message.wrapping_byte_add(endpoint::MESSAGE - size_of::<usize>());
    // SAFETY: the message is of a program that starts, so its event is what is asked about.
    let count = unsafe { (library.count)(event) };
    let words = (1..count.min(ARGUMENTS)).map(|at| {
        // SAFETY: as above, and there are more arguments than that.
        let word = unsafe { (library.argument)(event, at) };
        let length = word.length.min(TEXT);
        if word.text.is_null() { String::new() } else { text(length, word.text) }
    });
    words.collect()
}

/// The first bytes of a structure; `None` if there is none.
fn bytes<const N: usize>(at: usize) -> Option<[u8; N]> {
    let structure: *const [u8; N] = std::ptr::with_exposed_provenance(at);
    // SAFETY: it is null, or a structure that the system lends us while it calls, and which
    // is at least so long.
    unsafe { structure.as_ref() }.copied()
}

fn text(length: usize, at: *const u8) -> String {
    // SAFETY: so many bytes are there, lent to us while the system calls.
    let bytes = unsafe { slice::from_raw_parts(at, length) };
    String::from_utf8_lossy(bytes).into_owned()
}

/// What is used of the library.
#[derive(Clone, Copy)]
struct Library {
    new: New,
    subscribe: Subscribe,
    delete: Delete,
    count: Count,
    argument: Argument,
}

impl Library {
    /// Opens it, once and for all.
    fn open() -> Result<Self, String> {
        let path = c"/usr/lib/libEndpointSecurity.dylib";
        // SAFETY: the path ends with a zero; it is a library of the system.
        let library = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW) };
        if library.is_null() {
            return Err("this macOS has no Endpoint Security".to_owned());
        }
        // SAFETY: each type is that of the function (`EndpointSecurity/ESClient.h`,
        // `ESMessage.h`).
        unsafe {
            Ok(Self {
                new: function(library, c"es_new_client")?,
                subscribe: function(library, c"es_subscribe")?,
                delete: function(library, c"es_delete_client")?,
                count: function(library, c"es_exec_arg_count")?,
                argument: function(library, c"es_exec_arg")?,
            })
        }
    }
}

/// A function of the library.
///
/// # Safety
/// `F` must be the pointer to a function of its type.
unsafe fn function<F: Copy>(library: *mut c_void, name: &CStr) -> Result<F, String> {
    // SAFETY: the library is open, the name ends with a zero.
    let function = unsafe { libc::dlsym(library, name.as_ptr()) };
    if function.is_null() || size_of::<F>() != size_of::<*mut c_void>() {
        return Err(format!("Endpoint Security has no {}", name.to_string_lossy()));
    }
    // SAFETY: it is a function of that type, and both are as large as a pointer.
    Ok(unsafe { transmute_copy(&function) })
}
