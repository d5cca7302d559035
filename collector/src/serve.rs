//! The collector as a whole: both addresses, the writer, and their end.

use crate::clock;
use crate::config::Config;
use crate::console;
use crate::console::Console;
use crate::http;
use crate::http::Door;
use crate::http::Listener;
use crate::http::Patience;
use crate::pki;
use crate::pki::Authority;
use crate::pki::PkiError;
use crate::pki::Shown;
use crate::private;
use crate::store;
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::Writer;
use serde::Deserialize;
use serde::Serialize;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// The file that says where the collector really listens, in the state folder.
pub const ADDRESSES: &str = "addresses.json";

/// Browsers' connections at a time.
const BROWSERS: usize = 512;
/// How often the certificates shown are looked after.
const UPKEEP: Duration = Duration::from_secs(3600);

/// Where the collector listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addresses {
    /// For agents.
    pub agents: SocketAddr,
    /// For people.
    pub console: SocketAddr,
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
    /// An address is taken or not ours.
    #[error("cannot listen at {0}: {1}")]
    Listen(SocketAddr, io::Error),
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
    certificates: Certificates,
}

/// Serves until `stop` is true, and lets what is under way end.
pub async fn serve(config: &Config, stop: watch::Receiver<bool>) -> Result<(), Unstarted> {
    Server::start(config).await?.run(stop).await;
    Ok(())
}

impl Server {
    /// Opens the database, made if need be, and both addresses.
    pub async fn start(config: &Config) -> Result<Self, Unstarted> {
        let state = &config.state;
        let connection = store::create(state)?;
        let (changes, changed) = watch::channel(0);
        let store = (Writer::start(connection, changes)?, Reader::new(store::open(state)?));
        let certificates = Certificates::open(config)?;
        let authority = Authority::create(state, clock::now())?;
        let agents_tls = pki::for_agents(certificates.agents.clone(), authority.certificate())?;
        let door = Arc::new(Door::new(store, authority, certificates.agents.clone(), config));
        let pages = Console {
            store: state.join(store::FILE),
            changes: changed,
            session: config.console.session.duration(),
        };
        let agents = Listener {
            socket: listen(config.agents.listen).await?,
            tls: Arc::new(agents_tls),
            router: http::router(door),
            connections: config.agents.connections.get() as usize,
            patience: Patience::AGENTS,
        };
        let console = Listener {
            socket: listen(config.console.listen).await?,
            tls: Arc::new(pki::for_people(certificates.console.clone())?),
            router: console::router(pages),
            connections: BROWSERS,
            patience: Patience::PEOPLE,
        };
        let addresses = Addresses {
            agents: agents.socket.local_addr()?,
            console: console.socket.local_addr()?,
        };
        let text = serde_json::to_vec(&addresses).map_err(io::Error::from)?;
        private::write(&state.join(ADDRESSES), &text)?;
        Ok(Self { addresses, agents, console, certificates })
    }

    /// Answers until `stop` is true, and lets what is under way end.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        let Addresses { agents, console } = self.addresses;
        tracing::info!("agents are heard at https://{agents}, people at https://{console}");
        tokio::join!(
            self.agents.listen(stop.clone()),
            self.console.listen(stop.clone()),
            self.certificates.look_after(stop),
        );
        tracing::info!("stopped");
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Unstarted> {
    TcpListener::bind(address).await.map_err(|error| Unstarted::Listen(address, error))
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
    async fn look_after(self, mut stop: watch::Receiver<bool>) {
        loop {
            let stopped = stop.wait_for(|stop| *stop);
            if tokio::time::timeout(UPKEEP, stopped).await.is_ok() {
                return;
            }
            // What is shown stays until there is something better.
            if let Err(error) = self.refresh() {
                tracing::error!("{error}");
            }
        }
    }

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
    match &config.agents.own {
        Some(own) => Shown::own(own),
        None => {
            let authority = Authority::create(&config.state, now)?;
            Shown::ours(&authority, &config.state, &config.agents.names, now)
        }
    }
}

/// `None` if the console shows what agents see.
fn for_console(config: &Config) -> Result<Option<Shown>, PkiError> {
    config.console.own.as_ref().map(Shown::own).transpose()
}
