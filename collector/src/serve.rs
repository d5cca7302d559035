//! The collector as a whole: both addresses, the writer, and their end.

mod placing;
mod retention;

use crate::api;
use crate::api::Gate;
use crate::backup::ADDRESSES;
use crate::backup::BROKEN_OFF;
use crate::clock;
use crate::config::Config;
use crate::console;
use crate::console::Console;
use crate::deliver::Delivery;
use crate::http;
use crate::http::Door;
use crate::http::Listener;
use crate::http::Patience;
use crate::http::origin::Proxies;
use crate::http::syn;
use crate::metrics::Metrics;
use crate::oidc::Provider;
use crate::pki;
use crate::pki::Authority;
use crate::pki::PkiError;
use crate::pki::Shown;
use crate::private;
use crate::secret::NoChance;
use crate::store;
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::Unwritten;
use crate::store::Writer;
use crate::store::deliveries;
use placing::Placing;
use retention::Retention;
use serde::Deserialize;
use serde::Serialize;
use std::fs::File;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Browsers' connections at a time.
const BROWSERS: usize = 512;
/// How often the certificates shown are looked after, and old addresses forgotten.
const UPKEEP: Duration = Duration::from_hours(1);

/// The state folder, which is this collector's alone while this lives.
pub struct Claim {
    _lock: File,
}

impl Claim {
    /// Claims the folder, made if need be.
    pub fn of(state: &Path) -> Result<Self, Unstarted> {
        let wrong = |error| StoreError::File(state.to_owned(), error);
        private::folder(state, store::FILE).map_err(wrong)?;
        if state.join(BROKEN_OFF).exists() {
            return Err(Unstarted::BrokenOff(state.to_owned()));
        }
        let lock = private::claim(state).map_err(|error| match error.kind() {
            io::ErrorKind::ResourceBusy => Unstarted::Runs(state.to_owned()),
            _ => wrong(error).into(),
        })?;
        Ok(Self { _lock: lock })
    }
}

/// Where the collector listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addresses {
    /// For agents.
    pub agents: SocketAddr,
    /// For people.
    pub console: SocketAddr,
    /// For a Prometheus, if one may read figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metrics: Option<SocketAddr>,
}

