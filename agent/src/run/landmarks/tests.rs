//! When the ways are measured; hours pass in no time.

use super::*;
use crate::sensors::Sensor;
use model::Value;
use tokio::net::TcpListener;

fn standing(acknowledged: Option<Timestamp>) -> Standing {
    let collector = Some("https://192.0.2.1:8443".to_owned());
    Standing { collector, acknowledged, ..Standing::default() }
}

fn enrolled() -> Standing {
    standing(Some(Timestamp::UNIX_EPOCH))
}

/// With these landmarks, and that proxy.
fn landmarks(names: &[String], proxy: Proxy) -> Landmarks {
    let all = names.iter().map(|name| Landmark::try_from(name.clone()).unwrap()).collect();
    Landmarks::new(&Config { landmarks: all, proxy, ..Config::default() })
}

/// Nothing listens there.
fn silent() -> Landmarks {
    landmarks(&["127.0.0.1:1".to_owned()], Proxy::None)
}

/// What the sensor sees on a network with this router.
fn at(gateway: &str, neighbors: &str) -> Vec<Observation> {
    let mut seen = network::Network.example();
    let text = |text: &str| Value::Text(text.to_owned());
    seen.fields.insert("gateway".to_owned(), text(gateway));
    seen.fields.insert("neighbors".to_owned(), text(neighbors));
    vec![seen]
}

fn wait(landmarks: &Landmarks, now: Instant) -> Option<Duration> {
    landmarks.due().map(|due| due.saturating_duration_since(now))
}

const HOUR: Duration = Duration::from_hours(1);

/// Begins, and gives up at once what would be measured.
fn begin(landmarks: &mut Landmarks, now: Instant) {
    assert_eq!(landmarks.begin(&enrolled(), 0.5, now), None);
    landmarks.measuring = JoinSet::new();
}

#[tokio::test]
async fn they_are_measured_after_the_first_reports_and_told_as_they_were() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let name = listener.local_addr().unwrap().to_string();
    let mut landmarks = landmarks(std::slice::from_ref(&name), Proxy::None);
    let now = Instant::now();
    landmarks.hear(&standing(None), now);
    assert_eq!((landmarks.due(), landmarks.begin(&standing(None), 0.5, now)), (None, None));
    landmarks.hear(&enrolled(), now);
    assert_eq!(wait(&landmarks, now), Some(Duration::ZERO));
    assert_eq!(landmarks.begin(&enrolled(), 0.5, now), None);
    assert_eq!(landmarks.due(), None, "they are being measured");
    let ways = landmarks.next().await.unwrap();
    let measured = landmarks.take(ways, (now, Timestamp::UNIX_EPOCH));
    assert_eq!((measured.at, measured.omitted), (Some(Timestamp::UNIX_EPOCH), None));
    let told: Vec<_> = measured.ways.iter().map(|one| (&one.name, one.connects)).collect();
    assert_eq!(told, [(&name, 5)]);
    assert_eq!(wait(&landmarks, now), Some(4 * HOUR));
    landmarks.hear(&enrolled(), now + HOUR);
    assert_eq!(wait(&landmarks, now + HOUR), Some(3 * HOUR));
}

#[tokio::test]
async fn another_network_is_measured_soon_and_the_same_one_in_hours() {
    let mut landmarks = silent();
    let now = Instant::now();
    landmarks.note(&at("home", "1-4"), now);
    assert_eq!(landmarks.due(), None);
    landmarks.hear(&enrolled(), now);
    begin(&mut landmarks, now);
    let mut offline = at("home", "0");
    offline[0].fields.retain(|name, _| ["gateway_kind", "neighbors"].contains(&name.as_str()));
    for seen in [at("home", "5-19"), Vec::new(), offline, at("home", "1-4")] {
        landmarks.note(&seen, now);
        assert_eq!(wait(&landmarks, now), Some(4 * HOUR));
    }
    landmarks.note(&at("cafe", "20+"), now);
    assert_eq!(wait(&landmarks, now), Some(PAUSE), "they were measured just now");
    let now = now + HOUR;
    begin(&mut landmarks, now);
    let mut unsettled = at("office", "0");
    unsettled[0].fields.remove("gateway_kind");
    let now = now + HOUR;
    landmarks.note(&unsettled, now);
    assert_eq!(wait(&landmarks, now), Some(3 * HOUR), "its router is not known yet");
    landmarks.note(&at("office", "0"), now);
    assert_eq!(wait(&landmarks, now), Some(SETTLED));
}

#[tokio::test]
async fn that_a_token_can_be_made_since_enrolment_is_no_other_network() {
    let mut landmarks = silent();
    let now = Instant::now();
    let mut before = at("home", "0");
    before[0].fields.remove("gateway");
    landmarks.note(&before, now);
    landmarks.hear(&enrolled(), now);
    begin(&mut landmarks, now);
    landmarks.note(&at("home", "0"), now);
    assert_eq!(wait(&landmarks, now), Some(4 * HOUR));
    landmarks.note(&before, now);
    assert_eq!(wait(&landmarks, now), Some(PAUSE), "a token that is gone is another router");
}

#[tokio::test]
async fn where_nothing_answers_it_is_tried_again_soon() {
    let mut landmarks = silent();
    let now = Instant::now();
    landmarks.hear(&enrolled(), now);
    assert_eq!(landmarks.begin(&enrolled(), 0.5, now), None);
    let ways = landmarks.next().await.unwrap();
    assert_eq!(ways, []);
    landmarks.take(ways, (now, Timestamp::UNIX_EPOCH));
    assert_eq!(wait(&landmarks, now), Some(PAUSE));
}

#[tokio::test]
async fn by_way_of_a_proxy_nothing_is_measured_and_that_is_said() {
    let proxy = Proxy::try_from("http://192.0.2.9:3128".to_owned()).unwrap();
    let mut landmarks = landmarks(&["127.0.0.1:1".to_owned()], proxy);
    let now = Instant::now();
    landmarks.hear(&enrolled(), now);
    let told = landmarks.begin(&enrolled(), 0.5, now).unwrap();
    assert_eq!((told.at, told.ways, told.omitted.as_deref()), (None, vec![], Some(OMITTED)));
    assert!(landmarks.measuring.is_empty());
}

#[tokio::test]
async fn without_landmarks_there_is_nothing_to_do() {
    let mut landmarks = landmarks(&[], Proxy::None);
    let now = Instant::now();
    landmarks.hear(&enrolled(), now);
    landmarks.note(&at("home", "0"), now);
    landmarks.note(&at("cafe", "0"), now);
    assert_eq!((landmarks.due(), landmarks.begin(&enrolled(), 0.5, now)), (None, None));
}
