//! Who may do what: roles, one-time codes, sessions, forms of others.

use super::Desk;
use super::desk;
use super::reading::is_readable;
use serde_json::json;
use std::fs;
use std::time::SystemTime;
use totp_rs::Builder;
use totp_rs::Secret;

/// A desk at which somebody with this role has signed in.
fn entered_as(role: &str) -> Desk {
    let desk = desk();
    let told = desk.site.ask_json(&["user", "add", "ada", "--role", role]).unwrap();
    let browser = &desk.browser;
    browser.open("/login");
    browser.sign_in_as("ada", told["password"].as_str().unwrap());
    browser.until("the overview", || browser.page() == "/");
    desk
}

/// What an authenticator shows, so many half minutes from now.
fn code(secret: &str, steps: u64) -> String {
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let secret = Secret::try_from_base32(secret).unwrap();
    let codes = Builder::new().with_secret(secret).build().unwrap();
    codes.generate(now + 30 * steps).to_string()
}

/// What a viewer finds in the navigation.
const VIEWER_S_PAGES: [&str; 8] = [
    "Overview",
    "Incidents",
    "Findings",
    "Laptops",
    "Signatures",
    "Places",
    "Expected",
    "Suppressions",
];

#[test]
fn a_viewer_sees_no_forms_and_what_is_sent_anyway_is_refused() {
    let desk = entered_as("viewer");
    let browser = &desk.browser;
    assert_eq!(browser.texts("nav a"), VIEWER_S_PAGES);
    browser.open("/assets");
    assert_eq!(browser.count("main form"), 0);
    let csrf = browser.run("return document.querySelector('[name=csrf]').value");
    let csrf = csrf.as_str().unwrap();
    for page in ["/assets", "/laptops/x/revoke", "/users", "/users/admin/disable", "/tokens"] {
        let form = format!("csrf={csrf}&list=serial&name=eve&role=admin&label=x");
        assert_eq!(browser.send(page, &form), json!(403), "{page}");
    }
    for page in ["/users", "/users/admin", "/tokens", "/audit"] {
        browser.open(page);
        assert_eq!(browser.text("h1"), "Not allowed", "{page}");
    }
    let names = desk.site.ask_json(&["user", "list"]).unwrap();
    assert_eq!(names.as_array().unwrap().len(), 2);
    assert_eq!(desk.site.ask_json(&["assets", "list"]).unwrap(), json!([]));
}

#[test]
fn an_analyst_says_where_laptops_belong_and_not_who_may_do_what() {
    let desk = entered_as("analyst");
    let browser = &desk.browser;
    browser.open("/assets");
    browser.fill("#list", "serial,home\nPF3X,US-TX\n");
    browser.click("main button");
    browser.until("the list", || browser.texts("tbody th") == ["PF3X"]);
    let csrf = browser.run("return document.querySelector('[name=csrf]').value");
    let form = format!("csrf={}&name=eve&role=admin", csrf.as_str().unwrap());
    assert_eq!(browser.send("/users", &form), json!(403));
    browser.open("/audit");
    assert_eq!(browser.text("h1"), "Audit");
}

#[test]
fn forms_that_this_session_did_not_make_change_nothing() {
    let desk = Desk::entered();
    let browser = &desk.browser;
    browser.open("/users");
    for form in ["name=eve&role=admin", "csrf=made-up&name=eve&role=admin"] {
        assert_eq!(browser.send("/users", form), json!(403));
    }
    // A page of another site, whose form sends itself.
    let page = desk.folder.path().join("evil.html");
    let form = format!(
        "<form method=post action='https://{}/users'><input name=name value=eve>\
         <input name=role value=admin></form><script>document.forms[0].submit()</script>",
        desk.site.console
    );
    fs::write(&page, form).unwrap();
    browser.visit(&format!("file://{}", page.display()));
    browser.until("the sign-in form", || browser.texts("h1") == ["Sign in to Moored"]);
    let names = desk.site.ask_json(&["user", "list"]).unwrap();
    assert_eq!(names.as_array().unwrap().len(), 1);
}

