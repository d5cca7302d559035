//! What holds whatever is known.

use super::*;
use crate::place::code::Family;
use crate::place::landmark::Way;
use crate::place::path::Sender;
use crate::place::point::KM_PER_MS;
use proptest::prelude::*;

fn class() -> impl Strategy<Value = Class> {
    prop::sample::select(vec![
        Class::Corp,
        Class::Sase,
        Class::Relay,
        Class::Hosting,
        Class::Vpn,
        Class::Tor,
        Class::Satellite,
        Class::Mobile,
        Class::Fixed,
        Class::Unknown,
    ])
}

fn vote() -> impl Strategy<Value = Vote> {
    prop_oneof![
        prop::sample::select(vec!["US", "CA", "CN"]).prop_map(unanimous),
        Just(split("CN", "SG")),
        Just(split("US", "CN")),
        Just(Vote {
            countries: [].into(),
            outcome: Outcome::Silent,
            oldest_days: None,
            spot: None
        }),
    ]
}

fn past() -> impl Strategy<Value = Past> {
    let maybe = |most: f64| prop::option::of(0.0..most);
    (
        (0.0..100.0_f64, 0..4_usize, 0..9_usize, 0..6_usize),
        (maybe(9000.0), prop::option::of((0.0..9000.0_f64, 0.0..30.0_f64)), maybe(9000.0)),
        (prop::option::of(0..60_i64), prop::option::of((1.0..300.0_f64, 0..50_usize))),
    )
        .prop_map(|(counts, (apart_km, hop, delivery_km), (silent_days, usual))| Past {
            country_hours: counts.0,
            country_networks: counts.1,
            region_days: counts.2,
            tail_days: counts.3,
            apart_km,
            hop,
            delivery_km,
            silent_days,
            usual,
        })
}

fn way() -> impl Strategy<Value = Option<(f64, f64)>> {
    prop::option::of((0.1..400.0_f64, 0.0..400.0_f64).prop_map(|(tcp, more)| (tcp, tcp + more)))
}

fn stack() -> impl Strategy<Value = Stack> {
    prop::sample::select(vec![Stack::Unix, Stack::Windows])
}

fn sender() -> impl Strategy<Value = Option<Sender>> {
    let counts = (0..5_usize, 0..3_usize, any::<u8>());
    prop::option::of((stack(), counts).prop_map(|(stack, (connections, days, hops))| Sender {
        stack,
        connections,
        days,
        hops,
    }))
}

fn point() -> impl Strategy<Value = Point> {
    (-90.0..=90.0, -180.0..=180.0).prop_map(|(latitude, longitude)| Point { latitude, longitude })
}

fn landmarks() -> impl Strategy<Value = Vec<Landmark>> {
    let one = (point(), 0.1..400.0_f64, any::<bool>());
    prop::collection::vec(
        one.prop_map(|(to, least_ms, is_again)| Landmark {
            name: "one".to_owned(),
            way: Way { to, least_ms },
            is_again,
        }),
        0..4,
    )
}

