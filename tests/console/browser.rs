//! A real browser without a window, steered through `WebDriver`.

use anyhow::Context;
use fantoccini::Client;
use fantoccini::ClientBuilder;
use fantoccini::Locator;
use fantoccini::actions::InputSource;
use fantoccini::actions::KeyAction;
use fantoccini::actions::KeyActions;
use fantoccini::elements::Element;
use fantoccini::wd::WebDriverCompatibleCommand;
use hyper::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;
use serde_json::json;
use std::fs;
use std::future::Future;
use std::path::Path;
use std::process::Command;
use tests::program::Running;
use tests::program::wait_for;
use tests::site::PATIENCE;
use tests::site::Site;
use tokio::runtime::Runtime;
use url::Url;

/// What must be installed, said when it is not.
const MISSING: &str = "chromium comes with `make tools`";

/// One window on a site's console.
pub struct Browser {
    console: String,
    runtime: Runtime,
    client: Client,
    _driver: Running,
}

impl Browser {
    /// A fresh browser, with what it keeps in `folder`.
    pub fn start(folder: &Path, site: &Site) -> anyhow::Result<Self> {
        let log = folder.join("chromedriver.log");
        let mut driver = Command::new("chromedriver");
        let mut driver = Running::start(driver.arg("--port=0"), &log).context(MISSING)?;
        let mut port = None;
        wait_for(PATIENCE, || {
            port = port_in(&driver.printed());
            port.is_some() || !driver.is_running()
        });
        let port = port.with_context(|| format!("{MISSING}: {}", driver.printed()))?;
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_all().build()?;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        if let Value::Object(wanted) = wanted(&folder.join("chromium")) {
            builder.capabilities(wanted);
        }
        let client = runtime.block_on(builder.connect(&format!("http://127.0.0.1:{port}")));
        let client = client.context(MISSING)?;
        let console = format!("https://{}", site.console);
        Ok(Self { console, runtime, client, _driver: driver })
    }

    fn wait<T, E: Into<anyhow::Error>>(&self, of: impl Future<Output = Result<T, E>>) -> T {
        self.runtime.block_on(of).map_err(Into::into).unwrap()
    }

    /// Opens a page of the console.
    pub fn open(&self, page: &str) {
        self.wait(self.client.goto(&format!("{}{page}", self.console)));
    }

    /// Opens a page of anybody.
    pub fn visit(&self, address: &str) {
        self.wait(self.client.goto(address));
    }

    /// The whole address of the page it is on.
    pub fn address(&self) -> String {
        self.wait(self.client.current_url()).to_string()
    }

    /// Goes one page back.
    pub fn back(&self) {
        self.wait(self.client.back());
    }

    /// The path and the query of the page it is on.
    pub fn page(&self) -> String {
        let url = self.wait(self.client.current_url());
        url[url::Position::BeforePath..].to_owned()
    }

    /// Opens any page at all.
    pub fn open_elsewhere(&self, address: &str) {
        self.wait(self.client.goto(address));
    }

    /// The console's own address.
    pub fn console(&self) -> &str {
        &self.console
    }

    /// Fills in the sign-in form and sends it.
    pub fn sign_in(&self, password: &str) {
        self.sign_in_as("admin", password);
    }

    /// Fills in the sign-in form with this name and sends it.
    pub fn sign_in_as(&self, name: &str, password: &str) {
        self.fill("#name", name);
        self.fill("#password", password);
        self.click("main button");
    }

    /// Opens the console as somebody who is signed in.
    pub fn enter(&self, site: &Site) {
        self.open("/login");
        self.sign_in(&site.password().unwrap());
        self.until("the overview", || self.page() == "/");
    }

    fn find(&self, css: &str) -> Element {
        let found = self.runtime.block_on(self.client.find(Locator::Css(css)));
        found.unwrap_or_else(|error| panic!("no `{css}` on {}: {error}", self.page()))
    }

    /// Replaces what is in a field.
    pub fn fill(&self, css: &str, text: &str) {
        let field = self.find(css);
        self.wait(field.clear());
        self.wait(field.send_keys(text));
    }

    /// Clicks on the first such element.
    pub fn click(&self, css: &str) {
        self.wait(self.find(css).click());
    }

    /// What can be read in the first such element.
    pub fn text(&self, css: &str) -> String {
        let first = self.texts(css).into_iter().next();
        first.unwrap_or_else(|| panic!("no `{css}` can be read on {}", self.page()))
    }

    /// What can be read in every such element, all at one moment.
    pub fn texts(&self, css: &str) -> Vec<String> {
        let script = "return Array.from(document.querySelectorAll(arguments[0]))
            .filter((element) => element.checkVisibility())
            .map((element) => element.innerText)";
        let texts = self.wait(self.client.execute(script, vec![json!(css)]));
        serde_json::from_value(texts).unwrap()
    }

