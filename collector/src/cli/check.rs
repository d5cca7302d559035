//! `moored-collector check`: what is wrong with configuration and certificates.

use super::GOOD;
use super::NOT_SO;
use super::paper::Paper;
use crate::config::Config;
use crate::config::Own;
use crate::pki::Shown;
use serde_json::json;
use settings::Problem;
use std::path::Path;

/// Prints all problems; none is good.
pub fn run(path: &Path, paper: &mut Paper) -> anyhow::Result<u8> {
    let problems = Config::read(path).map_or_else(|problems| problems, |read| wrong(path, &read));
    let told: Vec<_> = problems
        .iter()
        .map(|problem| json!({"file": problem.file, "line": problem.line, "text": problem.text}))
        .collect();
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    if lines.is_empty() {
        paper.one(&told, &format!("{} is good", path.display()))?;
        return Ok(GOOD);
    }
    paper.one(&told, &lines.join("\n"))?;
    Ok(NOT_SO)
}

fn wrong(path: &Path, config: &Config) -> Vec<Problem> {
    let owns = [&config.agents.own, &config.console.own];
    let check = |own: &Own| Shown::own(own).err();
    owns.into_iter()
        .flatten()
        .filter_map(check)
        .map(|error| Problem::whole(&path.display().to_string(), error.to_string()))
        .collect()
}
