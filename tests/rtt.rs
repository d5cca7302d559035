//! Kilometers between a laptop and its collector, and what is found of them:
//! a short run of `make lab-rtt`.

use collector::place::syn::Stack;
use std::thread;
use tests::rtt::geometry;
use tests::rtt::geometry::ELSEWHERE;
use tests::rtt::geometry::LINE;
use tests::rtt::measure::measure;
use tests::rtt::scenario;
use tests::rtt::scenario::Expected;
use tests::rtt::scenario::Scenario;
use tests::rtt::verdict::Verdict;
use tests::rtt::verdict::judge_all;

/// One laptop in each of these scenarios, all at once.
fn judged(scenarios: &[&'static Scenario]) -> Vec<(&'static str, Verdict)> {
    thread::scope(|scope| {
        let begun = scenarios.iter().map(|&scenario| {
            scope.spawn(move || {
                let measured = measure(scenario, 3, 1).unwrap();
                (scenario.name, judge_all(scenario, &measured).remove(0))
            })
        });
        let begun: Vec<_> = begun.collect();
        begun.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn named(names: &[&str]) -> Vec<&'static Scenario> {
    names.iter().map(|name| scenario::named(name).unwrap()).collect()
}

#[test]
fn lines_are_as_long_as_they_are_and_raise_nothing_whoever_sits_at_the_far_end_of_a_kvm() {
    for (name, verdict) in judged(&named(&["fiber", "lte", "low-orbit", "farm"])) {
        assert!(verdict.is_expected(Expected::Nothing), "{name}: {verdict:?}");
        let least = 2.0 * scenario::named(name).unwrap().legs[0].delay_ms;
        assert!(verdict.path.tcp_ms.unwrap() >= least, "{name}: {verdict:?}");
    }
}

#[test]
fn what_ends_tcp_is_found_or_noted_and_a_tunnel_is_told_by_its_length_alone() {
    let names = ["satellite", "socks", "connect", "vpn", "travel-router"];
    for (name, verdict) in judged(&named(&names)) {
        let scenario = scenario::named(name).unwrap();
        assert!(verdict.is_expected(scenario.expected), "{name}: {verdict:?}");
        let is_ended = !["vpn", "travel-router"].contains(&name);
        assert_eq!(verdict.path.is_ended_between(), is_ended, "{name}: {verdict:?}");
        let is_small = verdict.path.mss.unwrap() < 1400;
        assert_eq!(is_small, !is_ended, "{name}: {verdict:?}");
    }
}

/// Three laptops in each of these scenarios, all at once.
fn of_three(scenarios: &[&'static Scenario]) -> Vec<(&'static Scenario, Vec<Verdict>)> {
    thread::scope(|scope| {
        let begun = scenarios.iter().map(|&scenario| {
            scope.spawn(move || {
                let measured = measure(scenario, 9, 1).unwrap();
                (scenario, judge_all(scenario, &measured))
            })
        });
        let begun: Vec<_> = begun.collect();
        begun.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn landmarks_across_the_ocean_refute_who_is_beside_them_and_nobody_else() {
    for (scenario, verdicts) in
        of_three(&named(&["landmarks", "landmarks-abroad", "landmarks-vpn"]))
    {
        assert_eq!(verdicts.len(), 3, "{}", scenario.name);
        for verdict in verdicts {
            assert!(verdict.is_expected(scenario.expected), "{}: {verdict:?}", scenario.name);
            // The laptop's own first packet, whatever routers stand between.
            let sender = verdict.path.stack.unwrap();
            assert_eq!((sender.stack, sender.connections), (Stack::Unix, 3), "{verdict:?}");
        }
    }
}

#[test]
fn behind_an_http_proxy_the_ways_to_landmarks_are_not_measured() {
    let connect = scenario::named("connect").unwrap();
    let measured = measure(connect, 3, 1).unwrap();
    assert!(connect.map.is_some_and(|map| map.landmarks.len() == 2));
    assert!(measured.iter().all(|one| one.landmarks.is_empty()), "{measured:?}");
}

#[test]
fn light_refutes_none_of_a_million_honest_laptops() {
    let outcome = geometry::honest(1_000_000, 1);
    assert_eq!(outcome.refuted, 0);
    assert!(outcome.judged > 990_000, "{outcome:?}");
}

#[test]
fn light_refutes_whoever_is_near_a_landmark_and_nobody_behind_an_exit() {
    for (city, place, is_always) in ELSEWHERE {
        let plain = geometry::claiming(&[place], LINE, 2_000);
        let by_an_exit = geometry::by_an_exit(place, 2_000);
        assert!(!is_always || plain.refuted == plain.judged, "{city}: {plain:?}");
        assert_eq!(by_an_exit.refuted, 0, "{city}");
    }
}
