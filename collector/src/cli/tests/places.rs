//! The verbs about places: `assets`, `geo` and `place`.

use super::*;
use crate::place::geo::About;
use crate::place::geo::Kind;
use crate::place::geo::folder;
use crate::place::geo::ranges::Collected;
use crate::place::geo::ranges::Word;
use serde_json::json;

/// A line to a home in the US.
const HOME: &str = "192.0.2.7";
/// One in China.
const ABROAD: &str = "198.51.100.7";
/// An address in a network for hosting, in the US.
const HOSTED: &str = "203.0.113.7";

impl Place {
    fn file(&self, name: &str, text: &str) -> String {
        let file = self.state.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    }

    /// A folder with two databases of countries and one of systems, that do not age.
    fn databases(&self) -> String {
        let geo = self.state.path().join("own");
        let country = |code: &str| Word::Country(code.parse().unwrap());
        let countries = ["US", "CN", "US"].map(country);
        let systems = [64500, 64501, 36352].map(|it| Word::System(it, "Ex\u{1b}ample".to_owned()));
        for (id, kind, words) in [
            ("one", Kind::Country, countries.clone()),
            ("two", Kind::Country, countries),
            ("systems", Kind::System, systems),
        ] {
            folder::put(&geo, id, &database(id, kind, words)).unwrap();
        }
        geo.to_str().unwrap().to_owned()
    }
}

/// The file of a database that was made of measurements of its own.
fn database(id: &str, kind: Kind, words: [Word; 3]) -> Vec<u8> {
    let about = About {
        id: id.to_owned(),
        kind,
        origin: format!("{id}'s"),
        built: Some("2100-01-01".parse().unwrap()),
        license: "none".to_owned(),
        attribution: String::new(),
        networks: 3,
    };
    let mut to = Collected::default();
    for (network, word) in ["192.0.2", "198.51.100", "203.0.113"].into_iter().zip(words) {
        let [first, last] = [0, 255].map(|end| format!("{network}.{end}").parse().unwrap());
        to.add(first, last, word);
    }
    to.finish().to_file(&about).unwrap()
}

#[test]
fn a_list_of_laptops_is_taken_in_listed_and_cut() {
    let place = Place::started();
    place.store().execute_batch(ROWS).unwrap();
    let list = "serial,host,person,home,delivered_at\n\
                PF3X,ada,E-17,US-TX 78701;US-CO,2026-11-02\nPF4Y,,,CA,\n";
    let file = place.file("laptops.csv", list);
    assert_eq!(place.run(&["assets", "import", &file]), (GOOD, "took in 2 laptops\n".to_owned()));
    let listed = "\
SERIAL  HOST  PERSON  HOME                DELIVERED   HEARD
PF3X    ada   E-17    US-TX 78701; US-CO  2026-11-02  2026-11-24T10:00:00Z
PF4Y                  CA                              not enrolled
";
    assert_eq!(place.run(&["assets", "list"]), (GOOD, listed.to_owned()));
    let second = json!({
        "expected": {
            "serial": "PF4Y", "host": null, "person": null, "homes": ["CA"], "offices": [],
            "travel": [], "borders": [], "delivered_to": null, "delivered_at": null, "start": null,
            "group": null, "alive_at": null,
        },
        "laptop": null, "heard_at": null,
    });
    let all = place.json(&["assets", "list"]);
    assert_eq!((&all[0]["laptop"], &all[1]), (&json!("a"), &second));

    let removed = (GOOD, "removed\n".to_owned());
    assert_eq!(place.run(&["assets", "remove", "PF4Y"]), removed);
    let again = (NOT_SO, "it is not on the list\n".to_owned());
    assert_eq!(place.run(&["assets", "remove", "PF4Y"]), again);
    let gone = json!({"serial": "PF3X", "removed": true});
    assert_eq!(place.json(&["assets", "remove", "PF3X"]), gone);
    assert_eq!(place.json(&["assets", "list"]), json!([]));
    let audit = "select group_concat(action || ' ' || subject, ', ') from audit";
    let audit: String = place.store().query_row(audit, [], |row| row.get(0)).unwrap();
    let expected = "assets.import laptops:2, assets.remove serial:PF4Y, assets.remove serial:PF3X";
    assert_eq!(audit, expected);
}

#[test]
fn every_bad_row_of_a_list_is_told_with_its_line_and_nothing_is_taken_in() {
    let place = Place::started();
    let list = "serial,home\nA,US-TX\nB,Te\u{1b}xas\n,US\nA,US\n";
    let file = place.file("laptops.csv", list);
    let told = format!(
        "{file}:3: home: `Te\u{fffd}xas` is not a country's two letters, such as US\n\
         {file}:4: has no serial number\n\
         {file}:5: the serial number `A` is there already\n"
    );
    assert_eq!(place.run(&["assets", "import", &file]), (NOT_SO, told));
    let told = place.json(&["assets", "import", &file]);
    let second = json!({"line": 4, "text": "has no serial number"});
    assert_eq!((&told["imported"], &told["problems"][1]), (&json!(0), &second));
    assert_eq!(place.json(&["assets", "list"]), json!([]));
    assert!(place.attempt(&["assets", "import", "/no/such/file"]).is_err());
}

