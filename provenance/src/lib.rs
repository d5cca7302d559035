//! What a program was built from: printed by `--version --json`, so that anybody can
//! build the same from the same and compare.
#![forbid(unsafe_code)]

use serde::Serialize;
use std::io;
use std::io::Write;

/// What a program was built from.
#[derive(Debug, Serialize)]
pub struct Provenance {
    /// The program's name, such as `moored`.
    pub name: &'static str,
    /// The version, which is that of all programs and packages.
    pub version: &'static str,
    /// The commit, in hexadecimal, as the packages' build tells it in `MOORED_COMMIT`, with
    /// `-modified` after it if files had been changed. `None` for what was built otherwise.
    pub commit: Option<&'static str>,
    /// The target it was compiled for, such as `x86_64-unknown-linux-musl`.
    pub target: &'static str,
    /// What the compiler says of itself.
    pub compiler: &'static str,
}

/// Of the program of this name.
pub fn of(name: &'static str) -> Provenance {
    Provenance {
        name,
        version: env!("CARGO_PKG_VERSION"),
        commit: option_env!("MOORED_COMMIT"),
        target: env!("TARGET"),
        compiler: env!("COMPILER"),
    }
}

impl Provenance {
    /// A line: all of it as JSON, or name and version.
    pub fn write(&self, is_json: bool, out: &mut dyn Write) -> io::Result<()> {
        if is_json {
            return writeln!(out, "{}", serde_json::to_string(self).map_err(io::Error::other)?);
        }
        writeln!(out, "{} {}", self.name, self.version)
    }
}
