//! The task that talks to the collector.
#![expect(
    clippy::disallowed_methods,
    reason = "part of the main loop: it reads the clock and waits"
)]

use crate::config::Config;
use crate::siem::Siem;
use crate::uplink::Echo;
use crate::uplink::Laptop;
use crate::uplink::Standing;
use crate::uplink::Uplink;
use jiff::Timestamp;
use ring::rand::SecureRandom;
use ring::rand::SystemRandom;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// The talking task and the strings to pull it by; it ends with this.
pub struct Talk {
    spooled: Arc<Notify>,
    nudged: Arc<Notify>,
    standing: watch::Receiver<Standing>,
    task: JoinHandle<()>,
}

impl Talk {
    /// Starts to talk.
    pub fn start(config: &Config, laptop: Laptop) -> Self {
        let (tell, standing) = watch::channel(Standing::default());
        let (spooled, nudged) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let way = match Siem::new(config) {
            Some(siem) => Way::Siem(Box::new(siem)),
            None => Way::Uplink(Box::new(Uplink::new(config.clone(), laptop))),
        };
        let task = talk(way, Arc::clone(&spooled), Arc::clone(&nudged), tell);
        Self { spooled, nudged, standing, task: tokio::spawn(task) }
    }

    /// Says that there is a new report to send.
    pub fn spooled(&self) {
        self.spooled.notify_one();
    }

    /// Says that our identity may have changed: it is tried at once.
    pub fn nudge(&self) {
        self.nudged.notify_one();
    }

    /// Comes to pass when the standing has changed.
    pub async fn changed(&mut self) {
        if self.standing.changed().await.is_err() {
            // The task broke; the main loop goes on spooling.
            std::future::pending::<()>().await;
        }
    }

    /// How things stand.
    pub fn standing(&self) -> Standing {
        self.standing.borrow().clone()
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Where reports go.
enum Way {
    Uplink(Box<Uplink>),
    Siem(Box<Siem>),
}

impl Way {
    async fn turn(&mut self, now: Timestamp, chance: f64) -> Duration {
        match self {
            Self::Uplink(uplink) => uplink.turn(now, chance).await,
            Self::Siem(siem) => siem.turn(now, chance).await,
        }
    }

    fn standing(&self) -> &Standing {
        match self {
            Self::Uplink(uplink) => uplink.standing(),
            Self::Siem(siem) => siem.standing(),
        }
    }

    fn echo(&mut self) -> Option<Echo> {
        match self {
            Self::Uplink(uplink) => uplink.echo(),
            Self::Siem(_) => None,
        }
    }
}

/// Takes turns. A new report is sent at once, but does not cut a wait short
/// that follows trouble.
async fn talk(
    mut way: Way,
    spooled: Arc<Notify>,
    nudged: Arc<Notify>,
    tell: watch::Sender<Standing>,
) {
    let mut echoes = JoinSet::new();
    loop {
        let wait = way.turn(Timestamp::now(), chance()).await;
        if let Some(echo) = way.echo() {
            while echoes.try_join_next().is_some() {}
            echoes.spawn(answer(echo));
        }
        let standing = way.standing();
        tell.send_if_modified(|told| {
            let changed = told != standing;
            if standing.trouble != told.trouble
                && let Some(trouble) = &standing.trouble
            {
                tracing::warn!("{trouble}");
            }
            told.clone_from(standing);
            changed
        });
        let in_trouble = standing.trouble.is_some();
        tokio::select! {
            () = spooled.notified(), if !in_trouble => {}
            () = nudged.notified() => {}
            () = sleep(wait) => {}
        }
    }
}

/// No report waits for it, and nobody is told: the next one comes in hours.
async fn answer(echo: Echo) {
    match echo.answer().await {
        Ok(count) => tracing::debug!(count, "answered the collector's echo"),
        Err(trouble) => tracing::debug!("no echo: {trouble}"),
    }
}

/// A number from 0 to 1, and in the middle if the system has none to give.
pub fn chance() -> f64 {
    let mut bytes = [0; 4];
    match SystemRandom::new().fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_ne_bytes(bytes)) / f64::from(u32::MAX),
        Err(_) => 0.5,
    }
}
