//! A collector on loopback, and laptops that talk to it.

use crate::backup::ADDRESSES;
use crate::config::Config;
use crate::pki;
use crate::pki::Authority;
use crate::serve::Addresses;
use crate::serve::Server;
use crate::store;
use crate::store::tokens;
use crate::store::tokens::Wanted;
use http_body_util::BodyExt;
use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use model::Certified;
use model::Enroll;
use model::Report;
use rcgen::CertificateParams;
use rcgen::KeyPair;
use rusqlite::Connection;
use rustls::ClientConfig;
use rustls::RootCertStore;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::ServerName;
use rustls::pki_types::pem::PemObject;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// A collector on loopback.
pub struct Place {
    pub state: TempDir,
    pub addresses: Addresses,
    pub stop: watch::Sender<bool>,
    pub running: JoinHandle<()>,
}

/// A key and the certificate for it, PEM.
#[derive(Clone)]
pub struct Identity {
    pub key: String,
    pub chain: String,
}

/// One connection.
pub struct Line(SendRequest<Full<Bytes>>);

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

/// The setting of a collector for tests, with more lines for `[agents]`.
pub fn config(state: &TempDir, agents: &str) -> Config {
    let text = format!(
        "state = {:?}\n[agents]\nlisten = \"127.0.0.1:0\"\n{agents}\n[console]\nlisten = \"127.0.0.1:0\"\n",
        state.path()
    );
    Config::parse("test.toml", &text).unwrap()
}

impl Place {
    pub async fn new(agents: &str) -> Self {
        Self::at(tempfile::tempdir().unwrap(), agents).await
    }

    pub async fn at(state: TempDir, agents: &str) -> Self {
        let server = Server::start(&config(&state, agents)).await.unwrap();
        let addresses = server.addresses;
        let text = std::fs::read(state.path().join(ADDRESSES)).unwrap();
        assert_eq!(serde_json::from_slice::<Addresses>(&text).unwrap(), addresses);
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(server.run(stopped));
        Self { state, addresses, stop, running }
    }

    /// Another process's connection to the database.
    pub fn store(&self) -> Connection {
        store::open(self.state.path()).unwrap()
    }

    /// The secret of a new token.
    pub fn token(&self, uses: Option<u32>, expires_at: &str) -> String {
        let secret = crate::secret::random().unwrap();
        let expires_at = Some(expires_at.parse().unwrap());
        let wanted = Wanted { label: String::new(), expires_at, uses, group: None };
        tokens::add(&self.store(), &wanted, &secret, Timestamp::UNIX_EPOCH).unwrap();
        secret
    }

    pub fn authority(&self) -> String {
        let authority = Authority::create(self.state.path(), Timestamp::UNIX_EPOCH).unwrap();
        pki::to_pem(authority.certificate())
    }

    pub async fn line(&self, identity: Option<&Identity>) -> Line {
        Line::new(self.tls(identity).await.unwrap()).await
    }

    pub async fn tls(&self, identity: Option<&Identity>) -> std::io::Result<TlsStream<TcpStream>> {
        tls(self.addresses.agents, &self.authority(), identity).await
    }

    /// Enrolls a laptop, and gives who it is and its line.
    pub async fn laptop(&self) -> (String, Identity, Line) {
        let token = self.token(None, "2100-01-01T00:00:00Z");
        let (key, letter) = letter(&token);
        let mut line = self.line(None).await;
        let answer = line.json("/v1/enroll", &letter).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let certified: Certified = answer.read();
        assert_eq!(certified.authority, self.authority());
        let identity = Identity { key, chain: certified.certificate };
        let line = self.line(Some(&identity)).await;
        (certified.laptop, identity, line)
    }

    /// How many reports were taken in.
    pub fn taken(&self) -> i64 {
        let sum = "select coalesce(sum(last - first + 1), 0) from numbering";
        self.store().query_row(sum, [], |row| row.get(0)).unwrap()
    }
}

impl Line {
    pub async fn new(stream: TlsStream<TcpStream>) -> Self {
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self(sender)
    }

    pub async fn send(&mut self, request: Request<Full<Bytes>>) -> hyper::Result<Answer> {
        self.0.ready().await?;
        let (head, body) = self.0.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        let body = serde_json::from_slice(&body).unwrap();
        Ok(Answer { status: head.status.as_u16(), body })
    }

    pub async fn json(&mut self, path: &str, letter: &impl Serialize) -> Answer {
        let body = Bytes::from(serde_json::to_vec(letter).unwrap());
        self.send(Request::post(path).body(Full::new(body)).unwrap()).await.unwrap()
    }

    pub async fn zstd(&mut self, body: Vec<u8>) -> Answer {
        self.send(zstd(body)).await.unwrap()
    }
}

impl Answer {
    pub fn read<T: DeserializeOwned>(self) -> T {
        serde_json::from_value(self.body).unwrap()
    }

    /// Asserts that it is a refusal which says this.
    pub fn check(&self, status: u16, sentence: &str) {
        let error = self.body["error"].as_str().unwrap_or_default();
        assert_eq!(self.status, status, "{error}");
        assert!(error.contains(sentence), "`{error}` should say: {sentence}");
    }
}

pub async fn tls(
    address: SocketAddr,
    authority: &str,
    identity: Option<&Identity>,
) -> std::io::Result<TlsStream<TcpStream>> {
    tls_after(b"", address, authority, identity).await
}

/// TLS after these bytes, as a proxy would begin.
pub async fn tls_after(
    first: &[u8],
    address: SocketAddr,
    authority: &str,
    identity: Option<&Identity>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.as_bytes()).unwrap()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let config = match identity {
        None => builder.with_no_client_auth(),
        Some(Identity { key, chain }) => {
            let chain = CertificateDer::pem_slice_iter(chain.as_bytes());
            let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
            builder.with_client_auth_cert(chain.map(Result::unwrap).collect(), key).unwrap()
        }
    };
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(first).await?;
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

pub fn zstd(body: Vec<u8>) -> Request<Full<Bytes>> {
    let request = Request::post("/v1/reports").header("content-encoding", "zstd");
    request.body(Full::new(Bytes::from(body))).unwrap()
}

pub fn csr() -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let csr = CertificateParams::default().serialize_request(&key).unwrap();
    (key.serialize_pem(), csr.pem().unwrap())
}

/// A key, and the letter that asks for its certificate.
pub fn letter(token: &str) -> (String, Enroll) {
    let (key, csr) = csr();
    let (token, host, platform) = (token.to_owned(), "ada".to_owned(), "linux".to_owned());
    (key, Enroll { token, csr, host, platform, serial: None })
}

pub fn packed(reports: &[Report]) -> Vec<u8> {
    let lines = reports.iter().fold(String::new(), |mut text, report| {
        writeln!(text, "{}", serde_json::to_string(report).unwrap()).unwrap();
        text
    });
    ::zstd::encode_all(lines.as_bytes(), 3).unwrap()
}

pub fn report(sequence: u64) -> Report {
    Report {
        version: 1,
        run: "r".to_owned(),
        sequence,
        at: "2026-11-24T10:00:00Z".parse().unwrap(),
        host: "ada".to_owned(),
        platform: "linux".to_owned(),
        agent: "0.1.0".to_owned(),
        complete: false,
        findings: Vec::new(),
        sight: BTreeMap::new(),
        lost: 0,
        damaged: 0,
        unseen: 0,
        told: Vec::new(),
        serial: None,
        signatures: None,
        landmarks: Vec::new(),
    }
}
