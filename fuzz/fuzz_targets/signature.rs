//! A signature file: read, checked on its own examples, shown as a page, and
//! asked of the recorded machines.
#![no_main]

use agent::sensors;
use agent::signature;
use agent::signature::Family;
use agent::signature::page;
use agent::world::World;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static WORLDS: LazyLock<Vec<World>> = LazyLock::new(|| {
    let mut worlds = Vec::new();
    for machine in fuzz::machines() {
        let mut world = World::default();
        for sensor in sensors::ALL {
            world.take(sensor.name(), sensor.look(&machine));
        }
        worlds.push(world);
    }
    worlds
});

/// A family with a kind of tools, as the shipped one has.
static FAMILY: LazyLock<Family> = LazyLock::new(fuzz::family);

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = str::from_utf8(bytes) else { return };
    match signature::read("kvm.foreign", "foreign.toml", text, &FAMILY) {
        Ok(signature) => {
            assert!(!page::page(&signature).is_empty());
            for world in WORLDS.iter() {
                let held = signature.held(world);
                assert!(held.is_none_or(|held| !held.evidence.is_empty()));
            }
        }
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a reason");
            let last = text.split('\n').count();
            for problem in problems {
                assert!(!problem.text.is_empty());
                assert!(problem.line.is_none_or(|line| (1..=last).contains(&line)), "{problem}");
            }
        }
    }
});
