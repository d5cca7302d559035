//! Linux: sessions and inhibitors come and go, as files of logind.

use super::Hint;
use notify::Event;
use notify::EventKind;
use notify::RecommendedWatcher;
use notify::RecursiveMode;
use notify::Watcher as _;
use std::path::Path;
use tokio::sync::mpsc;
use tokio::sync::mpsc::Receiver;
use tokio::sync::mpsc::Sender;

/// Below it logind makes the folders it needs, some only when it first does.
const ABOVE: &str = "/run/systemd";

/// What is watched, and which sensor it is for. Where there is no logind, only
/// the table of logins is there.
const PLACES: [(&str, &str); 3] = [
    ("/run/systemd/sessions", "session"),
    ("/run/systemd/inhibit", "inhibit"),
    ("/run/utmp", "session"),
];

/// Watches until the receiver is gone. Gives what could not be watched, in a
/// sentence; a place that is not there is none of it.
pub fn listen(to: &Sender<Hint>) -> Option<String> {
    match watch(to) {
        Ok((watcher, appeared)) => {
            drop(tokio::spawn(follow(watcher, appeared, to.clone())));
            None
        }
        Err(error) => Some(format!("cannot hear people log in and out: {error}")),
    }
}

fn watch(to: &Sender<Hint>) -> notify::Result<(RecommendedWatcher, Receiver<()>)> {
    let (appear, appeared) = mpsc::channel(1);
    let to = to.clone();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // A full channel already holds enough to make us look, or follow.
        for sensor in sensors(&event) {
            let _ = to.try_send(Hint::Look(sensor));
        }
        if has_new_place(&event) {
            let _ = appear.try_send(());
        }
    })?;
    if Path::new(ABOVE).is_dir() {
        watcher.watch(Path::new(ABOVE), RecursiveMode::NonRecursive)?;
    }
    watch_places(&mut watcher);
    Ok((watcher, appeared))
}

/// Watches places that were made after we began, and looks at them, for what
/// happened in between was not heard.
async fn follow(mut watcher: RecommendedWatcher, mut appeared: Receiver<()>, to: Sender<Hint>) {
    loop {
        tokio::select! {
            () = to.closed() => return,
            Some(()) = appeared.recv() => {}
        }
        watch_places(&mut watcher);
        for (_, sensor) in PLACES {
            let _ = to.try_send(Hint::Look(sensor));
        }
    }
}

/// Watching a place again replaces its watch.
fn watch_places(watcher: &mut RecommendedWatcher) {
    for (place, _) in PLACES.iter().filter(|(place, _)| Path::new(place).exists()) {
        if let Err(error) = watcher.watch(Path::new(place), RecursiveMode::NonRecursive) {
            tracing::debug!(%error, place, "cannot watch it; only scheduled looks will see");
        }
    }
}

/// The sensors an event is for: none for reading, all for events that were lost.
fn sensors(event: &notify::Result<Event>) -> Vec<&'static str> {
    let Ok(event) = event else {
        return vec!["session", "inhibit"];
    };
    if event.need_rescan() {
        return vec!["session", "inhibit"];
    }
    if matches!(event.kind, EventKind::Access(_)) {
        return Vec::new();
    }
    let concerns = |place: &str| event.paths.iter().any(|path| path.starts_with(place));
    PLACES.iter().filter(|(place, _)| concerns(place)).map(|&(_, sensor)| sensor).collect()
}

fn has_new_place(event: &notify::Result<Event>) -> bool {
    let Ok(Event { kind: EventKind::Create(_), paths, .. }) = event else {
        return false;
    };
    paths.iter().any(|path| PLACES.iter().any(|(place, _)| path == Path::new(place)))
}

#[cfg(test)]
mod tests {
    //! Events as inotify tells them.

    use super::*;
    use notify::event::AccessKind;
    use notify::event::CreateKind;
    use notify::event::DataChange;
    use notify::event::Flag;
    use notify::event::ModifyKind;

    fn event(kind: EventKind, path: &str) -> Event {
        Event::new(kind).add_path(path.into())
    }

    #[test]
    fn a_file_of_logind_names_its_sensor() {
        let made = EventKind::Create(CreateKind::File);
        let changed = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        let read = EventKind::Access(AccessKind::Read);
        for (kind, path, expected) in [
            (made, "/run/systemd/sessions/2", &["session"][..]),
            (made, "/run/systemd/inhibit/1", &["inhibit"]),
            (made, "/run/systemd/inhibit", &["inhibit"]),
            (changed, "/run/utmp", &["session"]),
            (read, "/run/systemd/sessions/2", &[]),
            (made, "/run/systemd/units", &[]),
            (made, "/run/systemd", &[]),
        ] {
            assert_eq!(sensors(&Ok(event(kind, path))), expected, "{path}");
        }
    }

    #[test]
    fn lost_events_make_both_look() {
        let lost = Ok(Event::new(EventKind::Other).set_flag(Flag::Rescan));
        assert_eq!(sensors(&lost), ["session", "inhibit"]);
        assert_eq!(sensors(&Err(notify::Error::generic("x"))), ["session", "inhibit"]);
    }

    #[test]
    fn only_a_watched_folder_that_is_made_is_a_new_place() {
        let made = EventKind::Create(CreateKind::Folder);
        assert!(has_new_place(&Ok(event(made, "/run/systemd/inhibit"))));
        assert!(!has_new_place(&Ok(event(made, "/run/systemd/units"))));
        assert!(!has_new_place(&Ok(event(made, "/run/systemd/inhibit/1"))));
    }
}
