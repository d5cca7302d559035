//! Where laptops are expected, said by a program.

use super::*;
use serde_json::json;

const JSON: (&str, &str) = ("content-type", "application/json");
const CSV: (&str, &str) = ("content-type", "text/csv; charset=utf-8");

fn site() -> Site {
    Site::new(&[Scope::AssetsRead, Scope::AssetsWrite])
}

fn trail(site: &Site) -> Vec<String> {
    let store = site.open();
    let sql = "select actor || ' ' || action || ' ' || subject from audit where id > 1 order by id";
    let mut statement = store.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[tokio::test]
async fn a_list_is_taken_in_as_csv_and_as_json() {
    let mut site = site();
    let got = site.send("POST", "/assets", &[CSV], "serial,host,home\nA,Ada-PC,US-TX\n").await;
    assert_eq!((got.status, got.body), (StatusCode::OK, json!({"imported": 1})));
    let list = json!([{"serial": "B", "homes": ["DE"]}, {"serial": "C"}]).to_string();
    let got = site.send("POST", "/assets", &[JSON], &list).await;
    assert_eq!(got.body, json!({"imported": 2}));
    let got = site.get("/assets?limit=2").await;
    assert_eq!(got.body["items"][0]["laptop"], "a");
    assert_eq!(got.body["items"][1]["expected"]["homes"], json!(["DE"]));
    let next = got.body["next"].as_str().unwrap();
    let got = site.get(&format!("/assets?limit=2&after={next}")).await;
    assert_eq!(
        (&got.body["items"][0]["expected"]["serial"], &got.body["next"]),
        (&"C".into(), &Value::Null)
    );
    let noted = ["api-token:1 assets.import laptops:1", "api-token:1 assets.import laptops:2"];
    assert_eq!(trail(&site), noted);
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_list_is_told_and_nothing_is_taken_in() {
    let mut site = site();
    let csv = "serial,home\nA,US\nB,USA\n,US\n";
    let got = site.send("POST", "/assets", &[CSV], csv).await;
    got.is_problem(422);
    let lines: Vec<_> =
        got.body["problems"].as_array().unwrap().iter().map(|it| &it["line"]).collect();
    assert_eq!(lines, [&json!(3), &json!(4)]);
    let list = json!([{"serial": "A"}, {"serial": "B", "homes": ["USA"], "x": 1}]).to_string();
    let got = site.send("POST", "/assets", &[JSON], &list).await;
    got.is_problem(422);
    assert_eq!(got.body["problems"].as_array().unwrap().len(), 2);
    assert_eq!(site.get("/assets").await.body["items"], json!([]));
    assert_eq!(trail(&site), [""; 0]);

    site.send("POST", "/assets", &[JSON], "{}").await.is_problem(400);
    site.send("POST", "/assets", &[JSON], "x").await.is_problem(400);
    site.send("POST", "/assets", &[("content-type", "text/plain")], "x").await.is_problem(415);
    site.send("POST", "/assets", &[], "[]").await.is_problem(415);
    let large = format!("serial\n{}", "x".repeat(16 << 20));
    site.send("POST", "/assets", &[CSV], &large).await.is_problem(413);
}

#[tokio::test]
async fn one_laptop_is_put_changed_and_removed_only_as_it_was_seen() {
    let mut site = site();
    let body = json!({"serial": "A", "homes": ["US"]}).to_string();
    let put = site.send("PUT", "/assets/A", &[JSON, ("if-none-match", "*")], &body).await;
    assert_eq!(put.status, StatusCode::OK, "{}", put.body);
    let tag = put.header("etag").to_owned();
    assert_eq!(site.get("/assets/A").await.header("etag"), tag);
    site.send("PUT", "/assets/A", &[JSON, ("if-none-match", "*")], &body).await.is_problem(412);

    let other = json!({"serial": "A", "homes": ["DE"]}).to_string();
    let put = site.send("PUT", "/assets/A", &[JSON, ("if-match", &tag)], &other).await;
    assert_eq!(put.status, StatusCode::OK);
    site.send("PUT", "/assets/A", &[JSON, ("if-match", &tag)], &body).await.is_problem(412);
    site.send("PUT", "/assets/B", &[JSON, ("if-match", &tag)], &other).await.is_problem(422);
    let there = json!({"serial": "B"}).to_string();
    site.send("PUT", "/assets/B", &[JSON, ("if-match", "*")], &there).await.is_problem(412);
    assert_eq!(site.get("/assets/A").await.body["homes"], json!(["DE"]));

    site.send("DELETE", "/assets/A", &[("if-match", &tag)], "").await.is_problem(412);
    let gone = site.send("DELETE", "/assets/A", &[], "").await;
    assert_eq!((gone.status, gone.body), (StatusCode::NO_CONTENT, Value::Null));
    site.send("DELETE", "/assets/A", &[], "").await.is_problem(404);
    let noted = ["put serial:A", "put serial:A", "remove serial:A"];
    assert_eq!(trail(&site), noted.map(|it| format!("api-token:1 assets.{it}")));
}
