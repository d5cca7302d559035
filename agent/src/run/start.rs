//! What an agent starts with: its rules, what it remembers, its spool.

use crate::config::Config;
use crate::memory;
use crate::memory::Memory;
use crate::private;
use crate::rules::Rules;
use crate::signature::Loaded;
use crate::signature::Signature;
use crate::spool::Spool;
use crate::spool::Writer;
use crate::uplink::Laptop;
use anyhow::Context;
use anyhow::anyhow;
use jiff::Timestamp;
use ring::digest::SHA256;
use ring::digest::digest;
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

/// What tells what is judged by from anything else: SHA-256 over the files of
/// the signatures and what the configuration says of remote tools, in hex.
pub fn fingerprint(loaded: &Loaded, config: &Config) -> serde_json::Result<String> {
    let text = serde_json::to_vec(&(&loaded.files, &config.policy))?;
    Ok(hex::encode(digest(&SHA256, &text)))
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

pub fn open_spool(config: &Config, laptop: &Laptop, signatures: String) -> anyhow::Result<Spool> {
    let writer = Writer {
        host: laptop.host.clone(),
        platform: laptop.platform.clone(),
        agent: env!("CARGO_PKG_VERSION").to_owned(),
        serial: laptop.serial.clone(),
        signatures: Some(signatures),
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
