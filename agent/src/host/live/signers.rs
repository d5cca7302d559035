//! Who has signed which program, asked of the system once for each content of
//! a file: the system reads all of a file to answer.

use super::identity::Identity;
use super::system;
use crate::host::SignerRow;
use std::collections::BTreeMap;
use std::io;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::Instant;

/// Answers that are kept. Whoever runs more programs makes us ask again.
const MOST: usize = 4096;

/// For how long the system may be asked in each while; a look has ten seconds.
const ASKING: Duration = Duration::from_secs(3);
const WHILE: Duration = Duration::from_secs(10);

/// What has been answered so far.
#[derive(Default)]
pub(super) struct Signers {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    signers: BTreeMap<Identity, Option<SignerRow>>,
    /// Since when the current while is, and for how long of it was asked.
    asked: Option<(Instant, Duration)>,
}

impl Signers {
    /// Who has signed the program at a path; `NotFound` if nobody has,
    /// `WouldBlock` if the system has been asked enough for now.
    pub(super) fn of(&self, path: &str) -> io::Result<SignerRow> {
        let (identity, _) = Identity::at(path)?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.signers.contains_key(&identity) {
            let answer = known.ask(path)?;
            if known.signers.len() >= MOST {
                known.signers.clear();
            }
            known.signers.insert(identity, answer);
        }
        let answer = known.signers.get(&identity).cloned().flatten();
        answer.ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Known {
    fn ask(&mut self, path: &str) -> io::Result<Option<SignerRow>> {
        let now = Instant::now();
        let current = self.asked.filter(|(since, _)| now.duration_since(*since) < WHILE);
        let (since, spent) = current.unwrap_or((now, Duration::ZERO));
        if spent > ASKING {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let answer = system::signer(path);
        self.asked = Some((since, spent + now.elapsed()));
        match answer {
            Ok(row) => Ok(Some(row)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}
