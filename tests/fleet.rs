//! Many agents at a time, as the collector sees them: real certificates, real
//! TLS, reports one after the other; and what was acknowledged to each.

use agent::config::Config;
use agent::uplink::Enrolment;
use agent::uplink::Laptop;
use anyhow::Context;
use anyhow::anyhow;
use anyhow::bail;
use http_body_util::BodyExt;
use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use model::Acknowledged;
use model::Certified;
use model::Finding;
use model::Report;
use rustls::ClientConfig;
use rustls::ConfigBuilder;
use rustls::RootCertStore;
use rustls::WantsVerifier;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::ServerName;
use rustls::pki_types::pem::PemObject;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

/// One agent that is enrolled, and how far its reports are acknowledged.
pub struct Member {
    /// Its id at the collector.
    pub laptop: String,
    /// Its numbering.
    pub run: String,
    /// The last number that was acknowledged.
    pub acknowledged: u64,
    collector: SocketAddr,
    tls: Arc<ClientConfig>,
    connection: Option<SendRequest<Full<Bytes>>>,
}

/// What each report of an agent says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// Nothing new.
    Alive,
    /// A finding that opens or changes each time.
    Finding,
}

impl Member {
    /// Enrolls by the configuration of a laptop of the site, in its folder.
    pub async fn enroll(configuration: &Path, name: &str) -> anyhow::Result<Self> {
        let config = Config::read(configuration).map_err(|wrong| anyhow!("{wrong:?}"))?;
        let (host, platform) = (name.to_owned(), "linux".to_owned());
        let enrolment = Enrolment::due(&config)?;
        let (identity, _) = enrolment.make(&Laptop { host, platform, serial: None }).await?;
        let address = identity.collector.trim_start_matches("https://").trim_end_matches('/');
        Ok(Self {
            collector: address.parse().context("the collector is named by an address")?,
            tls: Arc::new(tls(&identity.key, &identity.certified)?),
            laptop: identity.certified.laptop,
            run: format!("run-of-{name}"),
            acknowledged: 0,
            connection: None,
        })
    }

    /// Connects, by a TLS handshake of its own.
    pub async fn connect(&mut self) -> anyhow::Result<()> {
        self.connection = Some(connection(self.collector, Arc::clone(&self.tls)).await?);
        Ok(())
    }

    /// Sends the next `count` reports in one request and waits until they are
    /// acknowledged.
    pub async fn tell(&mut self, count: u64, says: Says) -> anyhow::Result<()> {
        let mut body = Vec::new();
        for sequence in (self.acknowledged + 1..).take(usize::try_from(count)?) {
            let mut text = serde_json::to_vec(&report(&self.run, sequence, says))?;
            text.push(b'\n');
            body.extend(zstd::encode_all(text.as_slice(), 1)?);
        }
        let request = Request::post("/v1/reports")
            .header("host", self.collector.to_string())
            .header("content-type", "application/x-ndjson")
            .header("content-encoding", "zstd")
            .body(Full::new(Bytes::from(body)))?;
        let connection = self.connection.as_mut().context("it is connected")?;
        connection.ready().await?;
        let answer = connection.send_request(request).await?;
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        if !status.is_success() {
            bail!("{status}: {}", String::from_utf8_lossy(&body));
        }
        let acknowledged: Acknowledged = serde_json::from_slice(&body)?;
        self.acknowledged = acknowledged.through;
        Ok(())
    }

    /// Tells until told to stop, or until the collector answers no more; gives
    /// how long each answer took.
    pub async fn go_on(
        mut self,
        (count, says): (u64, Says),
        stop: watch::Receiver<bool>,
    ) -> (Self, Vec<Duration>) {
        let mut took = Vec::new();
        while !*stop.borrow() {
            let begun = Instant::now();
            if self.tell(count, says).await.is_err() {
                break;
            }
            took.push(begun.elapsed());
        }
        (self, took)
    }
}

/// A browser that is signed in to the console.
pub struct Browser {
    console: SocketAddr,
    cookie: String,
    connection: SendRequest<Full<Bytes>>,
}

impl Browser {
    /// Connects to a console that shows a certificate of this authority, as who
    /// holds the secret of a session.
    pub async fn open(console: SocketAddr, authority: &[u8], secret: &str) -> anyhow::Result<Self> {
        let builder = client()?.with_root_certificates(roots(authority)?);
        let connection = connection(console, Arc::new(builder.with_no_client_auth())).await?;
        Ok(Self { console, cookie: format!("__Host-moored={secret}"), connection })
    }

