//! The ways to landmarks: measured by the agent, kept by the collector, and
//! shown to the employee.

use super::tinyproxy;
use anyhow::Context;
use collector::store;
use collector::store::landmarks;
use collector::store::landmarks::Least;
use collector::store::read;
use serde_json::Value;
use serde_json::json;
use std::io::Read;
use std::net::TcpListener;
use std::path::Path;
use tests::program::wait_for;
use tests::site::Laptop;
use tests::site::PATIENCE;
use tests::site::Site;

/// What the collector in this folder keeps of its only laptop.
fn kept(folder: &Path) -> anyhow::Result<Vec<Least>> {
    let store = store::open(&folder.join("collector"))?;
    let laptop = read::laptops(&store)?.pop().context("nobody is enrolled yet")?.id;
    Ok(landmarks::of_laptop(&store, &laptop, "127.0.0.1".parse()?)?)
}

/// What the agent says of landmarks in its status, once it says anything.
fn status(laptop: &Laptop) -> Value {
    let mut last = Value::Null;
    let is_told = wait_for(PATIENCE, || {
        last = laptop.status().map_or(Value::Null, |(_, status)| status["landmarks"].clone());
        !last["at"].is_null() || !last["omitted"].is_null()
    });
    assert!(is_told, "{last}\n{}", laptop.printed());
    last
}

#[test]
fn the_ways_to_landmarks_are_told_once_and_can_be_read_and_not_a_byte_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let name = listener.local_addr().unwrap().to_string();
    let settings = format!("[place.landmarks]\n{name:?} = \"50.1,8.7\"\n");
    let site = Site::start(folder.path(), &settings).unwrap();
    let mut laptop = site.laptop("laptop").unwrap();
    laptop.watch_for("probe-landmarks").unwrap();
    let token = site.token().unwrap();
    let more = format!("token = \"{token}\"\n[place]\nlandmarks = [{name:?}, \"127.0.0.1:1\"]\n");
    laptop.configure(&more).unwrap();
    laptop.start().unwrap();
    let mut least = Vec::new();
    let is_kept = wait_for(PATIENCE, || {
        least = kept(folder.path()).unwrap_or_default();
        !least.is_empty()
    });
    assert!(is_kept, "{}\n{}", laptop.printed(), site.collector_printed());
    let told: Vec<_> = least.iter().map(|one| (one.name.as_str(), one.connects)).collect();
    assert_eq!(told, [(name.as_str(), 5)]);
    for _ in 0..5 {
        let mut sent = Vec::new();
        listener.accept().unwrap().0.read_to_end(&mut sent).unwrap();
        assert_eq!(sent, b"");
    }
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err(), "there are five connections and no more");
    let microseconds = least[0].microseconds;
    let ways = json!([{ "name": name, "microseconds": microseconds, "connects": 5 }]);
    assert_eq!(status(&laptop)["ways"], ways);
    let said = |words: &[&str]| String::from_utf8(laptop.run(words).unwrap().stdout).unwrap();
    assert!(said(&["status"]).contains(&format!("landmarks    {name} ")), "{}", said(&["status"]));
    let told =
        format!("[{{\"name\":{name:?},\"microseconds\":{microseconds},\"connects\":5}}]}}\n");
    let shows = || said(&["show", "--raw"]).contains(&told);
    assert!(wait_for(PATIENCE, shows), "{}", said(&["show", "--raw"]));
    let page = said(&["show"]);
    assert!(page.contains("how long the ways to your employer's landmarks are"), "{page}");
    assert!(page.contains(&format!("nothing is sent to them: {name}, 127.0.0.1:1.")), "{page}");
}

#[test]
fn by_way_of_a_proxy_nothing_is_measured_and_the_status_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let name = listener.local_addr().unwrap().to_string();
    let site = Site::start(folder.path(), "").unwrap();
    let port = 18_892;
    let _proxy = tinyproxy(folder.path(), port);
    let mut laptop = site.laptop("laptop").unwrap();
    laptop.watch_for("probe-landmarks").unwrap();
    let token = site.token().unwrap();
    let more = format!(
        "token = \"{token}\"\n[place]\nlandmarks = [{name:?}]\n\
         [proxy]\nuse = \"http://127.0.0.1:{port}\"\n"
    );
    laptop.configure(&more).unwrap();
    laptop.start().unwrap();
    let told = status(&laptop);
    assert_eq!(told["omitted"], "a proxy is set, which would answer in their stead");
    assert_eq!((&told["at"], &told["ways"]), (&Value::Null, &json!([])));
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err(), "nobody called");
}
