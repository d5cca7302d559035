//! Verbs and reports write at the same time: each waits for the others.

use super::Load;
use std::fs;
use std::thread;
use tests::site::Site;

/// So often each verb is asked for.
const TIMES: usize = 20;

#[test]
fn verbs_wait_for_whoever_else_writes_and_none_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(folder.path(), "").unwrap();
    let list = folder.path().join("list.csv");
    fs::write(&list, "serial,home,person\nPF1,US-TX,E-1\n").unwrap();
    let list = list.to_str().unwrap();
    let verbs = [
        &["assets", "import", list][..],
        &["assets", "import", list],
        &["token", "new", "--label", "x"],
        &["token", "new", "--label", "x"],
    ];
    let load = Load::begin(&site);
    load.reach(5);
    thread::scope(|scope| {
        for verb in verbs {
            scope.spawn(|| (0..TIMES).for_each(|_| drop(site.ask(verb).unwrap())));
        }
    });
    load.end();
    let noted = site.ask(&["export", "audit"]).unwrap();
    // The laptops enrolled with a token, too.
    for (action, times) in [("assets.import", 2 * TIMES), ("token.new", 2 * TIMES + 1)] {
        assert_eq!(noted.matches(action).count(), times, "{action}: {noted}");
    }
    assert!(site.ask(&["audit", "verify"]).is_ok());
}
