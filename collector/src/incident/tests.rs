//! Findings → incidents → what others are told.

mod weight;
mod people;

use super::hands;
use super::hands::Act;
use super::*;
use crate::store;
use crate::store::audit::Actor;
use crate::store::events;
use crate::store::suppressions::Which;
use event::Event;
use model::Corroboration;
use model::Kind;
use model::Rung;
use model::Tool;
use model::Verdict;
use tempfile::TempDir;

fn at(hour: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + hour * 3600).unwrap()
}

fn rules() -> Rules {
    let close_quiet_after = SignedDuration::from_hours(30 * 24);
    Rules { learn_until: None, close_quiet_after }
}

fn finding(signature: &str, kind: Kind, hour: i64) -> Finding {
    Finding {
        signature: signature.to_owned(),
        title: format!("{signature} is there"),
        severity: Severity::High,
        confidence: Confidence::Medium,
        kind,
        standing: Standing::Alert,
        corroboration: Corroboration::default(),
        tool: None,
        technique: "T1200".to_owned(),
        why: "why".to_owned(),
        innocent: "a test bench".to_owned(),
        references: Vec::new(),
        opened: at(hour),
        closed: None,
        evidence: Vec::new(),
    }
}

fn lead(signature: &str, hour: i64) -> Finding {
    Finding { standing: Standing::Lead, ..finding(signature, Kind::Coincidence, hour) }
}

fn tool(rung: Rung, hour: i64) -> Finding {
    let tool = Tool {
        id: "anydesk".to_owned(),
        category: "remote-desktop".to_owned(),
        rung,
        verdict: Verdict::Unknown,
        approval: None,
    };
    Finding { tool: Some(tool), ..finding("remote-tools.anydesk", Kind::Activity, hour) }
}

/// A collector with laptops `a` and `b`.
struct Scene {
    store: Connection,
    rules: Rules,
    _state: TempDir,
}

impl Scene {
    fn new() -> Self {
        let state = tempfile::tempdir().unwrap();
        let store = store::create(state.path()).unwrap();
        for id in ["a", "b"] {
            let laptop = "insert into laptop (id, host, platform, enrolled_at, not_after, serial)
                values (?1, 'host-' || ?1, 'linux', ?2, ?2, 'PF-' || ?1)";
            store.execute(laptop, [id, "2025-01-01T00:00:00Z"]).unwrap();
        }
        Self { store, rules: rules(), _state: state }
    }

    /// Tells of a finding, or of its change.
    fn finds(&self, laptop: &str, finding: &Finding, hour: i64) {
        match findings::open(&self.store, laptop, &finding.signature).unwrap() {
            Some(kept) => findings::change(&self.store, kept.id, finding, at(hour)).unwrap(),
            None => findings::add(&self.store, laptop, finding, at(hour)).unwrap(),
        }
        of_laptop(&self.store, laptop, &self.rules, at(hour)).unwrap();
    }

    fn ends(&self, laptop: &str, finding: &Finding, hour: i64) {
        self.finds(laptop, &Finding { closed: Some(at(hour)), ..finding.clone() }, hour);
    }

    fn time_goes_on(&self, hour: i64) {
        let due = due(&self.store).unwrap();
        by_time(&self.store, &due, &self.rules, at(hour)).unwrap();
    }

    fn events(&self) -> Vec<Event> {
        events::after(&self.store, 0, 1000).unwrap().into_iter().map(|kept| kept.event).collect()
    }

    /// What others were told, each with the incident's number.
    fn told(&self) -> Vec<(What, i64)> {
        self.events().into_iter().map(|event| (event.what, event.incident.id)).collect()
    }

    fn incident(&self, id: i64) -> Kept {
        incidents::get(&self.store, id).unwrap().unwrap()
    }

    fn acts(&self, id: i64, act: &Act, hour: i64) -> Result<Kept, hands::Undone> {
        let actor = Actor::Account("grace".to_owned());
        hands::act(&self.store, id, (act, "a note"), &actor, at(hour))
    }
}

