//! `moored-collector backup` and `restore`.

use super::GOOD;
use super::paper::Paper;
use crate::backup;
use crate::backup::mebibytes;
use crate::clock;
use crate::config::Config;
use serde_json::json;
use std::io;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;

/// Where a backup is to be.
#[derive(clap::Args)]
pub struct Arguments {
    /// The file to write, such as /var/backups/moored-collector.tar.zst
    file: PathBuf,
    /// Replace a file of that name
    #[arg(long)]
    force: bool,
}

/// Makes a backup.
pub fn make(config: &Config, arguments: &Arguments, paper: &mut Paper) -> anyhow::Result<u8> {
    let Arguments { file, force } = arguments;
    let made = backup::make(&config.state, file, *force, &tell, clock::now())?;
    let contents = made.contents;
    let told = json!({
        "file": file, "bytes": made.bytes, "made_at": contents.made_at,
        "database": contents.database, "files": contents.files.len(),
    });
    let text = format!(
        "wrote {}: {} files, {}\nIt holds the keys of this collector: whoever has it can speak \
         for any laptop.",
        file.display(),
        contents.files.len(),
        mebibytes(made.bytes),
    );
    paper.one(&told, &text)?;
    Ok(GOOD)
}

/// Puts a backup back.
pub fn restore(config: &Config, file: &Path, paper: &mut Paper) -> anyhow::Result<u8> {
    let contents = backup::restore(&config.state, file, &tell)?;
    let told = json!({
        "state": config.state, "made_at": contents.made_at, "collector": contents.collector,
        "database": contents.database, "files": contents.files.len(),
    });
    let text = format!(
        "restored {} to what it was at {}\nWhat was done since is not there: revoke again what was \
         revoked, and enroll again the laptops that came.",
        config.state.display(),
        contents.made_at,
    );
    paper.one(&told, &text)?;
    Ok(GOOD)
}

fn tell(line: &str) {
    // Who does not look needs no progress.
    let _ = writeln!(io::stderr(), "{line}");
}
