//! `moored signatures`
#![expect(clippy::disallowed_methods, reason = "the pages of the documentation are ours to write")]

use super::paper;
use super::read;
use super::tell;
use crate::signature;
use crate::signature::Signature;
use crate::signature::page;
use anyhow::Context;
use clap::Subcommand;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// List the signatures
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Explain one: what it sees and does not see, what could be innocent, how to verify it, what to do
    Explain {
        /// Its id, such as kvm.pikvm
        id: String,
    },
    /// Test signature files, or the folder of the configuration: every hit must hold, no miss may
    Test {
        /// Files `<family>/<name>.toml`, or folders of families
        files: Vec<PathBuf>,
    },
    /// Write the page of each signature, FOLDER/<family>/<name>.md, and each family's list of them
    Docs {
        /// The folder to write into
        folder: PathBuf,
        /// The folder of signatures; without it, that of the configuration
        #[arg(long, value_name = "FOLDER")]
        from: Option<PathBuf>,
    },
}

pub fn run(config: &Path, arguments: &Arguments) -> anyhow::Result<u8> {
    match &arguments.verb {
        Verb::List { json: true } => paper::print(&list_json(&load(config, None)?))?,
        Verb::List { json: false } => paper::print(&list(&load(config, None)?))?,
        Verb::Explain { id } => {
            let signatures = load(config, None)?;
            let Some(signature) = signatures.iter().find(|signature| signature.id == *id) else {
                paper::complain(&format!(
                    "there is no signature {id}; `moored signatures list` names them"
                ));
                return Ok(1);
            };
            paper::print(&page::page(signature))?;
        }
        Verb::Test { files } if files.is_empty() => {
            return test(&[read(config)?.signatures]);
        }
        Verb::Test { files } => return test(files),
        Verb::Docs { folder, from } => docs(folder, &load(config, from.as_deref())?)?,
    }
    Ok(0)
}

/// The signatures of a folder; without one, of the configuration's.
fn load(config: &Path, folder: Option<&Path>) -> anyhow::Result<Vec<Signature>> {
    let folder = match folder {
        Some(folder) => folder.to_owned(),
        None => read(config)?.signatures,
    };
    signature::load(&folder).map_err(|problems| tell(&problems))
}

fn list(signatures: &[Signature]) -> String {
    let widest = signatures.iter().map(|signature| signature.id.len()).max().unwrap_or_default();
    let lines = signatures.iter().map(|Signature { id, title, severity, .. }| {
        format!("{id:<widest$}  {severity:<13} {title}\n")
    });
    lines.collect()
}

fn list_json(signatures: &[Signature]) -> String {
    let lines = signatures.iter().map(|signature| {
        let line = serde_json::json!({
            "id": signature.id, "title": signature.title, "severity": signature.severity,
            "confidence": signature.confidence, "technique": signature.technique,
        });
        format!("{line}\n")
    });
    lines.collect()
}

/// Writes the pages of the documentation.
fn docs(folder: &Path, signatures: &[Signature]) -> anyhow::Result<()> {
    for (name, text) in page::pages(signatures) {
        let path = folder.join(name);
        let family = path.parent().unwrap_or(folder);
        fs::create_dir_all(family).with_context(|| format!("cannot make {}", family.display()))?;
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn test(files: &[PathBuf]) -> anyhow::Result<u8> {
    let mut wrong = 0;
    let mut good = 0;
    for path in files {
        let result = if path.is_dir() {
            signature::load(path).map(|signatures| signatures.len())
        } else {
            signature::load_file(path).map(|_| 1)
        };
        match result {
            Ok(count) => good += count,
            Err(problems) => {
                wrong += problems.len();
                for problem in problems {
                    paper::complain(&problem.to_string());
                }
            }
        }
    }
    paper::print(&format!("{good} signatures keep their word; {wrong} problems\n"))?;
    Ok(u8::from(wrong > 0))
}
