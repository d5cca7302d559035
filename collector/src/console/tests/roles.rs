//! Roles, forms, sessions and codes, as the router answers.

use super::*;
use crate::store::people::Role;

/// A site where bob is signed in with this role, his session's token being `token`.
fn site_as(role: Role) -> Site {
    let mut site = Site::new();
    let add = "insert into account (name, password, role) values ('bob', 'x', ?1)";
    site.open().execute(add, [role.name()]).unwrap();
    let secret = site.open_session("bob", clock::now());
    site.write("update session set csrf = 'token'");
    site.cookie = format!("__Host-moored={secret}");
    site
}

/// Every form, and the least role that may send it.
const FORMS: [(&str, &str, Role); 12] = [
    ("/assets", "list=serial", Role::Analyst),
    ("/laptops/a/revoke", "", Role::Analyst),
    ("/users", "name=eve&role=viewer", Role::Admin),
    ("/users/ada/role", "role=admin", Role::Admin),
    ("/users/ada/password", "", Role::Admin),
    ("/users/ada/disable", "", Role::Admin),
    ("/users/ada/enable", "", Role::Admin),
    ("/users/ada/no-code", "", Role::Admin),
    ("/users/ada/sign-out", "", Role::Admin),
    ("/users/ada/sessions/x/revoke", "", Role::Admin),
    ("/tokens", "label=x&findings%3Aread=on", Role::Admin),
    ("/tokens/1/revoke", "", Role::Admin),
];

#[tokio::test]
async fn each_form_asks_for_its_role_and_for_the_token_of_the_session() {
    for (address, form, least) in FORMS {
        for role in Role::ALL {
            let mut site = site_as(role);
            site.add_laptop("a", "PC");
            let bare = site.post(address, form).await;
            assert_eq!(bare.status, StatusCode::FORBIDDEN, "{role} {address}");
            let got = site.post(address, &format!("csrf=token&{form}")).await;
            let is_granted = got.status != StatusCode::FORBIDDEN;
            assert_eq!(is_granted, role >= least, "{role} {address} {}", got.text);
        }
    }
}

#[tokio::test]
async fn what_a_role_may_not_do_is_refused_by_name() {
    let mut site = site_as(Role::Viewer);
    let got = site.post("/users", "csrf=token&name=eve&role=admin").await;
    got.says("Nothing was changed: this needs the role admin, and yours is less.");
    assert_eq!(site.texts("select name from account"), ["ada", "bob"]);
}

#[tokio::test]
async fn nobody_ends_a_session_of_somebody_else_by_their_own_page() {
    let mut site = site_as(Role::Viewer);
    site.open_session("ada", clock::now());
    let id =
        site.texts("select lower(substr(hex(hash), 1, 16)) from session where account = 'ada'");
    let address = format!("/account/sessions/{}/revoke", id[0]);
    site.post(&address, "csrf=token").await.leads_to("/account");
    assert_eq!(site.texts("select account from session where account = 'ada'"), ["ada"]);
}

#[tokio::test]
async fn where_codes_are_required_a_password_opens_only_ones_own_account() {
    let mut site = Site::with(SecondFactor::Required);
    let secret = site.open_session("ada", clock::now());
    site.cookie = format!("__Host-moored={secret}");
    site.get("/findings").await.leads_to("/account");
    assert_eq!(site.get("/account").await.status, StatusCode::OK);
    site.write("update session set way = 'code'");
    assert_eq!(site.get("/findings").await.status, StatusCode::OK);
    site.write("update session set way = 'provider'");
    assert_eq!(site.get("/findings").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_code_that_was_not_asked_for_leads_back_to_the_password() {
    let mut site = Site::new();
    site.get("/login/code").await.leads_to("/login");
    site.cookie = "__Host-moored-login=x; __Host-moored-step=00ff".to_owned();
    site.post("/login/code", "csrf=x&code=123456").await.leads_to("/login");
}

#[tokio::test]
async fn without_a_provider_its_pages_are_not_there() {
    let mut site = Site::new();
    for address in ["/login/provider", "/login/provider/back?code=x&state=y"] {
        assert_eq!(site.get(address).await.status, StatusCode::NOT_FOUND);
    }
    site.get("/login").await.says_not("/login/provider");
}

#[tokio::test]
async fn the_name_of_a_browser_is_shown_and_not_obeyed() {
    let mut site = Site::signed_in();
    let other = Opening { account: "ada", way: Way::Password, agent: "<script>\u{202e}" };
    people::open_session(&site.open(), other, HOUR, clock::now()).unwrap();
    let page = site.get("/account").await;
    page.says("&#60;script&#62;\\u{202e}");
    page.says_not("<script>");
}
