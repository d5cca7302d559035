//! The list of incidents, one in full, and what people do there.

use super::*;
use crate::incident;
use crate::incident::Rules;
use jiff::SignedDuration;

/// A site where incidents of two laptops are open.
fn site() -> Site {
    let site = Site::signed_in();
    site.add_laptop("a", "Ada-PC");
    site.add_laptop("b", "Bob-PC");
    site.add_finding("a", &pikvm());
    let other = Finding { title: "A JetKVM is plugged in".to_owned(), ..pikvm() };
    site.add_finding("b", &other);
    gather(&site, &["a", "b"]);
    site
}

fn gather(site: &Site, laptops: &[&str]) {
    let rules = Rules { learn_until: None, close_quiet_after: SignedDuration::MAX };
    for laptop in laptops {
        incident::of_laptop(&site.open(), laptop, &rules, clock::now()).unwrap();
    }
}

fn shown(got: &Got) -> Vec<&str> {
    let rows = got.text.split("data-incident=\"").skip(1);
    rows.filter_map(|row| row.split('"').next()).collect()
}

#[tokio::test]
async fn incidents_are_listed_and_filtered_as_asked() {
    let mut site = site();
    site.write("update incident set state = 'closed', outcome = 'benign' where id = 2");
    site.write("update incident set assignee = 'ada' where id = 1");
    for (query, expected) in [
        ("", &["1"][..]),
        ("?state=all", &["2", "1"]),
        ("?state=closed", &["2"]),
        ("?state=open&severity=high", &["1"]),
        ("?severity=critical", &[]),
        ("?mine=1", &["1"]),
        ("?text=ada-pc", &["1"]),
        ("?text=pik", &["1"]),
        ("?state=all&text=jetkvm", &["2"]),
        ("?state=all&text=%22%20OR", &[]),
        ("?laptop=a", &["1"]),
    ] {
        let got = site.get(&format!("/incidents{query}")).await;
        assert_eq!(got.status, StatusCode::OK, "{query}: {}", got.text);
        assert_eq!(shown(&got), expected, "{query}");
    }
    for query in ["state=ajar", "severity=awful", "after=x", "after=1.yesterday", "after=x.2026"] {
        let got = site.get(&format!("/incidents?{query}")).await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test]
async fn a_long_list_goes_on_after_the_last_row() {
    let mut site = site();
    site.write(
        "insert into incident (key, title, state, severity, confidence, score, opened_at, made_at,
             changed_at, is_learned, marks, story)
         select 'k' || value, 'one of many', 'open', 'low', 'low', 0, '2026-01-01T00:00:00Z',
             '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 0, '[]',
             '{\"reasons\":[],\"refutes\":[],\"innocent\":[],\"steps\":[]}'
         from generate_series(1, 60)"
            .replace("generate_series(1, 60)", "(with recursive n(value) as (select 1 union all select value + 1 from n where value < 60) select value from n)")
            .as_str(),
    );
    let first = site.get("/incidents?severity=low").await;
    assert_eq!(shown(&first).len(), 50);
    let (_, after) = first.text.split_once("id=\"older\" rel=\"next\" href=\"").unwrap();
    let address = after.split('"').next().unwrap().replace("&#38;", "&");
    assert!(address.starts_with("/incidents?severity=low&after="), "{address}");
    let second = site.get(&address).await;
    assert_eq!(shown(&second).len(), 12);
    assert!(shown(&second).iter().all(|id| !shown(&first).contains(id)));
    second.says("href=\"/incidents?severity=low\">Newest</a>");
}

#[tokio::test]
async fn an_incident_is_told_with_its_story_and_its_raw_evidence() {
    let got = site().get("/incidents/1").await;
    assert_eq!(got.status, StatusCode::OK);
    for text in [
        "<h1>Incident 1: <bdi>A PiKVM is plugged in</bdi></h1>",
        "<span class=\"state open\">open</span>",
        "<span class=\"beat\">found</span> <a href=\"/findings/1\">",
        "<td class=\"number\">+30</td>",
        "Homelab owners have one too.",
        "<h2 id=\"refutes\">What would refute it</h2>",
        "<input type=\"checkbox\" id=\"step-1\" data-step>",
        "<b>usb</b> saw <bdi>1-4</bdi>, read from <code>/sys/bus/usb/devices/1-4</code>",
        "&#34;product&#34;: &#34;PiKVM Composite Device&#34;",
        "<span class=\"beat\">opened</span> by <bdi>the collector</bdi>",
    ] {
        got.says(text);
    }
}

#[tokio::test]
async fn the_evidence_of_an_incident_is_a_file() {
    let got = site().get("/incidents/1/export").await;
    assert_eq!(got.header(header::CONTENT_TYPE), "application/json");
    let name = got.header(header::CONTENT_DISPOSITION);
    assert_eq!(name, "attachment; filename=\"moored-incident-1.json\"");
    let file: serde_json::Value = serde_json::from_str(&got.text).unwrap();
    let seen = &file["told"]["findings"][0]["finding"]["evidence"][0];
    assert_eq!((&seen["subject"], &file["steps"][0]["what"]), (&"1-4".into(), &"opened".into()));
}

