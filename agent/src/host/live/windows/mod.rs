//! What Windows tells, each verb of the host in a file.

mod open;
mod registry;
mod nodes;
mod logins;
mod wakers;
mod signer;
mod sockets;
mod links;
mod routes;
mod neighbors;
mod adapters;
mod address;
mod ip_tables;
mod contents;
#[cfg(test)]
mod tests;

pub use contents::identity;
pub use contents::identity_at;
pub use contents::origins;
pub use links::links;
pub use logins::logins;
pub use neighbors::neighbors;
pub use nodes::nodes;
pub use open::open;
pub use registry::registry;
pub use routes::routes;
pub use signer::signer;
pub use sockets::sockets;
pub use wakers::wakers;
