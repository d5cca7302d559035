//! The API as a program meets it: its router, over a store with the real schema.

mod lists;
mod incidents;
mod writing;

use super::Gate;
use super::description;
use super::router;
use crate::clock;
use crate::store;
use crate::store::api_tokens;
use crate::store::api_tokens::Scope;
use crate::store::api_tokens::Wanted;
use crate::store::audit::Actor;
use axum::Router;
use axum::body;
use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::Request;
use axum::http::StatusCode;
use axum::http::header;
use rusqlite::Connection;
use serde_json::Value;
use std::path::PathBuf;
use tempfile::TempDir;
use tower_service::Service;

struct Site {
    router: Router,
    store: PathBuf,
    bearer: String,
    _folder: TempDir,
}

struct Got {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

const ROWS: &str = "
insert into laptop (id, host, platform, enrolled_at, not_after) values
    ('a', 'Ada-PC', 'linux', '2026-11-01T00:00:00Z', '2100-01-01T00:00:00Z'),
    ('b', 'bob', 'linux', '2026-11-02T00:00:00Z', '2100-01-01T00:00:00Z'),
    ('c', 'eve', 'linux', '2026-11-03T00:00:00Z', '2100-01-01T00:00:00Z');
insert into numbering values ('b', 'r', 3, 4, '2026-11-20T09:00:00Z');";

impl Site {
    /// A site, and a program that may do all of this.
    fn new(scopes: &[Scope]) -> Self {
        Self::limited(scopes, 1000)
    }

    fn limited(scopes: &[Scope], requests: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let connection = store::create(folder.path()).unwrap();
        connection.execute_batch(ROWS).unwrap();
        let store = folder.path().join(store::FILE);
        let router = router(Gate::new(store.clone(), requests));
        let mut site = Self { router, store, bearer: String::new(), _folder: folder };
        site.bearer = format!("Bearer {}", site.token(scopes));
        site
    }

    fn token(&self, scopes: &[Scope]) -> String {
        let secret = api_tokens::new_secret().unwrap();
        let wanted = Wanted { label: String::new(), scopes: scopes.to_vec(), expires_at: None };
        api_tokens::add(&self.open(), &wanted, &secret, &Actor::Cli, clock::now()).unwrap();
        secret
    }

    fn open(&self) -> Connection {
        let connection = Connection::open(&self.store).unwrap();
        connection.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
        connection
    }

    /// A finding of laptop `a`, opened on this day of the month.
    fn add_finding(&self, day: u32, severity: &str) {
        let sql = "insert into finding (laptop, signature, title, severity, confidence, technique,
                opened_at, last_at, body)
            values ('a', 'kvm.' || (select count(*) from finding), 'A box', ?1, 'high', 'T1200', ?2, ?2, '{}')";
        let at = format!("2026-11-{day:02}T09:00:00Z");
        self.open().execute(sql, (severity, at)).unwrap();
    }

    async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Got {
        let mut request = Request::builder().method(method).uri(path);
        if !self.bearer.is_empty() {
            request = request.header(header::AUTHORIZATION, &self.bearer);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.router.call(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body::to_bytes(body, 1 << 20).await.unwrap();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Got { status: parts.status, headers: parts.headers, body }
    }

    async fn get(&mut self, path: &str) -> Got {
        self.send("GET", path, &[], "").await
    }
}

impl Got {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    fn is_problem(&self, status: u16) {
        let kind = self.header("content-type");
        assert_eq!((self.status.as_u16(), kind), (status, "application/problem+json"));
        assert_eq!(self.body["status"], status);
        assert!(self.body["detail"].as_str().is_some_and(|text| !text.is_empty()));
    }
}

/// Method, address with something for its names, and scope of all that needs one.
fn operations() -> Vec<(String, String, Scope)> {
    let told = serde_json::to_value(description()).unwrap();
    let mut all = Vec::new();
    for (path, item) in told["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let scope = operation["security"][0]["token"][0].as_str();
            let path = path.replace("{id}", "1").replace("{serial}", "x");
            if let Some(scope) = scope {
                all.push((method.to_uppercase(), path, scope.parse().unwrap()));
            }
        }
    }
    all
}

#[tokio::test]
async fn everything_asks_for_the_scope_its_description_says_and_for_no_other() {
    let all = operations();
    assert!(all.len() >= 10, "{all:?}");
    for (method, path, scope) in all {
        let others: Vec<Scope> = Scope::ALL.into_iter().filter(|other| *other != scope).collect();
        let kind = [("content-type", "application/json")];
        let refused = Site::new(&others).send(&method, &path, &kind, "{}").await;
        refused.is_problem(403);
        let detail = format!("This token has not the scope {scope}.");
        assert_eq!(refused.body["detail"], detail, "{method} {path}");
        let granted = Site::new(&[scope]).send(&method, &path, &kind, "{}").await;
        assert_ne!(granted.status, StatusCode::FORBIDDEN, "{method} {path}");
    }
}

#[tokio::test]
async fn without_a_token_that_counts_nothing_is_told() {
    let mut site = Site::new(&Scope::ALL);
    let revoked = site.token(&Scope::ALL);
    api_tokens::revoke(&site.open(), 2, &Actor::Cli, clock::now()).unwrap();
    let good = site.bearer.clone();
    let basic = good.replace("Bearer", "Basic");
    let bare = good.replace("Bearer ", "");
    for bearer in ["", "Bearer ", "Bearer moored_x", &basic, &bare, &format!("Bearer {revoked}")] {
        site.bearer = bearer.to_owned();
        for (method, path, _) in operations() {
            let got = site.send(&method, &path, &[], "").await;
            got.is_problem(401);
            assert_eq!(got.header("www-authenticate"), "Bearer");
        }
    }
    site.bearer = good.replace("Bearer", "bearer");
    assert_eq!(site.get("/laptops").await.status, StatusCode::OK);
    site.bearer = String::new();
    assert_eq!(site.get("/health").await.body["status"], "ok");
    assert_eq!(site.get("/openapi.json").await.body["openapi"], "3.1.0");
    site.get("/nowhere").await.is_problem(404);
    site.send("DELETE", "/health", &[], "").await.is_problem(405);
}

#[tokio::test]
async fn a_token_that_asks_too_often_must_wait_and_others_need_not() {
    let mut site = Site::limited(&[Scope::LaptopsRead], 2);
    let mut told = Vec::new();
    // A minute may begin in between: then two more are answered.
    for _ in 0..6 {
        told.push(site.get("/laptops").await);
    }
    let last = told.iter().rfind(|got| got.status != StatusCode::OK).unwrap();
    last.is_problem(429);
    let seconds: u64 = last.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    site.bearer = format!("Bearer {}", site.token(&[Scope::LaptopsRead]));
    assert_eq!(site.get("/laptops").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_use_is_noted_on_the_token() {
    let mut site = Site::new(&[Scope::LaptopsRead]);
    assert_eq!(api_tokens::list(&site.open()).unwrap()[0].last_at, None);
    site.get("/laptops").await;
    assert!(api_tokens::list(&site.open()).unwrap()[0].last_at.is_some());
}
