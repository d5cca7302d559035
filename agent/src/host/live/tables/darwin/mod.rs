//! macOS: what its kernel tells of interfaces, routes, neighbors and sockets.
//!
//! Numbers are in the order of the machine, which on every Mac that runs macOS 13
//! is the little-endian one. Where each is, is checked against the crate libc
//! when the agent is built for macOS.

pub mod messages;
pub mod links;
pub mod routes;
pub mod neighbors;
pub mod sockets;
#[cfg(test)]
mod tests;
