//! Syslog (RFC 5424) over TLS (RFC 5425) or TCP (RFC 6587, with lengths).
//!
//! Syslog has no acknowledgements. But when we say that we are done, a receiver
//! closes the connection once it has read all of it, and over TLS it says so in
//! a way that its death does not. So each batch gets a connection of its own,
//! and is taken when the receiver has closed it.

use super::Failure;
use super::Sending;
use super::Sink;
use super::Taken;
use super::trust::Trust;
use event::Record;
use hyper::Uri;
use jiff::Timestamp;
use model::Severity;
use outlet::Level;
use outlet::Message;
use rustls::pki_types::ServerName;
use serde::Deserialize;
use settings::Reader;
use settings::Size;
use std::io;
use std::sync::Arc;
use tokio::io::AsyncRead;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWrite;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Which server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    url: Server,
    trust: Trust,
    limit: Size,
    confirm: bool,
}

/// The address of a server: `tls` or `tcp`, a host and a port.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct Server {
    is_tls: bool,
    host: String,
    port: u16,
}

impl TryFrom<String> for Server {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not an address such as tls://siem.example.com:6514");
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let (is_tls, usual) = match uri.scheme_str() {
            Some("tls") => (true, 6514),
            Some("tcp") => (false, 601),
            _ => return Err(wrong()),
        };
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(wrong)?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok(Self { is_tls, host, port: uri.port_u16().unwrap_or(usual) })
    }
}

impl Settings {
    /// Reads them.
    pub fn read(table: &mut Reader<'_>) -> Option<Self> {
        let trust = Trust::read(table);
        // Receivers should take 8 KiB, and many cut what is longer.
        let limit = table.take("limit").or_else(|| "8 KiB".to_owned().try_into().ok());
        let confirm = table.take("confirm").unwrap_or(true);
        Some(Self { url: table.need("url")?, trust, limit: limit?, confirm })
    }
}

/// A server.
pub struct Syslog {
    settings: Settings,
    tls: Option<TlsConnector>,
    /// Used again where the receiver is not to confirm.
    open: Option<Box<dyn Stream>>,
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

impl Syslog {
    /// Makes ready; connects with the first batch.
    pub fn open(settings: &Settings) -> Result<Self, String> {
        let mut tls = None;
        if settings.url.is_tls {
            tls = Some(TlsConnector::from(Arc::new(settings.trust.config()?)));
        }
        Ok(Self { settings: settings.clone(), tls, open: None })
    }

    async fn write(&mut self, text: &[u8]) -> io::Result<()> {
        let mut stream = match self.open.take() {
            Some(stream) => stream,
            None => connect(&self.settings.url, self.tls.as_ref()).await?,
        };
        stream.write_all(text).await?;
        stream.flush().await?;
        if !self.settings.confirm {
            self.open = Some(stream);
            return Ok(());
        }
        stream.shutdown().await?;
        // What a receiver says, if anything, is nothing to us.
        let mut said = [0; 512];
        while stream.read(&mut said).await? > 0 {}
        Ok(())
    }

    fn failure(&self, error: &io::Error) -> Failure {
        let Server { host, port, .. } = &self.settings.url;
        let hint = match error.kind() {
            io::ErrorKind::UnexpectedEof if self.settings.confirm => {
                "; if the receiver never says that it is done, set `confirm = false`"
            }
            _ => "",
        };
        let told = self.settings.trust.told(error);
        Failure::later(format!("cannot send to {host}:{port}: {told}{hint}"))
    }
}

#[expect(clippy::disallowed_methods, reason = "a sink opens sockets")]
async fn connect(server: &Server, tls: Option<&TlsConnector>) -> io::Result<Box<dyn Stream>> {
    let Server { host, port, .. } = server;
    let tcp = TcpStream::connect((host.as_str(), *port)).await?;
    tcp.set_nodelay(true)?;
    let Some(tls) = tls else { return Ok(Box::new(tcp)) };
    let name = ServerName::try_from(host.clone()).map_err(io::Error::other)?;
    Ok(Box::new(tls.connect(name, tcp).await?))
}

impl Sink for Syslog {
    fn send<'a>(&'a mut self, batch: &'a [Record], _now: Timestamp) -> Sending<'a> {
        let limit = usize::try_from(self.settings.limit.bytes()).unwrap_or(usize::MAX);
        let text: Vec<u8> = batch.iter().flat_map(|record| frame(record, limit)).collect();
        Box::pin(async move {
            match self.write(&text).await {
                Ok(()) => Ok(Taken::all(batch)),
                Err(error) => Err(self.failure(&error)),
            }
        })
    }
}

/// The head of a message takes some of the room.
const HEAD: usize = 400;

fn frame(record: &Record, limit: usize) -> Vec<u8> {
    let text = record.line_within(limit.saturating_sub(HEAD));
    let message = Message {
        level: level(record.severity),
        at: record.at,
        host: &record.host,
        program: "moored",
        kind: record.topic,
        text: &text,
    };
    message.frame()
}

fn level(severity: Severity) -> Level {
    match severity {
        Severity::Informational => Level::Notice,
        Severity::Low => Level::Warning,
        Severity::Medium => Level::Error,
        Severity::High => Level::Critical,
        Severity::Critical => Level::Alert,
    }
}