fn laptop() -> impl Strategy<Value = Laptop> {
    let point = (20.0..60.0_f64, -130.0..130.0_f64);
    let tunnel = prop::option::of(any::<bool>());
    let stacks = (sender(), prop::option::of(stack()));
    (class(), vote(), past(), way(), prop::option::of(point), tunnel, stacks, landmarks()).prop_map(
        |(class, vote, past, way, point, tunnel, stacks, landmarks)| {
            let mut laptop = Laptop { past, ..Laptop::new().class(class) };
            laptop.exit.vote = vote;
            if let Some((tcp, echo)) = way {
                laptop = laptop.way(tcp, echo);
            }
            if let Some((up, along)) = point {
                laptop = laptop.spot(&format!("{up},{along}"));
            }
            let named = |is_telling| Tunnel { name: "a VPN".to_owned(), is_telling };
            laptop.device.tunnel = tunnel.map(named);
            (laptop.path.stack, laptop.device.stack) = stacks;
            laptop.landmarks = landmarks;
            laptop
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_single_sign_of_the_path_reaches_a_case(laptop in laptop()) {
        for found in laptop.decide().found {
            let is_named = found.is_case_alone;
            if found.code.meaning().family == Family::Path && !is_named {
                let score = Score::of(&[Found { waits: None, ..found }], &[]);
                prop_assert!(score.band < Band::Case);
            }
        }
    }

    #[test]
    fn all_signs_of_one_family_reach_no_case_together(laptop in laptop()) {
        for family in [Family::Path, Family::Device] {
            let of = |found: &Found| found.code.meaning().family == family && !found.is_case_alone;
            let found: Vec<Found> = laptop.decide().found.into_iter().filter(of)
                .map(|found| Found { waits: None, ..found }).collect();
            let score = Score::of(&found, &[]);
            prop_assert!(score.band < Band::Case);
            prop_assert!(score.families.values().all(|weight| *weight <= family.most()));
        }
    }

    #[test]
    fn the_companys_own_exit_is_never_a_wrong_country_or_region(laptop in laptop()) {
        let laptop = laptop.class(Class::Corp);
        let found = laptop.decide().found;
        let of_place = [Code::WrongCountry, Code::WrongRegion, Code::CountryUnclear, Code::AnonymizedExit, Code::ProxiedPath, Code::ForeignStack];
        prop_assert!(found.iter().all(|found| !of_place.contains(&found.code)));
    }

    #[test]
    fn a_known_journey_explains_country_and_region(mut laptop in laptop()) {
        let travel = ["US", "CA", "CN", "SG"].map(|country| format!("{country} 2026-11-01..2026-12-31 T").parse().unwrap());
        laptop.expected.as_mut().unwrap().travel = travel.to_vec();
        let found = laptop.decide().found;
        prop_assert!(found.iter().all(|found| found.code != Code::WrongCountry && found.code != Code::WrongRegion));
    }

    #[test]
    fn more_evidence_never_lowers_a_score(laptop in laptop(), more in 0.0..9.0_f64) {
        let found = laptop.decide().found;
        let all = Score::of(&found, &[("kvm.pikvm".to_owned(), more)]);
        for count in 0..=found.len() {
            let fewer = Score::of(&found[..count], &[]);
            prop_assert!(fewer.logit <= all.logit && fewer.band <= all.band);
        }
    }

    /// Ways are as long as light needs, or longer; what else is known may be anything.
    #[test]
    fn light_refutes_nobody_who_is_where_it_belongs(
        laptop in laptop(),
        here in point(),
        ends in prop::collection::vec((point(), 1.0..4.0_f64), 0..6),
        longer in 1.0..4.0_f64,
    ) {
        let Point { latitude, longitude } = here;
        let expected = Expected::at(format!("US@{latitude},{longitude}").parse().unwrap());
        let to = |&(to, longer): &(Point, f64)| {
            let way = Way { to, least_ms: here.km_to(to) * longer / KM_PER_MS };
            Landmark { name: "one".to_owned(), way, is_again: true }
        };
        let echo = here.km_to(laptop.collector.unwrap()) * longer / KM_PER_MS;
        let landmarks = ends.iter().map(to).collect();
        let honest = Laptop { expected: Some(expected), landmarks, ..laptop }.way(echo, echo);
        let found = honest.decide().found;
        prop_assert!(found.iter().all(|found| found.code != Code::PhysicsRefutes), "{found:#?}");
    }

    #[test]
    fn what_is_not_known_is_never_found(laptop in laptop()) {
        let bare = Laptop {
            expected: None,
            past: Past::default(),
            path: Path::default(),
            device: Device::default(),
            ..laptop
        };
        let found = bare.decide().found;
        prop_assert!(found.iter().all(|found| found.code == Code::AnonymizedExit));
    }

    #[test]
    fn everything_found_says_what_shows_it_and_what_it_does_not_show(laptop in laptop()) {
        for found in laptop.decide().found {
            prop_assert!(!found.shows.is_empty());
            prop_assert!(found.code.meaning().not_shown.starts_with("It "));
        }
    }
}
