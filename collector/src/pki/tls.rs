//! How TLS is spoken at the two addresses.

use super::PkiError;
use super::Shown;
use rustls::RootCertStore;
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::server::WebPkiClientVerifier;
use std::sync::Arc;

/// For agents: whoever shows a certificate must have it from our authority;
/// who shows none may only enroll. Only TLS 1.3, which does not show a laptop's
/// certificate to those who listen in.
pub fn for_agents(
    shown: Arc<Shown>,
    authority: &CertificateDer<'static>,
) -> Result<ServerConfig, PkiError> {
    let wrong = |error: String| PkiError::new("set up TLS for agents", error);
    let mut roots = RootCertStore::empty();
    roots.add(authority.clone()).map_err(|error| wrong(error.to_string()))?;
    let provider = Arc::new(default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone())
        .allow_unauthenticated()
        .build()
        .map_err(|error| wrong(error.to_string()))?;
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|error| wrong(error.to_string()))?
        .with_client_cert_verifier(verifier)
        .with_cert_resolver(shown);
    Ok(with_protocols(config))
}

/// For people with a browser.
pub fn for_people(shown: Arc<Shown>) -> Result<ServerConfig, PkiError> {
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| PkiError::new("set up TLS for the console", error))?
        .with_no_client_auth()
        .with_cert_resolver(shown);
    Ok(with_protocols(config))
}

fn with_protocols(mut config: ServerConfig) -> ServerConfig {
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}
