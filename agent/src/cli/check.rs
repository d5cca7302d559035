//! `moored check`

use super::CONFIG;
use super::paper;
use crate::config::Config;
use crate::signature;
use settings::Problem;
use std::path::Path;

pub fn run(file: &Path) -> anyhow::Result<u8> {
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
        paper::complain(&problem.to_string());
    }
    if problems.is_empty() {
        paper::print(&format!("the configuration and {count} signatures are good\n"))?;
    } else {
        paper::complain(&format!("{} problems", problems.len()));
    }
    Ok(u8::from(!problems.is_empty()))
}
