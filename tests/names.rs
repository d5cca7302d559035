//! Programs that are called like a remote tool, and programs that everybody
//! has: none may alert by its name and its place. `make names` asks the same of
//! all of Debian.

use std::fs;
use tests::crowd;
use tests::root;

#[test]
fn no_common_program_is_more_than_a_lead() {
    let text = fs::read_to_string(root().join("tests/names/common.txt")).unwrap();
    let names = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let paths: Vec<String> = names.map(|name| format!("/usr/bin/{name}")).collect();
    assert!(paths.len() > 300, "only {} names were found", paths.len());
    let found = crowd::judge(&paths).unwrap();
    // The one tool among them that its place gives away, so that we know that
    // they are judged.
    assert_eq!(found.tools, ["/usr/bin/x11vnc remote-tools.x11vnc"]);
    assert_eq!(found.alerts, Vec::<String>::new());
}
