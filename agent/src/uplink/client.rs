//! HTTPS to the collector, directly or through a proxy.

use super::trouble::Trouble;
use crate::config::Proxy;
use http_body_util::BodyExt;
use http_body_util::Full;
use http_body_util::Limited;
use hyper::Request;
use hyper::Response;
use hyper::StatusCode;
use hyper::Uri;
use hyper::body::Bytes;
use hyper::body::Incoming;
use hyper::header;
use hyper::upgrade::Upgraded;
use hyper_rustls::HttpsConnector;
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::TokioExecutor;
use jiff::Timestamp;
use model::Refused;
use rustls::ClientConfig;
use serde::de::DeserializeOwned;
use std::time::Duration;

type Inner<C> = hyper_util::client::legacy::Client<HttpsConnector<C>, Full<Bytes>>;

/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What we call ourselves.
const NAME: &str = concat!("moored/", env!("CARGO_PKG_VERSION"));

/// The most bytes an answer may have.
const ANSWER: usize = 256 << 10;

/// Talks to one collector.
pub struct Client {
    road: Road,
}

/// The two ways there.
enum Road {
    Direct(Inner<HttpConnector>),
    Proxied(Inner<Tunnel<HttpConnector>>),
}

/// What is sent.
pub struct Letter {
    /// The whole address.
    pub url: String,
    /// The kind of the body.
    pub content_type: &'static str,
    /// How it is packed, if it is.
    pub content_encoding: Option<&'static str>,
    /// The body.
    pub body: Vec<u8>,
}

/// What came back.
pub struct Answer<T> {
    /// The answer itself.
    pub value: T,
    /// The collector's time, if it said.
    pub date: Option<Timestamp>,
}

impl Client {
    /// A client for `collector`, reached as `proxy` says.
    pub fn new(tls: ClientConfig, proxy: &Proxy, collector: &str) -> Self {
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_keepalive(Some(Duration::from_mins(5)));
        http.set_connect_timeout(Some(Duration::from_secs(10)));
        let road = match by_way_of(proxy, collector) {
            None => Road::Direct(client(tls, http)),
            Some((uri, authorization)) => {
                let mut tunnel = Tunnel::new(uri, http);
                if let Some(authorization) = authorization {
                    tunnel = tunnel.with_auth(authorization);
                }
                Road::Proxied(client(tls, tunnel))
            }
        };
        Self { road }
    }

    /// Posts a letter and reads the JSON of the answer.
    pub async fn post<T: DeserializeOwned>(&self, letter: Letter) -> Result<Answer<T>, Trouble> {
        let to = letter.url.clone();
        let mut request = Request::post(&letter.url)
            .header(header::CONTENT_TYPE, letter.content_type)
            .header(header::USER_AGENT, NAME);
        if let Some(encoding) = letter.content_encoding {
            request = request.header(header::CONTENT_ENCODING, encoding);
        }
        let request = request
            .body(Full::new(Bytes::from(letter.body)))
            .map_err(|error| Trouble::Ours(format!("cannot address {to}: {error}")))?;
        match tokio::time::timeout(PATIENCE, self.exchange(request)).await {
            Ok(result) => result?.read(),
            Err(_) => Err(Trouble::Unanswered(format!("{to} did not answer in time"))),
        }
    }

    /// Asks for another protocol on the connection, and gives it.
    pub async fn upgrade(&self, url: &str, protocol: &str) -> Result<Upgraded, Trouble> {
        let request = Request::get(url)
            .header(header::CONNECTION, "upgrade")
            .header(header::UPGRADE, protocol)
            .header(header::USER_AGENT, NAME)
            .body(Full::default())
            .map_err(|error| Trouble::Ours(format!("cannot address {url}: {error}")))?;
        let response = self.send(request).await?;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Err(whole(url, response).await?.refusal());
        }
        let broken = |error| Trouble::Unanswered(format!("{url} broke off: {error}"));
        hyper::upgrade::on(response).await.map_err(broken)
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<Raw, Trouble> {
        let to = authority(&request);
        whole(&to, self.send(request).await?).await
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, Trouble> {
        let to = authority(&request);
        let sent = match &self.road {
            Road::Direct(client) => client.request(request).await,
            Road::Proxied(client) => client.request(request).await,
        };
        sent.map_err(|error| Trouble::explain(&to, &error))
    }
}

fn authority<B>(request: &Request<B>) -> String {
    request.uri().authority().map(ToString::to_string).unwrap_or_default()
}

/// The answer with all of its body.
async fn whole(to: &str, response: Response<Incoming>) -> Result<Raw, Trouble> {
    let (head, body) = response.into_parts();
    let body = Limited::new(body, ANSWER)
        .collect()
        .await
        .map_err(|error| Trouble::Unanswered(format!("the answer of {to} broke off: {error}")))?;
    Ok(Raw(Response::from_parts(head, body.to_bytes())))
}

/// An answer before it is understood.
struct Raw(Response<Bytes>);

impl Raw {
    fn read<T: DeserializeOwned>(self) -> Result<Answer<T>, Trouble> {
        let date = self.header(&header::DATE).and_then(http_date);
        if self.0.status().is_success() {
            let value = serde_json::from_slice(self.0.body()).map_err(|error| {
                Trouble::Unanswered(format!("the answer is not a collector's: {error}"))
            })?;
            return Ok(Answer { value, date });
        }
        Err(self.refusal())
    }

    fn refusal(&self) -> Trouble {
        let seconds = self.header(&header::RETRY_AFTER).and_then(|text| text.parse().ok());
        let said = serde_json::from_slice::<Refused>(self.0.body());
        Trouble::Refused {
            status: self.0.status().as_u16(),
            said: said.map_or_else(|_| "without a reason".to_owned(), |refused| refused.error),
            retry_after: seconds.map(Duration::from_secs),
        }
    }

    fn header(&self, name: &header::HeaderName) -> Option<&str> {
        self.0.headers().get(name)?.to_str().ok()
    }
}

/// RFC 9110 §5.6.7: the preferred form is that of RFC 2822.
fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(text).ok().map(|zoned| zoned.timestamp())
}

fn client<C>(tls: ClientConfig, road: C) -> Inner<C>
where
    C: tower_service::Service<Uri> + Clone + Send + Sync + 'static,
    HttpsConnector<C>: hyper_util::client::legacy::connect::Connect + Clone,
{
    let https = HttpsConnectorBuilder::new().with_tls_config(tls).https_only().enable_http1();
    hyper_util::client::legacy::Client::builder(TokioExecutor::new())
        .pool_idle_timeout(None)
        .build(https.wrap_connector(road))
}

/// The proxy to use and how to introduce ourselves to it; `None` for the direct way.
pub(super) fn by_way_of(
    proxy: &Proxy,
    collector: &str,
) -> Option<(Uri, Option<header::HeaderValue>)> {
    let target: Uri = collector.parse().ok()?;
    let matcher = match proxy {
        Proxy::None => return None,
        Proxy::System => Matcher::from_system(),
        Proxy::Url(uri) => Matcher::builder().all(uri.to_string()).build(),
    };
    let intercept = matcher.intercept(&target)?;
    Some((intercept.uri().clone(), intercept.basic_auth().cloned()))
}
