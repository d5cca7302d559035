//! Why the collector does not have our reports, in a sentence for each cause.

use rustls::AlertDescription;
use rustls::CertificateError;
use std::error::Error;
use std::io;
use std::time::Duration;

/// What went wrong between us and the collector.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Nothing we sent was answered.
    #[error("{0}")]
    Unanswered(String),
    /// The collector answered, and did not grant it.
    #[error("the collector refused ({status}): {said}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The collector's sentence.
        said: String,
        /// How long it asks us to wait.
        retry_after: Option<Duration>,
    },
    /// It is on our side.
    #[error("{0}")]
    Ours(String),
}

impl Trouble {
    /// Explains why a request to `collector` got no answer.
    pub fn explain(collector: &str, error: &(dyn Error + 'static)) -> Self {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(sentence) = sentence(collector, error) {
                return Self::Unanswered(sentence);
            }
            cause = error.source().or_else(|| inner(error));
        }
        Self::Unanswered(format!("cannot reach {collector}: {}", last(error)))
    }
}

/// An `io::Error` made of another error does not give that as its source.
fn inner<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    let error = error.downcast_ref::<io::Error>()?.get_ref()?;
    Some(error)
}

/// What stands at the end of the chain of causes says most.
fn last(error: &(dyn Error + 'static)) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

fn sentence(collector: &str, error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(tls(collector, error));
    }
    let kind = error.downcast_ref::<io::Error>()?.kind();
    let why = match kind {
        io::ErrorKind::ConnectionRefused => "nothing listens there: is the collector running?",
        io::ErrorKind::TimedOut => "no answer: is a firewall in between?",
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => "no network",
        _ => return None,
    };
    Some(format!("cannot reach {collector}: {why}"))
}

fn tls(collector: &str, error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(wrong) => certificate(collector, wrong),
        rustls::Error::AlertReceived(AlertDescription::CertificateExpired) => {
            "the collector says that this laptop's certificate has ended: is the clock right? \
             if it is, enroll again"
                .to_owned()
        }
        rustls::Error::AlertReceived(
            AlertDescription::UnknownCA
            | AlertDescription::DecryptError
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateUnknown,
        ) => "the collector does not know this laptop's certificate: enroll again".to_owned(),
        other => format!("cannot talk to {collector}: {other}"),
    }
}

fn certificate(collector: &str, wrong: &CertificateError) -> String {
    match wrong {
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => format!(
            "the certificate of {collector} is not valid at this laptop's time: is the clock right?"
        ),
        CertificateError::UnknownIssuer | CertificateError::BadSignature => format!(
            "the certificate of {collector} is not from the authority we know: does a proxy \
             inspect TLS? exempt this address"
        ),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("the certificate of {collector} is for another name: correct collector.url")
        }
        other => format!("the certificate of {collector} is wrong: {other}"),
    }
}