#[tokio::test]
async fn an_incident_is_worked_on_until_it_is_closed() {
    let mut site = site();
    let next = "csrf=token&next=%2Fincidents%3Fseverity%3Dhigh";
    let got = site.post("/incidents/1/acknowledge", next).await;
    got.leads_to("/incidents?severity=high#incident-1");
    site.post("/incidents/1/note", "csrf=token&note=asked+IT").await.leads_to("/incidents/1");
    let got = site.post("/incidents/1/suppress", "csrf=token&note=bench&length=7d").await;
    got.leads_to("/incidents/1");
    let closing = "csrf=token&note=a+bench+of+IT%27s&outcome=benign";
    site.post("/incidents/1/close", closing).await.leads_to("/incidents/1");
    let got = site.get("/incidents/1").await;
    got.says("<span class=\"state closed\">closed</span> <span class=\"small\">as benign</span>");
    got.says("<span class=\"beat\">acknowledged</span> by <bdi>ada</bdi>");
    got.says("by <bdi>ada</bdi>: <span class=\"said\"><bdi>asked IT</bdi></span>");
    got.says_not("action=\"/incidents/1/close\"");
    site.post("/incidents/1/reopen", "csrf=token").await.leads_to("/incidents/1");
    assert_eq!(site.texts("select state from incident where id = 1"), ["open"]);
    let audit = "select action from audit where action like 'incident.%' order by id";
    let done = ["acknowledged", "note", "suppressed", "closed", "reopened"];
    assert_eq!(site.texts(audit), done.map(|word| format!("incident.{word}")));
}

#[tokio::test]
async fn what_is_refused_is_told_and_what_was_typed_stays() {
    let mut site = site();
    let long = "x".repeat(4001);
    for (act, form, why) in [
        ("close", "note=kept+text", "Say what it was: true, benign or false."),
        ("close", "note=kept+text&outcome=perhaps", "Say what it was"),
        ("close", "note=+&outcome=true", "Say why, in a note."),
        ("suppress", "note=kept+text&length=for+ever", "Say for how long it is to be silent."),
        ("suppress", "note=&length=7d", "Say why, in a note."),
        ("note", &format!("note=kept+text{long}"), "The note must not be longer than 4000 signs."),
        ("reopen", "", "It is open."),
    ] {
        let got = site.post(&format!("/incidents/1/{act}"), &format!("csrf=token&{form}")).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{act} {form}");
        got.says(why);
        if form.contains("kept+text") {
            got.says(&format!("<details id=\"{act}\" open>"));
            got.says(">kept text");
        }
    }
    assert_eq!(site.post("/incidents/1/sing", "csrf=token").await.status, StatusCode::NOT_FOUND);
    let got = site.post("/incidents/99/note", "csrf=token&note=x").await;
    assert_eq!(got.status, StatusCode::NOT_FOUND);
    assert_eq!(site.texts("select what from incident_step where incident = 1"), ["opened"]);
}

#[tokio::test]
async fn only_analysts_act_and_only_with_the_form_of_their_session() {
    let mut site = site();
    for form in ["note=x", "csrf=&note=x", "csrf=wrong&note=x"] {
        let got = site.post("/incidents/1/note", form).await;
        assert_eq!(got.status, StatusCode::FORBIDDEN, "{form}");
    }
    site.write("update account set role = 'viewer'");
    for page in ["/incidents", "/incidents/1", "/signatures/kvm.pikvm", "/laptops/a", "/"] {
        let got = site.get(page).await;
        assert_eq!(got.status, StatusCode::OK, "{page}");
        let forms = got.text.matches("method=\"post\"").count();
        assert_eq!(forms, 1, "{page} has forms beside the one to sign out");
        got.says_not("/suppressions?");
    }
    for (address, form) in [
        ("/incidents/1/acknowledge", ""),
        ("/incidents/1/close", "&note=x&outcome=false"),
        ("/suppressions", "&tool=anydesk&why=x&days=3"),
        ("/suppressions/1/end", ""),
    ] {
        let got = site.post(address, &format!("csrf=token{form}")).await;
        assert_eq!(got.status, StatusCode::FORBIDDEN, "{address}");
        got.says("Nothing was changed: this needs the role analyst");
    }
    assert_eq!(site.get("/sinks").await.status, StatusCode::FORBIDDEN);
    assert_eq!(site.texts("select what from incident_step where incident = 1"), ["opened"]);
    assert_eq!(site.texts("select why from suppression"), [""; 0]);
}

#[tokio::test]
async fn a_next_page_leads_nowhere_else() {
    let mut site = site();
    for next in ["https://evil.example/", "//evil.example", "/incidentsevil", "%0aX:y", "/findings"]
    {
        let form = format!("csrf=token&note=x&next={next}");
        site.post("/incidents/1/note", &form).await.leads_to("/incidents/1");
    }
}

#[tokio::test]
async fn incidents_behind_one_router_are_related() {
    let mut site = site();
    site.get("/incidents/1").await.says_not("id=\"related\"");
    site.write(
        "insert into router values ('t', 'a', '2026-11-24T09:00:00Z', '2026-11-24T09:00:00Z');
         insert into router values ('t', 'b', '2026-11-24T09:00:00Z', '2026-11-24T09:00:00Z');",
    );
    let got = site.get("/incidents/1").await;
    got.says("<h2 id=\"related\">Related</h2>");
    got.says("<a href=\"/incidents/2\">2: <bdi>A JetKVM is plugged in</bdi></a>");
}
