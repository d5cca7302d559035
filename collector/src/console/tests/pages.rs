//! What the pages say, and what their buttons do.

use super::*;
use model::Corroboration;
use model::Kind;
use model::Severity;
use model::Standing;

fn site() -> Site {
    let site = Site::signed_in();
    site.add_laptop("a", "Ada-PC");
    site.add_laptop("b", "Bob-PC");
    site.add_finding("a", &pikvm());
    let rustdesk = Finding {
        signature: "remote.rustdesk".to_owned(),
        title: "RustDesk is installed".to_owned(),
        severity: Severity::Low,
        opened: at("2026-11-24T10:00:00Z"),
        closed: Some(at("2026-11-24T11:00:00Z")),
        ..pikvm()
    };
    site.add_finding("b", &rustdesk);
    site
}

/// Which findings the list shows, in its order.
async fn check(query: &str, expected: &[&str]) {
    let got = site().get(&format!("/findings{query}")).await;
    assert_eq!(got.status, StatusCode::OK);
    let shown: Vec<&str> =
        got.text.split("data-finding=\"").skip(1).filter_map(|row| row.split('"').next()).collect();
    assert_eq!(shown, expected, "{query}");
}

#[tokio::test]
async fn findings_are_listed_newest_first_and_filtered_as_asked() {
    check("", &["2", "1"]).await;
    check("?severity=&state=&family=&text=&page=", &["2", "1"]).await;
    check("?severity=medium", &["1"]).await;
    check("?state=closed", &["2"]).await;
    check("?state=open", &["1"]).await;
    check("?state=all", &["2", "1"]).await;
    check("?standing=", &["2", "1"]).await;
    check("?standing=all", &["2", "1"]).await;
    check("?laptop=b", &["2"]).await;
    check("?family=kvm", &["1"]).await;
    check("?text=rustDESK", &["2"]).await;
    check("?text=ada-pc&state=closed", &[]).await;
    check("?page=2", &[]).await;
}

#[tokio::test]
async fn a_filter_that_makes_no_sense_is_told_so() {
    let mut site = site();
    for query in ["severity=awful", "state=ajar", "standing=tall"] {
        let got = site.get(&format!("/findings?{query}")).await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST, "{query}");
        got.says("The filter has a value that this list does not know.");
    }
    for query in ["page=0", "page=-1", "page=x", "page=99999999999"] {
        let got = site.get(&format!("/findings?{query}")).await;
        assert_eq!(got.status, StatusCode::NOT_FOUND, "{query}");
    }
}

#[tokio::test]
async fn a_long_list_comes_in_pages_that_keep_the_filter() {
    let mut site = site();
    for number in 0..60 {
        let finding = Finding { signature: format!("usb.number-{number}"), ..pikvm() };
        site.add_finding("b", &finding);
    }
    let first = site.get("/findings?family=usb").await;
    first.says("60 findings, newest first");
    first.says("href=\"/findings?family=usb&#38;page=2\">Older</a>");
    first.says_not(">Newer</a>");
    let second = site.get("/findings?family=usb&page=2").await;
    assert_eq!(second.text.matches("data-finding=").count(), 10);
    second.says("href=\"/findings?family=usb&#38;page=1\">Newer</a>");
    second.says_not(">Older</a>");
}

#[tokio::test]
async fn a_finding_is_explained_with_its_evidence_and_its_innocent_reading() {
    let got = site().get("/findings/1").await;
    assert_eq!(got.status, StatusCode::OK);
    for text in [
        "<h1><bdi>A PiKVM is plugged in</bdi></h1>",
        "<span class=\"severity high\">high</span>",
        "<span class=\"state open\">open</span>",
        "href=\"https://attack.mitre.org/techniques/T1219/003/\"",
        "href=\"/laptops/a\"><bdi>Ada-PC</bdi></a>",
        "<time datetime=\"2026-11-24T09:00:00Z\">2026-11-24 09:00 UTC</time>",
        "<h2 id=\"why\">Why it matters</h2>\n<p class=\"said\">Whoever holds its password sits",
        "<h2 id=\"innocent\">What could be innocent</h2>\n<p class=\"said\">Homelab owners",
        "usb saw <bdi>1-4</bdi>",
        "read from <code>/sys/bus/usb/devices/1-4</code>",
        "<th scope=\"row\"><code>product</code></th><td><bdi>PiKVM Composite Device</bdi></td>",
        "<th scope=\"row\"><code>max_power</code></th><td><bdi>250</bdi></td>",
        "<th scope=\"row\"><code>hid</code></th><td><bdi>yes</bdi></td>",
        "<th scope=\"row\"><code>roles</code></th><td><bdi>keyboard, pointer</bdi></td>",
        "<a href=\"https://example.org/a?b&#38;c\"",
        "Ask before you accuse.",
    ] {
        got.says(text);
    }
    got.says_not("href=\"javascript");
    got.says_not("Korea");
}

