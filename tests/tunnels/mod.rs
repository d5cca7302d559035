//! Real tunnels and a jiggler on this machine's own
//! loopback: each is told from its start to its end.

mod jiggler;
mod ssh;
