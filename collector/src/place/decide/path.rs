//! What the way to a laptop tells: of its exit, never of itself.

use super::Desk;
use crate::place::code::Code;
use crate::place::network::Class;
use crate::place::path;
use crate::place::point::APART_KM;
use crate::place::point::Band;
use crate::place::point::KM_PER_MS;
use crate::place::point::PLANE_KMH;
use model::Severity;

/// A client known from the cases weighs so much by itself.
const TELLING: f64 = 6.0;

/// A largest segment below this has passed a tunnel or the like: 1460 bytes is
/// what Ethernet takes, 1452 what DSL does.
const SMALL_SEGMENT: u16 = 1400;

/// Days for which a way must be long.
const TAIL_DAYS: usize = 3;

/// Laptops that must be in a network before its usual way is known.
const PEERS: usize = 20;

impl Desk<'_> {
    /// All of them.
    pub(super) fn path(&mut self) {
        self.proxied();
        self.anonymized();
        self.tunnel();
        self.foreign_stack();
        self.long_tail();
        self.velocity();
    }

    fn proxied(&mut self) {
        let path = self.known.path;
        if path.is_hidden {
            self.note("a proxy of your own stands before the collector: the way is not judged");
        }
        let (Some((least, most)), true) = (path.excess_ms, path.is_ended_between()) else { return };
        let class = self.class();
        if class.ends_tcp() {
            let text = format!(
                "something ends TCP {least:.1} ms from the laptop, as is usual in a network of kind {class}"
            );
            return self.note(text);
        }
        let reach = least * KM_PER_MS;
        let shows = format!(
            "the echo took {least:.1} to {most:.1} ms longer than TCP on {} connections of {} days, \
             {} echoes or more each; the laptop is within {reach:.0} km of what ends TCP",
            path.connections, path.days, path.echoes
        );
        let wanted = format!(
            "{} connections on {} days with {} echoes each",
            path::CONNECTIONS,
            path::DAYS,
            path::ECHOES
        );
        let is_enough = path.is_enough();
        self.find(Code::ProxiedPath, shows).until(is_enough, &wanted);
    }

    fn anonymized(&mut self) {
        let class = self.class();
        if !class.is_anonymous() {
            return;
        }
        let exit = self.known.exit;
        let whose = exit.organization.as_deref().unwrap_or("somebody not named");
        let shows = format!("{}: a network of kind {class}, of {whose}", exit.network.because);
        let found = self.find(Code::AnonymizedExit, shows);
        if class == Class::Tor {
            found.severity = Severity::High;
        }
    }

    fn tunnel(&mut self) {
        let Some(tunnel) = &self.known.device.tunnel else { return };
        let shows = format!("the agent tells of {}", tunnel.name);
        let is_telling = tunnel.is_telling;
        let found = self.find(Code::VpnOnDevice, shows);
        if is_telling {
            (found.severity, found.weight, found.is_case_alone) = (Severity::High, TELLING, true);
        }
    }

    /// The first packets name the stack that sent them. It may be what ends TCP
    /// beside the laptop, which the echo does not show.
    fn foreign_stack(&mut self) {
        let (Some(sender), Some(own)) = (self.known.path.stack, self.known.device.stack) else {
            return;
        };
        if sender.stack == own || self.class().ends_tcp() {
            return;
        }
        let shows = format!(
            "the first packets of {} connections of {} days began as those of {}, with {}, and \
             passed {} routers or more; the agent runs on {own}",
            sender.connections,
            sender.days,
            sender.stack,
            sender.stack.marks(),
            sender.hops
        );
        let wanted = format!("{} connections on {} days", path::CONNECTIONS, path::DAYS);
        let is_enough = sender.connections >= path::CONNECTIONS && sender.days >= path::DAYS;
        self.find(Code::ForeignStack, shows).until(is_enough, &wanted);
    }

    fn long_tail(&mut self) {
        let path = self.known.path;
        let (Some(tcp), Some((usual, peers))) = (path.tcp_ms, self.known.past.usual) else {
            return;
        };
        if self.class() != Class::Fixed || peers < PEERS || tcp <= usual {
            return;
        }
        let mut shows = format!(
            "TCP needs {tcp:.0} ms at best, and {usual:.0} ms or less for 99 in 100 of your {peers} laptops in its network"
        );
        let is_small = path.mss.is_some_and(|mss| mss < SMALL_SEGMENT);
        if let Some(mss) = path.mss.filter(|_| is_small) {
            shows = format!("{shows}; its largest segment is {mss} bytes");
        }
        let days = self.known.past.tail_days;
        let found = self.find(Code::LongTail, shows);
        found.until(days >= TAIL_DAYS, "three days");
        if is_small {
            found.severity = Severity::Medium;
        }
    }

    fn velocity(&mut self) {
        let Some((km, hours)) = self.known.past.hop else { return };
        if km > APART_KM && km > PLANE_KMH * hours {
            let band = Band::of(km);
            self.find(Code::Velocity, format!("{band} within {hours:.1} hours"));
        }
    }
}
