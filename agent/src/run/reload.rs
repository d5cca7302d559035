//! What changed on disk, taken over while the agent runs.
#![expect(clippy::disallowed_methods, reason = "part of the main loop: it reads the clock")]

use super::Turn;
use super::start;
use crate::config::Config;
use crate::config::Managed;
use crate::identity;
use crate::sensors::network;
use crate::signature;
use crate::signature::Loaded;
use jiff::Timestamp;
use settings::Problem;

/// What should be mended although it is in force, each in a sentence.
pub(super) fn doubts(config: &Config) -> Vec<String> {
    let doubts = config.doubts.iter().map(ToString::to_string);
    doubts.inspect(|doubt| tracing::warn!("{doubt}")).collect()
}

impl Turn {
    /// Takes over what changed on disk. A bad edit keeps the last good one.
    pub(super) fn reload(&mut self) -> Option<Config> {
        self.managed = Managed::here(&self.file);
        let problems = match Config::read(&self.file) {
            Ok(config) if config != self.config => {
                match signature::load_light(&config.signatures) {
                    Ok(_) => return Some(config),
                    Err(problems) => problems,
                }
            }
            Ok(_) => self.reload_signatures(),
            Err(problems) => problems,
        };
        self.status.problems = doubts(&self.config);
        self.status.problems.extend(problems.iter().map(ToString::to_string));
        for problem in &problems {
            tracing::warn!("{problem}; the last good one stays in force");
        }
        self.write_status();
        None
    }

    fn reload_signatures(&mut self) -> Vec<Problem> {
        match signature::load_light(&self.config.signatures) {
            Ok(loaded) => {
                self.judge_by(loaded);
                Vec::new()
            }
            Err(problems) => problems,
        }
    }

    /// Judges by other signatures. If their files are others than before, all is
    /// told again, with what they are now.
    fn judge_by(&mut self, loaded: Loaded) {
        self.status.signatures = loaded.signatures.len();
        tracing::info!(count = loaded.signatures.len(), "read the signatures anew");
        let fingerprint = start::fingerprint(&loaded, &self.config).ok();
        let rules = start::rules(loaded.signatures, &self.config);
        self.looks.ask(rules.asked());
        self.looks.look_out_for(&rules.programs());
        let letter = self.watch.replace(rules, Timestamp::now());
        let are_others = self.spool.judges_by(fingerprint);
        self.tell(letter);
        if are_others {
            self.watch.lost();
            let letter = self.watch.heartbeat(Timestamp::now());
            self.tell(Some(letter));
        }
    }

    /// Makes tokens under the key of our identity, as it is now.
    pub(super) fn learn_key(&mut self) {
        let is_new = self.looks.know(identity::network_key(&self.config.state));
        if is_new && self.may_look(network::NAME) {
            self.looks.soon(network::NAME);
        }
    }
}
