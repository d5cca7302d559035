//! Tasks and the clock: the only place they meet.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the main loop: it reads the clock and waits"
)]

mod landmarks;
mod looks;
mod reload;
mod start;
mod talk;

use crate::config::Config;
use crate::config::Managed;
use crate::form;
use crate::hints::Hint;
use crate::host::Host;
use crate::host::Unseen;
use crate::memory;
use crate::platform;
use crate::private;
use crate::sensors;
use crate::sensors::Sensor;
use crate::sensors::network;
use crate::sensors::process;
use crate::sensors::program;
use crate::sensors::setting;
use crate::sensors::socket;
use crate::signature;
use crate::spool::Spool;
use crate::status;
use crate::status::Measured;
use crate::status::Status;
use crate::uplink::Laptop;
use crate::watch::Letter;
use crate::watch::Look;
use crate::watch::Watch;
use anyhow::Context;
use jiff::Timestamp;
use landmarks::Landmarks;
use looks::Looks;
use std::collections::BTreeMap;
use std::fs::File;
use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use talk::Talk;
use tokio::sync::mpsc::Receiver;
use tokio::time::Instant;
use tokio::time::sleep_until;

/// Editors write a file in several steps; it is read when they have come to rest.
const SETTLE: Duration = Duration::from_millis(200);

/// When a report could not be written, it is tried again this soon.
const DISK_RETRY: Duration = Duration::from_secs(30);

/// What an agent is started with.
pub struct Start {
    /// The settings in force.
    pub config: Config,
    /// Where they were read; read again when it changes.
    pub file: PathBuf,
    /// The machine to watch.
    pub host: Arc<dyn Host>,
    /// What the system says has changed.
    pub hints: Receiver<Hint>,
    /// What it cannot say.
    pub deaf: Vec<String>,
}

/// Why an agent ended.
#[derive(Debug)]
pub enum End {
    /// It was asked to.
    Stopped,
    /// It is to start again with these settings.
    Changed(Box<Config>),
}

/// Watches until `stop` comes to pass or the settings change.
pub async fn run(start: Start, stop: impl Future<Output = ()>) -> anyhow::Result<End> {
    let mut turn = Turn::new(start)?;
    turn.learn_key();
    let mut stop = pin!(stop);
    for sensor in turn.config.sensors() {
        turn.looks.start(sensor.name());
    }
    turn.notify_ready();
    loop {
        let next = turn.next();
        let wake = tokio::select! {
            () = &mut stop => return Ok(End::Stopped),
            Some(look) = turn.looks.next() => Wake::Looked(look),
            Some(hint) = turn.hints.recv() => Wake::Hint(hint),
            () = turn.talk.changed() => Wake::Told,
            Some(measured) = turn.landmarks.next() => Wake::Measured(measured),
            () = sleep_until(next) => Wake::Due,
        };
        if let Some(config) = turn.take(wake) {
            return Ok(End::Changed(Box::new(config)));
        }
    }
}

enum Wake {
    Looked(Look),
    Hint(Hint),
    Told,
    Measured(Vec<model::Landmark>),
    Due,
}

/// Everything the main loop holds.
struct Turn {
    config: Config,
    file: PathBuf,
    hints: Receiver<Hint>,
    looks: Looks,
    watch: Watch,
    spool: Spool,
    talk: Talk,
    landmarks: Landmarks,
    status: Status,
    /// The status as it was last written.
    written: Option<Status>,
    heartbeat: Instant,
    scheduled: Instant,
    /// How many unseen programs reports have told of.
    unseen: u64,
    settings: Option<Instant>,
    /// What whoever manages the machine had set when it was last read.
    managed: Managed,
    watchdog: Option<(Duration, Instant)>,
    /// Held as long as we run.
    _claim: File,
}

