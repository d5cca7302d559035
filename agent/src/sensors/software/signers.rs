//! Who has signed the programs that services, tasks and the like start.

use super::Installed;
use super::Names;
use super::places::Places;
use crate::host::Host;
use std::io;

/// Programs that are asked about at one look.
const MOST: usize = 512;

/// The system's own are signed by whoever made the system.
const OWN: [&str; 4] = [r"C:\Windows\", "/System/", "/usr/libexec/", "/usr/sbin/"];

/// Who has signed the programs that `places` has seen started. Not yet asked, or
/// not answered, is told as unread.
pub(super) fn of(host: &dyn Host, places: &mut Places) -> Installed {
    let mut found = Installed::default();
    let programs: Names = std::mem::take(&mut places.programs);
    let is_own = |program: &String| OWN.iter().any(|folder| starts(program, folder));
    let others: Vec<&String> =
        programs.iter().filter(|it| !is_own(it) && !it.starts_with('~')).collect();
    if others.len() > MOST {
        places.unread.insert("signers".to_owned());
    }
    for program in others.into_iter().take(MOST) {
        match host.signer(&program.replace('\\', "/")) {
            Ok(row) if row.trusted => {
                // On macOS a team is who signed; the name is another with each certificate.
                if let Some(team) = row.team {
                    places.add("signers", &mut found.team_ids, team);
                } else if let Some(name) = row.name {
                    places.add("signers", &mut found.signers, name);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                places.unread.insert("signers".to_owned());
            }
            _ => {}
        }
    }
    found
}

fn starts(path: &str, folder: &str) -> bool {
    path.get(..folder.len()).is_some_and(|head| head.eq_ignore_ascii_case(folder))
}
