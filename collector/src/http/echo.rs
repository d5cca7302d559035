//! `GET /v1/echo`: how long the way to a laptop is, at both its layers.
//!
//! The connection is changed to [`model::echo`]. What is kept is the smallest
//! round trip of the nonces, which only the laptop can answer, beside the
//! smallest of TCP, which whoever ends TCP answers.

use super::Door;
use super::caller;
use super::caller::Caller;
use super::refusal::Refusal;
use super::tcp;
use crate::place::path::ECHOES;
use crate::place::path::Sample;
use crate::secret;
use crate::store::exits;
use crate::store::ways;
use axum::body::Body;
use axum::extract::Request;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::Response;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use jiff::SignedDuration;
use jiff::Timestamp;
use model::echo::NONCE;
use model::echo::NONCES;
use model::echo::PROTOCOL;
use rusqlite::Connection;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;
use tokio::io::AsyncRead;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWrite;
use tokio::io::AsyncWriteExt;
use tokio::sync::OwnedSemaphorePermit;
use tracing::Instrument;

/// How long all echoes of a connection may take: enough for twenty by way of a
/// satellite.
const WHOLE: Duration = Duration::from_secs(15);

/// Echoes of one laptop that are nearer to each other say nothing new.
const SPACING: SignedDuration = SignedDuration::from_mins(10);

/// Changes the connection to the echo, unless the laptop was heard of just now.
pub async fn begin(
    State(door): State<Arc<Door>>,
    caller: Caller,
    mut request: Request,
) -> Result<Response, Refusal> {
    let asked = request.headers().get(header::UPGRADE).map(header::HeaderValue::as_bytes);
    let is_asked = asked.is_some_and(|asked| asked.eq_ignore_ascii_case(PROTOCOL.as_bytes()));
    let upgrade = request.extensions_mut().remove::<OnUpgrade>().filter(|_| is_asked);
    let upgrade = upgrade.ok_or_else(|| {
        let outside = format!("Only `Upgrade: {PROTOCOL}` over HTTP/1.1 is answered here.");
        Refusal::new(StatusCode::UPGRADE_REQUIRED, outside)
    })?;
    let permit = Arc::clone(&door.echoing).try_acquire_owned().map_err(Refusal::busy)?;
    let (laptop, now) = (caller.laptop.clone(), caller.now);
    door.reader.read(move |store| may_echo(store, &laptop, now)).await?;
    let task = async move {
        if let Err(error) = measure(&door, caller, upgrade, permit).await {
            tracing::debug!("an echo was not kept: {error}");
        }
    };
    tokio::spawn(task.in_current_span());
    let response = Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(header::CONNECTION, "upgrade")
        .header(header::UPGRADE, PROTOCOL);
    response.body(Body::empty()).map_err(Refusal::failed)
}

/// So that no laptop can fill the disk.
fn may_echo(store: &Connection, laptop: &str, now: Timestamp) -> Result<(), Refusal> {
    let since = ways::newest(store, laptop)?.map(|at| now.duration_since(at));
    match since {
        Some(since) if !since.is_negative() && since < SPACING => {
            let outside = "This laptop has echoed just now.";
            Err(Refusal::new(StatusCode::TOO_MANY_REQUESTS, outside).because(laptop))
        }
        _ => Ok(()),
    }
}

async fn measure(
    door: &Door,
    caller: Caller,
    upgrade: OnUpgrade,
    _permit: OwnedSemaphorePermit,
) -> anyhow::Result<()> {
    let Caller { laptop, now, origin } = caller;
    let mut stream = TokioIo::new(upgrade.await?);
    let (echoes, least) = listen(&mut stream).await?;
    // The kernel forgets the connection when it ends.
    let tcp = tcp::between(origin.local, origin.remote)?;
    let _ = stream.shutdown().await;
    let Some(tcp) = tcp.filter(|_| echoes >= ECHOES) else {
        anyhow::bail!("{echoes} echoes, and TCP {tcp:?}");
    };
    let sample = Sample {
        at: now,
        vantage: origin.vantage,
        tcp_ms: milliseconds(tcp.round_trip),
        echo_ms: milliseconds(least),
        echoes,
        mss: tcp.mss,
        syn: origin.syn,
    };
    let kept = door.writer.write(move |store| {
        // It may have been revoked, or have echoed twice at once.
        caller::may_speak(store, &laptop)?;
        may_echo(store, &laptop, now)?;
        ways::add(store, &laptop, origin.exit, &sample)?;
        Ok::<_, Refusal>(exits::seen(store, &laptop, origin.exit, now)?)
    });
    kept.await.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// How many nonces came back, and the smallest round trip of one.
async fn listen<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) -> io::Result<(u32, Duration)> {
    let (mut echoes, mut least) = (0, Duration::MAX);
    let all = async {
        while echoes < NONCES {
            least = least.min(echo(stream).await?);
            echoes += 1;
        }
        Ok::<_, io::Error>(())
    };
    // What there is when the time is over counts.
    tokio::time::timeout(WHOLE, all).await.unwrap_or(Ok(()))?;
    Ok((echoes, least))
}

#[expect(clippy::disallowed_methods, reason = "it measures a time, and tells none")]
async fn echo<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) -> io::Result<Duration> {
    let nonce: [u8; NONCE] = secret::bytes().map_err(io::Error::other)?;
    let mut answer = [0; NONCE];
    let begun = Instant::now();
    stream.write_all(&nonce).await?;
    stream.flush().await?;
    stream.read_exact(&mut answer).await?;
    let time = begun.elapsed();
    if answer != nonce {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the echo was another one"));
    }
    Ok(time)
}
