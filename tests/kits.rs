//! What IT puts into its management: each kit is what its reader takes, and says what
//! the agent means by it.

mod ansible;
mod pages;
mod policies;
mod profiles;
mod read;
mod salt;
mod scripts;

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use tests::kits::kit;
use tests::program;

/// Files of the kits that end so, sorted.
fn all(ending: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    below(&kit(""), ending, &mut files);
    files.sort();
    files
}

fn below(folder: &Path, ending: &str, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            below(&path, ending, files);
        } else if path.to_str().unwrap().ends_with(ending) {
            files.push(path);
        }
    }
}

/// What a program prints that does what it is asked.
fn told(command: &mut Command) -> String {
    let output = program::run(command).unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{command:?}: {}{said}",
        String::from_utf8_lossy(&output.stdout)
    );
    String::from_utf8(output.stdout).unwrap()
}
