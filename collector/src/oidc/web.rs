//! The way to the provider: HTTPS, with a limit for everything.

use http_body_util::BodyExt;
use http_body_util::Full;
use http_body_util::Limited;
use hyper::body::Bytes;
use hyper_rustls::HttpsConnector;
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use openidconnect::AsyncHttpClient;
use openidconnect::HttpRequest;
use openidconnect::HttpResponse;
use rustls::ClientConfig;
use rustls::RootCertStore;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::error::Error;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// How long the provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The largest answer taken, in bytes.
const LARGEST: usize = 1 << 20;

/// Asks over HTTPS; follows no redirection.
pub(super) struct Web(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

/// The provider did not answer.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unheard(String);

impl Web {
    /// Trusts the authority in the file, or else those of the system.
    pub(super) fn new(authority: Option<&Path>) -> io::Result<Self> {
        let mut roots = RootCertStore::empty();
        match authority {
            Some(file) => {
                for certificate in CertificateDer::pem_file_iter(file).map_err(io::Error::other)? {
                    roots.add(certificate.map_err(io::Error::other)?).map_err(io::Error::other)?;
                }
            }
            None => drop(
                roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs),
            ),
        }
        let provider = Arc::new(ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let road = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self(Client::builder(TokioExecutor::new()).build(road)))
    }

    async fn ask(
        &self,
        request: HttpRequest,
    ) -> Result<HttpResponse, Box<dyn Error + Send + Sync>> {
        let request = request.map(|body| Full::new(Bytes::from(body)));
        let (parts, body) = self.0.request(request).await?.into_parts();
        let body = Limited::new(body, LARGEST).collect().await?.to_bytes().to_vec();
        Ok(HttpResponse::from_parts(parts, body))
    }
}

impl<'c> AsyncHttpClient<'c> for Web {
    type Error = Unheard;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Unheard>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            match tokio::time::timeout(PATIENCE, self.ask(request)).await {
                Ok(answer) => answer.map_err(|error| {
                    let cause = error.source().map(|cause| format!(": {cause}"));
                    Unheard(format!("{error}{}", cause.unwrap_or_default()))
                }),
                Err(_) => Err(Unheard("it took too long".to_owned())),
            }
        })
    }
}
