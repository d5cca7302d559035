//! Where a laptop is, and what can be said of it. Three places are kept apart:
//!
//! * the **exit**, where its address is;
//! * the **device**, where the laptop is;
//! * the **operator**, where the hands are.
//!
//! Each finding says which of them it is about and which it says nothing of. A
//! laptop in a farm really is where it claims to be: only what is plugged into
//! it or runs on it tells of an operator elsewhere.
//!
//! Nothing here reads a clock or a socket.

pub mod country;
pub mod point;
pub mod state;
pub mod land;
pub mod network;
pub mod geo;
pub mod vote;
pub mod expected;
pub mod landmark;
pub mod syn;
pub mod path;
pub mod code;
mod meaning;
pub mod decide;
pub mod score;
pub mod zone;
pub mod trail;
pub mod atlas;
pub mod explain;
