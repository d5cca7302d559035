//! `moored-collector run`: the service.

use super::GOOD;
use super::paper::Paper;
use super::user;
use crate::clock;
use crate::config::Config;
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

/// Serves until the system asks to stop.
pub fn run(config: &Config, paper: &mut Paper) -> anyhow::Result<u8> {
    log();
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
    let change = store.unchecked_transaction()?;
    people::add(&change, (user::FIRST, Role::Admin), &password, &Actor::System, now)?;
    change.commit()?;
    user::print(user::FIRST, &password, paper)
}

fn log() {
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::INFO)
        .with_writer(io::stderr)
        .with_target(false)
        // The journal has its own clock and no colors.
        .with_ansi(io::IsTerminal::is_terminal(&io::stderr()))
        .without_time()
        .init();
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
