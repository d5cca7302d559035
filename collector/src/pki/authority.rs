//! The collector's own authority: made at the first start, it certifies laptops.

use super::PkiError;
use super::named;
use super::to_pem;
use crate::private;
use jiff::SignedDuration;
use jiff::Timestamp;
use rcgen::BasicConstraints;
use rcgen::CertificateParams;
use rcgen::ExtendedKeyUsagePurpose;
use rcgen::IsCa;
use rcgen::Issuer;
use rcgen::KeyPair;
use rcgen::KeyUsagePurpose;
use rcgen::PublicKeyData;
use rcgen::SanType;
use rcgen::SubjectPublicKeyInfo;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::CertificateSigningRequestDer;
use rustls::pki_types::pem::PemObject;
use std::path::Path;
use std::time::Duration;
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::prelude::FromDer;

const CERTIFICATE: &str = "authority.pem";
const KEY: &str = "authority.key";

const YEAR: Duration = Duration::from_hours(365 * 24);

/// Laptops whose clock is behind by less than this can use their certificate at once.
const LEEWAY: SignedDuration = SignedDuration::from_mins(5);

/// The collector's own authority. It holds a private key: it is never printed.
pub struct Authority {
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
    not_after: Timestamp,
}

/// A certificate and how long it is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The certificate and what signed it, PEM.
    pub chain: String,
    /// When it begins to be valid.
    pub not_before: Timestamp,
    /// When it ends.
    pub not_after: Timestamp,
}

/// Why no certificate was issued.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unissued {
    /// The request is no good.
    #[error("cannot use the signing request: {0}")]
    Request(String),
    /// It is on our side.
    #[error("cannot sign a certificate: {0}")]
    Ours(#[from] rcgen::Error),
}

/// From when until when a certificate is valid.
#[derive(Clone, Copy)]
pub(super) struct Life {
    pub not_before: Timestamp,
    pub not_after: Timestamp,
}

impl Authority {
    /// The authority in the state folder; makes it if there is none.
    pub fn create(state: &Path, now: Timestamp) -> Result<Self, PkiError> {
        match certificate(state)? {
            Some(certificate) => Self::open(state, certificate),
            None => Self::make(state, now),
        }
    }

    /// The authority's own certificate.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// Certifies the key of a signing request, PEM, for a laptop. Whatever else
    /// the request asks for is not heard.
    pub fn issue(
        &self,
        csr: &str,
        laptop: &str,
        lifetime: Duration,
        now: Timestamp,
    ) -> Result<Issued, Unissued> {
        let key = requested_key(csr)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = named(laptop);
        params.subject_alt_names = vec![SanType::URI(format!("urn:uuid:{laptop}").try_into()?)];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let life = self.life(lifetime, now);
        let certificate = self.sign(params, &key, life)?;
        Ok(Issued {
            chain: to_pem(&certificate) + &to_pem(&self.certificate),
            not_before: life.not_before,
            not_after: life.not_after,
        })
    }

    /// Signs a certificate that cannot sign others.
    pub(super) fn sign(
        &self,
        mut params: CertificateParams,
        key: &impl PublicKeyData,
        life: Life,
    ) -> Result<CertificateDer<'static>, rcgen::Error> {
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        live(&mut params, life);
        Ok(params.signed_by(key, &self.issuer)?.der().clone())
    }

    /// From a little before `now`; what the authority signs does not outlive it.
    pub(super) fn life(&self, lifetime: Duration, now: Timestamp) -> Life {
        let end = now.checked_add(lifetime).unwrap_or(Timestamp::MAX);
        Life { not_before: earlier(now), not_after: end.min(self.not_after) }
    }

    fn make(state: &Path, now: Timestamp) -> Result<Self, PkiError> {
        let life = Life {
            not_before: earlier(now),
            not_after: now.checked_add(10 * YEAR).unwrap_or(Timestamp::MAX),
        };
        let (certificate, key) =
            self_signed(life).map_err(|error| PkiError::new("make an authority", error))?;
        // The key first: a certificate whose key is lost would be believed.
        write(state, KEY, &key.serialize_pem())?;
        write(state, CERTIFICATE, &to_pem(&certificate))?;
        Self::with(certificate, key)
    }

    fn open(state: &Path, certificate: CertificateDer<'static>) -> Result<Self, PkiError> {
        let path = state.join(KEY);
        let wrong = |error: String| PkiError::new(format!("read {}", path.display()), error);
        let text = private::read(&path).map_err(|error| wrong(error.to_string()))?;
        let text = text.ok_or_else(|| wrong("it is not there; restore it".to_owned()))?;
        let key = KeyPair::from_pem(&String::from_utf8_lossy(&text))
            .map_err(|error| wrong(error.to_string()))?;
        Self::with(certificate, key)
    }

    fn with(certificate: CertificateDer<'static>, key: KeyPair) -> Result<Self, PkiError> {
        let wrong = |error: String| PkiError::new("use the authority's certificate", error);
        let not_after = super::peer::not_after(&certificate)
            .ok_or_else(|| wrong("it has no end".to_owned()))?;
        let issuer = Issuer::from_ca_cert_der(&certificate, key)
            .map_err(|error| wrong(error.to_string()))?;
        Ok(Self { certificate, issuer, not_after })
    }
}

/// The certificate of the authority in the state folder, if there is one.
pub(super) fn certificate(state: &Path) -> Result<Option<CertificateDer<'static>>, PkiError> {
    let path = state.join(CERTIFICATE);
    let wrong = |error: String| PkiError::new(format!("read {}", path.display()), error);
    let Some(text) = private::read(&path).map_err(|error| wrong(error.to_string()))? else {
        return Ok(None);
    };
    let certificate =
        CertificateDer::from_pem_slice(&text).map_err(|error| wrong(error.to_string()))?;
    Ok(Some(certificate))
}

fn self_signed(life: Life) -> Result<(CertificateDer<'static>, KeyPair), rcgen::Error> {
    let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256)?;
    let mut params = CertificateParams::default();
    params.distinguished_name = named("Moored collector authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    live(&mut params, life);
    Ok((params.self_signed(&key)?.der().clone(), key))
}

/// The key of a request, which its owner must have signed with it.
fn requested_key(csr: &str) -> Result<SubjectPublicKeyInfo, Unissued> {
    let wrong = |error: String| Unissued::Request(error);
    let der = CertificateSigningRequestDer::from_pem_slice(csr.as_bytes())
        .map_err(|error| wrong(error.to_string()))?;
    let (_, request) =
        X509CertificationRequest::from_der(&der).map_err(|error| wrong(error.to_string()))?;
    request.verify_signature().map_err(|error| wrong(error.to_string()))?;
    SubjectPublicKeyInfo::from_der(request.certification_request_info.subject_pki.raw)
        .map_err(|error| wrong(error.to_string()))
}

fn live(params: &mut CertificateParams, life: Life) {
    // The seconds of any time since 1970 are not negative.
    let since = |at: Timestamp| Duration::from_secs(u64::try_from(at.as_second()).unwrap_or(0));
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    params.not_before = epoch + since(life.not_before);
    params.not_after = epoch + since(life.not_after);
}

fn earlier(now: Timestamp) -> Timestamp {
    now.checked_sub(LEEWAY).unwrap_or(now)
}

pub(super) fn write(state: &Path, file: &str, text: &str) -> Result<(), PkiError> {
    let path = state.join(file);
    private::write(&path, text.as_bytes())
        .map_err(|error| PkiError::new(format!("write {}", path.display()), error))
}
