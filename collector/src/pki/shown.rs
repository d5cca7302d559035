//! The certificate the collector shows: its own, or one the company brings.
//!
//! The last certificate of the chain is what enrolment tokens name.
#![expect(clippy::disallowed_methods, reason = "the company's certificate is the operator's file")]

use super::Authority;
use super::PkiError;
use super::authority;
use super::named;
use super::peer;
use super::to_pem;
use crate::config::Name;
use crate::config::Own;
use crate::private;
use crate::secret;
use jiff::Timestamp;
use rcgen::CertificateParams;
use rcgen::ExtendedKeyUsagePurpose;
use rcgen::KeyPair;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::server::ClientHello;
use rustls::server::ResolvesServerCert;
use rustls::sign::CertifiedKey;
use std::collections::BTreeSet;
use std::fs;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::time::Duration;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;

/// Chain and key together: there is no moment at which they do not fit.
const FILE: &str = "server.pem";

const DAY: Duration = Duration::from_hours(24);
const LIFETIME: Duration = Duration::from_hours(365 * 24);
/// A certificate that ends sooner than this is replaced.
const NEAR: Duration = Duration::from_hours(60 * 24);

/// The certificate the collector shows at present.
#[derive(Debug)]
pub struct Shown(RwLock<Arc<CertifiedKey>>);

impl Shown {
    /// The company's own certificate.
    pub fn own(own: &Own) -> Result<Self, PkiError> {
        Ok(Self(RwLock::new(Arc::new(read_own(own)?))))
    }

    /// One that our authority makes for these names, and keeps in the state folder.
    pub fn ours(
        authority: &Authority,
        state: &Path,
        names: &[Name],
        now: Timestamp,
    ) -> Result<Self, PkiError> {
        Ok(Self(RwLock::new(Arc::new(ours(authority, state, names, now)?))))
    }

    /// Shows what `fresh` does from now on.
    pub fn replace(&self, fresh: &Self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = fresh.certified();
    }

    /// The certificate agents are to check the chain against: its last.
    pub fn authority(&self) -> Option<CertificateDer<'static>> {
        self.certified().cert.last().cloned()
    }

    fn certified(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.certified())
    }
}

/// The certificate enrolment tokens name, without starting anything.
pub fn named_authority(
    state: &Path,
    own: Option<&Own>,
) -> Result<Option<CertificateDer<'static>>, PkiError> {
    match own {
        Some(own) => Ok(read_own(own)?.cert.last().cloned()),
        None => authority::certificate(state),
    }
}

/// What enrolment tokens name a certificate by.
pub fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    secret::hexadecimal(&secret::sha256(certificate))
}

fn ours(
    authority: &Authority,
    state: &Path,
    names: &[Name],
    now: Timestamp,
) -> Result<CertifiedKey, PkiError> {
    let path = state.join(FILE);
    let kept = private::read(&path)
        .map_err(|error| PkiError::new(format!("read {}", path.display()), error))?;
    // One that cannot be read is made again.
    let kept = kept.and_then(|text| certified(&text, &text, "the kept certificate").ok());
    if let Some(kept) = kept
        && is_good(&kept, authority, names, now)
    {
        return Ok(kept);
    }
    let text = make(authority, names, now)
        .map_err(|error| PkiError::new("make the collector's certificate", error))?;
    authority::write(state, FILE, &text)?;
    certified(text.as_bytes(), text.as_bytes(), "the new certificate")
}

fn make(authority: &Authority, names: &[Name], now: Timestamp) -> Result<String, rcgen::Error> {
    let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256)?;
    let names: Vec<String> = names.iter().map(|name| name.as_str().to_owned()).collect();
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = named("Moored collector");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = authority.sign(params, &key, authority.life(LIFETIME, now))?;
    Ok(to_pem(&certificate) + &to_pem(authority.certificate()) + &key.serialize_pem())
}

fn is_good(kept: &CertifiedKey, authority: &Authority, names: &[Name], now: Timestamp) -> bool {
    let [certificate, signer] = kept.cert.as_slice() else { return false };
    // An authority near its own end makes nothing that lasts longer.
    let longest = authority.life(LIFETIME, now).not_after.checked_sub(DAY).unwrap_or(now);
    let soon = now.checked_add(NEAR).unwrap_or(Timestamp::MAX).min(longest);
    let wanted: BTreeSet<String> = names.iter().map(|name| canonical(name.as_str())).collect();
    signer == authority.certificate()
        && peer::not_after(certificate).is_some_and(|end| soon < end)
        && names_in(certificate) == Some(wanted)
}

fn names_in(certificate: &CertificateDer<'_>) -> Option<BTreeSet<String>> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let names = certificate.subject_alternative_name().ok()??;
    let names = names.value.general_names.iter().filter_map(|name| match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => address(bytes).map(|address| address.to_string()),
        _ => None,
    });
    Some(names.collect())
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from)).ok()
}

/// The same address may be written in several ways.
fn canonical(name: &str) -> String {
    name.parse::<IpAddr>().map_or_else(|_| name.to_owned(), |address| address.to_string())
}

fn read_own(own: &Own) -> Result<CertifiedKey, PkiError> {
    let read = |path: &Path| {
        fs::read(path).map_err(|error| PkiError::new(format!("read {}", path.display()), error))
    };
    let name = own.certificate.display().to_string();
    let certified = certified(&read(&own.certificate)?, &read(&own.key)?, &name)?;
    let last = certified.cert.last();
    if !last.is_some_and(is_authority) {
        let why = "its last certificate must be that of the authority, and is not";
        return Err(PkiError::new(format!("use {name}"), why));
    }
    Ok(certified)
}

fn is_authority(certificate: &CertificateDer<'_>) -> bool {
    X509Certificate::from_der(certificate).is_ok_and(|(_, certificate)| certificate.is_ca())
}

fn certified(chain: &[u8], key: &[u8], name: &str) -> Result<CertifiedKey, PkiError> {
    let tried = format!("use {name}");
    let chain: Vec<_> = CertificateDer::pem_slice_iter(chain)
        .collect::<Result<_, _>>()
        .map_err(|error| PkiError::new(&tried, error))?;
    let key = PrivateKeyDer::from_pem_slice(key)
        .map_err(|error| PkiError::new(format!("{tried} with its key"), error))?;
    CertifiedKey::from_der(chain, key, &default_provider())
        .map_err(|error| PkiError::new(&tried, error))
}
