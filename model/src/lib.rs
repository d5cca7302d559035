//! The words Moored's agent and collector both speak.
//!
//! A type is here if and only if it crosses the wire. Nothing here reads a
//! clock, a file or a socket, and nothing here knows which sensors or
//! signatures exist, so an old collector understands a new agent.
#![forbid(unsafe_code)]

mod observation;
mod finding;
mod tool;
mod landmark;
mod report;
pub mod echo;
mod letters;
#[cfg(test)]
mod tests;

pub use finding::Confidence;
pub use finding::Corroboration;
pub use finding::Finding;
pub use finding::Kind;
pub use finding::Severity;
pub use finding::Standing;
pub use landmark::Landmark;
pub use letters::Acknowledged;
pub use letters::Certified;
pub use letters::Enroll;
pub use letters::Refused;
pub use letters::Renew;
pub use observation::Observation;
pub use observation::Value;
pub use report::Blindness;
pub use report::Report;
pub use report::Sight;
pub use report::WIRE_VERSION;
pub use tool::Approval;
pub use tool::Rung;
pub use tool::Tool;
pub use tool::Verdict;
