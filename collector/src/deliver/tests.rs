//! A sink gets what it is to get, from where it was, and nobody waits for it.
#![expect(clippy::disallowed_methods, reason = "the test reads what a file sink wrote")]

use super::*;
use crate::config::Config;
use crate::store;
use crate::store::deliveries::Figures;
use event::Event;
use event::What;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

struct Place {
    folder: TempDir,
    writer: Writer,
    changes: watch::Receiver<u64>,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (sender, changes) = watch::channel(0);
        let writer = Writer::start(store::create(folder.path()).unwrap(), sender).unwrap();
        Self { folder, writer, changes }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Ways to these sinks, as at a start.
    async fn start(&self, settings: &str) -> Vec<Delivery> {
        let settings = settings.replace("FOLDER", &self.path().display().to_string());
        let wanted = Config::parse("f", &settings).unwrap().sinks;
        let names: Vec<String> = wanted.iter().map(|wanted| wanted.name.clone()).collect();
        self.write(move |store| deliveries::settle(store, &names).unwrap()).await;
        let reader = || Reader::new(store::open(self.path()).unwrap());
        let way =
            |wanted| Delivery::new(wanted, reader(), self.writer.clone(), self.changes.clone());
        wanted.into_iter().map(way).collect()
    }

    async fn write(&self, change: impl FnOnce(&rusqlite::Connection) + Send + 'static) {
        let written = self.writer.write(move |store| {
            change(store);
            Ok::<_, Unwritten>(())
        });
        written.await.unwrap();
    }

    async fn tell(&self, numbers: std::ops::Range<u32>, change: fn(&mut Event)) {
        self.write(move |store| {
            for number in numbers {
                let now = clock::now();
                let mut event = Event::test(format!("event-{number}"), now);
                event.what = What::Opened;
                change(&mut event);
                events::add(store, &event).unwrap();
            }
        })
        .await;
    }

    fn figures(&self) -> Vec<Figures> {
        deliveries::figures(&store::open(self.path()).unwrap()).unwrap()
    }

    /// The names of the events in a file, in order.
    fn got(&self, file: &str) -> Vec<String> {
        let text = fs::read_to_string(self.path().join(file)).unwrap_or_default();
        let uid = |line: &str| {
            let event: serde_json::Value = serde_json::from_str(line).unwrap();
            event["metadata"]["uid"].as_str().unwrap().to_owned()
        };
        text.lines().map(uid).collect()
    }
}

/// Takes turns until there is nothing to do.
async fn empty(delivery: &mut Delivery) -> Turn {
    loop {
        match delivery.attempt(clock::now()).await.unwrap() {
            Turn::More => {}
            other => return other,
        }
    }
}

const FILE: &str = "[sinks.file]\nkind = \"file\"\npath = \"FOLDER/out\"\n";

fn names(numbers: std::ops::Range<u32>) -> Vec<String> {
    numbers.map(|number| format!("event-{number}")).collect()
}

#[tokio::test]
async fn a_new_sink_begins_with_what_comes_next_and_goes_on_where_it_was() {
    let place = Place::new();
    place.tell(0..3, |_| ()).await;
    let [way] = &mut place.start(FILE).await[..] else { panic!("one sink") };
    assert_eq!(empty(way).await, Turn::Idle);
    place.tell(3..600, |_| ()).await;
    assert_eq!(empty(way).await, Turn::Idle);
    assert_eq!(place.got("out"), names(3..600));
    place.tell(600..602, |_| ()).await;
    let [way] = &mut place.start(FILE).await[..] else { panic!("one sink") };
    assert_eq!(empty(way).await, Turn::Idle);
    assert_eq!(place.got("out"), names(3..602));
    let figures = &place.figures()[0];
    assert_eq!((figures.sent, figures.waiting, figures.failed), (599, 0, 0));
    place.start("").await;
    assert_eq!(place.figures(), []);
}

