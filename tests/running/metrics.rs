//! A real Prometheus reads the collector's figures.

use super::Load;
use serde_json::Value;
use std::fs;
use std::io::Read;
use std::io::Write;
use std::net::TcpListener;
use std::net::TcpStream;
use std::process::Command;
use tests::program;
use tests::program::Running;
use tests::program::wait_for;
use tests::site::PATIENCE;
use tests::site::Site;

/// The answer's head and body.
fn get(address: &str, path: &str) -> Option<(String, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.to_ascii_lowercase(), body.to_owned()))
}

/// The address at which the collector tells figures.
fn figures(site: &Site) -> Option<String> {
    let text = fs::read(site.state().join("addresses.json")).unwrap();
    let addresses: Value = serde_json::from_slice(&text).unwrap();
    addresses["metrics"].as_str().map(str::to_owned)
}

#[test]
fn promtool_finds_nothing_wrong_with_the_figures_and_prometheus_reads_them() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(folder.path(), "[metrics]\nlisten = \"127.0.0.1:0\"").unwrap();
    let address = figures(&site).unwrap();
    let load = Load::begin(&site);
    load.reach(20);
    let told: u64 = load.end().iter().map(|told| told.through).sum();
    assert!(get(&address, "/").unwrap().0.starts_with("http/1.1 404"));
    let (head, page) = get(&address, "/metrics").unwrap();
    assert!(head.contains("content-type: text/plain; version=0.0.4"), "{head}");
    let mut promtool = Command::new("promtool");
    let checked = program::run_with(promtool.args(["check", "metrics"]), page.as_bytes()).unwrap();
    let said = String::from_utf8_lossy(&checked.stderr).into_owned();
    assert!(checked.status.success() && said.is_empty(), "{said}\n{page}");
    for line in [
        format!("moored_collector_reports_taken_total {told}\n"),
        "moored_collector_laptops_heard{within=\"1h\"} 8\n".to_owned(),
        "moored_collector_laptops{standing=\"enrolled\"} 8\n".to_owned(),
        "moored_collector_open_alerts{severity=\"high\"} 8\n".to_owned(),
        "moored_collector_changes_waiting 0\n".to_owned(),
        "moored_collector_build_info{version=\"".to_owned(),
        "moored_collector_database_bytes{part=\"used\"} ".to_owned(),
        "moored_collector_commit_seconds_bucket{le=\"+Inf\"} ".to_owned(),
        "moored_collector_connections{address=\"agents\"} ".to_owned(),
    ] {
        assert!(page.contains(&line), "{line} is missing in\n{page}");
    }
    assert!(!page.contains("fleet"), "the figures name a laptop:\n{page}");
    let asked = prometheus_says(folder.path(), &address, "moored_collector_reports_taken_total");
    assert_eq!(asked, told.to_string());
}

/// What a Prometheus has read of a figure at that address.
fn prometheus_says(folder: &std::path::Path, address: &str, figure: &str) -> String {
    let config = folder.join("prometheus.yml");
    let text = format!(
        "global: {{ scrape_interval: 1s }}\n\
         scrape_configs: [{{ job_name: moored, static_configs: [{{ targets: ['{address}'] }}] }}]\n"
    );
    fs::write(&config, text).unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let mut prometheus = Command::new("prometheus");
    prometheus
        .arg(format!("--config.file={}", config.display()))
        .arg(format!("--storage.tsdb.path={}", folder.join("tsdb").display()))
        .arg(format!("--web.listen-address=127.0.0.1:{port}"));
    let running = Running::start(&mut prometheus, &folder.join("prometheus.log")).unwrap();
    let mut value = None;
    let said = wait_for(PATIENCE, || {
        let path = format!("/api/v1/query?query={figure}");
        let answer = get(&format!("127.0.0.1:{port}"), &path);
        let answer: Option<Value> = answer.and_then(|(_, body)| serde_json::from_str(&body).ok());
        let result = answer.map(|answer| answer["data"]["result"][0]["value"][1].clone());
        value = result.and_then(|result| result.as_str().map(str::to_owned));
        value.is_some()
    });
    assert!(said, "{}", running.printed());
    value.unwrap_or_default()
}

#[test]
fn nobody_can_read_figures_unless_the_operator_said_where() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(folder.path(), "").unwrap();
    assert_eq!(figures(&site), None);
}
