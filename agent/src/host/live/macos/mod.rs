//! What macOS tells, each verb of the host in a file.

mod property;
mod descriptors;
mod nodes;
mod logins;
mod wakers;
mod signer;
mod sockets;
mod links;
mod routes;
mod neighbors;
mod kernel;
mod contents;

pub use super::unix::identity;
pub use super::unix::identity_at;
pub use super::unix::open;
pub use contents::origins;
pub use links::links;
pub use logins::logins;
pub use neighbors::neighbors;
pub use nodes::nodes;
pub use routes::routes;
pub use signer::signer;
pub use sockets::sockets;
pub use wakers::wakers;

use crate::host::RegistryKey;
use std::io;

/// There is none.
pub fn registry(_key: &str) -> io::Result<RegistryKey> {
    Err(io::ErrorKind::NotFound.into())
}
