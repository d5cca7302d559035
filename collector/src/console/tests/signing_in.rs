//! Accounts, sessions and what nobody may do without them.

use super::*;
use crate::console::words;

/// Asks for the form, as a browser does, and sends it filled in.
async fn sign_in(site: &mut Site, name: &str, password: &str, next: &str) -> Got {
    let form = site.get("/login").await;
    let cookie = form.cookies()[0].split(';').next().unwrap().to_owned();
    let csrf = cookie.strip_prefix("__Host-moored-login=").unwrap().to_owned();
    site.cookie = cookie;
    site.post("/login", &format!("csrf={csrf}&name={name}&password={password}&next={next}")).await
}

#[tokio::test]
async fn the_right_password_opens_the_page_that_was_asked_for() {
    let mut site = Site::new();
    let password = site.new_password("ada");
    let got = sign_in(&mut site, "ada", &password, "/laptops").await;
    got.leads_to("/laptops");

    let cookies = got.cookies();
    let (secret, rest) = cookies[0].split_once("; ").unwrap();
    assert_eq!(rest, "Path=/; Secure; HttpOnly; SameSite=Strict");
    assert_eq!(
        cookies[1],
        "__Host-moored-login=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"
    );
    site.cookie = secret.to_owned();
    site.get("/laptops").await.says("Signed in as <a href=\"/account\"><b>ada</b></a>");
    let audit = "select actor || ' ' || action || ' ' || subject from audit where id = 2";
    assert_eq!(site.texts(audit), ["account:ada account.login account:ada way:password"]);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_get_the_same_answer() {
    let mut site = Site::new();
    site.new_password("ada");
    for name in ["ada", "bob"] {
        let got = sign_in(&mut site, name, "wrong", "").await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
        got.says("This name and password do not belong together.");
        assert!(got.cookies().iter().all(|cookie| cookie.starts_with("__Host-moored-login=")));
    }
    assert_eq!(site.texts("select account from session"), [""; 0]);
}

#[tokio::test]
async fn after_five_failures_even_the_right_password_must_wait() {
    let mut site = Site::new();
    let password = site.new_password("ada");
    for _ in 0..5 {
        let got = sign_in(&mut site, "ada", "wrong", "").await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let got = sign_in(&mut site, "ada", &password, "").await;
    assert_eq!(got.status, StatusCode::TOO_MANY_REQUESTS);
    let seconds: u64 = got.header(header::RETRY_AFTER).parse().unwrap();
    assert!((1..=15).contains(&seconds), "{seconds}");
    got.says(&format!("Wait {} and try again.", words::counted(seconds, "second")));
    assert_eq!(site.texts("select account from session"), [""; 0]);
}

#[tokio::test]
async fn a_sign_in_form_of_another_browser_is_refused() {
    let mut site = Site::new();
    let password = site.new_password("ada");
    for cookie in ["", "__Host-moored-login=", "__Host-moored-login=other"] {
        site.cookie = cookie.to_owned();
        let form = format!("csrf=mine&name=ada&password={password}");
        assert_eq!(site.post("/login", &form).await.status, StatusCode::FORBIDDEN);
        let form = format!("csrf=&name=ada&password={password}");
        assert_eq!(site.post("/login", &form).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(site.texts("select account from session"), [""; 0]);
}

#[tokio::test]
async fn every_page_needs_somebody_signed_in() {
    let mut site = Site::new();
    site.add_laptop("a", "Ada-PC");
    site.add_finding("a", &pikvm());
    for (address, next) in [
        ("/findings", "%2Ffindings"),
        ("/findings/1", "%2Ffindings%2F1"),
        ("/findings?text=a%20b", "%2Ffindings%3Ftext%3Da%2520b"),
        ("/laptops", "%2Flaptops"),
        ("/laptops/a", "%2Flaptops%2Fa"),
        ("/audit", "%2Faudit"),
        ("/account", "%2Faccount"),
        ("/users", "%2Fusers"),
        ("/users/ada", "%2Fusers%2Fada"),
        ("/tokens", "%2Ftokens"),
    ] {
        for cookie in ["", "__Host-moored=", "__Host-moored=made-up"] {
            site.cookie = cookie.to_owned();
            let got = site.get(address).await;
            got.leads_to(&format!("/login?next={next}"));
            got.says_not("PiKVM");
        }
    }
    site.post("/laptops/a/revoke", "csrf=").await.leads_to("/login");
    site.post("/logout", "csrf=").await.leads_to("/login");
    assert_eq!(site.get("/live").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(site.texts("select id from laptop where revoked_at is null"), ["a"]);
}

#[tokio::test]
async fn a_session_that_is_over_opens_nothing() {
    let mut site = Site::signed_in();
    assert_eq!(site.get("/laptops").await.status, StatusCode::OK);
    let past = clock::now() - HOUR;
    let secret = site.open_session("ada", past);
    site.cookie = format!("__Host-moored={secret}");
    site.get("/laptops").await.leads_to("/login?next=%2Flaptops");
    assert_eq!(site.get("/live").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn signing_out_ends_the_session_at_the_collector_too() {
    let mut site = Site::signed_in();
    let got = site.post("/logout", "csrf=wrong").await;
    assert_eq!(got.status, StatusCode::FORBIDDEN);
    assert_eq!(site.get("/laptops").await.status, StatusCode::OK);

    let got = site.post("/logout", "csrf=token").await;
    got.leads_to("/login");
    assert_eq!(
        got.cookies(),
        ["__Host-moored=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"]
    );
    site.get("/laptops").await.leads_to("/login?next=%2Flaptops");
    assert_eq!(site.texts("select account from session"), [""; 0]);
}
