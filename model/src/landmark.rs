//! The ways to landmarks: machines of the company's own, to which a laptop
//! measures how long a TCP connection takes to come about.

use serde::Deserialize;
use serde::Serialize;

/// The way to one landmark, as the laptop measured it. Where the landmark
/// stands is not said: that the collector knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Landmark {
    /// Its name and port, as the laptop's configuration calls it, such as
    /// `eu.collector.example:8443`.
    pub name: String,
    /// The shortest of the connects, in microseconds.
    pub microseconds: u64,
    /// How many connects there were that came about.
    pub connects: u32,
}