impl Turn {
    fn new(start: Start) -> anyhow::Result<Self> {
        let Start { config, file, host, hints, deaf } = start;
        let state = &config.state;
        let claim = status::claim(state).with_context(|| {
            format!("cannot claim {}: does another agent run?", state.display())
        })?;
        form::mark(state).with_context(|| format!("cannot write to {}", state.display()))?;
        let loaded =
            signature::load_light(&config.signatures).map_err(|wrong| start::tell(&wrong))?;
        let laptop = Laptop::of(host.as_ref());
        let spool = start::open_spool(&config, &laptop, start::fingerprint(&loaded, &config)?)?;
        let names = config.sensors().into_iter().map(Sensor::name);
        let status = Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started: Timestamp::now(),
            at: Timestamp::now(),
            uplink: crate::uplink::Standing::default(),
            sight: BTreeMap::new(),
            signatures: loaded.signatures.len(),
            spared: BTreeMap::new(),
            managed: config.managed.iter().map(ToString::to_string).collect(),
            open: 0,
            problems: reload::doubts(&config),
            deaf,
            unread: BTreeMap::new(),
            disk: None,
            unseen: Unseen::default(),
            landmarks: Measured::default(),
        };
        let now = Instant::now();
        let rules = start::rules(loaded.signatures, &config);
        host.look_out_for(&rules.programs());
        Ok(Self {
            looks: Looks::new(host, rules.asked()),
            watch: Watch::new(rules, names, start::remembered(state, Timestamp::now())),
            talk: Talk::start(&config, laptop),
            landmarks: Landmarks::new(&config),
            heartbeat: now + config.heartbeat.duration(),
            scheduled: now + config.look.duration(),
            unseen: 0,
            settings: None,
            managed: Managed::here(&file),
            watchdog: watchdog(now),
            spool,
            status,
            written: None,
            hints,
            file,
            config,
            _claim: claim,
        })
    }

    /// When there is something to do although nothing happens.
    fn next(&self) -> Instant {
        let told = self.watch.untold(Timestamp::now()).and_then(|wait| wait.try_into().ok());
        let told = told.map(|wait: Duration| Instant::now() + wait);
        let watchdog = self.watchdog.map(|(_, at)| at);
        let times = [self.settings, watchdog, self.looks.due(), self.landmarks.due(), told];
        let soonest = times.into_iter().flatten().min();
        let always = self.heartbeat.min(self.scheduled);
        soonest.map_or(always, |at| at.min(always))
    }

    /// Takes a wake-up in; gives new settings to start again with, if there are.
    fn take(&mut self, wake: Wake) -> Option<Config> {
        match wake {
            Wake::Looked(look) => {
                self.note_network(&look);
                let letter = self.watch.take(look, Timestamp::now());
                self.follow(letter.as_ref());
                self.tell(letter);
            }
            Wake::Hint(Hint::Look(sensor)) => {
                if !self.config.disabled.contains(sensor) {
                    self.looks.soon(sensor);
                    if sensor == process::NAME {
                        self.follow_start();
                    }
                }
                return None;
            }
            Wake::Hint(Hint::Settings) => self.settings = Some(Instant::now() + SETTLE),
            Wake::Hint(Hint::Identity) => {
                self.learn_key();
                self.talk.nudge();
            }
            Wake::Told => self.note_standing(),
            Wake::Measured(measured) => self.tell_measured(measured),
            Wake::Due => return self.due(),
        }
        self.write_status();
        None
    }

    /// Lets what a program does after its start be looked at a little later.
    fn follow_start(&mut self) {
        for sensor in [socket::NAME, program::NAME] {
            if self.may_look(sensor) {
                self.looks.settled(sensor);
            }
        }
    }

    /// Lets the sockets be looked at again soon while a remote tool runs, its
    /// settings when there is news of one, for whose it is may have changed, and
    /// the network while its router is not known.
    fn follow(&mut self, letter: Option<&Letter>) {
        if self.may_look(network::NAME) && !network::is_settled(self.watch.seen(network::NAME)) {
            self.looks.unsettled(network::NAME);
        }
        if self.may_look(socket::NAME) {
            self.looks.follow(&self.watch.open());
        }
        let mut news = letter.into_iter().flat_map(|letter| &letter.findings);
        if self.may_look(setting::NAME) && news.any(|finding| finding.tool.is_some()) {
            self.looks.soon(setting::NAME);
        }
    }

    fn may_look(&self, sensor: &str) -> bool {
        !self.config.disabled.contains(sensor)
    }

    fn due(&mut self) -> Option<Config> {
        let now = Instant::now();
        self.looks.start_due(now);
        self.measure_landmarks();
        if now >= self.scheduled {
            self.scheduled = now + self.config.look.duration();
            self.looks.forget();
            self.learn_key();
            // Not every system says when these change.
            if Managed::here(&self.file) != self.managed {
                self.settings = Some(now);
            }
            let letter = self.watch.again(Timestamp::now());
            self.tell(letter);
            self.status.unseen = self.looks.unseen();
            for sensor in self.config.sensors() {
                self.looks.start(sensor.name());
            }
        }
        if self.watch.untold(Timestamp::now()).is_some_and(|wait| wait.is_zero()) {
            let letter = self.watch.again(Timestamp::now());
            self.tell(letter);
        }
        if now >= self.heartbeat {
            let letter = self.watch.heartbeat(Timestamp::now());
            self.tell(Some(letter));
        }
        if let Some((every, at)) = &mut self.watchdog
            && now >= *at
        {
            *at = now + *every;
            notify_alive();
        }
        if self.settings.is_some_and(|at| now >= at) {
            self.settings = None;
            return self.reload();
        }
        None
    }

    /// Spools a letter; tells everything again after one that was lost.
    fn tell(&mut self, letter: Option<Letter>) {
        let Some(letter) = letter else { return };
        for finding in &letter.findings {
            let state = if finding.closed.is_some() { "closed" } else { "open" };
            tracing::info!(signature = finding.signature, state, "{}", finding.title);
        }
        self.heartbeat = Instant::now() + self.config.heartbeat.duration();
        self.status.unseen = self.looks.unseen();
        let unseen = self.status.unseen.sum();
        let letter = Letter { unseen: unseen - self.unseen, ..letter };
        match self.spool.push(letter, Timestamp::now()) {
            Ok(pushed) => {
                if pushed.sequence.is_some() {
                    self.unseen = unseen;
                }
                self.status.disk = None;
                if pushed.lost_findings {
                    self.watch.lost();
                }
                self.talk.spooled();
            }
            Err(error) => {
                tracing::error!(%error, "cannot write a report");
                self.status.disk = Some(format!("cannot write reports to disk: {error}"));
                self.watch.lost();
                self.heartbeat = Instant::now() + DISK_RETRY;
            }
        }
    }

    /// Writes the status if anything in it has changed.
    fn write_status(&mut self) {
        if let Some(memory) = self.watch.unsaved()
            && let Err(error) = private::save(&self.config.state.join(memory::FILE), memory)
        {
            tracing::warn!(%error, "cannot write what is remembered");
        }
        self.status.uplink = self.talk.standing();
        self.status.sight = self.watch.sight();
        self.status.open = self.watch.open().len();
        self.status.spared = self.watch.spared();
        let seen = sensors::ALL.iter().map(|it| (it.name(), self.watch.seen(it.name())));
        self.status.unread = sensors::unseen(seen);
        if self.written.as_ref() == Some(&self.status) {
            return;
        }
        self.status.at = Timestamp::now();
        self.written = Some(self.status.clone());
        if let Err(error) = self.status.write(&self.config.state) {
            tracing::debug!(%error, "cannot write the status");
        }
    }

    fn notify_ready(&self) {
        tracing::info!(
            signatures = self.status.signatures,
            configuration = %self.file.display(),
            "watching"
        );
        for deaf in &self.status.deaf {
            tracing::warn!("{deaf}; only scheduled looks will see");
        }
        platform::tell_ready();
        #[cfg(target_os = "linux")]
        drop(sd_notify::notify(&[sd_notify::NotifyState::Ready]));
    }
}

/// The service manager's watchdog, asked at half its time.
#[cfg(target_os = "linux")]
fn watchdog(now: Instant) -> Option<(Duration, Instant)> {
    let every = sd_notify::watchdog_enabled()? / 2;
    Some((every, now + every))
}

#[cfg(not(target_os = "linux"))]
fn watchdog(_now: Instant) -> Option<(Duration, Instant)> {
    None
}

fn notify_alive() {
    #[cfg(target_os = "linux")]
    drop(sd_notify::notify(&[sd_notify::NotifyState::Watchdog]));
}
