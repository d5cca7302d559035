//! Who this laptop is to the collector: its key and its certificate.

use crate::platform::key;
use crate::private;
use jiff::Timestamp;
use model::Certified;
use rcgen::CertificateParams;
use rcgen::KeyPair;
use ring::digest::SHA256;
use ring::digest::digest;
use ring::hmac;
use ring::hmac::HMAC_SHA256;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde::Deserialize;
use serde::Serialize;
use std::io;
use std::path::Path;
use std::path::PathBuf;

/// Where our private files are, below the state folder: in a folder of their
/// own, so that it can be watched for nothing but them.
pub fn folder(state: &Path) -> PathBuf {
    state.join("identity")
}

/// The file of the identity.
pub const FILE: &str = "identity.json";

/// The file of an enrolment that was asked for and has not come about yet.
pub const REQUEST: &str = "enroll.json";

/// What enrolment gave. It holds the private key, which the system seals in the
/// file where it can; the file is its owner's only.
#[derive(Clone, Serialize, Deserialize)]
pub struct Identity {
    /// The collector it is valid at.
    pub collector: String,
    /// The private key, PEM; made here, and never anywhere else. In the file it is sealed
    /// where the system can do that.
    pub key: String,
    /// The certificate and the rest of what the collector gave.
    pub certified: Certified,
}

/// An enrolment to be made when the collector can be reached. It holds the token.
#[derive(Clone, Serialize, Deserialize)]
pub struct Request {
    /// The collector's address.
    pub collector: String,
    /// The enrolment token, as text. In the file it is sealed where the system can do that.
    pub token: String,
}

impl Request {
    /// The one that was kept; `None` if there is none.
    pub fn read(state: &Path) -> io::Result<Option<Self>> {
        let Some(written) = load::<Self>(state, REQUEST)? else { return Ok(None) };
        Ok(Some(Self { token: key::unseal(&written.token)?, ..written }))
    }

    /// Keeps it in the place of the one there was.
    pub fn keep(self, state: &Path) -> io::Result<()> {
        Self::forget(state)?;
        save(state, REQUEST, &Self { token: key::seal(&self.token), ..self })
    }

    /// Forgets the one that was kept, if there is one.
    pub fn forget(state: &Path) -> io::Result<()> {
        if let Some(written) = load::<Self>(state, REQUEST).unwrap_or_default() {
            key::forget(&written.token);
        }
        forget(state, REQUEST)
    }
}

/// A new key and the request to certify it.
pub struct Fresh {
    /// The private key, PEM.
    pub key: String,
    /// The certificate signing request, PEM.
    pub csr: String,
}

impl Fresh {
    /// Makes a P-256 key and signs a request with it.
    pub fn make() -> Result<Self, rcgen::Error> {
        let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256)?;
        let csr = CertificateParams::default().serialize_request(&key)?.pem()?;
        Ok(Self { key: key.serialize_pem(), csr })
    }
}

impl Identity {
    /// The one that was kept; `None` if there is none.
    pub fn read(state: &Path) -> io::Result<Option<Self>> {
        let Some(written) = load::<Self>(state, FILE)? else { return Ok(None) };
        Ok(Some(Self { key: key::unseal(&written.key)?, ..written }))
    }

    /// Keeps it in the place of the one there was.
    pub fn keep(&self, state: &Path) -> io::Result<()> {
        let before: Option<Self> = load(state, FILE).unwrap_or_default();
        let written = Self { key: key::seal(&self.key), ..self.clone() };
        save(state, FILE, &written)?;
        if let Some(before) = before.filter(|before| before.key != written.key) {
            key::forget(&before.key);
        }
        Ok(())
    }

    /// True once two thirds of the certificate's life are over.
    pub fn wants_renewal(&self, now: Timestamp) -> bool {
        now >= self.renewal()
    }

    /// When two thirds of the certificate's life are over.
    pub fn renewal(&self) -> Timestamp {
        let Certified { not_before, not_after, .. } = self.certified;
        let life = not_after.duration_since(not_before);
        not_after.checked_sub(life / 3).unwrap_or(not_after)
    }

    /// What makes tokens of link addresses: the same for all laptops of one
    /// collector, another at every other, and no secret, for it is made of the
    /// SHA-256 of the authority's certificate. `None` if that cannot be read.
    pub fn network_key(&self) -> Option<[u8; 32]> {
        let authority = CertificateDer::from_pem_slice(self.certified.authority.as_bytes()).ok()?;
        let fingerprint = hmac::Key::new(HMAC_SHA256, digest(&SHA256, &authority).as_ref());
        hmac::sign(&fingerprint, b"moored network").as_ref().try_into().ok()
    }

    /// True once the certificate has ended.
    pub fn has_ended(&self, now: Timestamp) -> bool {
        now >= self.certified.not_after
    }
}

/// The key under which this laptop makes tokens of link addresses; `None`
/// before enrolment, or where our identity cannot be read.
pub fn network_key(state: &Path) -> Option<[u8; 32]> {
    let identity: Option<Identity> = load(state, FILE).ok()?;
    identity?.network_key()
}

/// Reads one of the identity's files; `None` if it is not there.
fn load<T: for<'de> Deserialize<'de>>(state: &Path, file: &str) -> io::Result<Option<T>> {
    private::load(&folder(state).join(file))
}

/// Writes one of the identity's files.
fn save(state: &Path, file: &str, content: &impl Serialize) -> io::Result<()> {
    private::save(&folder(state).join(file), content)
}

/// Removes one of the identity's files.
fn forget(state: &Path, file: &str) -> io::Result<()> {
    private::forget(&folder(state).join(file))
}

/// Makes the folder of the identity.
pub fn make_folder(state: &Path) -> io::Result<()> {
    private::make_folder(&folder(state))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_waits_is_read_back_and_in_the_file_only_as_the_system_lets_it() {
        let state = tempfile::tempdir().unwrap();
        make_folder(state.path()).unwrap();
        let ask =
            || Request { collector: "https://c.example".to_owned(), token: "T0KEN".to_owned() };
        ask().keep(state.path()).unwrap();
        let written = load::<Request>(state.path(), REQUEST).unwrap().unwrap().token;
        assert_eq!(written == "T0KEN", key::seal("T0KEN") == "T0KEN");
        assert_eq!(Request::read(state.path()).unwrap().unwrap().token, "T0KEN");
        Request::forget(state.path()).unwrap();
        assert!(Request::read(state.path()).unwrap().is_none());
    }
}
