//! What the targets share: seeds out of the recorded machines, and the whole
//! way from a machine to a judgment.

use agent::host::Host;
use agent::host::Recording;
use agent::sensors;
use agent::signature;
use agent::signature::Family;
use agent::signature::Signature;
use agent::world::World;
use model::Observation;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::sync::LazyLock;

static SIGNATURES: LazyLock<Vec<Signature>> = LazyLock::new(|| {
    signature::load(&root().join("config/signatures")).expect("the shipped signatures")
});

/// Looks at a machine with every sensor and asks every shipped signature.
///
/// What is seen has only fields the sensor's example has, and is the same after
/// its way over the wire.
pub fn judge(machine: &dyn Host) {
    let mut world = World::default();
    for sensor in sensors::ALL {
        let look = sensor.look(machine);
        let example = sensor.example();
        for seen in look.iter().flatten() {
            assert_eq!(seen.sensor, sensor.name());
            let unknown = seen.fields.keys().find(|field| !example.fields.contains_key(*field));
            assert_eq!(unknown, None, "{} has a field its example has not", seen.sensor);
            let line = serde_json::to_string(seen).unwrap();
            assert_eq!(&serde_json::from_str::<Observation>(&line).unwrap(), seen);
        }
        world.take(sensor.name(), look);
    }
    for signature in SIGNATURES.iter() {
        let held = signature.held(&world);
        let shows = held.is_none_or(|held| !held.evidence.is_empty());
        assert!(shows, "{} holds and shows nothing", signature.id);
    }
}

/// What every sensor sees, by name; `None` of one that is blind.
pub fn subjects(machine: &dyn Host) -> Vec<Option<Vec<String>>> {
    let name = |seen: Observation| seen.subject;
    let looks = sensors::ALL.iter().map(|sensor| sensor.look(machine).ok());
    looks.map(|look| look.map(|seen| seen.into_iter().map(name).collect())).collect()
}

/// A family that knows a kind of tools.
pub fn family() -> Family {
    signature::parse_family("family.toml", include_str!("../seeds/settings/family.toml"))
        .expect("the seed of a family")
}

/// The recorded machines of the tests.
pub fn machines() -> Vec<Recording> {
    let folder = root().join("tests/hosts/linux");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let recordings = paths.filter(|path| path.extension().is_some_and(|it| it == "toml"));
    recordings
        .map(|path| Recording::from_toml(&fs::read_to_string(path).unwrap()).unwrap())
        .collect()
}

/// What the recorded machines hold in files of that name.
pub fn recorded(name: &str) -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    for machine in machines() {
        let paths = machine.bytes.keys().filter(|path| path.rsplit('/').next() == Some(name));
        files.extend(paths.filter_map(|path| machine.read(path).ok()));
    }
    files.sort();
    files.dedup();
    files
}

/// Puts seeds into the corpus of a target, before its run begins.
pub fn plant(target: &str, seeds: impl IntoIterator<Item = Vec<u8>>) {
    let corpus = root().join("fuzz/corpus").join(target);
    fs::create_dir_all(&corpus).unwrap();
    for (number, seed) in seeds.into_iter().enumerate() {
        fs::write(corpus.join(format!("seed-{number:03}")), seed).unwrap();
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
