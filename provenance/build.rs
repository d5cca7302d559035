//! Takes down what cargo knows of this build.
#![expect(clippy::disallowed_methods, reason = "this is how cargo tells a build script")]

use std::env;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=TARGET={}", env::var("TARGET").unwrap_or_default());
    let compiler = env::var("RUSTC").unwrap_or_default();
    let version = Command::new(compiler).arg("--version").output();
    let version = version.map(|said| said.stdout).unwrap_or_default();
    println!("cargo::rustc-env=COMPILER={}", String::from_utf8_lossy(&version).trim());
}
