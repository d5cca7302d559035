//! Keeps threads and other noise from waking us: a classic BPF program on the
//! process connector's socket lets through only what
//! [`change`](super::connector::change) would take.

use super::connector::COMM;
use super::connector::EXEC;
use super::connector::EXIT;
use super::connector::FORK;
use libc::sock_filter;

/// Offsets as in [`super::connector`]: the event's kind, its processor, then two words each of
/// which tells a process from a thread by being equal.
const KIND: u32 = 36;
const PROCESSOR: u32 = 40;
const FIRST: u32 = 52;
const CHILD: u32 = 60;

/// The farthest jump we make; a step can tell at most 255.
const MOST_JUMPED: u8 = 200;

/// Lets processes through that are made, start a program, name themselves or end: `kind is exec,
/// comm or exit and first == second, or kind is fork and third == fourth`. Loads swap bytes to network order, so constants are
/// swapped as well; comparing two loaded words needs no swap.
pub fn changes() -> Vec<sock_filter> {
    let load = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
    let equal = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
    let equal_x = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_X;
    let answer = libc::BPF_RET | libc::BPF_K;
    let tax = libc::BPF_MISC | libc::BPF_TAX;
    vec![
        /* 0 */ step(load, 0, 0, KIND),
        /* 1 */ step(equal, 3, 0, EXEC.to_be()), // yes: 5
        /* 2 */ step(equal, 2, 0, COMM.to_be()), // yes: 5
        /* 3 */ step(equal, 1, 0, EXIT.to_be()), // yes: 5
        /* 4 */ step(equal, 4, 8, FORK.to_be()), // yes: 9, no: 13
        /* 5 */ step(load, 0, 0, FIRST),
        /* 6 */ step(tax, 0, 0, 0),
        /* 7 */ step(load, 0, 0, FIRST + 4),
        /* 8 */ step(equal_x, 5, 4, 0), // yes: 14, no: 13
        /* 9 */ step(load, 0, 0, CHILD),
        /* 10 */ step(tax, 0, 0, 0),
        /* 11 */ step(load, 0, 0, CHILD + 4),
        /* 12 */ step(equal_x, 1, 0, 0), // yes: 14, no: 13
        /* 13 */ step(answer, 0, 0, 0),
        /* 14 */ step(answer, 0, 0, u32::MAX),
    ]
}

/// On which processors programs start.
pub enum Where {
    /// On this one.
    On(u32),
    /// On any but these.
    Elsewhere(Vec<u32>),
}

/// Lets processes through that start a program there: `kind is exec and the
/// processor is one of those and first == second`.
pub fn starts(on: &Where) -> Vec<sock_filter> {
    let load = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
    let equal = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
    let equal_x = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_X;
    let answer = libc::BPF_RET | libc::BPF_K;
    let mut end = vec![
        step(load, 0, 0, FIRST),
        step(libc::BPF_MISC | libc::BPF_TAX, 0, 0, 0),
        step(load, 0, 0, FIRST + 4),
        step(equal_x, 1, 0, 0),
        step(answer, 0, 0, 0),
        step(answer, 0, 0, u32::MAX),
    ];
    // From the last step before `end` to its refusal it is four steps.
    match on {
        Where::On(processor) => end.insert(0, step(equal, 0, 4, processor.to_be())),
        Where::Elsewhere(others) => {
            for (far, other) in (4..=MOST_JUMPED).zip(others) {
                end.insert(0, step(equal, far, 0, other.to_be()));
            }
        }
    }
    let far = u8::try_from(end.len() - 1).unwrap_or_default();
    let begin = [step(load, 0, 0, KIND), step(equal, 0, far, EXEC.to_be())];
    begin.into_iter().chain([step(load, 0, 0, PROCESSOR)]).chain(end).collect()
}

fn step(code: u32, yes: u8, no: u8, k: u32) -> sock_filter {
    sock_filter { code: u16::try_from(code).unwrap_or_default(), jt: yes, jf: no, k }
}
