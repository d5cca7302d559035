//! A small fleet with long names, in the collector's store.

use super::Desk;
use collector::incident;
use collector::incident::Rules;
use collector::incident::hands;
use collector::incident::hands::Act;
use collector::store;
use collector::store::audit::Actor;
use collector::store::findings;
use collector::store::laptops;
use collector::store::laptops::Issued;
use collector::store::places;
use collector::store::suppressions;
use collector::store::suppressions::Which;
use jiff::SignedDuration;
use jiff::Timestamp;
use model::Enroll;
use serde_json::json;

/// As long as a host name may be, and nowhere to break it.
pub const LONG_HOST: &str = "arbeitsplatzrechnerverwaltungsdienstleistungsgesellschaft-0417";
const LONG_WORD: &str =
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";

/// Id, host, serial number.
const LAPTOPS: [(&str, &str, &str); 4] = [
    ("11111111-aaaa-4aaa-8aaa-000000000001", LONG_HOST, "5CG1234XYZ"),
    ("11111111-aaaa-4aaa-8aaa-000000000002", "laptop-0862", "5CG1234ABC"),
    ("11111111-aaaa-4aaa-8aaa-000000000003", "laptop-0318", "5CG1234DEF"),
    ("11111111-aaaa-4aaa-8aaa-000000000004", "laptop-0001", "5CG1234GHI"),
];

/// Laptop, signature, title, severity, standing, hours ago from and to.
type Told<'a> = (usize, &'a str, &'a str, &'a str, &'a str, i64, Option<i64>);

const FINDINGS: [Told; 9] = [
    (0, "kvm.pikvm", "A PiKVM is plugged in", "high", "alert", 700, None),
    (0, "kvm.pikvm-display-name", "A display calls itself PiKVM", "medium", "alert", 699, None),
    (0, "remote-tools.anydesk", "Someone is connected with AnyDesk", "high", "alert", 90, Some(60)),
    (
        0,
        "kvm.generic-keyboard",
        "A keyboard is built in an unusual way",
        "low",
        "lead",
        400,
        Some(200),
    ),
    (1, "kvm.jetkvm", "A JetKVM is plugged in", "high", "alert", 50, None),
    (2, "remote-tools.rustdesk", LONG_WORD, "medium", "alert", 30, None),
    (2, "sight.unheard", "The laptop has not been heard of", "low", "lead", 20, None),
    (3, "remote-tools.x11vnc", "x11vnc shares this screen", "medium", "alert", 10, None),
    (3, "kvm.nanokvm", "A NanoKVM is plugged in", "high", "alert", 9, Some(8)),
];

fn ago(hours: i64, now: Timestamp) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(hours)).unwrap()
}

/// Puts the fleet into the desk's store.
pub fn fleet(desk: &Desk, now: Timestamp) {
    let opened = store::open(&desk.folder.path().join("collector")).unwrap();
    let store = store::change(&opened).unwrap();
    for (id, host, serial) in LAPTOPS {
        let letter = Enroll {
            token: String::new(),
            csr: String::new(),
            host: host.to_owned(),
            platform: "linux".to_owned(),
            serial: Some(serial.to_owned()),
        };
        let not_after = "2099-11-24T00:00:00Z".parse().unwrap();
        laptops::enroll(&store, Issued { laptop: id, not_after }, &letter, ago(800, now)).unwrap();
    }
    for (laptop, signature, title, severity, standing, from, to) in FINDINGS {
        let finding = json!({
            "signature": signature, "title": title, "severity": severity, "confidence": "high",
            "standing": standing, "technique": "T1219.003", "kind": "identity",
            "why": format!("Whoever holds its password sits at this desk. {LONG_WORD}."),
            "innocent": "Homelab owners have one too: ask before you accuse.",
            "references": ["https://pikvm.org"], "opened": ago(from, now),
            "closed": to.map(|to| ago(to, now)),
            "evidence": [{
                "sensor": "usb", "subject": "1-4", "source": "/sys/bus/usb/devices/1-4",
                "fields": {"product": LONG_WORD, "vendor_id": "1d6b", "max_power": 250},
            }],
        });
        let finding = serde_json::from_value(finding).unwrap();
        findings::add(&store, LAPTOPS[laptop].0, &finding, ago(from, now)).unwrap();
    }
    let rules = Rules { learn_until: None, close_quiet_after: SignedDuration::MAX };
    for (id, ..) in LAPTOPS {
        incident::of_laptop(&store, id, &rules, now).unwrap();
    }
    let admin = Actor::Account("admin".to_owned());
    let acknowledged = (&Act::Acknowledge, "");
    hands::act(&store, 2, acknowledged, &admin, now).unwrap();
    hands::act(&store, 2, (&Act::Note, LONG_WORD), &admin, now).unwrap();
    let which = Which { group: Some(LONG_WORD.to_owned()), ..Which::default() };
    let until = now.checked_add(SignedDuration::from_hours(100)).unwrap();
    suppressions::add(&store, &which, ("a bench of IT’s", until), &admin, now).unwrap();
    places::put(&store, LAPTOPS[0].0, &place(), now).unwrap();
    store.execute_batch(&rows(now)).unwrap();
    store.commit().unwrap();
}

fn place() -> serde_json::Value {
    json!({
        "country": "US", "vote": "all say US", "class": "fixed",
        "organization": "A Telephone and Telegraph Company of Some Length", "expected": ["US-TX"],
        "way": "TCP 31.0 ms, echo 32.5 ms, on 4 connections of 3 days", "notes": [],
        "logit": 0.5, "band": "review", "waits": [],
    })
}

/// What laptops would have reported, and sinks done.
fn rows(now: Timestamp) -> String {
    let [one, two, three, _] = LAPTOPS.map(|laptop| laptop.0);
    let [hour, day, month] = [0, 20, 700].map(|hours| ago(hours, now));
    format!(
        r#"update laptop set agent = '0.1.0', heard_at = '{hour}', team = 'it', sight =
            '{{"usb":"seeing","display":"seeing","process":"seeing","network":"seeing"}}';
        update laptop set heard_at = '{day}', sight =
            '{{"usb":{{"blind":{{"source":"/sys/bus/usb","reason":"permission denied"}}}},"display":"seeing"}}'
            where id = '{two}';
        update laptop set heard_at = '{month}' where id = '{three}';
        insert into asset values ('5CG1234XYZ', null, '{{"serial":"5CG1234XYZ","person":"Bettina {LONG_WORD}"}}', '{day}');
        insert into lapse values ('{two}', 'blind usb', '{day}', 'permission denied');
        insert into router values ('t', '{one}', '{day}', '{day}'), ('t', '{two}', '{day}', '{day}');
        insert into sink (name, through, sent, refused, failed, last_at, error) values ('archive', (select max(number) from event), 41, 0, 2, '{hour}', null),
            ('siem', 0, 12, 1, 33, '{day}', 'https://siem.example.com:8088 says 503: {LONG_WORD}');
        insert into dead_letter select 'siem', number, '{day}', 'too large: {LONG_WORD}', what, body
            from event limit 2;"#
    )
}
