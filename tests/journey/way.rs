//! The way to a laptop is measured, whatever stands on it.

use super::Scene;
use super::tinyproxy;
use collector::place::path::Sample;
use collector::place::path::Vantage;
use collector::store;
use collector::store::exits;
use collector::store::ways;
use jiff::Timestamp;
use std::fs;
use std::net::IpAddr;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;
use tests::program::Running;
use tests::program::wait_for;
use tests::site::PATIENCE;
use tests::site::Site;

/// What the collector in this folder keeps of its only laptop.
struct Kept {
    ways: Vec<(IpAddr, Sample)>,
    addresses: Vec<String>,
}

fn kept(site: &Site, folder: &Path) -> Kept {
    let laptops = site.ask_json(&["laptops"]).unwrap();
    let id = laptops[0]["id"].as_str().unwrap_or_default();
    let store = store::open(&folder.join("collector")).unwrap();
    let addresses = exits::of_laptop(&store, id).unwrap();
    Kept {
        ways: ways::of_laptop(&store, id, Timestamp::UNIX_EPOCH).unwrap(),
        addresses: addresses.into_iter().map(|exit| exit.address).collect(),
    }
}

/// Waits for the first echo. A laptop that has echoed just now is not asked again.
fn measured(site: &Site, folder: &Path) -> (IpAddr, Sample) {
    let mut ways = Vec::new();
    let is_measured = wait_for(PATIENCE, || {
        ways = kept(site, folder).ways;
        !ways.is_empty()
    });
    assert!(is_measured, "{}", site.collector_printed());
    assert_eq!(ways.len(), 1);
    let sample = ways[0].1;
    assert!(sample.echoes >= 20 && sample.tcp_ms > 0.0 && sample.echo_ms > 0.0, "{sample:?}");
    ways[0]
}

const LOOPBACK: &str = "127.0.0.1";

#[test]
fn the_way_to_a_laptop_is_measured_once_and_a_refusal_troubles_nobody() {
    let Scene { folder, site, mut laptop } = Scene::begin("probe-way");
    let (exit, sample) = measured(&site, folder.path());
    assert_eq!((exit.to_string().as_str(), sample.vantage), (LOOPBACK, Vantage::Direct));
    assert_eq!(kept(&site, folder.path()).addresses, [LOOPBACK]);
    laptop.kill();
    laptop.start().unwrap();
    let refused = wait_for(PATIENCE, || site.collector_printed().contains("has echoed just now"));
    assert!(refused, "{}", site.collector_printed());
    laptop.is_well().unwrap();
    assert_eq!(kept(&site, folder.path()).ways, [(exit, sample)]);
}

#[test]
fn the_echo_goes_through_the_proxy_that_reports_go_through() {
    let Scene { folder, site, mut laptop } = Scene::set("probe-way");
    let port = 18_889;
    let proxy = tinyproxy(folder.path(), port);
    let token = site.token().unwrap();
    let settings = format!("token = \"{token}\"\n[proxy]\nuse = \"http://127.0.0.1:{port}\"\n");
    laptop.configure(&settings).unwrap();
    laptop.start().unwrap();
    measured(&site, folder.path());
    laptop.is_well().unwrap();
    // One for enrolment, one for reports, one for the echo.
    assert_eq!(proxy.printed().matches("Established").count(), 3, "{}", proxy.printed());
}

/// A real proxy before the collector, that tells for whom it speaks.
fn haproxy(folder: &Path, port: u16, collector: &str) -> Running {
    let (conf, log) = (folder.join("haproxy.cfg"), folder.join("haproxy.log"));
    let settings = format!(
        "defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 1m\n  timeout server 1m\n\
         listen agents\n  bind 127.0.0.1:{port}\n  server collector {collector} source 127.0.0.9 send-proxy-v2\n"
    );
    fs::write(&conf, settings).unwrap();
    let mut haproxy = Command::new("haproxy");
    let haproxy = Running::start(haproxy.arg("-db").arg("-f").arg(conf), &log).unwrap();
    let address = format!("127.0.0.1:{port}");
    assert!(wait_for(PATIENCE, || std::net::TcpStream::connect(&address).is_ok()));
    haproxy
}

/// A site that is reached by haproxy, whose own address is 127.0.0.9.
fn behind_haproxy(port: u16, settings: &str) -> (TempDir, Site, Running) {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(folder.path(), settings).unwrap();
    let proxy = haproxy(folder.path(), port, &site.agents);
    (folder, site, proxy)
}

#[test]
fn behind_a_proxy_of_the_company_the_laptops_own_address_is_kept() {
    let settings = "[place]\nproxies = [\"127.0.0.9\"]";
    let (folder, mut site, _proxy) = behind_haproxy(18_890, settings);
    "127.0.0.1:18890".clone_into(&mut site.agents);
    let mut laptop = site.laptop("laptop").unwrap();
    laptop.watch_for("probe-way").unwrap();
    laptop.start().unwrap();
    let (exit, sample) = measured(&site, folder.path());
    laptop.is_well().unwrap();
    assert_eq!((exit.to_string().as_str(), sample.vantage), (LOOPBACK, Vantage::Proxy));
    assert_eq!(kept(&site, folder.path()).addresses, [LOOPBACK]);
}

#[test]
fn a_proxy_that_the_operator_did_not_name_is_refused() {
    let (_folder, mut site, _proxy) = behind_haproxy(18_891, "");
    "127.0.0.1:18891".clone_into(&mut site.agents);
    let mut laptop = site.laptop("laptop").unwrap();
    laptop.watch_for("probe-way").unwrap();
    laptop.start().unwrap();
    laptop.complains("127.0.0.1:18891").unwrap();
    assert_eq!(site.ask_json(&["laptops"]).unwrap(), serde_json::json!([]));
}
