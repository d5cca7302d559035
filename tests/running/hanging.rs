//! A receiver that takes connections and never answers holds up nobody else.

use super::Load;
use std::net::TcpListener;
use tests::program::wait_for;
use tests::site::PATIENCE;
use tests::site::Site;

#[test]
fn a_sink_that_hangs_holds_up_no_report_and_no_other_sink() {
    let folder = tempfile::tempdir().unwrap();
    // The kernel takes connections in its name; nobody reads them.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let lines = folder.path().join("events.jsonl");
    let settings = format!(
        "[sinks.silent]\nkind = \"splunk\"\nurl = \"http://{}\"\ntoken_file = {:?}\n\
         [sinks.lines]\nkind = \"file\"\npath = {lines:?}\n",
        silent.local_addr().unwrap(),
        token(&folder),
    );
    let site = Site::start(folder.path(), &settings).unwrap();
    let load = Load::begin(&site);
    load.reach(20);
    let took = |name: &str| {
        let sinks = site.ask_json(&["sink", "list"]).unwrap();
        let sink = sinks.as_array().unwrap().iter().find(|sink| sink["name"] == name).cloned();
        sink.map_or((0, 0), |sink| {
            (sink["sent"].as_i64().unwrap(), sink["waiting"].as_i64().unwrap())
        })
    };
    let told = load.end();
    assert!(told.iter().all(|told| told.through >= 20 && told.trouble.is_none()), "{told:?}");
    assert!(
        wait_for(PATIENCE, || took("lines").0 > 0 && took("lines").1 == 0),
        "{:?}",
        took("lines")
    );
    let (sent, waiting) = took("silent");
    assert!(sent == 0 && waiting > 0, "{sent} {waiting}");
}

fn token(folder: &tempfile::TempDir) -> std::path::PathBuf {
    let path = folder.path().join("splunk.token");
    std::fs::write(&path, "token\n").unwrap();
    path
}
