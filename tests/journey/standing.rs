//! Each thing that keeps reports from the collector has its own clear line.

use super::Scene;
use super::probe;
use super::tinyproxy;
use super::until;
use std::fs;
use std::os::unix::net::UnixDatagram;
use std::process::Command;
use tests::program;
use tests::program::wait_for;
use tests::site::Laptop;
use tests::site::PATIENCE;

#[test]
fn a_collector_that_goes_away_is_told_and_missed_reports_follow() {
    let Scene { folder, mut site, laptop } = Scene::begin("probe-away");
    site.kill_collector();
    let _probe = probe(folder.path(), "probe-away");
    laptop.complains("nothing listens there").unwrap();
    assert_eq!(laptop.status().unwrap().0, 1, "it is degraded");
    site.start_collector().unwrap();
    until(&site, |all| all.len() == 1);
}

#[test]
fn a_collector_with_another_certificate_is_not_believed() {
    let Scene { folder, mut site, laptop } = Scene::begin("probe-other");
    site.kill_collector();
    fs::rename(folder.path().join("collector"), folder.path().join("first")).unwrap();
    site.start_collector().unwrap();
    let _probe = probe(folder.path(), "probe-other");
    laptop.complains("is not from the authority we know").unwrap();
    assert!(site.findings().unwrap().is_empty());
}

/// The agent under another clock, by the library of Debian's faketime.
fn at_another_time(laptop: &Laptop, time: &str) -> Command {
    let folders = fs::read_dir("/usr/lib").unwrap().map(|folder| folder.unwrap().path());
    let library = folders
        .map(|folder| folder.join("faketime/libfaketime.so.1"))
        .find(|library| library.exists())
        .expect("faketime comes with `make tools`");
    let mut command = laptop.command();
    command.env("LD_PRELOAD", library).env("FAKETIME", time).env("DONT_FAKE_MONOTONIC", "1");
    command
}

#[test]
fn a_clock_that_is_years_off_is_told() {
    let Scene { folder: _folder, site: _site, mut laptop } = Scene::begin("probe-clock");
    laptop.kill();
    laptop.start_as(&mut at_another_time(&laptop, "+30y")).unwrap();
    laptop.complains("is the clock right?").unwrap();
}

#[test]
fn a_clock_that_is_hours_off_is_told_while_reports_go_on() {
    let Scene { folder, site, mut laptop } = Scene::set("probe-hours");
    laptop.start_as(&mut at_another_time(&laptop, "+3h")).unwrap();
    laptop.complains("ahead of the collector's").unwrap();
    let _probe = probe(folder.path(), "probe-hours");
    until(&site, |all| all.len() == 1);
}

#[test]
fn a_full_disk_is_told_and_what_was_found_follows_when_there_is_room() {
    let Scene { folder, site, mut laptop } = Scene::set("probe-disk");
    let disk = SmallDisk::mount(&laptop.state());
    laptop.start().unwrap();
    laptop.is_well().unwrap();
    disk.fill();
    let _probe = probe(folder.path(), "probe-disk");
    let printed = wait_for(PATIENCE, || laptop.printed().contains("cannot write a report"));
    assert!(printed, "{}", laptop.printed());
    disk.clear();
    until(&site, |all| all.len() == 1);
}

/// A disk of its own for a folder, which can be filled; gone when dropped.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn mount(folder: &std::path::Path) -> Self {
        fs::create_dir_all(folder).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=256k", "moored-test"]).arg(folder);
        let mounted = program::run(&mut mount).unwrap();
        assert!(mounted.status.success(), "{}", String::from_utf8_lossy(&mounted.stderr));
        Self(folder.to_owned())
    }

    fn fill(&self) {
        let filled = fs::write(self.0.join("filler"), vec![0; 1 << 20]);
        assert!(filled.is_err(), "the disk was not full");
    }

    fn clear(&self) {
        fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(program::run(Command::new("umount").arg("-l").arg(&self.0)));
    }
}

#[test]
fn reports_go_through_a_proxy() {
    let Scene { folder, site, mut laptop } = Scene::set("probe-proxy");
    let port = 18_888;
    let proxy = tinyproxy(folder.path(), port);
    let token = site.token().unwrap();
    let settings = format!("token = \"{token}\"\n[proxy]\nuse = \"http://127.0.0.1:{port}\"\n");
    laptop.configure(&settings).unwrap();
    laptop.start().unwrap();
    laptop.is_well().unwrap();
    let _probe = probe(folder.path(), "probe-proxy");
    until(&site, |all| all.len() == 1);
    assert!(proxy.printed().contains("CONNECT"), "{}", proxy.printed());
    let connections = proxy.printed().matches("CONNECT").count();
    let mut other = site.laptop("other").unwrap();
    other.watch_for("probe-proxy").unwrap();
    let mut command = other.command();
    command.env_remove("NO_PROXY").env_remove("no_proxy").env_remove("https_proxy");
    command.env("HTTPS_PROXY", format!("http://127.0.0.1:{port}"));
    other.start_as(&mut command).unwrap();
    other.is_well().unwrap();
    let more = proxy.printed().matches("CONNECT").count();
    assert!(more > connections, "the environment's proxy was not used");
}

#[test]
fn a_bad_edit_keeps_the_last_good_settings_and_says_what_is_wrong() {
    let Scene { folder, site, laptop } = Scene::begin("probe-edit");
    let good = fs::read_to_string(laptop.configuration()).unwrap();
    fs::write(laptop.configuration(), format!("heartbeet = \"1m\"\n{good}")).unwrap();
    laptop.complains("agent.toml:1: heartbeet is not a setting").unwrap();
    let signature = laptop.signatures().join("test/probe.toml");
    let text = fs::read_to_string(&signature).unwrap();
    fs::write(laptop.configuration(), good).unwrap();
    laptop.is_well().unwrap();
    fs::write(&signature, text.replace("name = \"probe-edit\"", "nam = \"probe-edit\"")).unwrap();
    laptop.complains("`process` has no field `nam`").unwrap();
    let _probe = probe(folder.path(), "probe-edit");
    until(&site, |all| all.len() == 1);
    fs::write(&signature, text.replace("A probe runs", "A probe has a new title")).unwrap();
    until(&site, |all| all.iter().any(|one| one["title"] == "A probe has a new title"));
    laptop.is_well().unwrap();
}

#[test]
fn the_service_manager_hears_that_the_agent_is_ready_and_alive() {
    let Scene { folder, site: _site, mut laptop } = Scene::set("probe-ready");
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut command = laptop.command();
    command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "400000");
    laptop.start_as(&mut command).unwrap();
    let hear = || {
        let mut buffer = [0; 256];
        let length = socket.recv(&mut buffer).unwrap();
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    };
    assert!(hear().contains("READY=1"));
    assert!(hear().contains("WATCHDOG=1"));
    assert!(hear().contains("WATCHDOG=1"));
    let stopped = laptop.agent().unwrap().stop();
    stopped.unwrap();
    assert_eq!(laptop.status().unwrap().0, 3, "it does not run any more");
}
