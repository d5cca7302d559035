//! The collector's program.
#![forbid(unsafe_code)]

use std::process::ExitCode;

/// The packages' programs are linked with musl, whose own allocator makes threads wait
/// for each other.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    collector::cli::main()
}