#[test]
fn an_address_where_the_laptop_belongs_is_explained_and_nothing_is_found() {
    let place = Place::started();
    let geo = place.databases();
    let told = "\
exit      192.0.2.7
network   fixed (AS64500 is in no list of others), AS64500 Ex\u{fffd}ample
country   all say US
          one: US (0 days old, origin one's)
          two: US (0 days old, origin two's)
expected  US-TX
way       not measured

Nothing is found.
score     -9.2 (), 0.01 %
band      log
";
    let words = ["place", "explain", HOME, "--expect", "US-TX", "--geo", &geo];
    assert_eq!(place.run(&words), (GOOD, told.to_owned()));
}

#[test]
fn an_address_abroad_waits_and_light_refutes_at_once() {
    let place = Place::started();
    let geo = place.databases();
    let words = ["place", "explain", ABROAD, "--expect", "US-TX", "--geo", &geo];
    let near = ["--rtt", "3,4.5", "--collector", "38.9,-77.5"];
    let told = "\
exit      198.51.100.7
network   fixed (AS64501 is in no list of others), AS64501 Ex\u{fffd}ample
country   all say CN
          one: CN (0 days old, origin one's)
          two: CN (0 days old, origin two's)
expected  US-TX
way       TCP 3.0 ms, echo 4.5 ms; 3 connections on 2 days, 20 echoes or more each
          an answer in that time comes from within 450 km

wrong-country [high, device]: The laptop's exit is in a country where it does not belong
    shown by   all say CN; expected: US-TX; network of kind fixed
    not shown  It does not show that the laptop itself is there: a tunnel may lead there from \
        anywhere, and databases err for about one address in a thousand. It says nothing about who types.
    opens after 24 hours there, or a second network
physics-refutes [high, device]: The laptop is nearer to the collector or a landmark than it can be where it belongs
    shown by   the laptop answers the collector in 4.5 ms, so the laptop is within 450 km of it; \
        US-TX begins 500 to 2000 km away
    not shown  It shows where the laptop is not; where it is remains open. It says nothing about who types.
    weighs     4.6
score     -4.6 (device 4.6), 0.99 %
band      case
";
    assert_eq!(place.run(&[&words[..], &near].concat()), (NOT_SO, told.to_owned()));
}

#[test]
fn a_way_to_a_landmark_is_explained_too() {
    let place = Place::started();
    let geo = place.databases();
    let words = ["place", "explain", HOME, "--expect", "US-TX", "--geo", &geo];
    let (code, told) = place.run(&[&words[..], &["--landmark", "35.7,139.7=36"]].concat());
    let way = "landmark  at 35.7,139.7: 36.0 ms, so the laptop is within 3600 km, if nothing on \
        the way answered";
    assert!(code == NOT_SO && told.contains(way), "{told}");
    assert!(told.contains("physics-refutes [high, device]"), "{told}");
    let (code, told) = place.run(&[&words[..], &["--landmark", "35.7,139.7=136"]].concat());
    assert!(code == GOOD && told.contains("Nothing is found."), "{told}");
}

#[test]
fn a_decision_as_json_says_what_it_does_not_show() {
    let place = Place::started();
    let geo = place.databases();
    let told = place.json(&["place", "explain", HOSTED, "--geo", &geo]);
    let found = &told["decision"]["found"];
    let what = (&found[0]["code"], &found[0]["shows"], found.as_array().unwrap().len());
    let shows = "AS36352 is known to be: a network of kind hosting, of Ex\u{1b}ample";
    assert_eq!(what, (&json!("anonymized-exit"), &json!(shows), 1));
    assert_eq!(told["exit"]["network"]["class"], "hosting");
    assert_eq!(told["voices"].as_array().unwrap().len(), 3);
    let not_shown = told["not_shown"][0].as_str().unwrap();
    assert!(not_shown.ends_with("It says nothing about who types."), "{not_shown}");
}

#[test]
fn several_addresses_are_a_line_of_json_each_and_one_that_shows_something_is_enough() {
    let place = Place::started();
    let geo = place.databases();
    let words = ["place", "explain", HOME, HOSTED, "--geo", &geo, "--json"];
    let (code, told) = place.run(&words);
    let lines: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let addresses: Vec<&Value> = lines.iter().map(|line| &line["address"]).collect();
    assert_eq!((code, addresses), (NOT_SO, vec![&json!(HOME), &json!(HOSTED)]));
}

#[test]
fn round_trips_points_and_places_that_are_none_are_refused() {
    let place = Place::started();
    for wrong in [
        ["--rtt", "fast"],
        ["--rtt", "3,-1"],
        ["--collector", "91,0"],
        ["--landmark", "Tokyo"],
        ["--expect", "Texas"],
        ["--expect", "US-XX"],
    ] {
        let words = ["place", "explain", HOME, wrong[0], wrong[1]];
        let told = place.attempt(&words).unwrap_err().to_string();
        assert!(told.contains(&format!("`{}` is not a", wrong[1])), "{told}");
    }
}

#[test]
fn a_correction_holds_for_what_is_explained_next_and_is_audited() {
    let place = Place::started();
    let geo = place.databases();
    let words = ["place", "explain", ABROAD, "--expect", "US", "--geo", &geo];
    assert_eq!(place.run(&words).0, NOT_SO);
    let correct = ["place", "correct", "198.51.100.0/24", "us", "--why", "the user's bill"];
    let (code, told) = place.run(&correct);
    assert_eq!(code, GOOD);
    assert!(told.starts_with("198.51.100.0/24 is in US until 2"), "{told}");
    let (code, told) = place.run(&words);
    assert_eq!(code, GOOD);
    assert!(told.contains("your correction of 198.51.100.0/24: US"), "{told}");
    let audit = "select actor || ' ' || action || ' ' || subject from audit";
    let audit: String = place.store().query_row(audit, [], |row| row.get(0)).unwrap();
    assert_eq!(audit, "cli place.correct network:198.51.100.0/24");
    for wrong in [["192.0.2.0/33", "US"], ["192.0.2.0/24", "EU"]] {
        let words = ["place", "correct", wrong[0], wrong[1], "--why", "x"];
        assert!(place.attempt(&words).is_err(), "{wrong:?}");
    }
}

#[test]
fn without_a_database_or_with_a_broken_one_nothing_is_explained() {
    let place = Place::started();
    let empty = place.state.path().join("empty");
    let words = ["place", "explain", HOME, "--geo", empty.to_str().unwrap()];
    let told = place.attempt(&words).unwrap_err().to_string();
    let expected = "there is no database of places: see `moored-collector geo update --help`";
    assert_eq!(told, expected);
    let file = place.file("empty/bad.ranges", "nonsense");
    let told = place.attempt(&words).unwrap_err().to_string();
    assert!(told.starts_with(&format!("{file}: is broken: ")), "{told}");
}

/// A folder with a list of each name that is known. Together they replace all that a
/// package may have put on this machine.
fn lists(place: &Place) -> String {
    place.file("lists/package.json", r#"{"version": "2.3.20991101"}"#);
    place.file("lists/geoip", "# comment\n3221225984,3221226239,US\nnonsense\n");
    place.file("lists/geoip6", "2001:db8::,2001:db8::ffff,US\n");
    place.file("lists/dbip-country-ipv4.csv", "192.0.2.0,192.0.2.255,US\n");
    place.file("lists/geo-whois-asn-country-ipv4.csv", "192.0.2.0,192.0.2.255,US\n");
    let file = place.file("lists/asn-ipv4.csv", "192.0.2.0,192.0.2.255,64500,\"Example, Inc.\"\n");
    file.replace("/asn-ipv4.csv", "")
}

#[test]
fn lists_that_others_publish_become_databases_that_are_asked() {
    let place = Place::started();
    let lists = lists(&place);
    let geo = place.state.path().join("geo");
    let told = format!(
        "ipfire: 2 networks, 1 lines not read\n\
         dbip-country: 1 networks, 0 lines not read\n\
         geo-whois-asn-country: 1 networks, 0 lines not read\n\
         asn: 1 networks, 0 lines not read\n\
         written to {}\n",
        geo.display()
    );
    assert_eq!(place.run(&["geo", "update", &lists]), (GOOD, told));
    let (code, told) = place.run(&["geo", "status"]);
    assert_eq!((code, told.lines().count()), (GOOD, 5));
    let first = "NAME                   TELLS    BUILT       STATE  NETWORKS  LICENSE  ";
    assert!(told.starts_with(first), "{told}");
    let last = told.lines().last().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    let expected = "ipfire country 2099-11-01 fresh 2 CC BY-SA 4.0 \
        IPFire Location database, as exported for Tor";
    assert_eq!(last, expected);
    let told = place.json(&["place", "explain", HOME]);
    assert_eq!(told["exit"]["vote"]["outcome"], json!({"unanimous": "US"}));

    let file = place.file("geo/own.ranges", "nonsense");
    let (code, told) = place.run(&["geo", "status"]);
    assert_eq!(code, NOT_SO);
    assert!(told.lines().last().unwrap().starts_with(&format!("{file}: is broken: ")), "{told}");
    let told = place.json(&["geo", "status"]);
    assert_eq!(told["databases"][0]["state"], "fresh");
    assert_eq!(told["problems"].as_array().unwrap().len(), 1);
}

#[test]
fn an_old_database_is_told_and_a_folder_without_lists_is_refused() {
    let place = Place::started();
    let lists = lists(&place);
    place.file("lists/package.json", r#"{"version": "2.3.20200101"}"#);
    place.run(&["geo", "update", &lists]);
    let (code, told) = place.run(&["geo", "status"]);
    assert_eq!((code, told.matches("old: not believed").count()), (NOT_SO, 4));
    let told = place.attempt(&["geo", "update", "/nowhere"]).unwrap_err().to_string();
    assert!(told.starts_with("no list is there; looked for geoip, geoip6, "), "{told}");
}
