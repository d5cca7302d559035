//! What the real collector measures of the real agent on a course, and what
//! that agent measures itself.

use super::course;
use super::course::COLLECTOR;
use super::course::Course;
use super::course::PROXY;
use super::scenario::Hop;
use super::scenario::Landmark;
use super::scenario::Scenario;
use crate::program;
use crate::program::wait_for;
use crate::site::Laptop;
use crate::site::Site;
use agent::sensors;
use anyhow::bail;
use collector::place::path::Sample;
use collector::store;
use collector::store::landmarks;
use collector::store::landmarks::Least;
use collector::store::read;
use collector::store::ways;
use jiff::Timestamp;
use std::fs;
use std::net::IpAddr;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// The port on which the collector hears agents.
const PORT: u16 = 8443;

/// So many agents echo at once. A collector measures a laptop's way once in a
/// while, so each echo is that of a laptop of its own.
const AT_ONCE: usize = 6;

/// The one sensor that looks: an agent that has seen nothing reports nothing,
/// and there is no echo before a report.
const SENSOR: &str = "machine";

/// How long enrolment, a first report and an echo may take.
const PATIENCE: Duration = Duration::from_secs(45);

/// What was measured of one laptop.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The address it came from.
    pub exit: IpAddr,
    /// Its echo, and TCP.
    pub sample: Sample,
    /// What it measured of landmarks.
    pub landmarks: Vec<Least>,
}

/// A collector at the far end of a course, and what agents need to go there.
struct Station {
    token: String,
    site: Site,
    /// The landmarks: collectors too.
    _others: Vec<Site>,
    course: Course,
    scenario: Scenario,
    folder: TempDir,
}

/// What was measured on so many connections of a scenario. The same seed draws
/// the same delays and losses.
pub fn measure(
    scenario: &Scenario,
    connections: usize,
    seed: u64,
) -> anyhow::Result<Vec<Measured>> {
    let station = Station::build(scenario, seed)?;
    let mut measured = Vec::new();
    let (mut begun, mut printed) = (0, String::new());
    while measured.len() < connections {
        if begun > 2 * connections + AT_ONCE {
            let said = station.site.collector_printed();
            bail!("of {begun} agents only {} echoed: {printed}\n{said}", measured.len());
        }
        let before = measured.len();
        let wave = AT_ONCE.min(connections - before);
        let agents = (begun..begun + wave).map(|number| station.agent(number));
        let agents = agents.collect::<anyhow::Result<Vec<Laptop>>>()?;
        begun += wave;
        wait_for(PATIENCE, || {
            measured = station.measured().unwrap_or_default();
            measured.len() >= before + wave
        });
        printed = agents.iter().map(Laptop::printed).collect();
    }
    Ok(measured)
}

impl Station {
    fn build(scenario: &Scenario, seed: u64) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let course = Course::lay(scenario, folder.path(), seed)?;
        let at = format!("{COLLECTOR}:{PORT}");
        let settings = landmarks(scenario);
        let site = course.collector.within(|| Site::start_at(folder.path(), &at, &settings))??;
        let mut others = Vec::new();
        for (number, space) in course.landmarks.iter().enumerate() {
            let (folder, at) = (folder.path().join(format!("landmark-{number}")), name(number));
            fs::create_dir(&folder)?;
            others.push(space.within(|| Site::start_at(&folder, &at, ""))??);
        }
        let (token, scenario) = (site.token()?, *scenario);
        Ok(Self { token, site, _others: others, course, scenario, folder })
    }

    fn hop(&self) -> Option<Hop> {
        self.scenario.hops.first().copied()
    }

    /// How many landmarks an agent is to measure: behind an HTTP proxy none.
    fn to_be_measured(&self) -> usize {
        if self.hop() == Some(Hop::Connect) { 0 } else { self.course.landmarks.len() }
    }

    /// Starts an agent that is not enrolled yet and hardly looks.
    fn agent(&self, number: usize) -> anyhow::Result<Laptop> {
        let mut laptop = self.site.laptop(&format!("laptop-{number}"))?;
        laptop.watch_for("nothing-that-runs")?;
        fs::write(laptop.configuration(), self.settings(&laptop))?;
        let mut command = match self.hop() {
            Some(Hop::Socks) => self.by_socks()?,
            _ => Command::new(program::ours("moored")),
        };
        command.arg("--config").arg(laptop.configuration());
        self.course.laptop.within(|| laptop.start_as(&mut command))??;
        Ok(laptop)
    }

    fn settings(&self, laptop: &Laptop) -> String {
        let proxy = match self.hop() {
            Some(Hop::Connect) => format!("http://{}:{PROXY}", course::address(0)),
            _ => "none".to_owned(),
        };
        let others = sensors::ALL.iter().map(|sensor| sensor.name()).filter(|name| *name != SENSOR);
        let others: Vec<String> = others.map(|name| format!("{name:?}")).collect();
        format!(
            "state = \"{}\"\nsignatures = \"{}\"\ndisabled = [{}]\n\
             [collector]\nurl = \"https://{}\"\ntoken = {:?}\n[proxy]\nuse = {proxy:?}\n\
             [place]\nlandmarks = {:?}\n",
            laptop.state().display(),
            laptop.signatures().display(),
            others.join(", "),
            self.site.agents,
            self.token,
            (0..self.course.landmarks.len()).map(name).collect::<Vec<_>>(),
        )
    }

    fn by_socks(&self) -> anyhow::Result<Command> {
        let config = self.folder.path().join("proxychains.conf");
        let chain = format!("strict_chain\n[ProxyList]\nsocks5 {} {PROXY}\n", course::address(0));
        fs::write(&config, chain)?;
        let mut command = Command::new("proxychains4");
        command.arg("-q").arg("-f").arg(config).arg(program::ours("moored"));
        Ok(command)
    }

    /// All that is in the collector's database, oldest first; of laptops that
    /// have measured all they are to.
    fn measured(&self) -> anyhow::Result<Vec<Measured>> {
        let store = store::open(&self.site.state())?;
        let mut measured = Vec::new();
        for laptop in read::laptops(&store)? {
            for (exit, sample) in ways::of_laptop(&store, &laptop.id, Timestamp::MIN)? {
                let landmarks = landmarks::of_laptop(&store, &laptop.id, exit)?;
                measured.push(Measured { exit, sample, landmarks });
            }
        }
        measured.retain(|one| one.landmarks.len() == self.to_be_measured());
        measured.sort_by_key(|one| one.sample.at);
        Ok(measured)
    }
}

/// What agents call the n-th landmark.
pub fn name(number: usize) -> String {
    format!("{}:{PORT}", course::landmark(number))
}

/// The collector's settings: where landmarks stand.
fn landmarks(scenario: &Scenario) -> String {
    let all = scenario.map.iter().flat_map(|map| map.landmarks).enumerate();
    let lines = all.map(|(number, Landmark { place, .. })| {
        format!("{:?} = \"{},{}\"\n", name(number), place.latitude, place.longitude)
    });
    format!("[place.landmarks]\n{}", lines.collect::<String>())
}