    /// Reads a page to its end; gives the status, and how many bytes came.
    pub async fn get(&mut self, path: &str) -> anyhow::Result<(u16, usize)> {
        let request = Request::get(path)
            .header("host", self.console.to_string())
            .header("cookie", &self.cookie)
            .body(Full::default())?;
        self.connection.ready().await?;
        let answer = self.connection.send_request(request).await?;
        let status = answer.status().as_u16();
        Ok((status, answer.into_body().collect().await?.to_bytes().len()))
    }
}

/// Enrolls so many agents at the address, by one configuration with a token for all.
pub async fn enroll(configuration: &Path, count: usize) -> anyhow::Result<Vec<Member>> {
    let mut members = Vec::new();
    for number in 0..count {
        let mut member = Member::enroll(configuration, &format!("fleet-{number}")).await?;
        member.connect().await?;
        members.push(member);
    }
    Ok(members)
}

/// Lets all of them tell at the same time, until told to stop; gives them back,
/// and how long each answer took.
pub async fn tell(
    members: Vec<Member>,
    what: (u64, Says),
    stop: watch::Receiver<bool>,
) -> (Vec<Member>, Vec<Duration>) {
    let mut tasks = JoinSet::new();
    for member in members {
        tasks.spawn(member.go_on(what, stop.clone()));
    }
    let (mut members, mut took) = (Vec::new(), Vec::new());
    while let Some(ended) = tasks.join_next().await {
        if let Ok((member, times)) = ended {
            members.push(member);
            took.extend(times);
        }
    }
    (members, took)
}

async fn connection(
    to: SocketAddr,
    tls: Arc<ClientConfig>,
) -> anyhow::Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(to).await?;
    stream.set_nodelay(true)?;
    let name = ServerName::IpAddress(to.ip().into());
    let stream = TlsConnector::from(tls).connect(name, stream).await?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

fn tls(key: &str, certified: &Certified) -> anyhow::Result<ClientConfig> {
    let chain = CertificateDer::pem_slice_iter(certified.certificate.as_bytes());
    let chain = chain.collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes())?;
    let builder = client()?.with_root_certificates(roots(certified.authority.as_bytes())?);
    Ok(builder.with_client_auth_cert(chain, key)?)
}

fn client() -> anyhow::Result<ConfigBuilder<ClientConfig, WantsVerifier>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?)
}

fn roots(pem: &[u8]) -> anyhow::Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    for authority in CertificateDer::pem_slice_iter(pem) {
        roots.add(authority?)?;
    }
    Ok(roots)
}

/// A report as an agent writes it.
pub fn report(run: &str, sequence: u64, says: Says) -> Report {
    let findings = match says {
        Says::Alive => Vec::new(),
        Says::Finding => vec![finding(sequence)],
    };
    Report {
        version: model::WIRE_VERSION,
        run: run.to_owned(),
        sequence,
        at: Timestamp::now(),
        host: "fleet".to_owned(),
        platform: "linux".to_owned(),
        agent: "0.1.0".to_owned(),
        complete: false,
        findings,
        sight: BTreeMap::from([("usb".to_owned(), model::Sight::Seeing)]),
        lost: 0,
        damaged: 0,
        unseen: 0,
        told: Vec::new(),
        serial: None,
        signatures: None,
        landmarks: Vec::new(),
    }
}

fn finding(sequence: u64) -> Finding {
    let seen = model::Observation {
        sensor: "usb".to_owned(),
        subject: "1-4".to_owned(),
        source: "/sys/bus/usb/devices/1-4".to_owned(),
        fields: BTreeMap::from([("product".to_owned(), model::Value::Text(sequence.to_string()))]),
    };
    Finding {
        signature: "kvm.pikvm".to_owned(),
        title: "A PiKVM is plugged in".to_owned(),
        severity: model::Severity::High,
        confidence: model::Confidence::High,
        kind: model::Kind::Identity,
        standing: model::Standing::Alert,
        corroboration: model::Corroboration::default(),
        tool: None,
        technique: "T1219.003".to_owned(),
        why: "Whoever holds its password sits at this desk.".to_owned(),
        innocent: "A rack at home has one, too.".to_owned(),
        references: Vec::new(),
        opened: Timestamp::UNIX_EPOCH,
        closed: None,
        evidence: vec![seen],
    }
}
