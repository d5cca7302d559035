//! `moored service`

use super::CANNOT;
use super::CONFIG;
use super::DONE_BUT;
use super::paper;
use super::read;
use super::strangers;
use crate::config::Config;
use crate::form;
use crate::host::Platform;
use crate::identity;
use crate::platform;
use crate::platform::Begun;
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
    /// is done. Without a configuration the `agent.toml` beside this program becomes it; what is
    /// wrong with one is told, and the service made. It is not started.
    Install {
        /// Renew the service that is there; it is stopped
        #[arg(long)]
        again: bool,
    },
    /// Start the service, and tell if it ends at once
    Start,
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
        Verb::Install { again } => install(file, again),
        Verb::Start => start(),
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

fn install(file: &Path, again: bool) -> anyhow::Result<u8> {
    let state = Config::state_at_least(file);
    form::refuse_newer(&state)?;
    identity::make_folder(&state).with_context(|| format!("cannot make {}", state.display()))?;
    let file = std::path::absolute(file)?;
    // Before others are shut out: what they have put there would be ours from then on.
    strangers::refuse(&[file.parent().unwrap_or(&file), &file])?;
    strangers::refuse_in(&state)?;
    bring(&file)?;
    let wrong = read(&file).err();
    let file = file.to_string_lossy();
    let arguments =
        if file == CONFIG { vec!["run"] } else { vec!["--config", file.as_ref(), "run"] };
    let unset = platform::install(&arguments, &state, again).context("cannot make the service")?;
    paper::print("installed; `moored service start` starts it\n")?;
    for one in &unset {
        paper::complain(&format!("moored: could not set {one}"));
    }
    if let Some(wrong) = &wrong {
        paper::complain(&format!("moored: the service will not start with this:\n{wrong:#}"));
    }
    Ok(if unset.is_empty() && wrong.is_none() { 0 } else { DONE_BUT })
}

fn start() -> anyhow::Result<u8> {
    match platform::start().context("cannot start the service")? {
        Begun::Runs => {
            paper::print("started\n")?;
            Ok(0)
        }
        Begun::Ended => {
            paper::complain(
                "moored: the service ended at once; the event log says why, and so does `moored check`. \
                 Windows tries again, in the end every ten minutes",
            );
            Ok(DONE_BUT)
        }
    }
}

/// Makes the configuration that came with the program the one that holds, if there is none.
fn bring(file: &Path) -> anyhow::Result<()> {
    let program = std::env::current_exe()?;
    let Some(came) = file.file_name().map(|name| program.with_file_name(name)) else {
        return Ok(());
    };
    if file.exists() || !came.exists() {
        return Ok(());
    }
    std::fs::copy(&came, file)
        .with_context(|| format!("cannot copy {} to {}", came.display(), file.display()))?;
    Ok(())
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
