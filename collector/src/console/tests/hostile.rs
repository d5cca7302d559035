//! What a laptop, a link or another site may try, and the headers against it.

use super::*;

const SCRIPT: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";

fn hostile() -> Finding {
    let mut finding = pikvm();
    finding.title = SCRIPT.to_owned();
    finding.signature = format!("{SCRIPT}.x");
    finding.technique = format!("T1219/../{SCRIPT}");
    finding.why = SCRIPT.to_owned();
    finding.innocent = SCRIPT.to_owned();
    finding.references = vec![SCRIPT.to_owned(), format!("https://example.org/{SCRIPT}")];
    finding.tool = Some(model::Tool {
        id: SCRIPT.to_owned(),
        category: SCRIPT.to_owned(),
        rung: model::Rung::Session,
        verdict: model::Verdict::Approved,
        approval: Some(model::Approval {
            owner: SCRIPT.to_owned(),
            reason: SCRIPT.to_owned(),
            expires: "2026-12-31".parse().unwrap(),
        }),
    });
    let seen = &mut finding.evidence[0];
    seen.sensor = SCRIPT.to_owned();
    seen.subject = SCRIPT.to_owned();
    seen.source = SCRIPT.to_owned();
    seen.fields.insert(SCRIPT.to_owned(), model::Value::Text(SCRIPT.to_owned()));
    finding
}

#[tokio::test]
async fn what_a_laptop_sends_never_becomes_markup() {
    let mut site = Site::signed_in();
    site.add_laptop("a", SCRIPT);
    let end = Some(at("2026-11-24T10:00:00Z"));
    site.add_finding("a", &Finding { closed: end, ..hostile() });
    let sight = serde_json::json!({ SCRIPT: { "blind": { "source": SCRIPT, "reason": SCRIPT } } });
    let sql = "update laptop set sight = ?1, agent = ?2, platform = ?2";
    site.open().execute(sql, [sight.to_string(), SCRIPT.to_owned()]).unwrap();
    let sql = "insert into numbering values ('a', ?1, 3, 4, '2026-11-20T09:00:00Z')";
    site.open().execute(sql, [SCRIPT]).unwrap();
    let sql = "insert into audit (at, actor, action, subject)
        values ('2026-11-20T09:00:00Z', ?1, ?1, ?1)";
    site.open().execute(sql, [SCRIPT]).unwrap();

    let asked = "/findings?text=%3Cscript%3Ealert(1)&laptop=a&family=%3Cscript%3Ealert(1)%3C/script%3E%22'%3E%3Cimg%20src=x%20onerror=alert(1)%3E";
    let pages =
        ["/signatures", "/findings", "/findings/1", "/laptops", "/laptops/a", "/audit", asked];
    for address in pages {
        let got = site.get(address).await;
        assert_eq!(got.status, StatusCode::OK, "{address}");
        got.says("&#60;script&#62;alert(1)");
        got.says_not("<script>");
        got.says_not("<img src=x");
        got.says_not("\"'>");
    }
}

#[tokio::test]
async fn what_a_laptop_says_of_a_tool_turns_no_reading_around() {
    let mut site = Site::signed_in();
    site.add_laptop("a", "PC");
    let mut finding = hostile();
    finding.closed = Some(at("2026-11-24T10:00:00Z"));
    finding.title = "AnyDesk\u{202e}".to_owned();
    let tool = finding.tool.as_mut().unwrap();
    let approval = tool.approval.as_mut().unwrap();
    for text in [&mut tool.id, &mut tool.category, &mut approval.owner, &mut approval.reason] {
        *text = "\u{202e}\u{0}".to_owned();
    }
    site.add_finding("a", &finding);
    let told = "\\u{202e}\\u{0}";
    let list = site.get("/findings").await;
    list.says(&format!("<bdi>approved until 2026-12-31 by {told}</bdi>"));
    list.says_not("\u{202e}");
    let one = site.get("/findings/1").await;
    one.says(&format!("<code>{told}</code> <span class=\"small\">(<bdi>{told}</bdi>)</span>"));
    one.says(&format!("<dt>Approved by</dt><dd><bdi>{told}</bdi></dd>"));
    one.says(&format!("<dt>For</dt><dd><bdi>{told}</bdi></dd>"));
    one.says("<th scope=\"row\"><bdi>AnyDesk\\u{202e}</bdi></th>");
    one.says_not("\u{202e}");
}