#[test]
fn a_session_that_comes_with_another_browser_is_ended_and_audited() {
    let desk = Desk::entered();
    let browser = &desk.browser;
    let put_session_back = browser.keep_session();
    let name = browser.run("return navigator.userAgent");
    browser.call_itself("somebody else's browser");
    browser.open("/laptops");
    assert_eq!(browser.text("h1"), "Sign in to Moored");
    browser.call_itself(name.as_str().unwrap());
    put_session_back();
    browser.open("/laptops");
    assert_eq!(browser.text("h1"), "Sign in to Moored");
    let trail = desk.site.ask(&["audit", "list", "--limit", "1"]).unwrap();
    assert!(trail.contains("system  session.stolen  account:admin session:"), "{trail}");
}

#[test]
fn one_time_codes_are_set_up_asked_for_and_taken_once() {
    let desk = entered_as("viewer");
    let browser = &desk.browser;
    browser.open("/account");
    browser.click("#begin");
    browser.until("the secret", || browser.count("#secret") == 1);
    is_readable(browser);
    let drawn = "const qr = document.querySelector('.qr svg').getBoundingClientRect();
        return qr.width > 150 && qr.height > 150";
    assert_eq!(browser.run(drawn), json!(true));
    let secret = browser.text("#secret");
    let address = browser.run("return document.querySelector('#otpauth').href");
    assert!(address.as_str().unwrap().contains(&format!("secret={secret}")), "{address}");
    browser.fill("#first-code", "000000x");
    browser.click("#confirm");
    browser.until("what is wrong", || browser.count("#trouble") == 1);
    let first = code(&secret, 0);
    browser.fill("#first-code", &first);
    browser.click("#confirm");
    browser.until("the recovery codes", || browser.count(".recovery") == 10);
    let recovery = browser.texts(".recovery");

    let told = desk.site.ask_json(&["user", "list"]).unwrap();
    let ada = told.as_array().unwrap().iter().find(|row| row["name"] == "ada").unwrap();
    assert_eq!(ada["second_factor"], true);
    let password = desk.site.ask_json(&["user", "password", "ada"]).unwrap();
    let password = password["password"].as_str().unwrap();
    let again = || {
        browser.open("/login");
        browser.sign_in_as("ada", password);
        browser.until("the question for a code", || browser.page() == "/login/code");
    };
    again();
    is_readable(browser);
    // The password alone opens nothing.
    browser.open("/findings");
    assert_eq!(browser.text("h1"), "Sign in to Moored");
    again();
    browser.fill("#code", &first);
    browser.click("main button");
    browser.until("what is wrong", || browser.count("#trouble") == 1);
    assert_eq!(browser.text("#trouble"), "This code is wrong, or was used already.");
    browser.fill("#code", &code(&secret, 1));
    browser.click("main button");
    browser.until("the overview", || browser.page() == "/");

    again();
    browser.fill("#code", &recovery[0]);
    browser.click("main button");
    browser.until("the overview", || browser.page() == "/");
    browser.open("/account");
    assert!(browser.text("main").contains("9 recovery codes left"));
    // Two codes were refused, and the browser says so.
    let mut complaints = browser.complaints();
    complaints.retain(|line| !line.contains("the server responded with a status of 422"));
    assert_eq!(complaints, Vec::<String>::new());
}

#[test]
fn where_codes_are_required_nothing_else_can_be_done_without() {
    let mut desk = desk();
    let password = desk.site.password().unwrap();
    desk.site.restart_with("second_factor = \"required\"").unwrap();
    let browser = &desk.browser;
    browser.open("/login");
    browser.sign_in(&password);
    browser.until("the account", || browser.page() == "/account");
    for page in ["/findings", "/users", "/tokens"] {
        browser.open(page);
        assert_eq!(browser.page(), "/account");
    }
    browser.click("#begin");
    browser.until("the secret", || browser.count("#secret") == 1);
    browser.fill("#first-code", &code(&browser.text("#secret"), 0));
    browser.click("#confirm");
    browser.until("the recovery codes", || browser.count(".recovery") == 10);
    browser.open("/users");
    assert_eq!(browser.text("h1"), "Users");
}

