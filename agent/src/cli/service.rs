//! `moored service`

use super::CANNOT;
use super::CONFIG;
use super::paper;
use super::read;
use super::strangers;
use crate::config::Config;
use crate::form;
use crate::host::Platform;
use crate::identity;
use crate::platform;
use anyhow::Context;
use std::io;
use std::path::Path;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(clap::Subcommand)]
enum Verb {
    /// Make a service that Windows starts with the system
    ///
    /// Its account is `NT SERVICE\Moored`, which has no password and little else. The state folder
    /// becomes its, the system's and the administrators'; if anything in it is a stranger's, nothing
    /// is done. It is not started: `sc start Moored`.
    Install,
    /// Stop the service and remove it, and its source in the event log
    Remove {
        /// Remove the state as well: the key, reports that wait, and all else that is in that folder
        #[arg(long)]
        purge: bool,
    },
}

pub fn run(file: &Path, arguments: &Arguments) -> anyhow::Result<u8> {
    if let Some(instead) = instead(Platform::OURS) {
        paper::complain(&format!("moored: services like this are Windows'; here {instead}"));
        return Ok(CANNOT);
    }
    match arguments.verb {
        Verb::Install => install(file),
        Verb::Remove { purge } => {
            // What the file says besides does not matter any more.
            let state = Config::state_at_least(file);
            platform::remove().context("cannot remove the service")?;
            if purge {
                forget(&state).with_context(|| format!("cannot remove {}", state.display()))?;
            }
            paper::print("removed\n")?;
            Ok(0)
        }
    }
}

fn install(file: &Path) -> anyhow::Result<u8> {
    let config = read(file)?;
    form::refuse_newer(&config.state)?;
    identity::make_folder(&config.state)
        .with_context(|| format!("cannot make {}", config.state.display()))?;
    let file = std::path::absolute(file)?;
    // Before others are shut out: what they have put there would be ours from then on.
    strangers::refuse(&[file.parent().unwrap_or(&file), &file])?;
    strangers::refuse_in(&config.state)?;
    let file = file.to_string_lossy();
    let arguments =
        if file == CONFIG { vec!["run"] } else { vec!["--config", file.as_ref(), "run"] };
    let unset = platform::install(&arguments, &config.state).context("cannot make the service")?;
    paper::print("installed; `sc start Moored` starts it\n")?;
    for one in &unset {
        paper::complain(&format!("moored: could not set {one}"));
    }
    Ok(u8::from(!unset.is_empty()))
}

/// What there is instead of a service of Windows.
fn instead(platform: Platform) -> Option<&'static str> {
    match platform {
        Platform::Windows => None,
        Platform::Linux => Some("the package's unit runs the agent: `systemctl status moored`"),
        Platform::Macos => {
            Some("launchd runs the agent: `launchctl print system/org.moored.agent`")
        }
    }
}

fn forget(folder: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