#[tokio::test]
async fn a_sink_gets_only_what_it_is_to_get() {
    let place = Place::new();
    let settings = format!("{FILE}severity = \"high\"\ngroups = [\"finance\"]\n");
    let [way] = &mut place.start(&settings).await[..] else { panic!("one sink") };
    let finance = |event: &mut Event| {
        let group = Some("finance".to_owned());
        event.incident.laptops = vec![event::Laptop { group, ..event::Laptop::default() }];
    };
    place.tell(0..1, |_| ()).await;
    place.tell(1..2, finance).await;
    place.tell(2..3, |event| event.incident.severity = model::Severity::Critical).await;
    place.tell(3..4, |event| event.what = What::Test).await;
    let both: fn(&mut Event) = |event| {
        event.incident.severity = model::Severity::High;
        let group = Some("finance".to_owned());
        event.incident.laptops = vec![event::Laptop { group, ..event::Laptop::default() }];
    };
    place.tell(4..5, both).await;
    assert_eq!(empty(way).await, Turn::Idle);
    assert_eq!(place.got("out"), ["event-3", "event-4"]);
    assert_eq!(place.figures()[0].waiting, 0);
}

#[tokio::test]
async fn a_sink_that_fails_waits_longer_each_time_says_why_and_holds_no_other_up() {
    let place = Place::new();
    let settings = format!("[sinks.broken]\nkind = \"file\"\npath = \"FOLDER/no/out\"\n{FILE}");
    let [broken, way] = &mut place.start(&settings).await[..] else { panic!("two sinks") };
    place.tell(0..2, |_| ()).await;
    for attempt in 1..=3 {
        let Turn::Wait(wait) = empty(broken).await else { panic!("it cannot be written") };
        assert!(wait <= Duration::from_millis(500 << attempt), "{wait:?}");
    }
    assert_eq!(empty(way).await, Turn::Idle);
    assert_eq!(place.got("out"), names(0..2));
    let figures = &place.figures()[0];
    assert_eq!((figures.failed, figures.sent, figures.waiting), (3, 0, 2));
    let error = figures.error.clone().unwrap();
    assert!(error.contains("/no/out: No such file or directory"), "{error}");
    fs::create_dir(place.path().join("no")).unwrap();
    assert_eq!(empty(broken).await, Turn::Idle);
    assert_eq!((place.got("no/out"), &place.figures()[0].error), (names(0..2), &None));
}

#[tokio::test]
async fn events_are_kept_for_a_sink_that_does_not_take_them_but_not_for_ever() {
    let place = Place::new();
    let settings = format!("[sinks.broken]\nkind = \"file\"\npath = \"FOLDER/no/out\"\n{FILE}");
    let [_, way] = &mut place.start(&settings).await[..] else { panic!("two sinks") };
    place.tell(0..5, |_| ()).await;
    empty(way).await;
    let later = clock::now() + jiff::SignedDuration::from_hours(1);
    let store = store::open(place.path()).unwrap();
    assert_eq!(events::forget(&store, later, Timestamp::MIN).unwrap(), 0);
    assert_eq!(place.figures()[0].waiting, 5);
    assert_eq!(events::forget(&store, later, later).unwrap(), 5);
    let [broken, file] = &place.figures()[..] else { panic!("two sinks") };
    assert_eq!((broken.lost, broken.waiting, file.lost), (5, 0, 0));
}

#[tokio::test]
async fn a_change_wakes_it_and_a_stop_ends_it() {
    let place = Place::new();
    let way = place.start(FILE).await.remove(0);
    let (stop, stopped) = watch::channel(false);
    let task = tokio::spawn(way.go_on(stopped));
    place.tell(0..1, |_| ()).await;
    let mut changes = place.changes.clone();
    while place.got("out").is_empty() {
        // The step it notes is a change, too.
        timeout(Duration::from_mins(1), changes.changed()).await.unwrap().unwrap();
    }
    stop.send(true).unwrap();
    timeout(Duration::from_mins(1), task).await.unwrap().unwrap();
}
