//! Packages and kits on systems that have never seen anything of ours: Debian 12 and 13,
//! as `packaging/clean.sh` fetches them. `make test-packages` runs it.

use std::path::PathBuf;
use std::process::Command;
use tests::kits::the_role_comes_and_goes;
use tests::packed::come_and_go;
use tests::packed::done;
use tests::root;

/// A clean Debian.
fn clean(suite: &str) -> PathBuf {
    done(Command::new(root().join("packaging/clean.sh")).arg(suite));
    root().join("target/clean").join(suite).canonicalize().unwrap()
}

/// One with Ansible.
fn with_ansible(suite: &str) -> PathBuf {
    // What it needs on a laptop; the last under another name, which is not found by itself.
    let packages = "ansible-core,python3-apt,python3-cffi-backend";
    done(Command::new(root().join("packaging/clean.sh")).args([suite, "ansible", packages]));
    root().join("target/clean").join(format!("{suite}-ansible")).canonicalize().unwrap()
}

#[test]
fn packages_come_and_go_on_debian_12() {
    come_and_go(&clean("bookworm"));
}

#[test]
fn packages_come_and_go_on_debian_13() {
    come_and_go(&clean("trixie"));
}

#[test]
fn the_role_for_ansible_comes_and_goes_on_debian_12() {
    the_role_comes_and_goes(&with_ansible("bookworm"));
}

#[test]
fn the_role_for_ansible_comes_and_goes_on_debian_13() {
    the_role_comes_and_goes(&with_ansible("trixie"));
}
