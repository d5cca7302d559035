//! Any event there can be.

use crate::Arrival;
use crate::Event;
use crate::Incident;
use crate::Laptop;
use crate::Member;
use crate::News;
use crate::Outcome;
use crate::Reason;
use crate::State;
use crate::What;
use jiff::Timestamp;
use model::Confidence;
use model::Corroboration;
use model::Finding;
use model::Kind;
use model::Observation;
use model::Severity;
use model::Standing;
use model::Value;
use proptest::collection::btree_map;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

pub fn news() -> impl Strategy<Value = News> {
    prop_oneof![
        4 => event().prop_map(News::Incident),
        1 => (name(), time(), laptop()).prop_map(|(uid, at, laptop)| {
            News::Laptop(Arrival { uid, at, laptop })
        }),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    let what = select(vec![
        What::Opened,
        What::Grown,
        What::Acknowledged,
        What::Suppressed,
        What::Closed,
        What::Reopened,
        What::Test,
    ]);
    (name(), time(), what, text(), incident())
        .prop_map(|(uid, at, what, because, incident)| Event { uid, at, what, because, incident })
}

/// Times that a clock may have.
fn time() -> impl Strategy<Value = Timestamp> {
    (1_600_000_000_000_i64..3_900_000_000_000)
        .prop_map(|time| Timestamp::from_millisecond(time).unwrap())
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "\\PC{0,12}", any::<String>()]
}

/// What names an event is not empty.
fn name() -> impl Strategy<Value = String> {
    "\\PC{1,12}"
}

fn severity() -> impl Strategy<Value = Severity> {
    select(vec![
        Severity::Informational,
        Severity::Low,
        Severity::Medium,
        Severity::High,
        Severity::Critical,
    ])
}

fn confidence() -> impl Strategy<Value = Confidence> {
    select(vec![Confidence::Low, Confidence::Medium, Confidence::High])
}

fn incident() -> impl Strategy<Value = Incident> {
    let standing = (select(State::ALL.to_vec()), option::of(select(Outcome::ALL.to_vec())));
    let weight = (severity(), confidence(), any::<u8>());
    let times = (time(), time(), option::of(time()));
    let about = (vec(laptop(), 0..3), vec(member(), 0..4), option::of(text()));
    let reason = (text(), -10.0..10.0).prop_map(|(text, weight)| Reason { text, weight });
    let texts = (vec(reason, 0..3), vec(text(), 0..3), vec(text(), 0..3), vec(text(), 0..3));
    (0_i64..9, text(), standing, weight, times, about, texts).prop_map(
        |(id, title, standing, weight, times, about, texts)| Incident {
            id,
            title,
            state: standing.0,
            outcome: standing.1,
            severity: weight.0,
            confidence: weight.1,
            score: weight.2,
            opened_at: times.0,
            changed_at: times.1,
            closed_at: times.2,
            assignee: about.2,
            laptops: about.0,
            findings: about.1,
            reasons: texts.0,
            refutes: texts.1,
            innocent: texts.2,
            steps: texts.3,
        },
    )
}

fn laptop() -> impl Strategy<Value = Laptop> {
    let platform =
        prop_oneof![select(vec!["linux", "windows", "macos"]).prop_map(str::to_owned), text()];
    let more = (option::of(text()), option::of(text()), option::of(text()));
    (text(), text(), platform, text(), more).prop_map(|(id, host, platform, agent, more)| Laptop {
        id,
        host,
        platform,
        agent,
        serial: more.0,
        person: more.1,
        group: more.2,
    })
}

fn member() -> impl Strategy<Value = Member> {
    (any::<i64>(), text(), finding()).prop_map(|(id, laptop, finding)| Member {
        id,
        laptop,
        finding,
    })
}

fn finding() -> impl Strategy<Value = Finding> {
    let technique = prop_oneof![
        select(vec!["T1219.003", "T1200", "T9999.001", "T9999"]).prop_map(str::to_owned),
        text()
    ];
    let kind = select(vec![Kind::Identity, Kind::Activity, Kind::Other]);
    let standing = select(vec![Standing::Alert, Standing::Lead]);
    let texts = (text(), text(), text(), text(), technique, vec(text(), 0..3));
    let seen = (time(), option::of(time()), vec(observation(), 0..4));
    (texts, severity(), confidence(), kind, standing, seen).prop_map(
        |(texts, severity, confidence, kind, standing, (opened, closed, evidence))| Finding {
            signature: texts.0,
            title: texts.1,
            severity,
            confidence,
            kind,
            standing,
            corroboration: Corroboration::default(),
            tool: None,
            technique: texts.4,
            why: texts.2,
            innocent: texts.3,
            references: texts.5,
            opened,
            closed,
            evidence,
        },
    )
}

fn observation() -> impl Strategy<Value = Observation> {
    let names = select(vec![
        "vendor_id",
        "product_id",
        "product",
        "manufacturer",
        "serial",
        "hid_roles",
        "interface_classes",
        "pnp_id",
        "product_code",
        "edid_hash",
        "name",
    ]);
    let name = prop_oneof![names.prop_map(str::to_owned), text()];
    (text(), text(), text(), btree_map(name, value(), 0..8)).prop_map(
        |(sensor, subject, source, fields)| Observation { sensor, subject, source, fields },
    )
}

fn value() -> impl Strategy<Value = Value> {
    let plain = prop_oneof![
        any::<bool>().prop_map(Value::Flag),
        any::<i64>().prop_map(Value::Number),
        text().prop_map(Value::Text),
    ];
    prop_oneof![plain.clone(), vec(plain, 0..4).prop_map(Value::List)]
}
