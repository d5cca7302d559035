//! macOS: who is logged in.

use crate::host::LoginRow;
use std::io;

/// Who is logged in.
pub fn logins() -> io::Result<Vec<LoginRow>> {
    Err(io::ErrorKind::Unsupported.into())
}
