//! The collector as IT runs it: backed up, restored, stopped, all under load.

#[path = "running/backup.rs"]
mod backup;
#[path = "running/hanging.rs"]
mod hanging;
#[path = "running/log.rs"]
mod log;
#[path = "running/metrics.rs"]
mod metrics;
#[path = "running/stopping.rs"]
mod stopping;
#[path = "running/together.rs"]
mod together;

use collector::store;
use collector::store::numbering::Run;
use collector::store::read;
use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::thread;
use std::thread::JoinHandle;
use tests::fleet;
use tests::fleet::Member;
use tests::fleet::Says;
use tests::program::wait_for;
use tests::site::PATIENCE;
use tests::site::Site;
use tokio::sync::watch;

/// So many agents report at a time.
const AGENTS: usize = 8;

/// Agents that report without a pause, until they are stopped or hear no more.
struct Load {
    stop: watch::Sender<bool>,
    thread: JoinHandle<Vec<Member>>,
    progress: Arc<Mutex<Vec<Told>>>,
}

/// How far the reports of an agent are acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    laptop: String,
    run: String,
    through: u64,
    /// Why it hears no more.
    trouble: Option<String>,
}

impl Load {
    fn begin(site: &Site) -> Self {
        let configuration = site.laptop("fleet").unwrap().configuration();
        let (stop, stopped) = watch::channel(false);
        let progress: Arc<Mutex<Vec<Told>>> = Arc::default();
        let seen = Arc::clone(&progress);
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let members = fleet::enroll(&configuration, AGENTS).await.unwrap();
                let mut tasks = tokio::task::JoinSet::new();
                for (place, member) in members.into_iter().enumerate() {
                    seen.lock().unwrap().push(Told::of(&member));
                    tasks.spawn(go_on(member, place, Arc::clone(&seen), stopped.clone()));
                }
                tasks.join_all().await
            })
        });
        Self { stop, thread, progress }
    }

    /// How far all are at the moment.
    fn told(&self) -> Vec<Told> {
        self.progress.lock().unwrap().clone()
    }

    /// Waits until every agent has had so many reports acknowledged.
    fn reach(&self, through: u64) {
        let is_at =
            |told: &[Told]| told.len() == AGENTS && told.iter().all(|told| told.through >= through);
        assert!(wait_for(PATIENCE, || is_at(&self.told())), "{:#?}", self.told());
    }

    fn end(self) -> Vec<Told> {
        self.stop.send_replace(true);
        self.ended()
    }

    /// Waits until no agent hears any more.
    fn ended(self) -> Vec<Told> {
        self.thread.join().unwrap().iter().map(Told::of).collect()
    }
}

async fn go_on(
    mut member: Member,
    place: usize,
    progress: Arc<Mutex<Vec<Told>>>,
    stop: watch::Receiver<bool>,
) -> Member {
    while !*stop.borrow() {
        let told = member.tell(4, Says::Finding).await;
        let mut progress = progress.lock().unwrap();
        progress[place] = Told::of(&member);
        if let Err(error) = told {
            progress[place].trouble = Some(error.to_string());
            break;
        }
    }
    member
}

impl Told {
    fn of(member: &Member) -> Self {
        let Member { laptop, run, acknowledged, .. } = member;
        Self { laptop: laptop.clone(), run: run.clone(), through: *acknowledged, trouble: None }
    }

    /// How far the collector with this state folder has taken reports in, of
    /// which none before may be missing.
    fn kept(&self, state: &Path) -> u64 {
        let store = store::open(state).unwrap();
        let run = Run { laptop: &self.laptop, run: &self.run };
        let highest = run.highest(&store).unwrap().unwrap_or(0);
        assert_eq!(read::gaps(&store, &self.laptop).unwrap(), [], "{self:?}");
        u64::try_from(highest).unwrap()
    }
}
