//! `moored run`

use super::log;
use super::paper;
use super::read;
use super::strangers;
use crate::config::Config;
use crate::form;
use crate::hints;
use crate::host::Live;
use crate::identity;
use crate::platform;
use crate::platform::Life;
use crate::run;
use crate::run::End;
use crate::run::Start;
use anyhow::Context;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Hints that wait to be heard; more would say nothing new.
const HINTS: usize = 64;

pub fn run(file: &Path) -> anyhow::Result<u8> {
    let file = file.to_owned();
    let code = platform::live(move |life| {
        log::begin(life);
        serve(&file, life).unwrap_or_else(|error| {
            match life {
                Life::Service => tracing::error!("{error:#}"),
                Life::Program => paper::complain(&format!("moored: {error:#}")),
            }
            super::code(&error)
        })
    });
    code.context("cannot speak with the service control manager")
}

fn serve(file: &Path, life: Life) -> anyhow::Result<u8> {
    let mut config = read(file)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .thread_keep_alive(Duration::from_secs(1))
        .build()?;
    let result = loop {
        // Before anything is written.
        form::refuse_newer(&config.state)?;
        if life == Life::Service {
            is_ours(&config, file)?;
        }
        match runtime.block_on(watch(config, file)) {
            Ok(End::Stopped) => break Ok(0),
            Ok(End::Changed(changed)) => {
                tracing::info!("the configuration changed; starting again with it");
                config = *changed;
            }
            Err(error) => break Err(error),
        }
    };
    // A look that hangs must not keep us from ending.
    runtime.shutdown_background();
    result
}

/// Fails if a stranger may have written what the service goes by.
fn is_ours(config: &Config, file: &Path) -> anyhow::Result<()> {
    make_folder(config)?;
    let file = std::path::absolute(file)?;
    strangers::refuse(&[file.parent().unwrap_or(&file), &file, &config.state])
}

fn make_folder(config: &Config) -> anyhow::Result<()> {
    identity::make_folder(&config.state)
        .with_context(|| format!("cannot make {}", config.state.display()))
}

async fn watch(config: Config, file: &Path) -> anyhow::Result<End> {
    make_folder(&config)?;
    let live = Arc::new(Live::new());
    let (to, hints) = mpsc::channel(HINTS);
    let mut listening = hints::listen(&live, &config, file, &to);
    let deaf = std::mem::take(&mut listening.deaf);
    let start = Start { config, file: file.to_owned(), host: live, hints, deaf };
    run::run(start, platform::asked_to_stop()).await
}
