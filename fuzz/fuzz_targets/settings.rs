//! What an operator wrote: the agent's configuration, and a family's file.
#![no_main]

use agent::config::Config;
use agent::signature;
use libfuzzer_sys::fuzz_target;
use settings::Problem;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = str::from_utf8(bytes) else { return };
    check(text, Config::parse("agent.toml", text));
    check(text, signature::parse_family("family.toml", text));
});

/// Refused, it must be said why, and where.
fn check<T>(text: &str, read: Result<T, Vec<Problem>>) {
    let Err(problems) = read else { return };
    assert!(!problems.is_empty(), "refused without a reason");
    let last = text.split('\n').count();
    for problem in problems {
        assert!(!problem.text.is_empty());
        assert!(problem.line.is_none_or(|line| (1..=last).contains(&line)), "{problem}");
    }
}
