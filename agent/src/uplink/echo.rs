//! The echo: answers the collector's nonces, so that it learns how long the way
//! to this laptop is (`model::echo`).
//!
//! It goes the way reports go, proxy included, on a connection of its own. No
//! report waits for it, and when it fails nobody is troubled: an old collector
//! knows nothing of it.

use super::Client;
use super::Trouble;
use super::tls;
use crate::config::Proxy;
use crate::identity::Identity;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use model::echo::NONCE;
use model::echo::NONCES;
use model::echo::PROTOCOL;
use std::io;
use std::time::Duration;
use tokio::io::AsyncRead;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWrite;
use tokio::io::AsyncWriteExt;

/// How often there is an echo, a quarter more or less.
const EVERY: Duration = Duration::from_hours(4);

/// How long one may take, from its first packet to its last.
const PATIENCE: Duration = Duration::from_mins(1);

/// When there was an echo, and when there is to be the next.
#[derive(Default)]
pub struct Pace(Option<(Timestamp, Duration)>);

impl Pace {
    /// How long until the next; nothing if it is due. After a clock was set
    /// back it is.
    pub fn until(&self, now: Timestamp) -> Duration {
        let Some((last, wait)) = self.0 else { return Duration::ZERO };
        let since = Duration::try_from(now.duration_since(last));
        since.map_or(Duration::ZERO, |since| wait.saturating_sub(since))
    }

    /// Notes that there is one now. `chance` is from 0 to 1.
    pub fn begin(&mut self, now: Timestamp, chance: f64) {
        self.0 = Some((now, EVERY.mul_f64(0.75 + chance.clamp(0.0, 1.0) / 2.0)));
    }
}

/// One echo, not begun yet.
pub struct Echo {
    client: Client,
    url: String,
}

impl Echo {
    /// An echo under this identity, by the way the reports go.
    pub fn new(identity: &Identity, proxy: &Proxy) -> Result<Self, Trouble> {
        let tls = tls::enrolled(identity)
            .map_err(|error| Trouble::Ours(format!("cannot use our identity: {error}")))?;
        let client = Client::new(tls, proxy, &identity.collector);
        Ok(Self { client, url: format!("{}/v1/echo", identity.collector) })
    }

    /// Asks for nonces and answers them; gives how many there were.
    pub async fn answer(self) -> Result<u32, Trouble> {
        let all = async {
            let stream = self.client.upgrade(&self.url, PROTOCOL).await?;
            let broken = |error| Trouble::Unanswered(format!("the echo broke off: {error}"));
            answer(&mut TokioIo::new(stream)).await.map_err(broken)
        };
        let late = || Trouble::Unanswered("the echo took too long".to_owned());
        tokio::time::timeout(PATIENCE, all).await.unwrap_or_else(|_| Err(late()))
    }
}

/// Writes back what comes, a nonce at a time, until the other end has enough.
pub(super) async fn answer<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) -> io::Result<u32> {
    let mut nonce = [0; NONCE];
    for count in 0..NONCES {
        match stream.read_exact(&mut nonce).await {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(count),
            read => read?,
        };
        stream.write_all(&nonce).await?;
        stream.flush().await?;
    }
    Ok(NONCES)
}
