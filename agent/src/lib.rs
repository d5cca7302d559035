//! Moored's agent: watches one laptop and reports what it finds.
//!
//! The modules in reading order. Each uses only those above it.

pub mod host;
pub mod platform;
pub mod sensors;
pub mod world;
pub mod signature;
pub mod policy;
pub mod rules;
pub mod ledger;
pub mod memory;
pub mod watch;
pub mod spool;
pub mod config;
pub mod private;
pub mod form;
pub mod identity;
pub mod hints;
pub mod uplink;
pub mod siem;
pub mod status;
pub mod run;
pub mod import;
pub mod cli;