/// Why the collector cannot start.
#[derive(Debug, thiserror::Error)]
pub enum Unstarted {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The certificates.
    #[error(transparent)]
    Pki(#[from] PkiError),
    /// Another collector works there.
    #[error("another collector runs on {0}, or a backup is being restored there")]
    Runs(PathBuf),
    /// A restore was broken off.
    #[error("a restore into {0} was broken off: empty the folder and restore again")]
    BrokenOff(PathBuf),
    /// An address is taken or not ours.
    #[error("cannot listen at {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// The system gives no random numbers.
    #[error(transparent)]
    Chance(#[from] NoChance),
    /// The system.
    #[error("cannot start: {0}")]
    System(#[from] io::Error),
}

/// A collector that listens, and answers once it runs.
pub struct Server {
    /// Where it listens.
    pub addresses: Addresses,
    agents: Listener,
    console: Listener,
    metrics: Option<TcpListener>,
    figures: Metrics,
    upkeep: Upkeep,
    placing: Placing,
    deliveries: Vec<Delivery>,
}

/// Serves until `stop` is true, and lets what is under way end.
pub async fn serve(config: &Config, stop: watch::Receiver<bool>) -> Result<(), Unstarted> {
    Server::start(config).await?.run(stop).await;
    Ok(())
}

impl Server {
    /// Opens the database, made if need be, and both addresses.
    pub async fn start(config: &Config) -> Result<Self, Unstarted> {
        let connection = store::create(&config.state)?;
        let (sender, changes) = watch::channel(0);
        let writer = Writer::start(connection, sender)?;
        let deliveries = deliver(config, &writer, &changes).await?;
        let certificates = Certificates::open(config)?;
        let retention =
            Retention::open(config, writer.clone(), Reader::new(store::open(&config.state)?))?;
        let reader = Reader::new(store::open(&config.state)?);
        let placing = Placing::new(config, (writer.clone(), reader));
        let agents = hear(config, writer, certificates.agents.clone()).await?;
        let console = show(config, changes, certificates.console.clone()).await?;
        let metrics = match config.metrics.listen {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        let addresses = Addresses {
            agents: agents.socket.local_addr()?,
            console: console.socket.local_addr()?,
            metrics: metrics.as_ref().map(TcpListener::local_addr).transpose()?,
        };
        let figures = Metrics::new(Reader::new(store::open(&config.state)?));
        let text = serde_json::to_vec(&addresses).map_err(io::Error::from)?;
        private::write(&config.state.join(ADDRESSES), &text)?;
        let upkeep = Upkeep { certificates, retention };
        Ok(Self { addresses, agents, console, metrics, figures, upkeep, placing, deliveries })
    }

    /// Answers until `stop` is true, and lets what is under way end.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        let Addresses { agents, console, metrics } = self.addresses;
        tracing::info!("agents are heard at https://{agents}, people at https://{console}");
        let mut ways = JoinSet::new();
        for delivery in self.deliveries {
            ways.spawn(delivery.go_on(stop.clone()));
        }
        if let Some(metrics) = metrics {
            tracing::info!("figures are at http://{metrics}/metrics");
        }
        let figures = async {
            if let Some(socket) = self.metrics {
                self.figures.listen(socket, stop.clone()).await;
            }
        };
        tokio::join!(
            self.agents.listen(stop.clone()),
            self.console.listen(stop.clone()),
            self.upkeep.go_on(stop.clone()),
            self.placing.go_on(stop.clone()),
            figures,
        );
        ways.join_all().await;
        tracing::info!("stopped");
    }
}

/// A way to each sink, on a connection of its own.
async fn deliver(
    config: &Config,
    writer: &Writer,
    changes: &watch::Receiver<u64>,
) -> Result<Vec<Delivery>, Unstarted> {
    let names: Vec<String> = config.sinks.iter().map(|wanted| wanted.name.clone()).collect();
    let settled = writer.write(move |store| {
        deliveries::settle(store, &names).map_err(|error| Unwritten::Failed(error.to_string()))
    });
    settled.await.map_err(io::Error::other)?;
    let mut all = Vec::new();
    for wanted in &config.sinks {
        let reader = Reader::new(store::open(&config.state)?);
        all.push(Delivery::new(wanted.clone(), reader, writer.clone(), changes.clone()));
    }
    Ok(all)
}

/// The address for agents.
async fn hear(config: &Config, writer: Writer, shown: Arc<Shown>) -> Result<Listener, Unstarted> {
    let reader = Reader::new(store::open(&config.state)?);
    let authority = Authority::create(&config.state, clock::now())?;
    let tls = pki::for_agents(shown.clone(), authority.certificate())?;
    let socket = listen(config.agents.listen).await?;
    // Without first packets the rest is measured and judged as before.
    if let Err(error) = syn::keep(&socket) {
        tracing::warn!("the system keeps no first packets: {error}");
    }
    let door = Door::new((writer, reader), authority, shown, config);
    Ok(Listener {
        name: "agents",
        socket,
        tls: Arc::new(tls),
        router: http::router(Arc::new(door)),
        connections: config.agents.connections.get() as usize,
        patience: Patience::AGENTS,
        proxies: Proxies::new(&config.place.proxies),
    })
}

/// The address for people.
async fn show(
    config: &Config,
    changes: watch::Receiver<u64>,
    shown: Arc<Shown>,
) -> Result<Listener, Unstarted> {
    let session = config.console.session.duration();
    let file = config.state.join(store::FILE);
    let second_factor = config.console.second_factor;
    let gate = Gate::new(file.clone(), config.console.api_requests.get());
    let provider = config.console.oidc.as_ref().map(Provider::new).transpose()?.map(Arc::new);
    let learn_until = config.incidents.rules().learn_until;
    let pages = Console { store: file, changes, session, second_factor, provider, learn_until };
    Ok(Listener {
        name: "console",
        socket: listen(config.console.listen).await?,
        tls: Arc::new(pki::for_people(shown)?),
        router: console::router(pages)?.nest(api::PATH, api::router(gate)),
        connections: BROWSERS,
        patience: Patience::PEOPLE,
        proxies: Proxies::default(),
    })
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Unstarted> {
    TcpListener::bind(address).await.map_err(|error| Unstarted::Listen(address, error))
}

/// What is done now and then while the collector runs.
struct Upkeep {
    certificates: Certificates,
    retention: Retention,
}

impl Upkeep {
    async fn go_on(self, mut stop: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                () = self.retention.apply() => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            let stopped = stop.wait_for(|stop| *stop);
            if tokio::time::timeout(UPKEEP, stopped).await.is_ok() {
                return;
            }
            // What is shown stays until there is something better.
            if let Err(error) = self.certificates.refresh() {
                tracing::error!("{error}");
            }
        }
    }
}

/// The certificates shown at the two addresses, and how to make them anew.
struct Certificates {
    config: Config,
    agents: Arc<Shown>,
    console: Arc<Shown>,
}

impl Certificates {
    fn open(config: &Config) -> Result<Self, PkiError> {
        let agents = Arc::new(for_agents(config)?);
        let console = for_console(config)?.map_or_else(|| agents.clone(), Arc::new);
        Ok(Self { config: config.clone(), agents, console })
    }

    /// Replaces them when they near their end, or when the company has.
    fn refresh(&self) -> Result<(), PkiError> {
        self.agents.replace(&for_agents(&self.config)?);
        if let Some(console) = for_console(&self.config)? {
            self.console.replace(&console);
        }
        Ok(())
    }
}

fn for_agents(config: &Config) -> Result<Shown, PkiError> {
    let now = clock::now();
    if let Some(own) = &config.agents.own {
        return Shown::own(own);
    }
    let authority = Authority::create(&config.state, now)?;
    Shown::ours(&authority, &config.state, &config.agents.names, now)
}

/// `None` if the console shows what agents see.
fn for_console(config: &Config) -> Result<Option<Shown>, PkiError> {
    config.console.own.as_ref().map(Shown::own).transpose()
}