#[tokio::test]
async fn what_is_not_there_is_a_page_that_says_so() {
    let mut site = site();
    for (address, sentence) in [
        ("/findings/99", "There is no such finding."),
        ("/findings/x", "There is no such finding."),
        ("/laptops/zzz", "There is no such laptop."),
        ("/incidents/99", "There is no such incident."),
        ("/incidents/x", "There is no such incident."),
        ("/incidents/99/export", "There is no such incident."),
        ("/signatures/zzz", "No finding was ever of this signature."),
        ("/nowhere", "There is no such page."),
        ("/static/secret", "There is no such file."),
    ] {
        let got = site.get(address).await;
        assert_eq!(got.status, StatusCode::NOT_FOUND, "{address}");
        got.says("<h1>Not found</h1>");
        got.says(sentence);
    }
    let got = site.post("/findings", "csrf=token").await;
    assert_eq!(got.status, StatusCode::METHOD_NOT_ALLOWED);
    got.says("<h1>Not possible</h1>");
}

#[tokio::test]
async fn laptops_say_how_they_see_and_what_never_arrived() {
    let mut site = site();
    site.write(
        r#"update laptop set heard_at = '2026-11-20T10:00:00Z', agent = '0.1.0', lost = 3,
            sight = '{"usb":"seeing","display":{"blind":{"source":"/sys/class/drm","reason":"permission denied"}}}'
            where id = 'a';
        insert into numbering values ('a', 'run-1', 1, 4, '2026-11-20T09:00:00Z');
        insert into numbering values ('a', 'run-1', 8, 9, '2026-11-20T10:00:00Z');"#,
    );
    let list = site.get("/laptops").await;
    list.says("2 laptops, by name; revoked ones last");
    list.says("1 of 2 sensors blind");
    list.says("<li>display: permission denied</li>");
    list.says("3 reports never arrived");
    list.says("3 dropped on the laptop");
    list.says("<a id=\"open-a\" href=\"/findings?laptop=a&amp;state=open\">1 open</a>");

    let one = site.get("/laptops/a").await;
    one.says("<td><code>/sys/class/drm</code></td><td>permission denied</td>");
    one.says("<p>Seeing: usb.</p>");
    one.says("<th scope=\"row\">reports 5–7</th><td><code>run-1</code></td>");
    one.says("The agent says it dropped 3 reports from a full spool and set aside 0 as damaged");
    one.says("quiet for more than a day");
    one.says("<a id=\"finding-1\" href=\"/findings/1\">");
}

#[tokio::test]
async fn a_laptop_that_makes_up_numbers_does_not_break_its_page() {
    let mut site = site();
    site.write(
        "insert into numbering select 'a', 'run-' || value, 9223372036854775807,
            9223372036854775807, '2026-11-20T09:00:00Z' from json_each('[1,2,3]');
        insert into numbering with recursive n(i) as (select 3 union all select i + 2 from n where i < 400)
            select 'a', 'run-4', i, i, '2026-11-20T10:00:00Z' from n;",
    );
    let got = site.get("/laptops/a").await;
    got.says("18446744073709551615 reports never arrived");
    got.says("<caption>203 gaps in the numbering; here are the newest 100</caption>");
    assert_eq!(got.text.matches("<th scope=\"row\">report").count(), 100);
    site.get("/laptops").await.says("18446744073709551615 reports never arrived");
}

