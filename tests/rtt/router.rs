//! Carries packets along wires, each as late as its leg says.

use super::leg::Leg;
use fastrand::Rng;
use rustix::event::PollFd;
use rustix::event::PollFlags;
use rustix::event::Timespec;
use rustix::event::poll;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::BinaryHeap;
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;
use std::time::Instant;
use tappers::Tun;

/// The longest it sleeps, so that it hears when it should end.
const PAUSE: Duration = Duration::from_millis(50);

/// The largest packet a TUN interface can hand out.
const PACKET: usize = 65536;

/// A wire between two machines.
pub struct Wire {
    /// The two interfaces; what comes out of one goes into the other.
    pub ends: [Tun; 2],
    /// What happens on the way.
    pub leg: Leg,
}

/// Forwards until it is dropped.
pub struct Router {
    should_end: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Router {
    /// Begins to forward; the same seed draws the same delays and losses.
    pub fn start(wires: Vec<Wire>, seed: u64) -> Self {
        let should_end = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&should_end);
        let thread = thread::spawn(move || {
            let mut traffic = Traffic::new(wires, seed);
            while !told.load(Ordering::Relaxed) {
                traffic.turn();
            }
        });
        Self { should_end, thread: Some(thread) }
    }
}

impl Drop for Router {
    fn drop(&mut self) {
        self.should_end.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// A packet on its way: when it is due, which it is of those due then, the
/// end it goes out of, and itself.
type Packet = Reverse<(Instant, u64, usize, Vec<u8>)>;

/// Who speaks with whom: of a packet of version 4 the addresses and, for TCP,
/// the ports.
type Flow = [u8; 12];

/// All that is under way. Ends are numbered through: wire n has 2n and 2n + 1.
struct Traffic {
    wires: Vec<Wire>,
    chance: Rng,
    under_way: BinaryHeap<Packet>,
    last: BTreeMap<(usize, Flow), Instant>,
    count: u64,
    buffer: Vec<u8>,
}

impl Traffic {
    fn new(wires: Vec<Wire>, seed: u64) -> Self {
        let chance = Rng::with_seed(seed);
        let (under_way, last) = (BinaryHeap::new(), BTreeMap::new());
        Self { wires, chance, under_way, last, count: 0, buffer: vec![0; PACKET] }
    }

    /// Hands out what is due, and takes in what has come.
    fn turn(&mut self) {
        self.deliver();
        let next = self.under_way.peek().map(|packet| packet.0.0);
        let wait = next.map_or(PAUSE, |due| due.saturating_duration_since(Instant::now()));
        let wait = Timespec::try_from(wait.min(PAUSE)).ok();
        let ends = self.wires.iter().flat_map(|wire| &wire.ends);
        let mut ready: Vec<PollFd<'_>> = ends.map(|end| PollFd::new(end, PollFlags::IN)).collect();
        if poll(&mut ready, wait.as_ref()).is_err() {
            return;
        }
        let is_ready: Vec<bool> =
            ready.iter().map(|end| end.revents().contains(PollFlags::IN)).collect();
        for end in (0..is_ready.len()).filter(|&end| is_ready[end]) {
            self.take_in(end);
        }
    }

    /// A full queue at the other end drops the packet, as a real one does.
    fn deliver(&mut self) {
        let now = Instant::now();
        while self.under_way.peek().is_some_and(|packet| packet.0.0 <= now) {
            if let Some(Reverse((.., end, packet))) = self.under_way.pop() {
                drop(self.wires[end / 2].ends[end % 2].send(&packet));
            }
        }
    }

    fn take_in(&mut self, from: usize) {
        let to = from ^ 1;
        loop {
            let wire = &self.wires[from / 2];
            let length = match wire.ends[from % 2].recv(&mut self.buffer) {
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => return,
            };
            let Some(took) = wire.leg.next(&mut self.chance) else { continue };
            let packet = self.buffer[..length].to_vec();
            // Packets of a flow do not overtake each other; those of other
            // flows are another laptop's, which has a line of its own.
            let mut due = Instant::now() + took;
            if let Some(flow) = packet.get(12..24).and_then(|flow| Flow::try_from(flow).ok()) {
                let last = self.last.entry((to, flow)).or_insert(due);
                due = due.max(*last);
                *last = due;
            }
            self.count += 1;
            self.under_way.push(Reverse((due, self.count, to, packet)));
        }
    }
}
