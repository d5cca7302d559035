//! `moored-collector run`: the service.

use super::GOOD;
use super::paper::Paper;
use super::user;
use crate::clock;
use crate::config::Config;
use crate::config::Format;
use crate::config::Level;
use crate::config::Log;
use crate::serve::Claim;
use crate::serve::Server;
use crate::store;
use crate::store::audit;
use crate::store::audit::Actor;
use crate::store::people;
use crate::store::people::Role;
use crate::store::people::password;
use std::io;
use tokio::runtime::Builder;
use tokio::sync::watch;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Serves until the system asks to stop.
pub fn run(config: &Config, paper: &mut Paper) -> anyhow::Result<u8> {
    log(config.log);
    let _claim = Claim::of(&config.state)?;
    first_account(config, paper)?;
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let (stop, stopped) = watch::channel(false);
        let asked = asked_to_stop()?;
        let server = Server::start(config).await?;
        tokio::spawn(async move {
            asked.await;
            let _ = stop.send(true);
        });
        server.run(stopped).await;
        Ok(GOOD)
    })
}

/// The first start makes an account, or nobody could sign in.
fn first_account(config: &Config, paper: &mut Paper) -> anyhow::Result<()> {
    let store = store::create(&config.state)?;
    let now = clock::now();
    audit::begin(&store, now)?;
    if !people::accounts(&store, now)?.is_empty() {
        return Ok(());
    }
    let password = password::random_password()?;
    let change = store::change(&store)?;
    people::add(&change, (user::FIRST, Role::Admin), &password, &Actor::System, now)?;
    change.commit()?;
    user::print(user::FIRST, &password, paper)
}

/// Lines for people have no time, for the journal has its own clock; objects
/// have one, for they are carried elsewhere.
fn log(wanted: Log) {
    let level = match wanted.level {
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
    };
    // What crates below us have to say only matters to those who mend them.
    let others = level.min(LevelFilter::WARN);
    let ours = Targets::new().with_target("collector", level).with_default(others);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_target(false)
        .with_ansi(io::IsTerminal::is_terminal(&io::stderr()));
    let log = tracing_subscriber::registry().with(ours);
    // Whoever listens already goes on listening.
    let _ = match wanted.format {
        Format::Text => log.with(lines.without_time()).try_init(),
        Format::Json => log.with(lines.json().flatten_event(true)).try_init(),
    };
}

/// Comes when the system asks to stop; asking counts from now on.
#[cfg(unix)]
fn asked_to_stop() -> io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::SignalKind;
    use tokio::signal::unix::signal;

    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
    })
}

/// Comes when the person at the terminal asks to stop.
#[cfg(not(unix))]
fn asked_to_stop() -> io::Result<impl Future<Output = ()> + Send> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