    /// How many such elements there are.
    pub fn count(&self, css: &str) -> usize {
        self.wait(self.client.find_all(Locator::Css(css))).len()
    }

    /// Presses a key and lets it go.
    pub fn press(&self, key: char) {
        let keys = KeyActions::new("keyboard".to_owned());
        let keys = keys.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
        self.wait(self.client.perform_actions(keys));
    }

    /// Presses a key for each sign.
    pub fn type_text(&self, text: &str) {
        for sign in text.chars() {
            self.press(sign);
        }
    }

    /// From now on the browser calls itself so.
    pub fn call_itself(&self, name: &str) {
        self.order("Emulation.setUserAgentOverride", &json!({"userAgent": name}));
    }

    /// Runs a script in the page; what it returns.
    pub fn run(&self, script: &str) -> Value {
        self.wait(self.client.execute(script, Vec::new()))
    }

    /// Waits until something is so.
    pub fn until(&self, what: &str, is_so: impl FnMut() -> bool) {
        assert!(wait_for(PATIENCE, is_so), "never came: {what}; on {}", self.page());
    }

    /// Forgets all cookies of the page it is on.
    pub fn forget_cookies(&self) {
        self.wait(self.client.delete_all_cookies());
    }

    /// Sends a form from the page it is on; the status of the answer.
    pub fn send(&self, page: &str, form: &str) -> Value {
        let script = format!(
            "return fetch({page:?}, {{ method: 'POST', redirect: 'manual', body: {form:?},
                headers: {{ 'content-type': 'application/x-www-form-urlencoded' }} }})
                .then((answer) => answer.status)"
        );
        self.run(&script)
    }

    /// The session's cookie, put back by the function that is given.
    pub fn keep_session(&self) -> impl Fn() {
        let cookie = self.wait(self.client.get_named_cookie("__Host-moored"));
        move || self.wait(self.client.add_cookie(cookie.clone()))
    }

    /// True if a page has opened a dialog.
    pub fn has_dialog(&self) -> bool {
        self.runtime.block_on(self.client.get_alert_text()).is_ok()
    }

    /// Gives the page a size, and a scheme of colors: `light` or `dark`.
    pub fn show_as(&self, (width, height): (u32, u32), scheme: &str) {
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.order("Emulation.setDeviceMetricsOverride", &size);
        let scheme = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.order("Emulation.setEmulatedMedia", &json!({"features": scheme}));
    }

    /// From now on no script of a page runs.
    pub fn forbid_scripts(&self) {
        self.order("Emulation.setScriptExecutionDisabled", &json!({"value": true}));
    }

    /// Shows the page as it is printed.
    pub fn print_it(&self) {
        self.order("Emulation.setEmulatedMedia", &json!({"media": "print"}));
    }

    fn order(&self, name: &str, parameters: &Value) {
        let body = json!({"cmd": name, "params": parameters});
        self.wait(self.client.issue_cmd(Vendor("goog/cdp/execute", body)));
    }

    /// A picture of the whole page, in a window that is so wide.
    pub fn whole(&self, path: &Path, (width, scheme): (u32, &str)) {
        self.show_as((width, 900), scheme);
        let height = self.run("return Math.min(document.documentElement.scrollHeight, 6000)");
        let height = height.as_u64().and_then(|height| u32::try_from(height).ok()).unwrap();
        self.show_as((width, height.max(900)), scheme);
        self.picture(path);
        self.show_as((1280, 900), "light");
    }

    /// A picture of what the window shows.
    pub fn picture(&self, path: &Path) {
        fs::write(path, self.wait(self.client.screenshot())).unwrap();
    }

    /// What the browser complained of since it was asked last: scripts that
    /// failed, what the page's policy forbade, what could not be loaded.
    pub fn complaints(&self) -> Vec<String> {
        let said = self.wait(self.client.issue_cmd(Vendor("se/log", json!({"type": "browser"}))));
        let said = said.as_array().expect("a log is a list");
        said.iter().map(|entry| entry["message"].to_string()).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Without this, the browser would outlive its driver.
        drop(self.runtime.block_on(self.client.clone().close()));
    }
}

fn port_in(printed: &str) -> Option<u16> {
    let (_, after) = printed.split_once("started successfully on port ")?;
    after.split('.').next()?.parse().ok()
}

/// The browser we want, keeping what it keeps in `folder`.
fn wanted(folder: &Path) -> Value {
    let folder = format!("--user-data-dir={}", folder.display());
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        &folder,
    ];
    json!({
        "browserName": "chrome",
        "acceptInsecureCerts": true,
        "goog:chromeOptions": { "args": arguments },
        "goog:loggingPrefs": { "browser": "ALL" },
    })
}

/// A command of chromedriver's own.
#[derive(Debug)]
struct Vendor(&'static str, Value);

impl WebDriverCompatibleCommand for Vendor {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.0))
    }

    fn method_and_body(&self, _url: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.1.to_string()))
    }
}
