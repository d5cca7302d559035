//! What Windows and macOS tell in bytes: networks, logins, devices, requests.
//!
//! The bytes are fetched in `windows` and `macos`. What is in them is read
//! here, without either system, so that it is tested on every one: they may
//! hold what other machines sent.

pub mod owners;
pub mod client;
pub mod strings;
pub mod wakers;
pub mod darwin;
#[cfg(test)]
mod tests;
