//! The account under which Windows runs the service: made of the service's name,
//! without a password, and with nothing but what it is given.

use ring::digest::SHA1_FOR_LEGACY_USE_ONLY;
use ring::digest::digest;
use std::fmt::Write;

/// The name of the service.
pub const NAME: &str = "Moored";

/// The security identifier of a service, which Windows makes of its name: SHA-1
/// of its capital letters in UTF-16, as five numbers.
pub fn sid(service: &str) -> String {
    let letters: Vec<u8> =
        service.to_uppercase().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, &letters);
    let (numbers, _) = hash.as_ref().as_chunks::<4>();
    numbers.iter().fold("S-1-5-80".to_owned(), |mut sid, number| {
        // Writing into a text does not fail.
        let _ = write!(sid, "-{}", u32::from_le_bytes(*number));
        sid
    })
}

/// Who may decide for the machine: the system, its administrators, Windows' own
/// installer, and the service.
pub fn may_decide(owner: &str) -> bool {
    let system = ["S-1-5-18", "S-1-5-32-544"];
    system.contains(&owner) || ["TrustedInstaller", NAME].iter().any(|name| sid(name) == owner)
}

/// Who may use our folders, in Windows' language for that: the system, its
/// administrators and the service, all of them everything; nothing is inherited
/// from above, and all below inherits it.
pub fn rights() -> String {
    let ours = sid(NAME);
    let all = |who: &str| format!("(A;OICI;FA;;;{who})");
    format!("D:P{}{}{}", all("SY"), all("BA"), all(&ours))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The one that everybody knows: who owns Windows' own files.
    #[test]
    fn a_service_s_identifier_is_made_of_its_name() {
        let known = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464";
        assert_eq!(sid("TrustedInstaller"), known);
        assert_eq!(sid("trustedinstaller"), known);
    }

    #[test]
    fn a_user_may_not_decide_for_the_machine() {
        let ours = sid(NAME);
        for (owner, may) in [
            ("S-1-5-18", true),
            ("S-1-5-32-544", true),
            (ours.as_str(), true),
            ("S-1-5-32-545", false),
            ("S-1-5-21-1-2-3-500", false),
            ("S-1-5-7", false),
            ("", false),
        ] {
            assert_eq!(may_decide(owner), may, "{owner}");
        }
    }

    #[test]
    fn nobody_else_may_use_our_folders() {
        let ours = sid(NAME);
        let expected = format!("D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;{ours})");
        assert_eq!(rights(), expected);
    }
}
