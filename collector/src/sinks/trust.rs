//! Whom a sink believes when it speaks TLS, and who it says it is.

use rustls::CertificateError;
use rustls::ClientConfig;
use rustls::RootCertStore;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use settings::Reader;
use std::error::Error;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

/// What the operator says of TLS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    /// The authority of the receiver's certificate, PEM; without it, those that
    /// the system trusts.
    pub authority: Option<PathBuf>,
    /// Our certificate and its key, PEM, where the receiver wants one.
    pub own: Option<(PathBuf, PathBuf)>,
}

impl Trust {
    /// Reads its settings.
    pub fn read(table: &mut Reader<'_>) -> Self {
        let authority = table.take("authority");
        let own = match (table.take("certificate"), table.take("key")) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            _ => {
                table.problem("certificate", "and its private key, `key`, go together");
                None
            }
        };
        Self { authority, own }
    }

    /// As rustls wants it.
    pub fn config(&self) -> Result<ClientConfig, String> {
        let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(self.roots()?);
        let Some((certificate, key)) = &self.own else {
            return Ok(builder.with_no_client_auth());
        };
        let private = PrivateKeyDer::from_pem_file(key)
            .map_err(|error| format!("cannot read {}: {error}", key.display()))?;
        builder
            .with_client_auth_cert(certificates(certificate)?, private)
            .map_err(|error| format!("cannot use {}: {error}", certificate.display()))
    }

    /// An error with what is behind it. If a receiver is not believed, it says
    /// why, and which setting decides that.
    pub fn told(&self, error: &(dyn Error + 'static)) -> String {
        let mut behind = Some(error);
        while let Some(error) = behind {
            if let Some(rustls::Error::InvalidCertificate(doubt)) = of_tls(error) {
                return self.doubted(doubt);
            }
            behind = error.source();
        }
        all(error)
    }

    fn doubted(&self, doubt: &CertificateError) -> String {
        match (doubt, &self.authority) {
            // An authority that was made anew under its old name is known by
            // its signature alone.
            (CertificateError::UnknownIssuer | CertificateError::BadSignature, Some(authority)) => {
                let authority = authority.display();
                format!("its certificate is not signed by an authority of {authority}")
            }
            (CertificateError::UnknownIssuer | CertificateError::BadSignature, None) => {
                "its certificate is not signed by an authority of this system; \
                 the setting `authority` names another"
                    .to_owned()
            }
            (CertificateError::NotValidForNameContext { expected, presented }, _) => {
                let (expected, names) = (expected.to_str(), names(presented));
                format!("its certificate is not for `{expected}`; it is for {names}")
            }
            _ => format!("its certificate is not good: {doubt}"),
        }
    }

    fn roots(&self) -> Result<RootCertStore, String> {
        let mut roots = RootCertStore::empty();
        let Some(authority) = &self.authority else {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            return Ok(roots);
        };
        for certificate in certificates(authority)? {
            let wrong = |error| format!("cannot use {}: {error}", authority.display());
            roots.add(certificate).map_err(wrong)?;
        }
        Ok(roots)
    }
}

/// What TLS found wrong; it comes wrapped, perhaps twice, as an error of a
/// connection.
fn of_tls<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let wrapped = || of_tls(error.downcast_ref::<io::Error>()?.get_ref()?);
    error.downcast_ref().or_else(wrapped)
}

/// rustls says `DnsName("a.example.com")` and `IpAddress(192.0.2.1)`.
fn names(presented: &[String]) -> String {
    let name = |text: &String| {
        let inner = text.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
        format!("`{}`", inner.unwrap_or(text).trim_matches('"'))
    };
    match presented {
        [] => "no name".to_owned(),
        names => names.iter().map(name).collect::<Vec<_>>().join(", "),
    }
}

/// An error with what is behind it.
fn all(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let next = error.to_string();
        if !text.ends_with(&next) {
            text = format!("{text}: {next}");
        }
        source = error.source();
    }
    text
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let wrong = |error| format!("cannot read {}: {error}", path.display());
    let all = CertificateDer::pem_file_iter(path).map_err(wrong)?;
    let all: Vec<_> = all.collect::<Result<_, _>>().map_err(wrong)?;
    if all.is_empty() { Err(format!("{} holds no certificate", path.display())) } else { Ok(all) }
}
