//! In which form the state folder is written, so that an older agent leaves what
//! it does not understand alone.

use crate::private;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use thiserror::Error;

/// The form this agent writes: of the identity, the spool, the memory and the status
/// together. It rises only when an older agent would misread or damage one of them.
pub const OURS: u32 = 1;

/// The file that names the form.
pub const FILE: &str = "version";

/// Why a state folder is left alone.
#[derive(Debug, Error)]
pub enum Refused {
    /// A newer agent has written it.
    #[error(
        "the state in {} is of form {found}, written by a newer moored, and this one knows only form \
         {OURS}; nothing was changed: install the newer version again, or move `identity`, `spool`, \
         `*.json` and `version` out of it and enroll anew, then start the service",
        folder.display()
    )]
    Newer {
        /// The state folder.
        folder: PathBuf,
        /// Its form.
        found: u32,
    },
    /// It cannot be told who has.
    #[error(
        "cannot tell which moored wrote the state in {}: {}: {why}; nothing was changed: mend that \
         file, or move `identity`, `spool`, `*.json` and `version` out of it and enroll anew, then start \
         the service",
        folder.display(), FILE
    )]
    Unknown {
        /// The state folder.
        folder: PathBuf,
        /// What is wrong with the file.
        why: io::Error,
    },
}

/// Refuses a state folder that a newer agent has written; changes nothing. One
/// without a form was written before there was one, or is not there yet.
pub fn refuse_newer(state: &Path) -> Result<(), Refused> {
    let folder = state.to_owned();
    match found(state) {
        Ok(Some(found)) if found > OURS => Err(Refused::Newer { folder, found }),
        Ok(_) => Ok(()),
        Err(why) => Err(Refused::Unknown { folder, why }),
    }
}

/// Says in the folder that it is written in our form from now on.
pub fn mark(state: &Path) -> io::Result<()> {
    match found(state) {
        Ok(Some(OURS)) => Ok(()),
        _ => private::save(&state.join(FILE), &OURS),
    }
}

fn found(state: &Path) -> io::Result<Option<u32>> {
    private::load(&state.join(FILE))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "a folder of the test's own")]

    use super::*;
    use std::fs;

    #[test]
    fn only_a_newer_form_and_one_that_cannot_be_read_are_refused() {
        let state = tempfile::tempdir().unwrap();
        let told = || refuse_newer(state.path()).map_err(|refused| refused.to_string());
        assert_eq!(told(), Ok(()));
        mark(state.path()).unwrap();
        assert_eq!(fs::read_to_string(state.path().join(FILE)).unwrap(), OURS.to_string());
        assert_eq!(told(), Ok(()));
        for (written, part) in [
            ((OURS + 1).to_string(), format!("is of form {}, written by a newer moored", OURS + 1)),
            (String::new(), "cannot tell which moored wrote the state in".to_owned()),
        ] {
            fs::write(state.path().join(FILE), &written).unwrap();
            assert!(told().unwrap_err().contains(&part), "{:?}", told());
            assert_eq!(fs::read_to_string(state.path().join(FILE)).unwrap(), written);
        }
        fs::write(state.path().join(FILE), "0").unwrap();
        assert_eq!(told(), Ok(()));
        mark(state.path()).unwrap();
        assert_eq!(found(state.path()).unwrap(), Some(OURS));
    }
}
