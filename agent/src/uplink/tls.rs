//! Whom we believe, and who we are, when talking to the collector.

use crate::identity::Identity;
use ring::digest::SHA256;
use ring::digest::digest;
use rustls::ClientConfig;
use rustls::DigitallySignedStruct;
use rustls::RootCertStore;
use rustls::SignatureScheme;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::client::danger::ServerCertVerified;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::crypto::ring::default_provider;
use rustls::crypto::verify_tls12_signature;
use rustls::crypto::verify_tls13_signature;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::ServerName;
use rustls::pki_types::UnixTime;
use rustls::pki_types::pem::PemObject;
use rustls::{CertificateError, Error};
use std::sync::Arc;

/// How a laptop that has no certificate yet knows the collector.
#[derive(Clone, Debug)]
pub enum Trust {
    /// By an authority, given as PEM.
    Authority(Vec<u8>),
    /// By the SHA-256 of its authority's certificate, in hexadecimal.
    Fingerprint(String),
}

/// For enrolment: the collector is checked, we show no certificate.
pub fn enrolling(trust: &Trust) -> Result<ClientConfig, Error> {
    let provider = Arc::new(default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider));
    let builder = builder.with_safe_default_protocol_versions()?;
    Ok(match trust {
        Trust::Authority(pem) => builder.with_root_certificates(roots(pem)?).with_no_client_auth(),
        Trust::Fingerprint(fingerprint) => {
            let pinned = Pinned { fingerprint: fingerprint.clone(), provider };
            let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(pinned));
            builder.with_no_client_auth()
        }
    })
}

/// For everything else: the collector is checked against the authority it gave
/// us at enrolment, and we show our certificate.
pub fn enrolled(identity: &Identity) -> Result<ClientConfig, Error> {
    let certified = &identity.certified;
    let chain = certificates(certified.certificate.as_bytes())?;
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes())
        .map_err(|error| Error::General(format!("cannot read our private key: {error}")))?;
    ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots(certified.authority.as_bytes())?)
        .with_client_auth_cert(chain, key)
}

fn roots(pem: &[u8]) -> Result<RootCertStore, Error> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(pem)? {
        roots.add(certificate)?;
    }
    Ok(roots)
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|error| Error::General(format!("cannot read a certificate: {error}")))
}

/// Believes a server whose chain holds the one certificate the enrolment token
/// names, and is otherwise right when that one is taken as its authority.
#[derive(Debug)]
struct Pinned {
    fingerprint: String,
    provider: Arc<CryptoProvider>,
}

impl Pinned {
    fn is_named(&self, certificate: &CertificateDer<'_>) -> bool {
        let hash = digest(&SHA256, certificate);
        hex::encode(hash) == self.fingerprint
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let mut chain = intermediates.iter().chain([end_entity]);
        let named = chain.find(|certificate| self.is_named(certificate));
        let anchor = named.ok_or(Error::InvalidCertificate(CertificateError::UnknownIssuer))?;
        let mut roots = RootCertStore::empty();
        roots.add(anchor.clone().into_owned())?;
        let provider = Arc::clone(&self.provider);
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .map_err(|error| Error::General(error.to_string()))?
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
