//! The console as a browser meets it: its router, over a store with the real schema.

mod signing_in;
mod pages;
mod tools;
mod assets;
mod hostile;
mod changes;
mod places;
mod roles;
mod incidents;
mod fleet;

use super::Console;
use super::router;
use crate::clock;
use crate::config::SecondFactor;
use crate::store;
use crate::store::audit::Actor;
use crate::store::findings;
use crate::store::people;
use crate::store::people::Opening;
use crate::store::people::Way;
use crate::store::people::password;
use axum::Router;
use axum::body;
use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::Request;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::Response;
use jiff::Timestamp;
use model::Finding;
use rusqlite::Connection;
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::watch;
use tower_service::Service;

const HOUR: Duration = Duration::from_hours(1);

/// A console with a store of its own, and a browser in front of it.
struct Site {
    router: Router,
    changes: watch::Sender<u64>,
    store: PathBuf,
    cookie: String,
    _folder: TempDir,
}

/// What the browser got.
struct Got {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Site {
    fn new() -> Self {
        Self::with(SecondFactor::Optional)
    }

    fn with(second_factor: SecondFactor) -> Self {
        let folder = tempfile::tempdir().unwrap();
        drop(store::create(folder.path()).unwrap());
        let store = folder.path().join(store::FILE);
        let (changes, receiver) = watch::channel(0);
        let console = Console {
            store: store.clone(),
            changes: receiver,
            session: HOUR,
            second_factor,
            provider: None,
            learn_until: None,
        };
        let router = router(console).unwrap();
        let site = Self { router, changes, store, cookie: String::new(), _folder: folder };
        site.write(
            "insert into account (name, password, role) values ('ada', 'no password', 'admin')",
        );
        site
    }

    /// A site where ada is signed in, her session's token being `token`.
    fn signed_in() -> Self {
        let mut site = Self::new();
        let secret = site.open_session("ada", clock::now());
        site.write("update session set csrf = 'token'");
        site.cookie = format!("__Host-moored={secret}");
        site
    }

    /// The secret of a new session, of a browser without a name.
    fn open_session(&self, account: &str, now: Timestamp) -> String {
        let opening = Opening { account, way: Way::Password, agent: "" };
        people::open_session(&self.open(), opening, HOUR, now).unwrap()
    }

    /// Gives the account a new password.
    fn new_password(&self, name: &str) -> String {
        let password = password::random_password().unwrap();
        people::set_password(&self.open(), name, &password, &Actor::Cli, clock::now()).unwrap();
        password
    }

    fn open(&self) -> Connection {
        Connection::open(&self.store).unwrap()
    }

    fn write(&self, sql: &str) {
        self.open().execute_batch(sql).unwrap();
    }

    fn add_laptop(&self, id: &str, host: &str) {
        let sql = "insert into laptop (id, host, platform, enrolled_at, not_after)
            values (?1, ?2, 'linux', '2026-11-01T00:00:00Z', '2027-11-01T00:00:00Z')";
        self.open().execute(sql, [id, host]).unwrap();
    }

    fn add_finding(&self, laptop: &str, finding: &Finding) {
        findings::add(&self.open(), laptop, finding, finding.opened).unwrap();
    }

    /// The first column of the query's rows.
    fn texts(&self, sql: &str) -> Vec<String> {
        let store = self.open();
        let mut statement = store.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    async fn answer(&mut self, request: Request<Body>) -> Response {
        self.router.call(request).await.unwrap()
    }

    async fn get(&mut self, address: &str) -> Got {
        let request = Request::get(address).header(header::COOKIE, &self.cookie);
        let response = self.answer(request.body(Body::empty()).unwrap()).await;
        Got::of(response).await
    }

    async fn post(&mut self, address: &str, form: &str) -> Got {
        let request = Request::post(address)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let response = self.answer(request.body(Body::from(form.to_owned())).unwrap()).await;
        Got::of(response).await
    }
}

impl Got {
    async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body::to_bytes(body, 1 << 20).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Self { status: parts.status, headers: parts.headers, text }
    }

    fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn cookies(&self) -> Vec<&str> {
        let cookies = self.headers.get_all(header::SET_COOKIE).iter();
        cookies.map(|cookie| cookie.to_str().unwrap()).collect()
    }

    #[track_caller]
    fn says(&self, text: &str) {
        assert!(self.text.contains(text), "no `{text}` in {}", self.text);
    }

    #[track_caller]
    fn says_not(&self, text: &str) {
        assert!(!self.text.contains(text), "`{text}` in {}", self.text);
    }

    #[track_caller]
    fn leads_to(&self, address: &str) {
        assert_eq!((self.status, self.header(header::LOCATION)), (StatusCode::SEE_OTHER, address));
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A finding with one observation.
fn pikvm() -> Finding {
    serde_json::from_value(serde_json::json!({
        "signature": "kvm.pikvm",
        "title": "A PiKVM is plugged in",
        "severity": "high",
        "confidence": "medium",
        "technique": "T1219.003",
        "why": "Whoever holds its password sits at this desk.",
        "innocent": "Homelab owners have one too.",
        "references": ["https://example.org/a?b&c", "javascript:alert(1)"],
        "opened": "2026-11-24T09:00:00Z",
        "evidence": [{
            "sensor": "usb",
            "subject": "1-4",
            "source": "/sys/bus/usb/devices/1-4",
            "fields": {
                "product": "PiKVM Composite Device", "max_power": 250, "hid": true,
                "roles": ["keyboard", "pointer"]
            }
        }]
    }))
    .unwrap()
}
