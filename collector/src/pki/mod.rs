//! Who is who: the collector's authority, the certificate it shows, and those
//! it gives to laptops.

mod authority;
mod shown;
mod peer;
mod tls;
#[cfg(test)]
mod tests;

use rcgen::DistinguishedName;
use rcgen::DnType;
use rustls::pki_types::CertificateDer;

pub use authority::Authority;
pub use authority::Issued;
pub use authority::Unissued;
pub use peer::Peer;
pub use shown::Shown;
pub use shown::fingerprint;
pub use shown::named_authority;
pub use tls::for_agents;
pub use tls::for_people;

/// A certificate or key cannot be made, read or used; the text says which.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PkiError(String);

impl PkiError {
    /// What was tried, and why it did not work.
    fn new(tried: impl std::fmt::Display, error: impl std::fmt::Display) -> Self {
        Self(format!("cannot {tried}: {error}"))
    }
}

/// A certificate as PEM.
pub fn to_pem(certificate: &CertificateDer<'_>) -> String {
    let block = pem::Pem::new("CERTIFICATE", certificate.to_vec());
    pem::encode_config(&block, pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF))
}

fn named(name: &str) -> DistinguishedName {
    let mut named = DistinguishedName::new();
    named.push(DnType::CommonName, name);
    named
}
