//! Looks under way: each on a thread of its own, with a time limit, and not
//! more of them than they are worth.
#![expect(clippy::disallowed_methods, reason = "part of the main loop: it reads the clock")]

use crate::host::Host;
use crate::host::Unseen;
use crate::sensors;
use crate::sensors::Asked;
use crate::sensors::Blind;
use crate::sensors::socket;
use crate::watch::Look;
use crate::watch::look;
use model::Finding;
use model::Rung;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::Receiver;
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::channel;
use tokio::task::spawn_blocking;
use tokio::time::Instant;
use tokio::time::timeout;

/// A burst of hints is one look: this long after the first of them.
const BURST: Duration = Duration::from_millis(10);

/// A sensor looks again on a hint only after so many times the time its last
/// look took. Three sensors look when programs start: however busy the machine is,
/// together they take less than a hundredth of a core.
const REST: u32 = 400;

/// No rest is longer: a first look, which reads what later ones need not, must
/// not keep a sensor from seeing what comes next.
const LONGEST: Duration = Duration::from_secs(5);

/// A program that has just started waits at its port this much later.
const SETTLED: Duration = Duration::from_millis(300);

/// How soon sockets are looked at again while a remote tool runs: a session
/// shorter than this may go unseen.
const AGAIN: Duration = Duration::from_secs(1);

/// How soon a new network is looked at again whose router is not known yet.
const UNSETTLED: Duration = Duration::from_secs(30);

/// A look that takes longer is given up, so that it cannot blind the others.
const LIMIT: Duration = Duration::from_secs(10);

/// The looks under way and those to come.
pub struct Looks {
    host: Arc<dyn Host>,
    asked: Arc<Asked>,
    paces: BTreeMap<&'static str, Pace>,
    done: Receiver<Done>,
    report: Sender<Done>,
}

/// What is known of one sensor's looks.
#[derive(Default)]
struct Pace {
    under_way: bool,
    due: Option<Instant>,
    rested: Option<Instant>,
    /// Shared with the thread that looks, so that one that was given up and
    /// has not come back is known.
    thread: Option<Arc<()>>,
}

impl Pace {
    /// When the next look may begin: it is asked for while one is under way as
    /// well, which then must rest first.
    fn at(&self) -> Option<Instant> {
        self.due.map(|due| self.rested.map_or(due, |rested| rested.max(due)))
    }
}

struct Done {
    look: Look,
    took: Duration,
}

impl Looks {
    /// Looks at `host`, also for what is asked for by name.
    pub fn new(host: Arc<dyn Host>, asked: Asked) -> Self {
        let (report, done) = channel(16);
        Self { host, asked: Arc::new(asked), paces: BTreeMap::new(), done, report }
    }

    /// Looks for other things by name from now on.
    pub fn ask(&mut self, asked: Asked) {
        let network_key = self.asked.network_key;
        self.asked = Arc::new(Asked { network_key, ..asked });
    }

    /// Makes tokens under that key from now on; true if it is another.
    pub fn know(&mut self, network_key: Option<[u8; 32]>) -> bool {
        let is_new = self.asked.network_key != network_key;
        self.asked = Arc::new(Asked { network_key, ..Asked::clone(&self.asked) });
        is_new
    }

    /// The next look that came back.
    pub async fn next(&mut self) -> Option<Look> {
        let Done { look, took } = self.done.recv().await?;
        let now = Instant::now();
        let pace = self.paces.entry(look.sensor).or_default();
        pace.under_way = false;
        pace.rested = Some(now + (took * REST).min(LONGEST));
        Some(look)
    }

    /// Lets a sensor look soon, for something happened.
    pub fn soon(&mut self, sensor: &'static str) {
        self.within(sensor, BURST);
    }

    /// Lets a sensor look when a program that started has settled: what it does
    /// it does a little later, and nothing tells of that.
    pub fn settled(&mut self, sensor: &'static str) {
        self.within(sensor, SETTLED);
    }

