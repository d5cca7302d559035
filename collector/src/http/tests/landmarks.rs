//! What laptops measured of landmarks, and what they may say of it.

use super::*;
use crate::store::landmarks;
use jiff::SignedDuration;
use model::Landmark;
use model::Report;

const NAMED: &str = "[place.landmarks]\n\"eu:8443\" = \"50.1,8.7\"\n\"us:8443\" = \"39,-77\"";

fn landmark(name: &str, microseconds: u64) -> Landmark {
    Landmark { name: name.to_owned(), microseconds, connects: 5 }
}

/// A report of that number, so old, with what was measured.
fn told(sequence: u64, minutes: i64, landmarks: &[Landmark]) -> Report {
    let at = Timestamp::now() - SignedDuration::from_mins(minutes);
    Report { at, landmarks: landmarks.to_vec(), ..report(sequence) }
}

fn kept(place: &Place, laptop: &str) -> Vec<(String, u64)> {
    let loopback = "127.0.0.1".parse().unwrap();
    let all = landmarks::of_laptop(&place.store(), laptop, loopback).unwrap();
    all.into_iter().map(|least| (least.name, least.microseconds)).collect()
}

#[tokio::test]
async fn the_least_of_each_named_landmark_is_kept_and_twice_is_once() {
    let place = Place::new(NAMED).await;
    let (laptop, _, mut line) = place.laptop().await;
    let both = [landmark("us:8443", 90_000), landmark("eu:8443", 31_250)];
    let reports = [told(1, 0, &both), told(2, 1, &[landmark("eu:8443", 40_000)])];
    for _ in 0..2 {
        assert_eq!(line.zstd(packed(&reports)).await.status, 200);
        let expected = [("eu:8443".to_owned(), 31_250), ("us:8443".to_owned(), 90_000)];
        assert_eq!(kept(&place, &laptop), expected);
    }
}

#[tokio::test]
async fn what_comes_late_or_of_nobodys_landmark_is_acknowledged_and_not_kept() {
    let place = Place::new(NAMED).await;
    let (laptop, _, mut line) = place.laptop().await;
    let many: Vec<Landmark> =
        (0..500).map(|number| landmark(&format!("other-{number}:1"), 1)).collect();
    let eu = [landmark("eu:8443", 31_250)];
    for report in [told(1, 11, &eu), told(2, -11, &eu), told(3, 0, &many)] {
        let sequence = report.sequence;
        let answer = line.zstd(packed(&[report])).await;
        assert_eq!(answer.read::<Acknowledged>(), acknowledged(sequence));
    }
    assert_eq!(kept(&place, &laptop), []);
    let unnamed = Place::new("").await;
    let (laptop, _, mut line) = unnamed.laptop().await;
    assert_eq!(line.zstd(packed(&[told(1, 0, &eu)])).await.status, 200);
    assert_eq!(kept(&unnamed, &laptop), []);
}
