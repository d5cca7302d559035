//! The echo: how long the way to a laptop is, asked of the laptop itself.
//!
//! The agent sends `GET /v1/echo` under its certificate with `Connection:
//! Upgrade` and `Upgrade: moored-echo` (RFC 9110 §7.8). After the answer 101
//! the collector writes one nonce after the other on that connection, and the
//! agent writes each back at once. Nothing in it is to be understood: whoever
//! has it must have it from inside TLS.

/// The protocol the connection is changed to.
pub const PROTOCOL: &str = "moored-echo";

/// How many bytes a nonce has.
pub const NONCE: usize = 8;

/// How many nonces there are at most.
pub const NONCES: u32 = 30;
