//! Takes connections in: how many, for how long, and who is at the other end.

use super::origin::Origin;
use super::origin::Proxies;
use crate::figures;
use crate::pki::Peer;
use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper_util::rt::TokioExecutor;
use hyper_util::rt::TokioIo;
use hyper_util::rt::TokioTimer;
use hyper_util::server::conn::auto::Builder;
use rustls::ServerConfig;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tower_service::Service;
use tracing::Instrument;

const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long what is under way may take once we are to stop.
const FAREWELL: Duration = Duration::from_secs(5);
/// How often an HTTP/2 connection is asked whether it is still there.
const PULSE: Duration = Duration::from_mins(1);
const PULSE_ANSWER: Duration = Duration::from_secs(20);
/// Requests at a time on one HTTP/2 connection.
const STREAMS: u32 = 16;
/// How long to wait when the system gives no more connections.
const BREATH: Duration = Duration::from_millis(100);

/// How long a connection may do nothing, and how long it may last.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Between two requests of one who has shown a certificate.
    pub known: Duration,
    /// Between two requests of anybody else.
    pub stranger: Duration,
    /// In all, for anybody else; without an end if there is none.
    pub stranger_whole: Option<Duration>,
}

/// Listens at one address.
pub struct Listener {
    /// What its connections are counted as.
    pub name: &'static str,
    /// Where connections come from.
    pub socket: TcpListener,
    /// How TLS is spoken.
    pub tls: Arc<ServerConfig>,
    /// What is answered.
    pub router: Router,
    /// Connections at a time.
    pub connections: usize,
    /// For how long.
    pub patience: Patience,
    /// Those who may say for whom they speak.
    pub proxies: Proxies,
}

impl Patience {
    /// Agents keep a connection open; strangers only enroll.
    pub const AGENTS: Self = Self {
        known: Duration::from_mins(20),
        stranger: Duration::from_secs(30),
        stranger_whole: Some(Duration::from_mins(1)),
    };

    /// People's browsers show no certificate and may listen for changes for hours.
    pub const PEOPLE: Self = Self {
        known: Duration::from_secs(30),
        stranger: Duration::from_secs(30),
        stranger_whole: None,
    };
}

impl Listener {
    /// Answers until `stop` is true, and lets what is under way end.
    ///
    /// One connection too many is closed at once, before it costs anything.
    pub async fn listen(self, mut stop: watch::Receiver<bool>) {
        let permits = Arc::new(Semaphore::new(self.connections));
        let answers = Answers {
            acceptor: TlsAcceptor::from(self.tls),
            router: self.router,
            patience: self.patience,
            proxies: self.proxies,
            stop: stop.clone(),
        };
        let mut tasks = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                accepted = self.socket.accept() => accepted,
                Some(_) = tasks.join_next() => continue,
                _ = stop.wait_for(|stop| *stop) => break,
            };
            let Some((stream, remote)) = good(accepted).await else { continue };
            let Ok(permit) = Arc::clone(&permits).try_acquire_owned() else {
                tracing::warn!(%remote, "closed one connection too many");
                continue;
            };
            let span = tracing::info_span!("connection", %remote);
            let (answers, counted) = (answers.clone(), figures::connected(self.name));
            let answered = async move {
                answers.answer(stream, permit).await;
                drop(counted);
            };
            tasks.spawn(answered.instrument(span));
        }
        drop(self.socket);
        let rest = async { while tasks.join_next().await.is_some() {} };
        // What is left then is cut off.
        let _ = tokio::time::timeout(2 * FAREWELL, rest).await;
    }
}

/// `None` for a connection that was gone before we had it.
#[expect(clippy::disallowed_methods, reason = "the accept loop is a main loop")]
async fn good(accepted: io::Result<(TcpStream, SocketAddr)>) -> Option<(TcpStream, SocketAddr)> {
    match accepted {
        Ok(accepted) => Some(accepted),
        Err(error) => {
            tracing::warn!("cannot take a connection: {error}");
            tokio::time::sleep(BREATH).await;
            None
        }
    }
}

/// What one connection needs to be answered.
#[derive(Clone)]
struct Answers {
    acceptor: TlsAcceptor,
    router: Router,
    patience: Patience,
    proxies: Proxies,
    stop: watch::Receiver<bool>,
}

impl Answers {
    async fn answer(self, mut stream: TcpStream, permit: OwnedSemaphorePermit) {
        // Without it small answers wait for more to say.
        let _ = stream.set_nodelay(true);
        let shaken = async {
            let origin = self.proxies.origin(&mut stream).await?;
            io::Result::Ok((self.acceptor.accept(stream).await?, origin))
        };
        match tokio::time::timeout(HANDSHAKE, shaken).await {
            Ok(Ok((stream, origin))) => self.speak(stream, origin).await,
            Ok(Err(error)) => tracing::debug!("the handshake failed: {error}"),
            Err(_) => tracing::debug!("the handshake took too long"),
        }
        drop(permit);
    }

    async fn speak(self, stream: TlsStream<TcpStream>, origin: Origin) {
        let (_, tls) = stream.get_ref();
        let peer = tls.peer_certificates().and_then(|chain| chain.first()).and_then(Peer::of);
        let is_h2 = tls.alpn_protocol() == Some(b"h2");
        let (idle, whole) = self.patience_with(peer.as_ref());
        let builder = builder(idle);
        let builder = if is_h2 { builder.http2_only() } else { builder.http1_only() };
        let service = hyper::service::service_fn(with_peer(self.router, peer, origin));
        let mut connection =
            pin!(builder.serve_connection_with_upgrades(TokioIo::new(stream), service));
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = end(self.stop, whole) => {
                connection.as_mut().graceful_shutdown();
                tokio::time::timeout(FAREWELL, connection).await.unwrap_or(Ok(()))
            }
        };
        if let Err(error) = ended {
            tracing::debug!("the connection ended: {error}");
        }
    }

    fn patience_with(&self, peer: Option<&Peer>) -> (Duration, Option<Duration>) {
        match peer {
            Some(_) => (self.patience.known, None),
            None => (self.patience.stranger, self.patience.stranger_whole),
        }
    }
}

fn builder(idle: Duration) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(idle);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PULSE)
        .keep_alive_timeout(PULSE_ANSWER)
        .max_concurrent_streams(STREAMS);
    builder
}

/// Tells the router who asks, and from where; what it logs is said to be of this connection.
fn with_peer(
    router: Router,
    peer: Option<Peer>,
    origin: Origin,
) -> impl Fn(Request<Incoming>) -> tracing::instrument::Instrumented<Answer> {
    let span = tracing::Span::current();
    move |mut request| {
        if let Some(peer) = &peer {
            request.extensions_mut().insert(peer.clone());
        }
        request.extensions_mut().insert(origin);
        router.clone().call(request).instrument(span.clone())
    }
}

type Answer = <Router as Service<Request<Incoming>>>::Future;

/// Comes when we are to stop, or when the connection has lasted long enough.
async fn end(mut stop: watch::Receiver<bool>, whole: Option<Duration>) {
    let stopped = async {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    match whole {
        Some(whole) => {
            let _ = tokio::time::timeout(whole, stopped).await;
        }
        None => stopped.await,
    }
}
