//! What the collector counts while it runs, for the whole process; and the form
//! in which figures are told.

use prometheus::Encoder;
use prometheus::Histogram;
use prometheus::HistogramOpts;
use prometheus::HistogramTimer;
use prometheus::IntCounter;
use prometheus::IntCounterVec;
use prometheus::IntGauge;
use prometheus::IntGaugeVec;
use prometheus::Opts;
use prometheus::Registry;
use prometheus::TextEncoder;
use prometheus::core::Collector;
use std::sync::LazyLock;

/// How a page of figures is marked: the text format of Prometheus.
pub const FORMAT: &str = prometheus::TEXT_FORMAT;

/// A figure somebody has looked up.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Its name, after `moored_collector_`.
    pub name: &'static str,
    /// What it says.
    pub help: &'static str,
    /// The name of its label; empty for a figure without one.
    pub label: &'static str,
    /// Its values, each with what the label says.
    pub values: Vec<(String, f64)>,
}

impl Figure {
    /// A figure with one value.
    pub fn one(name: &'static str, help: &'static str, value: f64) -> Self {
        Self { name, help, label: "", values: vec![(String::new(), value)] }
    }
}

/// Seconds a commit takes: a disk syncs in a millisecond or in half a second.
const COMMITS: [f64; 12] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];

struct Counted {
    registry: Registry,
    reports: IntCounter,
    refused: IntCounterVec,
    waiting: IntGauge,
    commits: Histogram,
    connections: IntGaugeVec,
}

/// Nothing is counted where the names are wrong; a test would say so.
static COUNTED: LazyLock<Option<Counted>> = LazyLock::new(|| Counted::new().ok());

impl Counted {
    fn new() -> prometheus::Result<Self> {
        let registry = registry()?;
        let refused = opts("requests_refused_total", "Requests of agents that were refused.");
        let connections = opts("connections", "Open connections.");
        let commits = "How long it takes until a group of changes is on disk.";
        let commits = HistogramOpts::new("commit_seconds", commits).buckets(COMMITS.to_vec());
        let reports = "Reports that were taken in and acknowledged.";
        let waiting = "Changes that wait to be written.";
        Ok(Self {
            reports: kept(&registry, IntCounter::with_opts(opts("reports_taken_total", reports)))?,
            refused: kept(&registry, IntCounterVec::new(refused, &["reason"]))?,
            waiting: kept(&registry, IntGauge::with_opts(opts("changes_waiting", waiting)))?,
            commits: kept(&registry, Histogram::with_opts(commits))?,
            connections: kept(&registry, IntGaugeVec::new(connections, &["address"]))?,
            registry,
        })
    }
}

fn registry() -> prometheus::Result<Registry> {
    Registry::new_custom(Some("moored_collector".to_owned()), None)
}

fn opts(name: &str, help: &str) -> Opts {
    Opts::new(name, help)
}

fn kept<C: Collector + Clone + 'static>(
    registry: &Registry,
    made: prometheus::Result<C>,
) -> prometheus::Result<C> {
    let made = made?;
    registry.register(Box::new(made.clone()))?;
    Ok(made)
}

/// Counts reports that were taken in.
pub fn taken(reports: usize) {
    if let Some(counted) = &*COUNTED {
        counted.reports.inc_by(reports as u64);
    }
}

/// Counts a request that was refused, for a reason in a word or two.
pub fn refused(reason: &str) {
    if let Some(counted) = &*COUNTED {
        counted.refused.with_label_values(&[reason]).inc();
    }
}

/// Counts a change that waits to be written, until [`written`].
pub fn waits() {
    if let Some(counted) = &*COUNTED {
        counted.waiting.inc();
    }
}

/// Counts changes that wait no more.
pub fn written(changes: usize) {
    if let Some(counted) = &*COUNTED {
        counted.waiting.sub(i64::try_from(changes).unwrap_or(i64::MAX));
    }
}

/// Measures a commit until what is given is dropped.
pub fn commit() -> Option<HistogramTimer> {
    COUNTED.as_ref().map(|counted| counted.commits.start_timer())
}

/// A connection that is counted as long as this lives.
pub struct Connected(Option<IntGauge>);

/// Counts a connection to one of our addresses.
pub fn connected(address: &str) -> Connected {
    let gauge = COUNTED.as_ref().map(|counted| counted.connections.with_label_values(&[address]));
    if let Some(gauge) = &gauge {
        gauge.inc();
    }
    Connected(gauge)
}

impl Drop for Connected {
    fn drop(&mut self) {
        if let Some(gauge) = &self.0 {
            gauge.dec();
        }
    }
}

/// The page of all figures: those that were counted, and these.
pub fn page(looked_up: &[Figure]) -> prometheus::Result<Vec<u8>> {
    let registry = registry()?;
    for figure in looked_up {
        let labels: &[&str] = if figure.label.is_empty() { &[] } else { &[figure.label] };
        let opts = opts(figure.name, figure.help);
        let gauge = kept(&registry, prometheus::GaugeVec::new(opts, labels))?;
        for (label, value) in &figure.values {
            let label: &[&str] = if labels.is_empty() { &[] } else { &[label.as_str()] };
            gauge.with_label_values(label).set(*value);
        }
    }
    let mut all = COUNTED.as_ref().map(|counted| counted.registry.gather()).unwrap_or_default();
    all.extend(registry.gather());
    let mut text = Vec::new();
    TextEncoder::new().encode(&all, &mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_on_the_page() {
        taken(3);
        refused("revoked");
        drop(commit());
        let connected = connected("nowhere");
        let figure = Figure {
            name: "blind",
            help: "Blind sensors.",
            label: "sensor",
            values: vec![("us\"b\n".to_owned(), 2.0)],
        };
        let page = String::from_utf8(page(&[figure]).unwrap()).unwrap();
        drop(connected);
        for line in [
            "moored_collector_connections{address=\"nowhere\"} 1",
            "moored_collector_requests_refused_total{reason=\"revoked\"}",
            "# TYPE moored_collector_commit_seconds histogram",
            "# TYPE moored_collector_reports_taken_total counter",
            "moored_collector_blind{sensor=\"us\\\"b\\n\"} 2",
        ] {
            assert!(page.contains(line), "{line} is missing in\n{page}");
        }
    }
}
