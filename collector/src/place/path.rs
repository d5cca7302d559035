//! How long the way to a laptop is, measured at both its layers: the kernel's
//! own smallest round trip on the TCP connection, and the smallest of an echo
//! inside TLS, which only the laptop itself can answer.

use super::syn::Stack;
use super::syn::Syn;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeSet;

/// So many echoes a connection needs: the smallest of fewer is too large by
/// 10 ms where a line is shared by radio.
pub const ECHOES: u32 = 20;

/// So many connections, on so many days, must agree.
pub const CONNECTIONS: usize = 3;
/// See [`CONNECTIONS`].
pub const DAYS: usize = 2;

/// The echo is slower than TCP by at most 1 ms on a direct line of any kind.
pub const EXCESS_MS: f64 = 5.0;

/// What was measured on one connection.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// When.
    pub at: Timestamp,
    /// From where.
    pub vantage: Vantage,
    /// The smallest round trip of TCP, in milliseconds.
    pub tcp_ms: f64,
    /// The smallest round trip of the echo, in milliseconds.
    pub echo_ms: f64,
    /// How many echoes there were.
    pub echoes: u32,
    /// The largest segment the other end takes, in bytes, as far as our own
    /// network lets larger ones through.
    pub mss: Option<u16>,
    /// The first packet of the connection, if the kernel kept it.
    pub syn: Option<Syn>,
}

impl Sample {
    /// The largest segment the other end takes: what it said itself, if that is
    /// known.
    pub fn segment(&self) -> Option<u16> {
        self.syn.and_then(|syn| syn.mss).or(self.mss)
    }
}

/// Where the way is measured from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Vantage {
    /// The collector ends the laptop's TCP connection itself.
    Direct,
    /// A proxy of the company's stands before the collector: nothing measured
    /// there is about the laptop.
    Proxy,
}

/// What the samples say together.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Path {
    /// Connections with enough echoes.
    pub connections: usize,
    /// Days on which there were such.
    pub days: usize,
    /// The fewest echoes of these connections.
    pub echoes: u32,
    /// The smallest round trip of TCP, in milliseconds.
    pub tcp_ms: Option<f64>,
    /// The smallest round trip of the echo, in milliseconds.
    pub echo_ms: Option<f64>,
    /// By how much the echo is slower than TCP, in milliseconds: on three
    /// quarters of the connections at least, and on all at most.
    pub excess_ms: Option<(f64, f64)>,
    /// The smallest largest segment, in bytes.
    pub mss: Option<u16>,
    /// Whose first packets they all were, as far as any is known.
    pub stack: Option<Sender>,
    /// True if a proxy of the company's hides the way.
    pub is_hidden: bool,
}

/// The stack that sent the first packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Sender {
    /// Its kind; all packets agree.
    pub stack: Stack,
    /// Connections of which the first packet is known.
    pub connections: usize,
    /// Days on which there were such.
    pub days: usize,
    /// The fewest routers one passed.
    pub hops: u8,
}

impl Path {
    /// What these samples say. What a proxy of the company's has measured does not count.
    pub fn of(samples: &[Sample]) -> Self {
        let direct = samples.iter().filter(|sample| sample.vantage == Vantage::Direct);
        let good: Vec<&Sample> = direct.filter(|sample| is_good(sample)).collect();
        let least = |of: fn(&Sample) -> f64| good.iter().map(|sample| of(sample)).reduce(f64::min);
        let most = |of: fn(&Sample) -> f64| good.iter().map(|sample| of(sample)).reduce(f64::max);
        Self {
            connections: good.len(),
            days: days(good.iter().copied()),
            echoes: good.iter().map(|sample| sample.echoes).min().unwrap_or_default(),
            tcp_ms: least(|sample| sample.tcp_ms),
            echo_ms: least(|sample| sample.echo_ms),
            excess_ms: usual(&good).zip(most(excess)),
            mss: good.iter().filter_map(|sample| sample.segment()).min(),
            stack: sender(&good),
            is_hidden: samples.iter().any(|sample| sample.vantage == Vantage::Proxy),
        }
    }

    /// True if there is enough to speak of.
    pub fn is_enough(&self) -> bool {
        self.connections >= CONNECTIONS && self.days >= DAYS
    }

    /// True if on most connections the echo is so much slower than TCP that
    /// something ends TCP between the laptop and the collector.
    pub fn is_ended_between(&self) -> bool {
        self.excess_ms.is_some_and(|(least, _)| least >= EXCESS_MS)
    }
}

fn days<'a>(samples: impl Iterator<Item = &'a Sample>) -> usize {
    let days = samples.map(|sample| TimeZone::UTC.to_datetime(sample.at).date());
    days.collect::<BTreeSet<_>>().len()
}

