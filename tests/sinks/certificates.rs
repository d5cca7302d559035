//! Authorities of one's own, and the certificates of receivers.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// A receiver's certificate, its key, and the authority that signed it.
#[derive(Clone)]
pub struct Certificates {
    /// The authority, for senders.
    pub authority: PathBuf,
    /// The certificate, which is for 127.0.0.1.
    pub server: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

impl Certificates {
    /// Makes them, by the collector's own library. The authority is called so, and
    /// their files begin so.
    pub fn make(folder: &Path, name: &str) -> Self {
        let mut parameters = rcgen::CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        parameters.distinguished_name.push(rcgen::DnType::CommonName, name);
        let key = rcgen::KeyPair::generate().unwrap();
        let authority = rcgen::CertifiedIssuer::self_signed(parameters, key).unwrap();
        let parameters = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        let key = rcgen::KeyPair::generate().unwrap();
        let server = parameters.signed_by(&key, &authority).unwrap();
        let write = |end: &str, text: String| {
            let path = folder.join(format!("{name}-{end}.pem"));
            fs::write(&path, text).unwrap();
            path
        };
        Self {
            authority: write("authority", authority.pem()),
            server: write("server", server.pem()),
            key: write("key", key.serialize_pem()),
        }
    }

    /// The setting by which a sink believes the receiver.
    pub fn setting(&self) -> String {
        format!("authority = \"{}\"\n", self.authority.display())
    }
}
