//! What is told although no signature names it.

use super::Scene;
use collector::store;
use collector::store::laptops;
use model::Observation;
use model::Report;
use std::fs;
use tests::program::wait_for;
use tests::site::Laptop;
use tests::site::PATIENCE;

/// What the laptop has sent, as it shows it.
fn sent(laptop: &Laptop) -> Vec<Report> {
    let shown = laptop.run(&["show", "--raw"]).unwrap();
    let lines = String::from_utf8(shown.stdout).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn what_is_told_reaches_the_collector_and_can_be_read_by_the_employee() {
    let Scene { folder, site, mut laptop } = Scene::begin("probe-told");
    assert!(wait_for(PATIENCE, || !sent(&laptop).is_empty()));
    let first = &sent(&laptop)[0];
    assert!(first.complete);
    let sensors: Vec<&str> = first.told.iter().map(|one| one.sensor.as_str()).collect();
    assert!(sensors.contains(&"clock") && sensors.contains(&"network"), "{sensors:?}");
    let id = site.ask_json(&["laptops"]).unwrap()[0]["id"].as_str().unwrap().to_owned();
    let kept = |id: &str| -> Vec<Observation> {
        let store = store::open(&folder.path().join("collector")).unwrap();
        laptops::told(&store, id).unwrap()
    };
    let told = || sent(&laptop).into_iter().map(|report| report.told).rfind(|it| !it.is_empty());
    assert!(wait_for(PATIENCE, || told().as_ref() == Some(&kept(&id))), "{:?}", kept(&id));
    let page = String::from_utf8(laptop.run(&["show"]).unwrap().stdout).unwrap();
    assert!(page.contains("what is told as it changes ("), "{page}");
    laptop.kill();
    let settings = fs::read_to_string(laptop.configuration()).unwrap();
    let settings = format!("disabled = [\"network\", \"power\"]\n{settings}");
    fs::write(laptop.configuration(), settings).unwrap();
    laptop.start().unwrap();
    let sensors = || kept(&id).into_iter().map(|one| one.sensor).collect::<Vec<_>>();
    assert!(wait_for(PATIENCE, || sensors() == ["clock"]), "{:?}", kept(&id));
}

#[test]
fn a_signature_changed_by_hand_is_told_at_once_and_so_is_its_undoing() {
    let Scene { folder: _folder, site: _site, laptop } = Scene::begin("probe-hand");
    let told = || -> Vec<String> {
        let mut told: Vec<_> =
            sent(&laptop).into_iter().filter_map(|report| report.signatures).collect();
        told.dedup();
        told
    };
    assert!(wait_for(PATIENCE, || told().len() == 1), "{:?}", told());
    let signature = laptop.signatures().join("test/probe.toml");
    let text = fs::read_to_string(&signature).unwrap();
    // Nothing that is judged changes by this.
    fs::write(&signature, format!("# by hand\n{text}")).unwrap();
    assert!(wait_for(PATIENCE, || told().len() == 2), "{:?}", told());
    fs::write(&signature, text).unwrap();
    assert!(wait_for(PATIENCE, || told().len() == 3), "{:?}", told());
    let told = told();
    assert_eq!((&told[0], told[0].len()), (&told[2], 64));
    assert_ne!(told[0], told[1]);
    let policy = fs::read_to_string(laptop.configuration()).unwrap();
    fs::write(laptop.configuration(), format!("{policy}[policy]\nmode = \"audit\"\n")).unwrap();
    let last = || sent(&laptop).into_iter().filter_map(|report| report.signatures).next_back();
    assert!(wait_for(PATIENCE, || last().is_some_and(|last| !told.contains(&last))));
}
