//! What the sinks that speak HTTP have in common.

use super::Failure;
use super::trust::Trust;
use http_body_util::BodyExt;
use http_body_util::Full;
use http_body_util::Limited;
use hyper::Request;
use hyper::StatusCode;
use hyper::Uri;
use hyper::body::Bytes;
use hyper::header::CONTENT_TYPE;
use hyper::header::HeaderMap;
use hyper::header::HeaderName;
use hyper::header::HeaderValue;
use hyper::header::RETRY_AFTER;
use hyper::header::USER_AGENT;
use hyper_rustls::HttpsConnector;
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client as Inner;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;
use std::error::Error;
use std::fmt;
use std::time::Duration;

/// The most of an answer that is read.
const LONGEST_ANSWER: usize = 4 << 20;

/// How much of an answer is told when it is a refusal.
const TOLD: usize = 300;

/// The address of a web server: `https` or `http`, a host, perhaps a path.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Address(String);

impl Address {
    /// The address of one of the server's services.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0.trim_end_matches('/'))
    }
}

impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not an address such as https://siem.example.com:8088");
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let is_web = matches!(uri.scheme_str(), Some("https" | "http"));
        if !is_web || uri.host().is_none_or(str::is_empty) {
            return Err(wrong());
        }
        Ok(Self(text))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Posts to one web server, with the same head each time.
pub struct Client {
    inner: Inner<HttpsConnector<HttpConnector>, Full<Bytes>>,
    head: HeaderMap,
    trust: Trust,
}

/// What the server said.
pub struct Answer {
    /// Whether it is well.
    pub status: StatusCode,
    /// What else it says.
    pub body: Vec<u8>,
    after: Option<Duration>,
}

impl Client {
    /// Posts with this head: names in lower case, and values.
    pub fn new(trust: &Trust, head: &[(&'static str, String)]) -> Result<Self, String> {
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        connector.set_nodelay(true);
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(trust.config()?)
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector);
        let mut all = HeaderMap::new();
        let agent = concat!("moored-collector/", env!("CARGO_PKG_VERSION"));
        all.insert(USER_AGENT, HeaderValue::from_static(agent));
        for (name, value) in head {
            let value = HeaderValue::from_str(value)
                .map_err(|_| format!("the value of {name} has signs that cannot be sent"))?;
            all.insert(HeaderName::from_static(name), value);
        }
        let inner = Inner::builder(TokioExecutor::new()).build(https);
        Ok(Self { inner, head: all, trust: trust.clone() })
    }

    /// What the server answers to this, whatever it is.
    pub async fn post(
        &self,
        url: &str,
        kind: &'static str,
        body: Vec<u8>,
        more: &[(&'static str, String)],
    ) -> Result<Answer, Failure> {
        let mut request = Request::post(url)
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| Failure::later(format!("cannot ask {url}: {error}")))?;
        request.headers_mut().clone_from(&self.head);
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        for (name, value) in more {
            if let Ok(value) = HeaderValue::from_str(value) {
                request.headers_mut().insert(HeaderName::from_static(name), value);
            }
        }
        let unreached = |error: &(dyn Error + 'static)| {
            Failure::later(format!("cannot reach {url}: {}", self.trust.told(error)))
        };
        let answer = self.inner.request(request).await.map_err(|error| unreached(&error))?;
        let (head, body) = answer.into_parts();
        let read = Limited::new(body, LONGEST_ANSWER).collect().await;
        let body = read.map_err(|error| unreached(error.as_ref()))?.to_bytes().to_vec();
        let after = head.headers.get(RETRY_AFTER).and_then(|it| it.to_str().ok()?.parse().ok());
        Ok(Answer { status: head.status, body, after: after.map(Duration::from_secs) })
    }
}

impl Answer {
    /// The answer if all is well, else what has become of the whole of it.
    ///
    /// What an operator can mend, such as a wrong token, may be taken later.
    pub fn good(self) -> Result<Self, Failure> {
        if self.status.is_success() {
            return Ok(self);
        }
        let why = format!("the receiver says {}: {}", self.status, self.told());
        Err(match self.status {
            StatusCode::BAD_REQUEST
            | StatusCode::PAYLOAD_TOO_LARGE
            | StatusCode::UNSUPPORTED_MEDIA_TYPE
            | StatusCode::UNPROCESSABLE_ENTITY => Failure::Unfit(why),
            _ => Failure::Later { why, after: self.after },
        })
    }

    /// The beginning of what it says.
    pub fn told(&self) -> String {
        String::from_utf8_lossy(&self.body).trim().chars().take(TOLD).collect()
    }

    /// What it says, as JSON.
    pub fn json<T: for<'a> Deserialize<'a>>(&self) -> Result<T, Failure> {
        serde_json::from_slice(&self.body).map_err(|_| {
            Failure::later(format!("the receiver's answer is not understood: {}", self.told()))
        })
    }
}
