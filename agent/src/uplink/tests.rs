//! What needs no collector; the rest is the journey's.

use super::trouble::Trouble;
use super::*;
use crate::config::Endpoint;
use crate::config::Token;
use crate::identity::Request;
use std::io;
use std::path::PathBuf;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;

fn uplink() -> Uplink {
    let config = Config { state: PathBuf::from("/nonexistent"), ..Config::default() };
    let laptop = Laptop { host: "h".to_owned(), platform: "linux".to_owned(), serial: None };
    Uplink::new(config, laptop)
}

#[test]
fn waits_double_up_to_minutes_and_are_jittered() {
    let mut uplink = uplink();
    let trouble = Trouble::Unanswered("x".to_owned());
    let waits: Vec<u64> = (1..=12)
        .map(|failures| {
            uplink.failures = failures;
            uplink.wait_after(&trouble, 1.0).as_secs()
        })
        .collect();
    assert_eq!(waits, [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]);
    assert_eq!(uplink.wait_after(&trouble, 0.5), Duration::from_secs(150));
    assert_eq!(uplink.wait_after(&trouble, 0.0), Duration::from_millis(100));
}

#[test]
fn an_echo_comes_after_the_first_reports_and_then_every_few_hours() {
    let at = |hours| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
    let mut pace = Pace::default();
    assert_eq!(pace.until(at(0)), Duration::ZERO);
    for (chance, wait) in [(0.0, 3), (0.5, 4), (1.0, 5), (7.0, 5)] {
        pace.begin(at(10), chance);
        let left = [10, 11, 10 + wait, 99].map(|now| pace.until(at(now)).as_secs());
        assert_eq!(left, [wait, wait - 1, 0, 0].map(|hours: i64| hours.unsigned_abs() * 3600));
    }
    assert_eq!(pace.until(at(9)), Duration::ZERO, "the clock was set back");
    let mut uplink = uplink();
    assert_eq!(uplink.until_echo(at(0)), Duration::MAX);
    uplink.prepare_echo(at(0), 0.5);
    assert!(uplink.echo().is_none(), "nothing was acknowledged yet");
}

#[tokio::test]
async fn nonces_come_back_as_they_were_until_there_are_enough() {
    let (mut here, mut there) = tokio::io::duplex(64);
    let answering = tokio::spawn(async move { echo::answer(&mut there).await });
    for number in 0..30_u64 {
        let mut back = [0; 8];
        here.write_all(&number.to_be_bytes()).await.unwrap();
        here.read_exact(&mut back).await.unwrap();
        assert_eq!(u64::from_be_bytes(back), number);
    }
    assert_eq!(answering.await.unwrap().unwrap(), 30);
    assert_eq!(here.read(&mut [0]).await.unwrap(), 0, "it answers no more");
    let (mut here, mut there) = tokio::io::duplex(64);
    here.write_all(b"half").await.unwrap();
    drop(here);
    assert_eq!(echo::answer(&mut there).await.unwrap(), 0);
}

#[test]
fn retry_after_is_honored() {
    let mut uplink = uplink();
    uplink.failures = 1;
    let retry_after = Some(Duration::from_mins(1));
    let trouble = Trouble::Refused { status: 503, said: String::new(), retry_after };
    assert_eq!(uplink.wait_after(&trouble, 0.5), Duration::from_secs(61));
}

#[test]
fn each_cause_has_its_own_sentence() {
    let says = |error: io::Error| Trouble::explain("c:1", &error).to_string();
    assert_eq!(
        says(io::ErrorKind::ConnectionRefused.into()),
        "cannot reach c:1: nothing listens there: is the collector running?"
    );
    let certificate = |wrong| io::Error::other(rustls::Error::InvalidCertificate(wrong));
    assert_eq!(
        says(certificate(rustls::CertificateError::Expired)),
        "the certificate of c:1 is not valid at this laptop's time: is the clock right?"
    );
    assert!(
        says(certificate(rustls::CertificateError::UnknownIssuer)).contains("does a proxy inspect")
    );
}

#[test]
fn a_clock_that_is_off_is_told() {
    let mut uplink = uplink();
    let date = Timestamp::from_second(1_000_000).unwrap();
    uplink.hear_clock(Some(date), Timestamp::from_second(1_000_100).unwrap());
    assert_eq!(uplink.standing.clock, None);
    uplink.hear_clock(Some(date), Timestamp::from_second(1_010_800).unwrap());
    let said = uplink.standing.clock.unwrap();
    assert_eq!(said, "this laptop's clock is 3h ahead of the collector's");
}

#[test]
fn what_the_machines_manager_has_set_is_stronger_than_what_was_asked_for() {
    let state = tempfile::tempdir().unwrap();
    let token = || format!("s3cret.{}", "a".repeat(64));
    let asked = Request { collector: "https://typo.example.com".to_owned(), token: token() };
    asked.keep(state.path()).unwrap();
    let mut config = Config { state: state.path().to_owned(), ..Config::default() };
    config.collector.url =
        Some(Endpoint::try_from("https://collector.example.com".to_owned()).unwrap());
    config.collector.token = Some(Token::try_from(token()).unwrap());
    let due =
        |config: &Config| Enrolment::due(config).map(|due| due.collector.to_string()).unwrap();
    assert_eq!(due(&config), "https://typo.example.com");
    config.managed = vec!["collector"];
    assert_eq!(due(&config), "https://typo.example.com", "an address alone enrolls nowhere");
    config.managed = vec!["collector", "token"];
    assert_eq!(due(&config), "https://collector.example.com");
}