#[tokio::test]
async fn a_name_that_turns_its_reading_around_is_shown_as_it_is() {
    let mut site = Site::signed_in();
    site.add_laptop("a", "PC\u{202e}\u{0}");
    site.get("/laptops").await.says("<bdi>PC\\u{202e}\\u{0}</bdi>");
}

#[tokio::test]
async fn a_sign_in_form_does_not_send_people_elsewhere_nor_repeat_markup() {
    let mut site = Site::new();
    let got = site.get("/login?next=//evil.example").await;
    got.says("<input type=\"hidden\" name=\"next\" value=\"/\">");
    let got = site.get("/login?next=%22%3E%3Cscript%3E").await;
    got.says("<input type=\"hidden\" name=\"next\" value=\"/\">");
    got.says_not("<script>");
}

#[tokio::test]
async fn every_answer_carries_the_guarding_headers() {
    let mut site = Site::signed_in();
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
        connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    for address in ["/", "/login", "/findings", "/laptops", "/audit", "/nowhere", "/findings/9"] {
        let got = site.get(address).await;
        assert_eq!(got.header(header::CONTENT_SECURITY_POLICY), policy, "{address}");
        assert_eq!(got.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{address}");
        assert_eq!(got.header(header::REFERRER_POLICY), "no-referrer", "{address}");
        assert_eq!(got.header(header::CACHE_CONTROL), "no-store", "{address}");
        let opener = header::HeaderName::from_static("cross-origin-opener-policy");
        assert_eq!(got.header(opener), "same-origin", "{address}");
    }
}

#[tokio::test]
async fn no_page_has_a_script_or_a_style_of_its_own() {
    let mut site = Site::signed_in();
    site.add_laptop("a", "Ada-PC");
    site.add_finding("a", &pikvm());
    for address in [
        "/",
        "/login",
        "/findings",
        "/findings/1",
        "/laptops",
        "/laptops/a",
        "/places",
        "/audit",
        "/account",
        "/users",
        "/users/ada",
        "/tokens",
        "/incidents",
        "/signatures",
        "/signatures/kvm.pikvm",
        "/suppressions",
        "/sinks",
        "/search?q=a",
    ] {
        let got = site.get(address).await;
        for inline in ["<style", " style=", " onclick=", " onload=", "<script>"] {
            got.says_not(inline);
        }
        assert_eq!(got.text.matches("<h1").count(), 1, "{address}");
        got.says("<html lang=\"en\">");
        got.says("<meta name=\"viewport\"");
        let tables = got.text.matches("<table").count();
        assert_eq!(got.text.matches("<caption>").count(), tables, "{address}");
    }
}

#[tokio::test]
async fn a_file_that_a_browser_has_is_not_sent_again() {
    let mut site = Site::new();
    for (name, kind) in [
        ("console.css", "text/css; charset=utf-8"),
        ("console.js", "text/javascript; charset=utf-8"),
        ("triage.js", "text/javascript; charset=utf-8"),
        ("mark.svg", "image/svg+xml"),
    ] {
        let address = format!("/static/{name}");
        let got = site.get(&address).await;
        assert_eq!(got.status, StatusCode::OK);
        assert_eq!(got.header(header::CONTENT_TYPE), kind);
        assert_eq!(got.header(header::CACHE_CONTROL), "public, no-cache");
        assert!(!got.text.is_empty());
        let request =
            Request::get(&address).header(header::IF_NONE_MATCH, got.header(header::ETAG));
        let again = site.answer(request.body(Body::empty()).unwrap()).await;
        let again = Got::of(again).await;
        assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    }
}
