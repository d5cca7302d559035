//! macOS: who is logged in (`utmpx(5)`), and who is at the screen.
#![expect(unsafe_code, reason = "calls that no safe crate offers")]

use crate::host::LoginRow;
use libc::c_char;
use objc2_system_configuration::SCDynamicStore;
use std::fs;
use std::io;
use std::ptr::null_mut;
use std::sync::Mutex;
use std::sync::PoisonError;

/// The most logins that are read.
const MOST: usize = 1024;

/// Where the table is.
const TABLE: &str = "/var/run/utmpx";

/// The machine's own screen and keyboard.
const CONSOLE: &str = "console";

/// The table is read with a place in it that the whole process shares.
static READING: Mutex<()> = Mutex::new(());

/// The logins, in order of the processes that hold them. Of several people who
/// have desktops, the one at the screen is `active`, the others are `switched`.
pub fn logins() -> io::Result<Vec<LoginRow>> {
    // Reading entries does not tell a table that is not there from an empty one.
    fs::metadata(TABLE)?;
    let shown = at_the_screen();
    let mut rows = entries();
    for row in rows.iter_mut().filter(|row| row.station == CONSOLE) {
        if shown.is_some() && row.user != shown {
            "switched".clone_into(&mut row.state);
        }
    }
    rows.sort();
    Ok(rows)
}

/// Whose desktop is shown; `loginwindow`, or nothing, while that asks who it is.
fn at_the_screen() -> Option<String> {
    // SAFETY: no store is needed, and where numbers would be written nothing is.
    let user = unsafe { SCDynamicStore::console_user(None, null_mut(), null_mut()) };
    user.map(|user| user.to_string())
}

fn entries() -> Vec<LoginRow> {
    let _reading = READING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut rows = Vec::new();
    // SAFETY: nobody else in this process reads the table now.
    unsafe { libc::setutxent() };
    for _ in 0..MOST {
        // SAFETY: as above; what it points to stays until the next call.
        let Some(entry) = (unsafe { libc::getutxent().as_ref() }) else { break };
        rows.extend(row(entry));
    }
    // SAFETY: as above.
    unsafe { libc::endutxent() };
    rows
}

/// `None` for what is no login of a user, as starts of the machine are.
fn row(entry: &libc::utmpx) -> Option<LoginRow> {
    let (station, user) = (text(&entry.ut_line), text(&entry.ut_user));
    if entry.ut_type != libc::USER_PROCESS || station.is_empty() {
        return None;
    }
    // Terminals within terminals put a display or words there.
    let host = Some(text(&entry.ut_host)).filter(|it| !it.is_empty() && !it.starts_with(':'));
    Some(LoginRow {
        id: entry.ut_pid.try_into().ok()?,
        user: Some(user).filter(|user| !user.is_empty()),
        state: "active".to_owned(),
        station,
        protocol: None,
        remote: host.is_some(),
        address: host,
    })
}

/// Up to the first zero, if there is one.
fn text(letters: &[c_char]) -> String {
    let bytes = letters.iter().map(|letter| letter.cast_unsigned());
    let bytes: Vec<u8> = bytes.take_while(|&byte| byte != 0).collect();
    let visible = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    String::from_utf8_lossy(&bytes).chars().map(visible).collect()
}
