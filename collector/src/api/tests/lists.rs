//! Lists in parts, filters, and tags.

use super::*;

/// Asks for the list part by part; the texts at `pointer` of all rows.
async fn walk(site: &mut Site, path: &str, pointer: &str) -> Vec<Vec<String>> {
    let (mut parts, mut address) = (Vec::new(), path.to_owned());
    loop {
        let got = site.get(&address).await;
        assert_eq!(got.status, StatusCode::OK, "{}", got.body);
        let items = got.body["items"].as_array().unwrap();
        let texts = items.iter().map(|item| item.pointer(pointer).unwrap().to_string());
        parts.push(texts.collect());
        let Some(next) = got.body["next"].as_str() else { return parts };
        address = format!("{path}&after={next}");
    }
}

#[tokio::test]
async fn findings_come_newest_first_and_in_parts_that_nothing_shifts() {
    let mut site = Site::new(&[Scope::FindingsRead]);
    for day in [3, 1, 2, 2, 4] {
        site.add_finding(day, "high");
    }
    let parts = walk(&mut site, "/findings?limit=2", "/id").await;
    assert_eq!(parts, [vec!["5", "1"], vec!["4", "3"], vec!["2"]]);
    let first = site.get("/findings?limit=2").await;
    site.add_finding(9, "high");
    let next = first.body["next"].as_str().unwrap();
    let second = site.get(&format!("/findings?limit=2&after={next}")).await;
    assert_eq!(second.body["items"][0]["id"], 4);
}

#[tokio::test]
async fn findings_are_filtered_as_in_the_console() {
    let mut site = Site::new(&[Scope::FindingsRead]);
    for (day, severity) in [(1, "low"), (2, "high"), (3, "critical")] {
        site.add_finding(day, severity);
    }
    site.open().execute("update finding set closed_at = last_at where id = 3", []).unwrap();
    site.open().execute("update finding set standing = 'lead' where id = 1", []).unwrap();
    for (query, expected) in [
        ("", vec!["3", "2", "1"]),
        ("&severity=high", vec!["3", "2"]),
        ("&state=open", vec!["2", "1"]),
        ("&standing=lead", vec!["1"]),
        ("&since=2026-11-02T09:00:00Z", vec!["3", "2"]),
        ("&text=ada-pc&family=kvm&laptop=a", vec!["3", "2", "1"]),
        ("&laptop=b", vec![]),
    ] {
        let parts = walk(&mut site, &format!("/findings?limit=9{query}"), "/id").await;
        assert_eq!(parts.concat(), expected, "{query}");
    }
}

#[tokio::test]
async fn what_cannot_be_understood_is_a_problem_with_a_sentence() {
    let mut site = Site::new(&Scope::ALL);
    for query in [
        "/findings?severity=worse",
        "/findings?verdict=none",
        "/findings?limit=0",
        "/findings?limit=501",
        "/findings?limit=x",
        "/findings?since=yesterday",
        "/findings?sevrity=high",
        "/findings?state=open&state=open",
        "/findings/x",
    ] {
        let got = site.get(query).await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST, "{query}");
        got.is_problem(400);
    }
    for query in ["/findings?after=x", "/laptops?after=7b", "/audit?after=22782222"] {
        site.get(query).await.is_problem(422);
    }
    site.get("/findings/17").await.is_problem(404);
    site.get("/laptops/x").await.is_problem(404);
    site.get("/assets/x").await.is_problem(404);
}

#[tokio::test]
async fn one_finding_is_told_in_full() {
    let mut site = Site::new(&[Scope::FindingsRead]);
    site.add_finding(1, "high");
    let body = "update finding set body = '{\"signature\":\"kvm.1\",\"title\":\"A box\",\"severity\":\"high\",
        \"confidence\":\"high\",\"technique\":\"T1200\",\"why\":\"w\",\"innocent\":\"i\",\"references\":[],
        \"opened\":\"2026-11-01T09:00:00Z\",\"evidence\":[]}'";
    site.open().execute(body, []).unwrap();
    let got = site.get("/findings/1").await;
    assert_eq!(
        (&got.body["row"]["host"], &got.body["body"]["why"]),
        (&"Ada-PC".into(), &"w".into())
    );
}

#[tokio::test]
async fn laptops_come_by_id_with_their_gaps() {
    let mut site = Site::new(&[Scope::LaptopsRead]);
    let parts = walk(&mut site, "/laptops?limit=2", "/host").await;
    assert_eq!(parts, [vec!["\"Ada-PC\"", "\"bob\""], vec!["\"eve\""]]);
    let one = site.get("/laptops?text=BO").await;
    assert_eq!(
        (&one.body["items"][0]["id"], &one.body["items"][0]["gaps"][0]["last"]),
        (&"b".into(), &2.into())
    );
    assert_eq!(site.get("/laptops/b").await.body, one.body["items"][0]);
}

#[tokio::test]
async fn the_audit_trail_comes_oldest_first_with_its_seals() {
    let mut site = Site::new(&[Scope::AuditRead]);
    site.token(&[]);
    let parts = walk(&mut site, "/audit?limit=1", "/id").await;
    assert_eq!(parts, [["1"], ["2"]]);
    let got = site.get("/audit").await;
    assert_eq!(got.body["items"][1]["hash"].as_str().unwrap().len(), 64);
    let since = site.get("/audit?since=2999-01-01T00:00:00Z").await;
    assert_eq!(since.body, serde_json::json!({"items": [], "next": null}));
}

#[tokio::test]
async fn places_are_told_without_those_of_revoked_laptops() {
    let mut site = Site::new(&[Scope::PlacesRead]);
    let told = r#"{"country":"US","vote":"v","class":"fixed","organization":null,"expected":[],
        "way":"w","notes":[],"logit":-9.0,"band":"log","waits":[]}"#;
    for id in ["a", "b"] {
        let sql =
            "insert into place (laptop, decided_at, body) values (?1, '2026-11-20T09:00:00Z', ?2)";
        site.open().execute(sql, [id, told]).unwrap();
    }
    site.open().execute("update laptop set revoked_at = 'x' where id = 'b'", []).unwrap();
    let got = site.get("/places").await;
    assert_eq!(got.body["items"].as_array().unwrap().len(), 1);
    assert_eq!(got.body["items"][0]["decision"]["country"], "US");
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let mut site = Site::new(&[Scope::LaptopsRead]);
    for path in ["/laptops", "/laptops/a"] {
        let first = site.get(path).await;
        let tag = first.header("etag").to_owned();
        assert_eq!(first.header("cache-control"), "private, no-cache");
        let weak = format!("\"x\", W/{tag}");
        for told in [&tag, &weak, "*"] {
            let again = site.send("GET", path, &[("if-none-match", told)], "").await;
            assert_eq!((again.status, again.body), (StatusCode::NOT_MODIFIED, Value::Null));
            assert_eq!(again.headers.get("etag"), first.headers.get("etag"));
        }
        site.open().execute("update laptop set host = host || 'x'", []).unwrap();
        let changed = site.send("GET", path, &[("if-none-match", &tag)], "").await;
        assert_eq!(changed.status, StatusCode::OK);
    }
}
