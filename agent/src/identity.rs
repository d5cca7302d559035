//! Who this laptop is to the collector: its key and its certificate.
#![expect(clippy::disallowed_methods, reason = "the identity file is ours")]

use jiff::Timestamp;
use model::Certified;
use rcgen::CertificateParams;
use rcgen::KeyPair;
use serde::Deserialize;
use serde::Serialize;
use std::fs;
use std::fs::File;
use std::fs::OpenOptions;
use std::io;
use std::io::Write;
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

/// What enrolment gave. It holds the private key: the file is its owner's only.
#[derive(Clone, Serialize, Deserialize)]
pub struct Identity {
    /// The collector it is valid at.
    pub collector: String,
    /// The private key, PEM; made here, and never anywhere else.
    pub key: String,
    /// The certificate and the rest of what the collector gave.
    pub certified: Certified,
}

/// An enrolment to be made when the collector can be reached. It holds the token.
#[derive(Clone, Serialize, Deserialize)]
pub struct Request {
    /// The collector's address.
    pub collector: String,
    /// The enrolment token, as text.
    pub token: String,
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

    /// True once the certificate has ended.
    pub fn has_ended(&self, now: Timestamp) -> bool {
        now >= self.certified.not_after
    }
}

/// Reads one of our private files; `None` if it is not there.
pub fn load<T: for<'de> Deserialize<'de>>(state: &Path, file: &str) -> io::Result<Option<T>> {
    match fs::read(folder(state).join(file)) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes one of our private files beside its place and renames it, readable
/// by its owner only from the first byte on.
pub fn save(state: &Path, file: &str, content: &impl Serialize) -> io::Result<()> {
    make_folder(state)?;
    let path = folder(state).join(file);
    let half = path.with_extension("half");
    let mut out = private(&half)?;
    out.write_all(&serde_json::to_vec_pretty(content)?)?;
    out.sync_data()?;
    fs::rename(&half, &path)
}

/// Removes one of our private files.
pub fn forget(state: &Path, file: &str) -> io::Result<()> {
    match fs::remove_file(folder(state).join(file)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Makes the folder, for its owner only.
pub fn make_folder(state: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder(state))
}

fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