#[tokio::test]
async fn revoking_needs_the_form_of_this_session_and_is_audited_once() {
    let mut site = site();
    for form in ["", "csrf=", "csrf=wrong", "other=token"] {
        let got = site.post("/laptops/a/revoke", form).await;
        assert_eq!(got.status, StatusCode::FORBIDDEN, "{form}");
        got.says("Nothing was changed");
    }
    let is_revoked = "select id from laptop where revoked_at is not null";
    let audit = "select actor || ' ' || action || ' ' || subject from audit where id > 1";
    assert_eq!(site.texts(is_revoked), [""; 0]);
    assert_eq!(site.texts(audit), [""; 0]);

    site.get("/laptops/a").await.says("<form method=\"post\" action=\"/laptops/a/revoke\">");
    site.post("/laptops/a/revoke", "csrf=token").await.leads_to("/laptops/a");
    site.post("/laptops/a/revoke", "csrf=token").await.leads_to("/laptops/a");
    assert_eq!(site.texts(is_revoked), ["a"]);
    assert_eq!(site.texts(audit), ["account:ada laptop.revoke laptop:a"]);

    let one = site.get("/laptops/a").await;
    one.says("its reports are no longer taken in");
    one.says_not("/revoke");
    site.get("/audit").await.says("<code>laptop.revoke</code></th><td><bdi>laptop:a</bdi></td>");
    assert_eq!(site.post("/laptops/zzz/revoke", "csrf=token").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_store_that_fails_is_a_page_that_does_not_tell_how() {
    let mut site = site();
    site.write("update finding set body = 'not json' where id = 1");
    let got = site.get("/findings/1").await;
    assert_eq!(got.status, StatusCode::INTERNAL_SERVER_ERROR);
    got.says("<h1>Something went wrong</h1>");
    got.says_not("json");
}

/// A lead of laptop `a` beside the alerts of [`site`].
fn site_with_a_lead() -> Site {
    let site = site();
    let corroboration = Corroboration {
        spoke: vec![],
        silent: vec![Kind::Identity, Kind::Leftover],
        blind: vec![Kind::Display],
    };
    let lead = Finding {
        signature: "kvm.unlisted".to_owned(),
        title: "A keyboard of an unlisted maker".to_owned(),
        kind: Kind::Structure,
        standing: Standing::Lead,
        corroboration,
        ..pikvm()
    };
    site.add_finding("a", &lead);
    site
}

/// What is between two texts of the page.
fn between<'a>(got: &'a Got, before: &str, after: &str) -> &'a str {
    let (_, rest) = got.text.split_once(before).unwrap();
    rest.split_once(after).unwrap().0
}

#[tokio::test]
async fn leads_are_listed_only_when_asked_for_and_told_in_a_word() {
    let mut site = site_with_a_lead();
    let alerts = site.get("/findings?state=open").await;
    assert_eq!(alerts.text.matches("data-finding=").count(), 1);
    alerts.says_not("A keyboard of an unlisted maker");
    alerts.says("1 lead not shown: single weak signs, which alert nobody.");
    alerts.says("href=\"/findings?state=open&#38;standing=all\">Show leads, too</a>");
    let both = site.get("/findings?state=open&standing=all").await;
    assert_eq!(both.text.matches("data-finding=").count(), 2);
    both.says("<option value=\"all\" selected>leads, too</option>");
    both.says(
        "<td><span class=\"lead\">lead</span> <span class=\"small\">high if true</span></td>",
    );
    both.says_not("not shown");
    site.write("delete from finding where standing = 'alert'");
    site.get("/findings").await.says("<p class=\"empty\">No alert.</p>");
}

#[tokio::test]
async fn a_finding_says_its_kind_its_standing_and_what_the_other_kinds_say() {
    let mut site = site_with_a_lead();
    let lead = site.get("/findings/3").await;
    lead.says("<dt>Standing</dt><dd><span class=\"lead\">lead</span></dd>");
    lead.says("<dt>Severity</dt><dd>high if true</dd>");
    lead.says("<dd>structure <span class=\"small\">(how it is built)</span></dd>");
    let others = "<h2 id=\"others\">What else says so</h2>\n<p>";
    assert_eq!(
        between(&lead, others, "</p>"),
        "A lead: one weak sign, which alerts nobody. Another may join it. \
         Could see and found nothing: identity, leftover. \
         Could not see: display. Blind is not clean."
    );
    let alert = site.get("/findings/1").await;
    alert.says("<dt>Standing</dt><dd>alert</dd>");
    alert.says("<dd>identity <span class=\"small\">(what it says it is)</span></dd>");
    let told = between(&alert, others, "</p>");
    assert_eq!(told, "The report says nothing of other kinds of evidence.");
}

#[tokio::test]
async fn a_laptop_counts_its_alerts_and_its_leads_apart() {
    let mut site = site_with_a_lead();
    let one = site.get("/laptops/a").await;
    one.says("<caption>1 alert and 1 lead open, 2 in all; newest first</caption>");
    one.says("href=\"/findings?laptop=a&amp;standing=all\">All findings of this laptop</a>");
    assert_eq!(one.text.matches("data-finding=").count(), 2);
    let all = site.get("/laptops").await;
    all.says("href=\"/findings?laptop=a&amp;state=open\">1 open</a>");
    all.says("href=\"/findings?laptop=a&amp;state=open&amp;standing=all\">1 lead</a>");
}
