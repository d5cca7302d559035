//! Signing in by way of a real provider of OpenID Connect, in a real browser.

use super::Desk;
use super::desk;
use std::fs;
use std::process::Command;
use tests::program::Running;
use tests::program::wait_for;
use tests::root;
use tests::site::PATIENCE;

/// A desk whose collector knows a provider, which runs.
struct Company {
    desk: Desk,
    issuer: String,
    _provider: Running,
}

fn company(only_userinfo: &str) -> Company {
    let mut desk = desk();
    let folder = root().join("target/oidc-provider");
    assert!(folder.join("version").exists(), "oidc-provider comes with `make tools`");
    let program = folder.join("node_modules/oidc-provider/lib/index.js");
    let program = program.canonicalize().unwrap();
    let back = format!("https://{}/login/provider/back", desk.site.console);
    let mut command = Command::new("node");
    let script = root().join("tests/console/provider.mjs");
    command.arg(script).arg(program).arg(back).env("ONLY_USERINFO", only_userinfo);
    let provider = Running::start(&mut command, &desk.folder.path().join("provider.log")).unwrap();
    let mut issuer = None;
    wait_for(PATIENCE, || {
        let printed = provider.printed();
        let line =
            printed.lines().find_map(|line| line.strip_prefix("issuer ")?.strip_suffix(" ."));
        issuer = line.map(str::to_owned);
        issuer.is_some()
    });
    let issuer = issuer.unwrap_or_else(|| panic!("no provider: {}", provider.printed()));
    let secret = desk.folder.path().join("oidc.secret");
    fs::write(&secret, "a secret of two\n").unwrap();
    let settings = format!(
        "[console.oidc]\nissuer = \"{issuer}\"\naddress = \"https://{}\"\nclient_id = \"moored\"\n\
         client_secret_file = \"{}\"\n[console.oidc.roles]\nsoc = \"analyst\"\nit = \"admin\"\n",
        desk.site.console,
        secret.display(),
    );
    desk.site.restart_with(&settings).unwrap();
    Company { desk, issuer, _provider: provider }
}

impl Company {
    /// Signs in to the provider, which asks whether we may know who it is.
    fn goes_there(&self, name: &str) {
        let browser = &self.desk.browser;
        browser.visit(&self.issuer);
        browser.forget_cookies();
        browser.open("/login?next=/laptops");
        browser.click("#provider");
        browser.until("the provider's form", || browser.count("[name=login]") == 1);
        assert!(browser.address().starts_with(&self.issuer), "{}", browser.address());
        browser.fill("[name=login]", name);
        browser.fill("[name=password]", "any");
        browser.click("button[type=submit]");
        browser.until("the provider's question", || {
            browser.count("[name=login]") == 0 && browser.count("button[type=submit]") == 1
        });
        browser.click("button[type=submit]");
    }
}

#[test]
fn somebody_of_a_group_with_a_role_is_let_in_and_keeps_the_account() {
    let company = company("0");
    let (browser, site) = (&company.desk.browser, &company.desk.site);
    company.goes_there("ada");
    browser.until("the page that was asked for", || browser.page() == "/laptops");
    assert_eq!(browser.text(".account span"), "Signed in as ada");
    assert!(!browser.texts("nav a").contains(&"Users".to_owned()));
    let known = || {
        let all = site.ask_json(&["user", "list"]).unwrap();
        let all = all.as_array().unwrap().clone();
        all.into_iter().find(|row| row["name"] == "ada").unwrap()
    };
    assert_eq!(
        (&known()["role"], &known()["issuer"]),
        (&"analyst".into(), &company.issuer.as_str().into())
    );
    company.goes_there("ada");
    browser.until("the page that was asked for", || browser.page() == "/laptops");
    assert_eq!(known()["sessions"], 2);
    assert!(site.ask(&["audit", "list"]).unwrap().contains("account:ada way:provider"));

    site.ask(&["user", "disable", "ada"]).unwrap();
    company.goes_there("ada");
    browser.until("that it is refused", || browser.texts("h1") == ["Not allowed"]);
    assert!(browser.text("main").contains("Your account is disabled."));
}

#[test]
fn groups_that_only_the_user_info_tells_are_heard_as_well() {
    let company = company("1");
    let browser = &company.desk.browser;
    company.goes_there("bob");
    browser.until("the page that was asked for", || browser.page() == "/laptops");
    assert!(browser.texts("nav a").contains(&"Users".to_owned()));
}

#[test]
fn somebody_without_a_role_or_with_anothers_name_is_refused_with_a_sentence() {
    let company = company("0");
    let (browser, site) = (&company.desk.browser, &company.desk.site);
    company.goes_there("eve");
    browser.until("that it is refused", || browser.texts("h1") == ["Not allowed"]);
    let said = browser.text("main");
    assert!(said.contains("none of your groups may use this console"), "{said}");
    let trail = site.ask(&["audit", "list", "--limit", "1"]).unwrap();
    assert!(trail.contains("account.turned-away  provider:eve"), "{trail}");
    site.ask(&["user", "add", "bob", "--role", "viewer"]).unwrap();
    company.goes_there("bob");
    let is_refused = || browser.texts("main").iter().any(|text| text.contains("Somebody else has"));
    browser.until("that it is refused", is_refused);
    browser.open("/laptops");
    assert_eq!(browser.text("h1"), "Sign in to Moored");
}

#[test]
fn what_was_not_begun_here_is_refused() {
    let company = company("0");
    let browser = &company.desk.browser;
    browser.open("/login/provider/back?code=stolen&state=made-up");
    assert_eq!(browser.text("h1"), "Not allowed");
    // Begun here, and another answer is slipped in.
    browser.open("/login/provider");
    browser.until("the provider's form", || browser.count("[name=login]") == 1);
    browser.open("/login/provider/back?code=stolen&state=made-up");
    assert!(browser.text("main").contains("This sign-in was not begun here"));
}
