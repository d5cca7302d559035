//! What is told although no signature names it, and how often.

use super::*;

fn power(lid: &str) -> Vec<Observation> {
    let mut seen = example("power");
    seen.fields.insert("lid".to_owned(), Value::Text(lid.to_owned()));
    vec![seen]
}

/// A watch past its first complete letter, at second 0, with the lid open.
fn watching() -> (Watch, Letter) {
    let mut watch = Watch::new(Vec::new(), ["power", "usb"].into_iter(), Memory::default());
    assert_eq!(watch.take(look("power", power("open")), at(0)), None);
    let letter = watch.take(look("usb", vec![example("usb")]), at(0)).unwrap();
    (watch, letter)
}

#[test]
fn a_complete_letter_tells_what_told_sensors_see_and_nothing_else() {
    let (mut watch, first) = watching();
    assert_eq!((first.complete, &first.told), (true, &power("open")));
    assert_eq!(watch.heartbeat(at(900)).told, [], "nothing is new");
    watch.lost();
    assert_eq!(watch.heartbeat(at(901)).told, power("open"));
}

#[test]
fn a_letter_is_made_for_a_change_and_at_most_one_a_minute() {
    let (mut watch, _) = watching();
    assert_eq!(watch.take(look("power", power("closed")), at(20)), None);
    assert_eq!(watch.untold(at(20)), Some(SignedDuration::from_secs(40)));
    assert_eq!(watch.again(at(59)), None);
    let letter = watch.again(at(60)).unwrap();
    assert_eq!((letter.complete, &letter.told), (false, &power("closed")));
    assert_eq!((watch.untold(at(61)), watch.again(at(999))), (None, None));
    let letter = watch.take(look("power", power("open")), at(1000)).unwrap();
    assert_eq!(letter.told, power("open"));
    let minutes: usize = (1001..1301)
        .filter(|&second| {
            let lid = if second % 2 == 0 { "open" } else { "closed" };
            watch.take(look("power", power(lid)), at(second)).is_some()
        })
        .count();
    assert!(minutes <= 5, "{minutes}");
}

#[test]
fn what_changed_back_before_it_was_told_is_not_told() {
    let (mut watch, _) = watching();
    watch.take(look("power", power("closed")), at(20));
    watch.take(look("power", power("open")), at(30));
    assert_eq!((watch.untold(at(30)), watch.again(at(99))), (None, None));
}

#[test]
fn a_letter_that_is_written_anyway_tells_what_waits() {
    let (mut watch, _) = watching();
    watch.take(look("power", power("closed")), at(20));
    let letter = watch.heartbeat(at(30));
    assert_eq!((letter.complete, &letter.told), (false, &power("closed")));
    assert_eq!(watch.untold(at(31)), None);
}

#[test]
fn a_blind_look_takes_nothing_back_and_a_clock_set_back_silences_nothing() {
    let (mut watch, _) = watching();
    let failed = Blind::Failed { source: "/proc".to_owned(), reason: "timed out".to_owned() };
    let letter = watch.take(Look { sensor: "power", seen: Err(failed) }, at(100)).unwrap();
    assert_eq!(letter.told, []);
    let letter = watch.take(look("power", power("closed")), at(-5000)).unwrap();
    assert_eq!(letter.told, power("closed"));
}
