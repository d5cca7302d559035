//! Remote tools that really run, as the collector is told of them: from the
//! package to a visitor's picture, and back.

pub mod stage;
mod booted;
mod visitor;
mod told;
mod servers;
mod screens;
mod policy;
mod events;
pub mod rpm;
mod xpra;
mod administrator;
mod meshcentral;
