//! What an agent starts with: its rules, what it remembers, its spool.

use crate::config::Config;
use crate::memory;
use crate::memory::Memory;
use crate::private;
use crate::rules::Rules;
use crate::signature::Signature;
use crate::spool::Spool;
use crate::spool::Writer;
use crate::uplink::Laptop;
use anyhow::Context;
use anyhow::anyhow;
use jiff::Timestamp;
use ring::rand::SecureRandom;
use ring::rand::SystemRandom;
use settings::Problem;
use std::path::Path;

/// What is judged by.
pub fn rules(signatures: Vec<Signature>, config: &Config) -> Rules {
    for stranger in config.policy.strangers(&signatures) {
        tracing::warn!("{stranger}");
    }
    Rules::new(signatures, config.policy.clone())
}

/// What is remembered; nothing if that cannot be read, which is told and no
/// reason not to watch.
pub fn remembered(state: &Path, now: Timestamp) -> Memory {
    let mut memory: Memory = private::load(&state.join(memory::FILE))
        .unwrap_or_else(|error| {
            tracing::warn!(%error, "cannot read what is remembered; starting anew");
            None
        })
        .unwrap_or_default();
    memory.begin(now);
    memory
}

pub fn open_spool(config: &Config, laptop: &Laptop) -> anyhow::Result<Spool> {
    let writer = Writer {
        host: laptop.host.clone(),
        platform: laptop.platform.clone(),
        agent: env!("CARGO_PKG_VERSION").to_owned(),
        serial: laptop.serial.clone(),
    };
    let folder = config.state.join("spool");
    Spool::open(&folder, config.spool_limit.bytes(), writer, &random_name()?)
        .with_context(|| format!("cannot open the spool {}", folder.display()))
}

/// All problems as one error, a line each.
pub fn tell(problems: &[Problem]) -> anyhow::Error {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    anyhow!("{}", lines.join("\n"))
}

pub fn random_name() -> anyhow::Result<String> {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).map_err(|_| anyhow!("cannot get random bytes"))?;
    Ok(hex::encode(bytes))
}