#[test]
fn a_finding_that_alerts_opens_an_incident_once() {
    let scene = Scene::new();
    let pikvm = finding("kvm.pikvm", Kind::Identity, 0);
    for hour in 1..50 {
        scene.finds("a", &pikvm, hour);
    }
    assert_eq!(scene.told(), [(What::Opened, 1)]);
    let event = &scene.events()[0];
    assert_eq!(event.incident.title, "kvm.pikvm is there");
    assert_eq!((event.incident.laptops.len(), event.incident.findings.len()), (1, 1));
    assert_eq!(event.incident.laptops[0].serial.as_deref(), Some("PF-a"));
}

#[test]
fn a_lead_opens_none_and_joins_one() {
    let scene = Scene::new();
    scene.finds("a", &lead("kvm.new-devices", 0), 0);
    assert_eq!(scene.told(), []);
    scene.finds("a", &finding("kvm.pikvm", Kind::Identity, 1), 1);
    scene.finds("a", &lead("kvm.later", 2), 2);
    assert_eq!(scene.told(), [(What::Opened, 1)]);
    let told = incidents::told(&scene.store, &scene.incident(1)).unwrap();
    let signatures: Vec<&str> =
        told.findings.iter().map(|one| one.finding.signature.as_str()).collect();
    assert_eq!(signatures, ["kvm.new-devices", "kvm.pikvm", "kvm.later"]);
    assert_eq!(told.opened_at, at(0));
}

#[test]
fn what_goes_and_comes_back_is_no_news() {
    let scene = Scene::new();
    let pikvm = finding("kvm.pikvm", Kind::Identity, 0);
    scene.finds("a", &pikvm, 0);
    for hour in 1..20 {
        scene.ends("a", &pikvm, 2 * hour);
        let again = finding("kvm.pikvm", Kind::Identity, 2 * hour + 1);
        scene.finds("a", &again, 2 * hour + 1);
    }
    assert_eq!(scene.told(), [(What::Opened, 1)]);
    assert_eq!(scene.incident(1).quiet_at, None);
}

#[test]
fn another_kind_of_evidence_is_told_and_a_second_of_the_same_kind_is_not() {
    let scene = Scene::new();
    scene.finds("a", &finding("kvm.pikvm", Kind::Identity, 0), 0);
    scene.finds("a", &finding("kvm.other", Kind::Identity, 1), 1);
    assert_eq!(scene.told(), [(What::Opened, 1)]);
    scene.finds("a", &finding("kvm.built", Kind::Structure, 2), 2);
    scene.finds("a", &finding("place.wrong-country", Kind::Other, 3), 3);
    let events = scene.events();
    let because: Vec<&str> = events[1..].iter().map(|event| event.because.as_str()).collect();
    let expected = [
        "another kind of evidence: structure of kvm",
        "findings of another family: place; the severity is critical now",
    ];
    assert_eq!(because, expected);
    assert_eq!(events[2].incident.title, "kvm.pikvm is there; and a place that does not fit");
}

#[test]
fn a_session_is_told_once() {
    let scene = Scene::new();
    scene.finds("a", &tool(Rung::Running, 0), 0);
    for hour in 1..10 {
        let rung = if hour % 2 == 1 { Rung::Session } else { Rung::Running };
        scene.finds("a", &tool(rung, 0), hour);
    }
    let because: Vec<String> = scene.events().into_iter().map(|event| event.because).collect();
    let expected = ["remote-tools.anydesk is there", "somebody is connected by anydesk"];
    assert_eq!(because, expected);
}

#[test]
fn while_the_collector_learns_nobody_is_told() {
    let mut scene = Scene::new();
    scene.rules.learn_until = Some(at(10));
    scene.finds("a", &finding("kvm.pikvm", Kind::Identity, 0), 0);
    assert_eq!(scene.told(), []);
    assert!(scene.incident(1).is_learned);
    scene.finds("a", &finding("kvm.pikvm", Kind::Identity, 0), 11);
    assert_eq!(scene.told(), [], "what was learned is no news later");
    scene.finds("a", &finding("kvm.built", Kind::Structure, 12), 12);
    assert_eq!(scene.told(), [(What::Grown, 1)]);
}