    /// Lets a sensor look again that has not seen all yet, and whom nothing tells
    /// when there is more.
    pub fn unsettled(&mut self, sensor: &'static str) {
        self.within(sensor, UNSETTLED);
    }

    /// Lets the sockets be looked at again and again while one of these findings
    /// is about a tool that runs: nothing tells that somebody connects to it.
    pub fn follow(&mut self, open: &[Finding]) {
        let runs = |finding: &Finding| {
            finding.tool.as_ref().is_some_and(|tool| tool.rung >= Rung::Running)
        };
        if open.iter().any(runs) {
            self.within(socket::NAME, AGAIN);
        }
    }

    /// Lets a sensor look after that time, if it is not to look sooner.
    fn within(&mut self, sensor: &'static str, wait: Duration) {
        let pace = self.paces.entry(sensor).or_default();
        let at = Instant::now() + wait;
        pace.due = Some(pace.due.map_or(at, |due| due.min(at)));
    }

    /// When the next look is due; looks under way must come back first.
    pub fn due(&self) -> Option<Instant> {
        let waiting = self.paces.values().filter(|pace| !pace.under_way);
        waiting.filter_map(Pace::at).min()
    }

    /// Starts the looks that are due.
    pub fn start_due(&mut self, now: Instant) {
        let is_due = |pace: &Pace| !pace.under_way && pace.at().is_some_and(|at| now >= at);
        let due: Vec<&'static str> =
            self.paces.iter().filter(|(_, pace)| is_due(pace)).map(|(&name, _)| name).collect();
        for sensor in due {
            self.start(sensor);
        }
    }

    /// Lets the host drop what it kept from earlier looks.
    pub fn forget(&self) {
        self.host.forget();
    }

    /// Lets the host look out for programs with these names.
    pub fn look_out_for(&self, programs: &BTreeSet<String>) {
        self.host.look_out_for(programs);
    }

    /// What no look will see, as counted since the start.
    pub fn unseen(&self) -> Unseen {
        self.host.unseen()
    }

    /// Starts a look now, unless one is under way.
    pub fn start(&mut self, name: &'static str) {
        let pace = self.paces.entry(name).or_default();
        let Some(sensor) = sensors::find(name).filter(|_| !pace.under_way) else {
            return;
        };
        pace.under_way = true;
        pace.due = None;
        let is_stuck = pace.thread.as_ref().is_some_and(|thread| Arc::strong_count(thread) > 1);
        let thread = (!is_stuck).then(|| Arc::clone(pace.thread.insert(Arc::new(()))));
        let (host, asked) = (Arc::clone(&self.host), Arc::clone(&self.asked));
        let report = self.report.clone();
        tokio::spawn(async move {
            let begun = Instant::now();
            let seen = match thread {
                Some(thread) => limited(move || look(sensor, host.as_ref(), &asked), thread).await,
                None => Err("an earlier look has not come back"),
            };
            let look = seen.unwrap_or_else(|reason| failed(name, reason));
            // Nobody listens any more when the agent is ending.
            let _ = report.send(Done { look, took: begun.elapsed() }).await;
        });
    }
}

/// Looks on a thread; an error if that takes too long or breaks.
async fn limited(
    look: impl FnOnce() -> Look + Send + 'static,
    thread: Arc<()>,
) -> Result<Look, &'static str> {
    let looking = spawn_blocking(move || {
        let look = look();
        drop(thread);
        look
    });
    match timeout(LIMIT, looking).await {
        Ok(Ok(look)) => Ok(look),
        Ok(Err(_)) => Err("the sensor broke"),
        Err(_) => Err("timed out"),
    }
}

fn failed(sensor: &'static str, reason: &str) -> Look {
    let (source, reason) = (format!("the sensor {sensor}"), reason.to_owned());
    Look { sensor, seen: Err(Blind::Failed { source, reason }) }
}

#[cfg(test)]
mod tests;
