//! `moored signatures`
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is what talks to a person")]

use super::read;
use super::tell;
use crate::signature;
use crate::signature::Signature;
use clap::Subcommand;
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
    /// Explain one: what it means, what could be innocent, what it looks for
    Explain {
        /// Its id, such as kvm.pikvm
        id: String,
    },
    /// Test signature files, or the folder of the configuration: every hit must hold, no miss may
    Test {
        /// Files `<family>/<name>.toml`, or folders of families
        files: Vec<PathBuf>,
    },
}

pub fn run(config: &Path, arguments: &Arguments) -> anyhow::Result<u8> {
    if let Verb::Test { files } = &arguments.verb {
        let folder = read(config)?.signatures;
        return Ok(test(if files.is_empty() { std::slice::from_ref(&folder) } else { files }));
    }
    let folder = read(config)?.signatures;
    let signatures = signature::load(&folder).map_err(|problems| tell(&problems))?;
    match &arguments.verb {
        Verb::List { json: true } => list_json(&signatures)?,
        Verb::List { json: false } => list(&signatures),
        Verb::Explain { id } => {
            let Some(signature) = signatures.iter().find(|signature| signature.id == *id) else {
                eprintln!("there is no signature {id}; `moored signatures list` names them");
                return Ok(1);
            };
            explain(signature);
        }
        Verb::Test { .. } => {}
    }
    Ok(0)
}

fn list(signatures: &[Signature]) {
    let widest = signatures.iter().map(|signature| signature.id.len()).max().unwrap_or_default();
    for Signature { id, title, severity, .. } in signatures {
        println!("{id:<widest$}  {severity:<13} {title}");
    }
}

fn list_json(signatures: &[Signature]) -> anyhow::Result<()> {
    for signature in signatures {
        let line = serde_json::json!({
            "id": signature.id, "title": signature.title, "severity": signature.severity,
            "confidence": signature.confidence, "technique": signature.technique,
        });
        println!("{}", serde_json::to_string(&line)?);
    }
    Ok(())
}

fn explain(signature: &Signature) {
    let Signature { id, title, severity, confidence, technique, .. } = signature;
    println!("{title}\n{id}: {severity} severity, {confidence} confidence, ATT&CK {technique}\n");
    println!("Why it matters: {}\n", signature.why);
    println!("What could be innocent: {}\n", signature.innocent);
    for (word, questions) in [("when", &signature.when), ("unless", &signature.unless)] {
        for question in questions {
            println!("{word} `{}` sees", question.sensor);
            for (field, pattern) in &question.fields {
                let values: Vec<String> =
                    pattern.values().iter().map(ToString::to_string).collect();
                println!("    {field}: {}", values.join(" or "));
            }
        }
    }
    for reference in &signature.references {
        println!("{reference}");
    }
}

fn test(files: &[PathBuf]) -> u8 {
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
                    eprintln!("{problem}");
                }
            }
        }
    }
    println!("{good} signatures keep their word; {wrong} problems");
    u8::from(wrong > 0)
}