#[test]
fn an_incident_of_which_nothing_holds_closes_by_itself_in_the_end() {
    let scene = Scene::new();
    let pikvm = finding("kvm.pikvm", Kind::Identity, 0);
    scene.finds("a", &pikvm, 0);
    scene.ends("a", &pikvm, 5);
    scene.time_goes_on(29 * 24);
    assert_eq!(scene.told(), [(What::Opened, 1)]);
    scene.time_goes_on(31 * 24);
    assert_eq!(scene.told(), [(What::Opened, 1), (What::Closed, 1)]);
    assert_eq!(scene.incident(1).outcome, None);
    scene.finds("a", &finding("kvm.pikvm", Kind::Identity, 32 * 24), 32 * 24);
    assert_eq!(scene.told()[2..], [(What::Reopened, 1)]);
    assert_eq!(scene.incident(1).state, State::Open);
}

#[test]
fn laptops_behind_one_router_become_one_incident() {
    let scene = Scene::new();
    let (a, b) =
        (finding("kvm.pikvm", Kind::Identity, 0), finding("kvm.jetkvm", Kind::Identity, 1));
    scene.finds("a", &a, 0);
    scene.finds("b", &b, 1);
    assert_eq!(scene.told(), [(What::Opened, 1), (What::Opened, 2)]);
    let router = model::Observation {
        sensor: "place".to_owned(),
        subject: "router".to_owned(),
        source: "here".to_owned(),
        fields: [(SHARED_ROUTER.1.to_owned(), Value::Text("5f1c".to_owned()))].into(),
    };
    let shared = Finding { evidence: vec![router], ..finding(SHARED_ROUTER.0, Kind::Neighbor, 2) };
    scene.finds("a", &shared, 2);
    scene.finds("b", &shared, 3);
    let told = incidents::told(&scene.store, &scene.incident(1)).unwrap();
    assert_eq!((told.laptops.len(), told.findings.len()), (2, 4));
    assert_eq!(scene.incident(1).key, "router:5f1c");
    let merged = scene.incident(2);
    assert_eq!((merged.state, merged.merged), (State::Closed, Some(1)));
    let last = scene.events().pop().unwrap();
    assert_eq!((last.what, last.because.as_str()), (What::Grown, "another laptop"));
}

#[test]
fn a_laptop_that_was_issued_and_never_came_is_told_once_and_settled_when_it_does() {
    let scene = Scene::new();
    let unheard = || {
        let serial = "PF9".to_owned();
        [Unheard { serial, since: Some("2026-11-01".parse().unwrap()), alive: None }]
    };
    issued(&scene.store, &unheard(), &scene.rules, at(0)).unwrap();
    issued(&scene.store, &unheard(), &scene.rules, at(1)).unwrap();
    scene.time_goes_on(2);
    assert_eq!(scene.told(), [(What::Opened, 1)]);
    assert_eq!(scene.incident(1).title, "A laptop was issued and never heard of: PF9");
    issued(&scene.store, &[], &scene.rules, at(3)).unwrap();
    assert_eq!(scene.told()[1..], [(What::Closed, 1)]);
}

#[test]
fn what_was_over_when_the_laptop_could_tell_of_it_is_told_all_the_same() {
    let scene = Scene::new();
    let pikvm = Finding { closed: Some(at(2)), ..finding("kvm.pikvm", Kind::Identity, 1) };
    scene.finds("a", &pikvm, 50);
    scene.finds("b", &Finding { closed: Some(at(2)), ..lead("kvm.new-devices", 1) }, 50);
    assert_eq!(scene.told(), [(What::Opened, 1)]);
    assert_eq!(scene.incident(1).quiet_at, Some(at(50)));
}
