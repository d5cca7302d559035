//! Packages on systems that have never seen anything of ours: Debian 12 and 13, as
//! `packaging/clean.sh` fetches them. `make test-packages` runs it.

use std::process::Command;
use tests::packed::come_and_go;
use tests::packed::done;
use tests::root;

fn clean(suite: &str) {
    done(Command::new(root().join("packaging/clean.sh")).arg(suite));
    come_and_go(&root().join("target/clean").join(suite).canonicalize().unwrap());
}

#[test]
fn packages_come_and_go_on_debian_12() {
    clean("bookworm");
}

#[test]
fn packages_come_and_go_on_debian_13() {
    clean("trixie");
}
