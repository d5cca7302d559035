//! One leg of a way: how long a packet takes, how evenly, and how often none arrives.

use fastrand::Rng;
use std::time::Duration;

/// What a leg does to packets, the same in both directions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leg {
    /// How long a packet takes at least, one way, in milliseconds.
    pub delay_ms: f64,
    /// By how much longer it takes on average, in milliseconds; exponentially
    /// distributed, and packets of a connection do not overtake each other.
    pub jitter_ms: f64,
    /// Which share of packets is lost, 0 to 1.
    pub loss: f64,
    /// The largest packet, in bytes.
    pub mtu: u16,
}

impl Leg {
    /// A leg of Ethernet's packets, without loss.
    pub const fn new(delay_ms: f64, jitter_ms: f64) -> Self {
        Self { delay_ms, jitter_ms, loss: 0.0, mtu: 1500 }
    }

    /// The same with loss.
    #[must_use]
    pub const fn losing(self, loss: f64) -> Self {
        Self { loss, ..self }
    }

    /// The same inside a tunnel as WireGuard's, whose headers take 80 bytes.
    #[must_use]
    pub const fn tunneled(self) -> Self {
        Self { mtu: 1420, ..self }
    }

    /// How long the next packet takes; nothing if it is lost.
    pub fn next(&self, chance: &mut Rng) -> Option<Duration> {
        if chance.f64() < self.loss {
            return None;
        }
        let more = -self.jitter_ms * (1.0 - chance.f64()).ln();
        Some(Duration::from_secs_f64((self.delay_ms + more) / 1000.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leg_takes_its_time_loses_its_share_and_does_the_same_again() {
        let leg = Leg::new(20.0, 5.0).losing(0.01);
        let run = || {
            let mut chance = Rng::with_seed(1);
            (0..100_000).map(|_| leg.next(&mut chance)).collect::<Vec<_>>()
        };
        let packets = run();
        assert_eq!(packets, run());
        let arrived: Vec<f64> =
            packets.iter().flatten().map(|took| took.as_secs_f64() * 1000.0).collect();
        assert!((98_800..99_200).contains(&arrived.len()), "{}", arrived.len());
        let least = arrived.iter().copied().fold(f64::INFINITY, f64::min);
        let mean = arrived.iter().sum::<f64>() / 99_000.0;
        assert!((20.0..20.01).contains(&least) && (24.8..25.2).contains(&mean), "{least} {mean}");
    }
}
