//! The first page: what needs somebody now, and how well the fleet is seen.

mod glance;

use super::analyst::Frame;
use super::analyst::Viewer;
use super::answer;
use super::answer::Refused;
use super::desk::Desk;
use super::query;
use super::words;
use crate::store::read;
use crate::store::read::Coverage;
use crate::store::read::Heard;
use crate::store::read::IncidentRow;
use crate::store::read::SignatureRow;
use crate::store::read::SinkRow;
use crate::store::read::Wanted;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use event::State as Of;
pub use glance::Glance;
use jiff::SignedDuration;
use jiff::Timestamp;
use model::Severity;
use std::sync::Arc;

/// Incidents shown of each kind.
const ROWS: u32 = 8;
/// Signatures of silence shown at most.
const SIGHT: u32 = 50;
/// An event that waits longer for a sink than this is in trouble.
const LATE: SignedDuration = SignedDuration::from_mins(10);

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewPage {
    frame: Frame,
    learns_until: Option<Timestamp>,
    /// By severity, the worst first: how many are open, acknowledged, suppressed.
    counts: Vec<(Severity, [u32; 3])>,
    worst: Vec<IncidentRow>,
    mine: Vec<IncidentRow>,
    heard: Heard,
    /// What the collector finds of silence and blindness, where it holds.
    sight: Vec<SignatureRow>,
    coverage: Arc<Coverage>,
    coverage_at: Timestamp,
    sinks: Vec<SinkRow>,
}

/// `GET /`.
pub async fn page(State(desk): State<Arc<Desk>>, viewer: Viewer) -> Result<Response, Refused> {
    let now = viewer.now;
    let learns_until = desk.learn_until.filter(|until| now < *until);
    let (coverage_at, coverage) = glance::coverage(&desk, now).await?;
    let frame = viewer.frame("overview");
    let page = desk
        .read(move |store| -> rusqlite::Result<OverviewPage> {
            let mine = Wanted {
                states: vec![Of::Open, Of::Acknowledged, Of::Suppressed],
                assignee: Some(frame.account.clone()),
                ..Wanted::default()
            };
            Ok(OverviewPage {
                learns_until,
                counts: counts(&read::open_incidents(store)?),
                worst: read::worst(store, ROWS)?,
                mine: read::incidents(store, &mine, None, ROWS)?,
                heard: read::heard(store, now)?,
                sight: holding(read::signatures(store, Some("sight."), SIGHT)?),
                coverage,
                coverage_at,
                sinks: in_trouble(read::sinks(store)?, now),
                frame,
            })
        })
        .await?;
    answer::page(&page)
}

fn counts(all: &[(Of, Severity, u32)]) -> Vec<(Severity, [u32; 3])> {
    let severities = [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
        Severity::Informational,
    ];
    let of = |severity: Severity, state: Of| {
        let found = all.iter().find(|one| one.0 == state && one.1 == severity);
        found.map_or(0, |one| one.2)
    };
    let states = [Of::Open, Of::Acknowledged, Of::Suppressed];
    let counts = severities.map(|severity| (severity, states.map(|state| of(severity, state))));
    counts.into_iter().filter(|(_, counts)| counts.iter().any(|count| *count > 0)).collect()
}

fn holding(all: Vec<SignatureRow>) -> Vec<SignatureRow> {
    let is_sight = |one: &SignatureRow| one.id.starts_with("sight.") && one.holds > 0;
    all.into_iter().filter(is_sight).collect()
}

fn in_trouble(sinks: Vec<SinkRow>, now: Timestamp) -> Vec<SinkRow> {
    let is_late = |since: Timestamp| now.duration_since(since) > LATE;
    let is_bad = |sink: &SinkRow| sink.is_in_trouble() || sink.waits_since.is_some_and(is_late);
    sinks.into_iter().filter(is_bad).collect()
}

impl OverviewPage {
    /// How many incidents are in the state at this place.
    fn total(&self, place: usize) -> u32 {
        self.counts.iter().filter_map(|(_, counts)| counts.get(place)).sum()
    }

    /// Laptops that do not say a word of a sensor.
    fn mute(&self, (seeing, blind): &(u64, u64)) -> u64 {
        self.coverage.told.saturating_sub(seeing + blind)
    }
}
