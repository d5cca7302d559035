//! Incidents and suppressions, worked on by a program.

use super::*;
use crate::incident;
use crate::incident::Rules;
use crate::store::findings;
use jiff::SignedDuration;
use serde_json::json;

const JSON: (&str, &str) = ("content-type", "application/json");

/// A site with an incident of the laptop `a`.
fn site() -> Site {
    let site = Site::new(&[Scope::IncidentsRead, Scope::IncidentsWrite]);
    let finding = serde_json::from_value(json!({
        "signature": "kvm.pikvm", "title": "A PiKVM", "severity": "high", "confidence": "high",
        "technique": "T1200", "why": "w", "innocent": "i", "references": [],
        "opened": "2026-11-24T09:00:00Z", "evidence": [],
    }));
    let now = clock::now();
    findings::add(&site.open(), "a", &finding.unwrap(), now).unwrap();
    let rules = Rules { learn_until: None, close_quiet_after: SignedDuration::MAX };
    incident::of_laptop(&site.open(), "a", &rules, now).unwrap();
    site
}

#[tokio::test]
async fn an_incident_is_read_worked_on_and_closed() {
    let mut site = site();
    let list = site.get("/incidents?state=open&severity=high&text=ADA").await;
    assert_eq!(list.body["items"][0]["hosts"], json!(["Ada-PC"]));
    assert_eq!(site.get("/incidents?state=closed").await.body["items"], json!([]));
    let one = site.get("/incidents/1").await;
    assert_eq!(one.body["told"]["findings"][0]["finding"]["signature"], "kvm.pikvm");
    let tag = one.header("etag").to_owned();
    let fresh = [JSON, ("if-match", tag.as_str())];
    let done = site.send("POST", "/incidents/1/acts", &fresh, r#"{"act":"acknowledge"}"#).await;
    assert_eq!((done.status, &done.body["row"]["state"]), (StatusCode::OK, &json!("acknowledged")));
    assert_eq!(done.body["row"]["assignee"], "api-token:1");
    let again = site.send("POST", "/incidents/1/acts", &fresh, r#"{"act":"reopen"}"#).await;
    again.is_problem(412);
    let close = r#"{"act":"close","outcome":"benign","note":"a bench"}"#;
    let done = site.send("POST", "/incidents/1/acts", &[JSON], close).await;
    assert_eq!(done.body["row"]["outcome"], "benign");
    let steps = done.body["steps"].as_array().unwrap().len();
    assert_eq!(steps, 3);
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_with_a_sentence() {
    let mut site = site();
    for (body, status) in [
        (r#"{"act":"reopen"}"#, 409),
        (r#"{"act":"close","outcome":"true"}"#, 409),
        (r#"{"act":"close","note":"x"}"#, 422),
        (r#"{"act":"suppress","note":"x"}"#, 422),
        (r#"{"act":"dance"}"#, 400),
        ("x", 400),
    ] {
        site.send("POST", "/incidents/1/acts", &[JSON], body).await.is_problem(status);
    }
    let note = r#"{"act":"note","note":"x"}"#;
    site.send("POST", "/incidents/7/acts", &[JSON], note).await.is_problem(404);
    site.get("/incidents/7").await.is_problem(404);
    site.get("/incidents?state=asleep").await.is_problem(400);
}

#[tokio::test]
async fn a_suppression_is_made_listed_and_ended() {
    let mut site = site();
    let new = r#"{"signature":"kvm.*","why":"a bench","until":"2100-01-01T00:00:00Z"}"#;
    let made = site.send("POST", "/suppressions", &[JSON], new).await;
    assert_eq!((made.status, made.body), (StatusCode::CREATED, json!({"id": 1})));
    let listed = site.get("/suppressions").await;
    assert_eq!(listed.body["items"][0]["actor"], "api-token:1");
    assert_eq!(site.send("DELETE", "/suppressions/1", &[], "").await.status, 204);
    site.send("DELETE", "/suppressions/1", &[], "").await.is_problem(404);
    for wrong in [
        r#"{"why":"x","until":"2100-01-01T00:00:00Z"}"#,
        r#"{"tool":"x","why":" ","until":"2100-01-01T00:00:00Z"}"#,
        r#"{"tool":"x","why":"x","until":"2000-01-01T00:00:00Z"}"#,
    ] {
        site.send("POST", "/suppressions", &[JSON], wrong).await.is_problem(422);
    }
}