/// `None` unless all first packets that are known name one kind of stack.
fn sender(samples: &[&Sample]) -> Option<Sender> {
    let known = || samples.iter().filter_map(|sample| Some((*sample, sample.syn?)));
    let stacks: BTreeSet<Option<Stack>> = known().map(|(_, syn)| syn.stack()).collect();
    let stack = stacks.first().copied().flatten().filter(|_| stacks.len() == 1)?;
    let (connections, days) = (known().count(), days(known().map(|(sample, _)| sample)));
    let hops = known().map(|(_, syn)| syn.hops()).min().unwrap_or_default();
    Some(Sender { stack, connections, days, hops })
}

fn excess(sample: &Sample) -> f64 {
    sample.echo_ms - sample.tcp_ms
}

/// What three quarters of the connections have at least: now and then the
/// kernel's smallest round trip comes from an answer of the laptop itself, and
/// then a box that ends TCP does not show.
fn usual(samples: &[&Sample]) -> Option<f64> {
    let mut all: Vec<f64> = samples.iter().map(|sample| excess(sample)).collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 4).copied()
}

/// The kernel gives no smallest round trip before it has one.
fn is_good(sample: &Sample) -> bool {
    sample.echoes >= ECHOES
        && sample.tcp_ms > 0.0
        && sample.echo_ms.is_finite()
        && sample.tcp_ms.is_finite()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(day: i8, tcp_ms: f64, echo_ms: f64, echoes: u32) -> Sample {
        let at = TimeZone::UTC.to_timestamp(jiff::civil::date(2026, 11, day).into()).unwrap();
        Sample { at, vantage: Vantage::Direct, tcp_ms, echo_ms, echoes, mss: Some(1460), syn: None }
    }

    fn syn(hops_left: u8, mss: u16, has_timestamp: bool) -> Syn {
        Syn { hops_left, mss: Some(mss), window_scale: Some(7), has_timestamp }
    }

    #[test]
    fn a_direct_line_has_no_excess_and_a_proxy_always() {
        let direct = Path::of(&[1, 1, 2].map(|day| sample(day, 40.6, 40.7, 20)));
        assert!(direct.is_enough() && !direct.is_ended_between());
        let proxy = Path::of(&[1, 1, 2].map(|day| sample(day, 32.0, 213.0, 20)));
        assert!(proxy.is_enough() && proxy.is_ended_between());
        let once = Path::of(&[
            sample(1, 32.0, 213.0, 20),
            sample(2, 32.0, 33.0, 20),
            sample(2, 32.0, 213.0, 20),
        ]);
        assert!(!once.is_ended_between());
        let mostly = [32.5, 213.0, 213.0, 213.0].map(|echo_ms| sample(1, 32.0, echo_ms, 20));
        assert!(Path::of(&mostly).is_ended_between());
    }

    #[test]
    fn few_echoes_and_a_proxy_of_the_company_count_nothing() {
        let few = Path::of(&[1, 2, 3].map(|day| sample(day, 32.0, 213.0, 19)));
        assert_eq!((few.connections, few.excess_ms), (0, None));
        let hidden =
            [1, 2, 3].map(|day| Sample { vantage: Vantage::Proxy, ..sample(day, 1.0, 90.0, 20) });
        assert_eq!(Path::of(&hidden), Path { is_hidden: true, ..Path::default() });
        let one_day = Path::of(&[1, 1, 1].map(|day| sample(day, 32.0, 213.0, 20)));
        assert!(!one_day.is_enough());
    }

    #[test]
    fn a_stack_is_named_if_all_first_packets_agree_and_few_may_be_unknown() {
        let of = |syns: [Option<Syn>; 3]| {
            let all = syns.iter().zip([1, 2, 2]);
            let all = all.map(|(syn, day)| Sample { syn: *syn, ..sample(day, 40.6, 40.7, 20) });
            Path::of(&all.collect::<Vec<_>>())
        };
        let [unix, windows, other] =
            [syn(52, 1460, true), syn(116, 1460, false), syn(52, 1460, false)].map(Some);
        let sender = |stack, connections, days| Some(Sender { stack, connections, days, hops: 12 });
        assert_eq!(of([unix, unix, unix]).stack, sender(Stack::Unix, 3, 2));
        assert_eq!(of([None, windows, windows]).stack, sender(Stack::Windows, 2, 1));
        let torn = [[unix, unix, windows], [unix, unix, other], [None; 3]];
        assert_eq!(torn.map(|syns| of(syns).stack), [None; 3]);
    }

    #[test]
    fn what_the_other_end_said_itself_is_its_largest_segment() {
        let syn = syn(52, 1460, true);
        let said = Sample { mss: Some(1348), syn: Some(syn), ..sample(1, 1.0, 1.0, 20) };
        assert_eq!(Path::of(&[said]).mss, Some(1460));
        let silent = Syn { mss: None, ..syn };
        assert_eq!(Path::of(&[Sample { syn: Some(silent), ..said }]).mss, Some(1348));
    }
}