#[test]
fn an_administrator_adds_somebody_and_takes_them_away_again() {
    let desk = Desk::entered();
    let browser = &desk.browser;
    browser.open("/users");
    is_readable(browser);
    browser.fill("#name", "bob");
    browser.click("#make");
    browser.until("the password", || browser.count("#password") == 1);
    let password = browser.text("#password");
    let sign_in = || {
        browser.open("/login");
        browser.sign_in_as("bob", &password);
    };
    let back = browser.keep_session();
    sign_in();
    browser.until("the overview", || browser.page() == "/");
    let bobs = browser.keep_session();
    back();
    browser.open("/users/bob");
    is_readable(browser);
    assert_eq!(browser.count("button.end"), 1);
    browser.click("button.end");
    browser.until("the end of the session", || browser.count("button.end") == 0);
    bobs();
    browser.open("/laptops");
    assert_eq!(browser.text("h1"), "Sign in to Moored");
    back();
    browser.open("/users/bob");
    browser.click("#disable");
    browser.until("that it is disabled", || browser.count("#enable") == 1);
    browser.open("/users/admin");
    browser.click("#remove");
    browser.until("why not", || browser.texts("h1") == ["Not possible"]);
    sign_in();
    browser.until("what is wrong", || browser.count("#trouble") == 1);
}

#[test]
fn a_password_is_changed_and_other_sessions_end() {
    let desk = Desk::entered();
    let browser = &desk.browser;
    let old = browser.keep_session();
    let password = desk.site.password().unwrap();
    browser.open("/account");
    is_readable(browser);
    let change = |present: &str, new: &str, again: &str| {
        browser.fill("#present", present);
        browser.fill("#new", new);
        browser.fill("#again", again);
        browser.click("#change");
    };
    change("not my password", "a long new password", "a long new password");
    browser.until("what is wrong", || browser.count("#trouble") == 1);
    change(&password, "a long new password", "another new password");
    let is_told = || browser.texts("#trouble").iter().any(|text| text.contains("twice"));
    browser.until("what is wrong", is_told);
    change(&password, "a long new password", "a long new password");
    browser.until("that it is changed", || browser.count("#trouble") == 0);
    assert_eq!(browser.text("h1"), "Your account");
    old();
    browser.open("/laptops");
    assert_eq!(browser.text("h1"), "Sign in to Moored");
    browser.sign_in("a long new password");
    browser.until("the laptops", || browser.page() == "/laptops");
}

#[test]
fn a_token_is_made_used_and_revoked() {
    let desk = Desk::entered();
    let browser = &desk.browser;
    browser.open("/tokens");
    is_readable(browser);
    browser.fill("#label", "SIEM");
    browser.click("[name='laptops:read']");
    browser.click("#make");
    browser.until("the secret", || browser.count("#secret") == 1);
    let secret = browser.text("#secret");
    assert!(secret.starts_with("moored_"), "{secret}");
    let ask = |path: &str| {
        browser.run(&format!(
            "return fetch('/api/v1{path}', {{ headers: {{ authorization: 'Bearer {secret}' }} }})
                .then((answer) => answer.status)"
        ))
    };
    assert_eq!((ask("/laptops"), ask("/findings")), (json!(200), json!(403)));
    // The session itself opens nothing there.
    let bare = "return fetch('/api/v1/laptops').then((answer) => answer.status)";
    assert_eq!(browser.run(bare), json!(401));
    browser.open("/tokens");
    browser.click("button.revoke");
    browser.until("that it is revoked", || browser.count("button.revoke") == 0);
    assert_eq!(ask("/laptops"), json!(401));
}
