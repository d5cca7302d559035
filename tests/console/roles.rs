//! Who may do what, and what others try in somebody's name.

use super::Desk;
use super::desk;
use super::seeds;
use jiff::Timestamp;
use serde_json::json;

/// A desk at which somebody who may only look has signed in.
fn viewer() -> Desk {
    let desk = desk();
    seeds::fleet(&desk, now());
    let made = desk.site.ask(&["user", "add", "vera", "--role", "viewer"]).unwrap();
    let password = made.split_whitespace().last().unwrap().to_owned();
    desk.browser.open("/login");
    desk.browser.sign_in_as("vera", &password);
    desk.browser.until("the overview", || desk.browser.page() == "/");
    desk
}

/// Sends a form as a script of the console itself would.
fn sent(desk: &Desk, page: &str, form: &str) -> serde_json::Value {
    desk.browser.run(&format!(
        "return fetch('{page}', {{
            method: 'POST', body: '{form}',
            headers: {{ 'Content-Type': 'application/x-www-form-urlencoded' }},
        }}).then((answer) => answer.status)"
    ))
}

#[test]
fn who_may_only_look_sees_no_forms_and_a_forged_one_is_refused() {
    let desk = viewer();
    let browser = &desk.browser;
    for page in ["/", "/incidents", "/incidents/1", "/suppressions", "/signatures/kvm.pikvm"] {
        browser.open(page);
        assert_eq!(browser.count("form[method=post]"), 1, "{page}: but to sign out");
        assert_eq!(browser.count("nav a[href='/audit'], nav a[href='/users']"), 0, "{page}");
    }
    let csrf = browser.run("return document.querySelector('[name=csrf]').value");
    let csrf = csrf.as_str().unwrap();
    let form = format!("csrf={csrf}&note=x&outcome=false");
    assert_eq!(sent(&desk, "/incidents/1/close", &form), json!(403));
    assert_eq!(sent(&desk, "/suppressions", &format!("csrf={csrf}&tool=a&why=x&days=1")), 403);
    for page in ["/sinks", "/audit", "/users", "/tokens"] {
        browser.open(page);
        assert_eq!(browser.text("h1"), "Not allowed", "{page}");
    }
    assert_eq!(desk.site.ask_json(&["incidents", "1"]).unwrap()["row"]["state"], "open");
}

#[test]
fn a_form_without_the_sessions_token_changes_nothing() {
    let desk = Desk::entered();
    seeds::fleet(&desk, now());
    desk.browser.open("/incidents/1");
    for form in
        ["note=x&outcome=false", "csrf=&note=x&outcome=false", "csrf=a&note=x&outcome=false"]
    {
        assert_eq!(sent(&desk, "/incidents/1/close", form), json!(403), "{form}");
    }
    let csrf = desk.browser.run("return document.querySelector('[name=csrf]').value");
    let form = format!("csrf={}&note=x&outcome=false", csrf.as_str().unwrap());
    assert_eq!(sent(&desk, "/incidents/1/close", &form), json!(200), "the true one is taken");
}

#[test]
fn another_site_can_send_no_form_in_somebodys_name() {
    let desk = Desk::entered();
    let browser = &desk.browser;
    seeds::fleet(&desk, now());
    let page = format!(
        "data:text/html,<form method=post action={}/incidents/1/acknowledge><button>win</button></form>",
        browser.console()
    );
    browser.open_elsewhere(&page);
    browser.click("button");
    browser.until("the sign-in form", || browser.texts("h1") == ["Sign in to Moored"]);
    assert_eq!(desk.site.ask_json(&["incidents", "1"]).unwrap()["row"]["state"], "open");
}

#[test]
fn a_session_that_is_carried_to_another_browser_ends_for_both() {
    let desk = Desk::entered();
    let browser = &desk.browser;
    let put_session_back = browser.keep_session();
    browser.open("/incidents");
    assert_eq!(browser.text("h1"), "Incidents");
    browser.call_itself("Another browser");
    browser.open("/incidents");
    assert_eq!(browser.text("h1"), "Sign in to Moored");
    browser.call_itself("");
    put_session_back();
    browser.open("/incidents");
    assert_eq!(browser.text("h1"), "Sign in to Moored");
    let audit = desk.site.ask_json(&["audit", "list"]).unwrap();
    assert!(audit.to_string().contains("session.stolen"), "{audit}");
}

#[expect(clippy::disallowed_methods, reason = "pages show how long ago things were")]
fn now() -> Timestamp {
    Timestamp::now()
}
