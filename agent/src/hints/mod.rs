//! What the system says has changed. Looks are truth; a hint only makes us
//! look sooner. A lost hint costs time until the next look, never truth.

pub mod classes;
pub mod endpoint;
mod files;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
// What Windows and macOS tell is read here, so that it is tested everywhere.
pub mod pending;
#[cfg(target_os = "linux")]
mod sessions;
mod software;
pub mod trace;
#[cfg(target_os = "windows")]
mod windows;

use crate::config::Config;
use crate::host::Live;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::mpsc::Sender;

/// Something to look at now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// This sensor should look.
    Look(&'static str),
    /// The configuration or a signature file changed.
    Settings,
    /// An identity appeared, or an enrolment was asked for.
    Identity,
}

/// Listens until the receiver is gone. Gives what could not be listened to,
/// each in a sentence; the agent then relies on its scheduled looks.
pub fn listen(live: &Arc<Live>, config: &Config, file: &Path, to: &Sender<Hint>) -> Listening {
    let mut deaf = Vec::new();
    #[cfg(target_os = "linux")]
    deaf.extend(linux::listen(live, to));
    #[cfg(target_os = "linux")]
    deaf.extend(sessions::listen(to));
    #[cfg(target_os = "windows")]
    let ears = {
        let (ears, told) = windows::listen(live, to);
        deaf.extend(told);
        ears
    };
    #[cfg(target_os = "macos")]
    let ears = {
        let (ears, told) = macos::listen(live, to, config.endpoint_security);
        deaf.extend(told);
        ears
    };
    let places = software::places(live.as_ref());
    let mut watcher = files::watch(config, file, places.clone(), to).map_err(|error| {
        deaf.push(format!("cannot watch the configuration and the signatures: {error}"));
    });
    if let Ok(watcher) = &mut watcher {
        deaf.extend(software::watch(watcher, &places));
    }
    Listening {
        deaf,
        _watcher: watcher.ok(),
        #[cfg(not(target_os = "linux"))]
        _ears: ears,
    }
}

/// Listening goes on while this is kept.
pub struct Listening {
    /// What could not be listened to, each in a sentence.
    pub deaf: Vec<String>,
    _watcher: Option<files::Watcher>,
    #[cfg(target_os = "windows")]
    _ears: windows::Ears,
    #[cfg(target_os = "macos")]
    _ears: macos::Ears,
}
