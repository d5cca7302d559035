//! Signing in, signing out, and taking a laptop's trust away.

use super::Desk;
use super::desk;
use tests::recorded::host;

#[test]
fn a_wrong_password_is_told_and_the_right_one_leads_to_the_overview() {
    let desk = desk();
    let browser = &desk.browser;
    browser.open("/");
    assert_eq!(browser.text("h1"), "Sign in to Moored");
    browser.sign_in("a guess");
    browser.until("what is wrong", || browser.count("#trouble") == 1);
    let trouble = browser.text("[role=alert]");
    assert_eq!(trouble, "This name and password do not belong together.");
    browser.sign_in(&desk.site.password().unwrap());
    browser.until("the overview", || browser.page() == "/");
    assert_eq!(browser.text("h1"), "Overview");
    assert_eq!(browser.text(".account span"), "Signed in as admin");
}

#[test]
fn signing_in_leads_to_the_page_that_was_asked_for() {
    let desk = desk();
    let browser = &desk.browser;
    browser.open("/findings?severity=high&state=open");
    assert_eq!(browser.text("h1"), "Sign in to Moored");
    browser.sign_in(&desk.site.password().unwrap());
    browser.until("the page", || browser.page() == "/findings?severity=high&state=open");
}

#[test]
fn signing_out_ends_the_session_for_the_browser_and_for_the_collector() {
    let desk = Desk::entered();
    let browser = &desk.browser;
    let put_session_back = browser.keep_session();
    browser.click(".account button");
    browser.until("the end of the session", || browser.page() == "/login");
    browser.back();
    browser.until("the sign-in form", || browser.texts("h1") == ["Sign in to Moored"]);
    put_session_back();
    browser.open("/findings");
    assert_eq!(browser.text("h1"), "Sign in to Moored");
}

#[test]
fn a_revoked_laptop_is_said_to_be_and_its_reports_are_refused() {
    let desk = Desk::entered();
    let browser = &desk.browser;
    let laptop = desk.laptop("laptop");
    let playing = tests::recorded::play(&laptop, host("pikvm").unwrap()).unwrap();
    browser.until("its findings", || desk.site.findings().unwrap().len() == 2);
    browser.open("/laptops");
    browser.click("tbody th a");
    browser.until("its page", || browser.texts("h1") == ["laptop-0417"]);
    browser.click("#revoke-details summary");
    browser.click("button.danger");
    browser.until("that it is revoked", || browser.count("main .trouble") == 1);
    let said = browser.text("main .trouble");
    assert!(said.starts_with("Revoked ") && said.ends_with("no longer taken in."), "{said}");
    assert_eq!(browser.count("#revoke"), 0);
    playing.change(host("clean-yubikey-two-monitors").unwrap());
    laptop.complains("This laptop's certificate was revoked.").unwrap();
    let findings = desk.site.findings().unwrap();
    assert!(findings.iter().all(|finding| finding["closed_at"].is_null()), "{findings:#?}");
    browser.open("/laptops");
    assert_eq!(browser.texts("tr.gone .state"), ["revoked"]);
    browser.open("/audit");
    assert_eq!(browser.texts("tbody th")[0], "laptop.revoke");
}
