//! Real tunnels, shared terminals, switches and jigglers on this machine's own
//! loopback: each is told from its start to its end.

mod jiggler;
mod ssh;
