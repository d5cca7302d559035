//! Figures for a Prometheus, over plain HTTP: they name no laptop and nobody.

use crate::clock;
use crate::figures;
use crate::figures::Figure;
use crate::store::Reader;
use crate::store::Unwritten;
use crate::store::deliveries;
use crate::store::read;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::get;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::rt::TokioTimer;
use hyper_util::service::TowerToHyperService;
use jiff::SignedDuration;
use jiff::Timestamp;
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Who reads figures, at a time.
const READERS: usize = 16;
/// How long a connection may do nothing.
const IDLE: Duration = Duration::from_mins(2);
/// For so long what was looked up is told again: it costs a look at every laptop.
const FRESH: SignedDuration = SignedDuration::from_secs(30);

/// Somebody who has figures in the store.
type Source = fn(&Connection, Timestamp) -> rusqlite::Result<Vec<Figure>>;

/// Everybody who has. Another one is one line.
const SOURCES: [Source; 2] = [read::figures, sinks];

/// What is told, and when it was looked up.
pub struct Metrics {
    reader: Reader,
    known: Mutex<Option<(Timestamp, Vec<Figure>)>>,
}

impl Metrics {
    /// Looks up in what this reads.
    pub fn new(reader: Reader) -> Self {
        Self { reader, known: Mutex::default() }
    }

    /// Answers at this address until `stop` is true.
    pub async fn listen(self, socket: TcpListener, mut stop: watch::Receiver<bool>) {
        let router = Router::new().route("/metrics", get(page)).with_state(Arc::new(self));
        let readers = Arc::new(Semaphore::new(READERS));
        // What is under way when we are to stop is cut off: it is asked again.
        let mut tasks = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                accepted = socket.accept() => accepted,
                Some(_) = tasks.join_next() => continue,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            let permit = Arc::clone(&readers).try_acquire_owned();
            let (Ok((stream, _)), Ok(permit)) = (accepted, permit) else { continue };
            let service = TowerToHyperService::new(router.clone());
            tasks.spawn(async move {
                let mut server = http1::Builder::new();
                server.timer(TokioTimer::new()).header_read_timeout(IDLE);
                // Who hangs up needs no answer.
                let _ = server.serve_connection(TokioIo::new(stream), service).await;
                drop(permit);
            });
        }
    }

    async fn figures(&self, now: Timestamp) -> Result<Vec<Figure>, Unwritten> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, figures)) = &*known()
            && now.duration_since(*at) < FRESH
        {
            return Ok(figures.clone());
        }
        let look = move |store: &_| {
            let all: rusqlite::Result<Vec<_>> =
                SOURCES.iter().map(|source| source(store, now)).collect();
            all.map_err(|error| Unwritten::Failed(error.to_string()))
        };
        let mut figures = self.reader.read(look).await?.concat();
        figures.push(build());
        *known() = Some((now, figures.clone()));
        Ok(figures)
    }
}

/// How sinks fare.
fn sinks(connection: &Connection, _now: Timestamp) -> rusqlite::Result<Vec<Figure>> {
    let all = deliveries::figures(connection)?;
    let figure = |name, help, value: fn(&deliveries::Figures) -> i64| {
        // Beyond 2^53 a count is as good as its neighbor.
        #[expect(clippy::cast_precision_loss, reason = "see above")]
        let values = all.iter().map(|sink| (sink.name.clone(), value(sink) as f64)).collect();
        Figure { name, help, label: "sink", values }
    };
    Ok(vec![
        figure("sink_waiting", "Events a sink has not taken yet.", |sink| sink.waiting),
        figure("sink_sent", "Records a sink has taken, in all.", |sink| sink.sent),
        figure("sink_refused", "Events a sink refused for good, in all.", |sink| sink.refused),
        figure("sink_failed", "Attempts to send that failed, in all.", |sink| sink.failed),
        figure("sink_lost", "Events no longer kept before a sink took them.", |sink| sink.lost),
    ])
}

fn build() -> Figure {
    let values = vec![(env!("CARGO_PKG_VERSION").to_owned(), 1.0)];
    let help = "Which collector this is.";
    Figure { name: "build_info", help, label: "version", values }
}

/// `GET /metrics`.
async fn page(State(metrics): State<Arc<Metrics>>) -> Response {
    let page = match metrics.figures(clock::now()).await {
        Ok(figures) => figures::page(&figures).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match page {
        Ok(page) => ([(header::CONTENT_TYPE, figures::FORMAT)], page).into_response(),
        Err(error) => {
            tracing::error!("cannot tell figures: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
