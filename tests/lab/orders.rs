//! What the host tells the guest to do: one JSON line there, one back.

use super::description::Description;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

/// One thing the guest can do.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// Plug a device into a port, counted from 0.
    Plug(u16, Box<Description>),
    /// Unplug what is in a port.
    Unplug(u16),
    /// Connect a display with this EDID, in hexadecimal; without one, disconnect it.
    Display(Option<String>),
    /// Run a program to its end.
    Run(Vec<String>),
    /// Start a program and leave it running; what it prints goes to the file.
    Start(Vec<String>, String),
    /// Write a text to a file.
    Write(String, String),
    /// Carry connections to this port of the guest's loopback to the same port
    /// of the host's.
    Carry(u16),
    /// Switch the machine off.
    Off,
}

/// What came of an order.
pub type Reply = Result<Value, String>;

/// What a program that ran to its end said.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ran {
    /// Its exit code; -1 if a signal ended it.
    pub code: i32,
    /// What it printed.
    pub out: String,
    /// What it complained about.
    pub err: String,
}
