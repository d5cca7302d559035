//! Moored's collector: hears many agents and tells people what they found.

pub mod clock;
pub mod figures;
pub mod secret;
pub mod private;
pub mod role;
pub mod place;
pub mod corroboration;
pub mod policy;
pub mod store;
pub mod incident;
pub mod sinks;
pub mod config;
pub mod ingest;
pub mod judge;
pub mod pki;
pub mod deliver;
pub mod http;
pub mod api;
pub mod oidc;
pub mod console;
pub mod backup;
pub mod metrics;
pub mod serve;
pub mod cli;
