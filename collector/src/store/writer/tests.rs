//! An answer means that it is on disk, and one failure is nobody else's.

use super::*;
use crate::store;
use std::sync::mpsc;
use tempfile::TempDir;

struct Place {
    state: TempDir,
    writer: Writer,
    changed: watch::Receiver<u64>,
}

impl Place {
    fn new() -> Self {
        let state = tempfile::tempdir().unwrap();
        let connection = store::create(state.path()).unwrap();
        let (sender, changed) = watch::channel(0);
        Self { state, writer: Writer::start(connection, sender).unwrap(), changed }
    }

    /// What another connection finds in the file.
    fn accounts(&self) -> Vec<String> {
        let store = store::open(self.state.path()).unwrap();
        let mut names = store.prepare("select name from account order by name").unwrap();
        names.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    }

    /// Keeps the writer busy until the sender is dropped.
    async fn hold(&self) -> mpsc::Sender<()> {
        let (release, held) = mpsc::channel::<()>();
        let (tell, begun) = oneshot::channel();
        let writer = self.writer.clone();
        tokio::spawn(async move {
            writer
                .write(move |_| {
                    tell.send(()).unwrap();
                    let _ = held.recv();
                    Ok::<_, Failure>(())
                })
                .await
        });
        begun.await.unwrap();
        release
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Failure {
    Unwritten(Unwritten),
    Sqlite(String),
    Own,
}

impl From<Unwritten> for Failure {
    fn from(error: Unwritten) -> Self {
        Self::Unwritten(error)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error.to_string())
    }
}

fn add(connection: &Connection, name: &str) -> Result<(), Failure> {
    connection.execute("insert into account (name, password) values (?1, 'x')", [name])?;
    Ok(())
}

#[tokio::test]
async fn an_answer_means_that_it_is_on_disk_and_that_changes_moved() {
    let place = Place::new();
    assert_eq!(place.writer.write(|store| add(store, "a")).await, Ok(()));
    assert_eq!(place.accounts(), ["a"]);
    assert_eq!(*place.changed.borrow(), 1);
}

#[tokio::test]
async fn a_change_of_nothing_does_not_move_changes() {
    let place = Place::new();
    let nothing = |store: &Connection| {
        store.execute("delete from account where name = 'a'", [])?;
        Ok::<_, Failure>(5)
    };
    assert_eq!(place.writer.write(nothing).await, Ok(5));
    assert_eq!(*place.changed.borrow(), 0);
}

#[tokio::test]
async fn a_failure_takes_back_its_own_and_not_the_rest_of_its_group() {
    let place = Place::new();
    let release = place.hold().await;
    let write = |name: &'static str, fails: bool| {
        let writer = place.writer.clone();
        tokio::spawn(async move {
            writer
                .write(move |store| {
                    add(store, name)?;
                    if fails { Err(Failure::Own) } else { Ok(()) }
                })
                .await
        })
    };
    let broken = {
        let writer = place.writer.clone();
        tokio::spawn(async move {
            writer
                .write(|store| {
                    add(store, "panics")?;
                    assert!(store.is_autocommit(), "told to");
                    Ok::<_, Failure>(())
                })
                .await
        })
    };
    let tasks = [write("a", false), write("b", true), write("c", false)];
    tokio::task::yield_now().await;
    drop(release);
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    assert_eq!(answers, [Ok(()), Err(Failure::Own), Ok(())]);
    let expected = Unwritten::Failed("the change broke off".to_owned());
    assert_eq!(broken.await.unwrap(), Err(Failure::Unwritten(expected)));
    assert_eq!(place.accounts(), ["a", "c"]);
}

#[tokio::test]
async fn a_full_queue_says_so_at_once() {
    let place = Place::new();
    let release = place.hold().await;
    let answers: Vec<_> = (0..QUEUE)
        .map(|_| {
            let tell: Tell = Box::new(|_| {});
            place.writer.queue.try_send(Box::new(|_| Done { keep: true, tell }))
        })
        .collect();
    assert!(answers.iter().all(Result::is_ok));
    let told = place.writer.write(|store| add(store, "a")).await;
    assert_eq!(told, Err(Failure::Unwritten(Unwritten::Busy)));
    drop(release);
}

#[tokio::test]
async fn a_group_that_cannot_be_committed_is_told_so_and_the_next_one_can() {
    let place = Place::new();
    let deferred = |store: &Connection| {
        store.execute_batch("pragma defer_foreign_keys = on")?;
        store.execute("insert into session values (x'00', 'nobody', '', '', '', '', '')", [])?;
        Ok::<_, Failure>(())
    };
    let expected = "FOREIGN KEY constraint failed".to_owned();
    let told = place.writer.write(deferred).await;
    assert_eq!(told, Err(Failure::Unwritten(Unwritten::Failed(expected))));
    assert_eq!(*place.changed.borrow(), 0);
    assert_eq!(place.writer.write(|store| add(store, "a")).await, Ok(()));
    assert_eq!(place.accounts(), ["a"]);
}
