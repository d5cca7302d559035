//! Where laptops come from against where they belong: the page, and the section
//! on a laptop's page.

use super::*;
use crate::judge::Told;
use crate::place::network::Class;
use crate::store::places;

/// What is told of a laptop that is where it belongs, in Texas.
fn told() -> Told {
    Told {
        country: "US".parse().ok(),
        vote: "all say US".to_owned(),
        class: Class::Fixed,
        organization: Some("Example Fiber".to_owned()),
        expected: vec!["US-TX".to_owned()],
        way: "not measured yet".to_owned(),
        notes: Vec::new(),
        logit: -9.2,
        band: "log".to_owned(),
        waits: Vec::new(),
    }
}

/// The same laptop far from there.
fn away() -> Told {
    Told {
        country: "CN".parse().ok(),
        vote: "all say CN".to_owned(),
        way: "TCP 210.0 ms, echo 211.0 ms, on 4 connections of 3 days".to_owned(),
        notes: vec!["a proxy of your own stands before the collector".to_owned()],
        logit: -1.5,
        band: "case".to_owned(),
        waits: vec!["Too far: opens after five working days".to_owned()],
        ..told()
    }
}

impl Site {
    fn put(&self, laptop: &str, told: &Told) {
        places::put(&self.open(), laptop, told, at("2026-11-24T09:00:00Z")).unwrap();
    }
}

#[tokio::test]
async fn before_anything_is_decided_the_pages_say_so() {
    let mut site = Site::signed_in();
    site.add_laptop("a", "Ada-PC");
    let all = site.get("/places").await;
    assert_eq!(all.status, StatusCode::OK);
    all.says("<p class=\"empty\">No laptop's place has been decided yet: ");
    all.says_not("<svg class=\"map\"");
    let one = site.get("/laptops/a").await;
    one.says("<p class=\"empty\">Nothing has been decided about its place yet.</p>");
    let got = Site::new().get("/places").await;
    got.leads_to("/login?next=%2Fplaces");
}

#[tokio::test]
async fn a_laptop_away_from_where_it_belongs_comes_first_and_marks_its_country() {
    let mut site = Site::signed_in();
    for (id, host, told) in [
        ("a", "Ada-PC", told()),
        ("b", "Bob-PC", away()),
        ("c", "Cyd-PC", Told { country: None, vote: "they do not agree".to_owned(), ..told() }),
        ("d", "Dan-PC", away()),
    ] {
        site.add_laptop(id, host);
        site.put(id, &told);
    }
    site.write("update laptop set revoked_at = '2026-11-24T10:00:00Z' where id = 'd'");
    let got = site.get("/places").await;
    got.says("<caption>3 laptops; of 1 the country is not clear</caption>");
    got.says(
        "<tr><th scope=\"row\">China (CN)</th><td>1</td><td>0</td><td>1</td></tr>\n\
         <tr><th scope=\"row\">United States (US)</th><td>1</td><td>3</td><td>0</td></tr>",
    );
    let label = "<title>China: 1 come from there, 0 belong there, 1 come from there and belong \
        elsewhere</title>";
    got.says(&format!("<circle class=\"dot foreign\" cx=\"789\" cy=\"151\" r=\"4\">{label}"));
    assert_eq!(got.text.matches("<circle class=\"dot ").count(), 2);
    got.says(
        "<tbody>\n<tr><th scope=\"row\"><a href=\"/laptops/b#place\"><bdi>Bob-PC</bdi></a></th>\
         <td><b>case</b></td><td>all say CN</td><td>fixed, Example Fiber</td><td>US-TX</td>\
         <td>Too far: opens after five working days</td></tr>",
    );
    got.says("<bdi>Ada-PC</bdi></a></th><td>nothing</td><td>all say US</td>");
    got.says_not("Dan-PC");
    got.says("<a href=\"https://db-ip.com\" rel=\"noopener noreferrer external\">IP Geolocation by DB-IP</a>");
}

#[tokio::test]
async fn the_page_of_a_laptop_tells_its_place_what_waits_and_what_was_left_aside() {
    let mut site = Site::signed_in();
    site.add_laptop("b", "Bob-PC");
    site.put("b", &away());
    let got = site.get("/laptops/b").await;
    for text in [
        "<dd>all say CN; network of kind fixed, Example Fiber</dd>",
        "<dt>Belongs</dt><dd>US-TX</dd>",
        "<dt>The way to it</dt><dd>TCP 210.0 ms, echo 211.0 ms, on 4 connections of 3 days</dd>",
        "<dt>To do</dt><dd>case</dd>",
        "<li>Too far: opens after five working days</li>",
        "<li>Left aside: a proxy of your own stands before the collector</li>",
        "The exit is not the laptop, and neither tells where the hands are.",
        "IP Geolocation by DB-IP</a>",
    ] {
        got.says(text);
    }
    site.put("b", &Told { expected: Vec::new(), ..told() });
    let got = site.get("/laptops/b").await;
    got.says("<dd>nobody has said: <code>moored-collector assets import</code></dd>");
    got.says("<dt>To do</dt><dd>nothing</dd>");
}

#[tokio::test]
async fn a_finding_about_a_place_says_whose_databases_it_is_made_of() {
    let mut site = Site::signed_in();
    site.add_laptop("a", "Ada-PC");
    site.add_finding("a", &pikvm());
    let signature = "place.wrong-country".to_owned();
    site.add_finding("a", &Finding { signature, ..pikvm() });
    site.get("/findings/1").await.says_not("IP Geolocation");
    site.get("/findings/2").await.says("IP Geolocation by DB-IP</a>");
}

#[tokio::test]
async fn names_from_databases_lists_and_laptops_never_become_markup() {
    const SCRIPT: &str = "<script>alert(1)</script>\"'>\u{202e}";
    let mut site = Site::signed_in();
    site.add_laptop("a", SCRIPT);
    let text = || SCRIPT.to_owned();
    let hostile = Told {
        vote: text(),
        organization: Some(text()),
        expected: vec![text()],
        way: text(),
        notes: vec![text()],
        band: text(),
        waits: vec![text()],
        ..away()
    };
    site.put("a", &hostile);
    for address in ["/places", "/laptops/a"] {
        let got = site.get(address).await;
        assert_eq!(got.status, StatusCode::OK, "{address}");
        got.says("&#60;script&#62;alert(1)");
        got.says_not("<script>");
        got.says_not("\"'>");
    }
}
