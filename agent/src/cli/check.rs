//! `moored check`
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is what talks to a person")]

use super::CONFIG;
use crate::config::Config;
use crate::signature;
use settings::Problem;
use std::path::Path;

pub fn run(file: &Path) -> u8 {
    let mut problems: Vec<Problem> = Vec::new();
    let is_default = file.as_os_str() == CONFIG && !file.exists();
    let config = if is_default { Ok(Config::default()) } else { Config::read(file) };
    let folder = match config {
        Ok(config) => Some(config.signatures),
        Err(wrong) => {
            problems.extend(wrong);
            None
        }
    };
    let mut count = 0;
    match folder.as_deref().map(signature::load) {
        Some(Ok(signatures)) => count = signatures.len(),
        Some(Err(wrong)) => problems.extend(wrong),
        None => {}
    }
    for problem in &problems {
        eprintln!("{problem}");
    }
    if problems.is_empty() {
        println!("the configuration and {count} signatures are good");
    } else {
        eprintln!("{} problems", problems.len());
    }
    u8::from(!problems.is_empty())
}
