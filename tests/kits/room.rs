//! The kits, and machines to try them on.

mod machine;
mod played;

pub use machine::Machine;
pub use played::the_role_comes_and_goes;

use crate::root;
use std::path::PathBuf;

/// What a manager can set, by the names of values and keys.
pub const SETTINGS: [&str; 3] = ["Collector", "Token", "Proxy"];

/// The same as variables of `/etc/moored/environment`.
pub fn variables() -> Vec<String> {
    SETTINGS.iter().map(|name| format!("MOORED_{}", name.to_uppercase())).collect()
}

/// A file or folder of the kits.
pub fn kit(path: &str) -> PathBuf {
    root().join("packaging/kits").join(path)
}
