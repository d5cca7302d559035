//! `moored check`

use super::paper;
use crate::config::Config;
use crate::signature;
use settings::Problem;
use std::path::Path;

pub fn run(file: &Path) -> anyhow::Result<u8> {
    let mut problems: Vec<Problem> = Vec::new();
    let mut count = 0;
    let config = Config::read(file).map(|config| {
        problems.extend(config.doubts);
        (signature::load(&config.signatures), config.policy)
    });
    match config {
        Ok((Ok(signatures), policy)) => {
            count = signatures.len();
            let strangers = policy.strangers(&signatures).into_iter();
            let name = file.display().to_string();
            problems.extend(strangers.map(|text| Problem::whole(&name, text)));
        }
        Ok((Err(wrong), _)) | Err(wrong) => problems.extend(wrong),
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
