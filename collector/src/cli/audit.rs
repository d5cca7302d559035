//! `moored-collector audit`: who did what, and whether anybody meddled with that.

use super::GOOD;
use super::NOT_SO;
use super::look;
use super::paper::Paper;
use crate::config::Config;
use crate::secret;
use crate::store::audit;
use crate::store::audit::Head;
use crate::store::read;
use crate::store::read::Slice;
use clap::Subcommand;
use serde_json::json;

/// What to do with the audit trail.
#[derive(Subcommand)]
pub enum Verb {
    /// List who did what, newest first
    List {
        /// At most so many
        #[arg(long, value_name = "COUNT", default_value_t = 100)]
        limit: u32,
    },
    /// Reckon the chain of hashes anew, and tell the first row where it does not hold
    ///
    /// The last line is the end of the chain: note it elsewhere, and who makes the whole chain
    /// anew is found as well. Exit code: 0 the chain holds, 1 somebody has meddled with it.
    Verify {
        /// An end that was noted before: it must still be in the chain
        #[arg(long, value_name = "HASH")]
        head: Option<String>,
    },
}

/// Does what the verb says.
pub fn run(config: &Config, verb: Verb, paper: &mut Paper) -> anyhow::Result<u8> {
    match verb {
        Verb::List { limit } => list(config, limit, paper),
        Verb::Verify { head } => verify(config, head.as_deref(), paper),
    }
}

fn list(config: &Config, limit: u32, paper: &mut Paper) -> anyhow::Result<u8> {
    let rows = read::audit(&look(config)?, Slice { skip: 0, take: limit })?.rows;
    paper.list(&rows, ["ID", "WHEN", "WHO", "ACTION", "ON"], |row| {
        let (actor, action) = (row.actor.clone(), row.action.clone());
        [row.id.to_string(), row.at.to_string(), actor, action, row.subject.clone()]
    })?;
    Ok(GOOD)
}

fn verify(config: &Config, noted: Option<&str>, paper: &mut Paper) -> anyhow::Result<u8> {
    let store = look(config)?;
    let verdict = audit::verify(&store)?;
    let noted_row = noted.map(|hash| audit::holds(&store, hash)).transpose()?;
    let is_lost = noted_row == Some(None);
    let mut lines = vec![match &verdict.broken {
        Some(broken) => format!("row {}: {}", broken.row, broken.text),
        None => format!("{} rows, and the chain holds", verdict.rows),
    }];
    if verdict.unsealed > 0 {
        let text = format!(
            "the first {} have no hash of their own: they are from before there was a chain",
            verdict.unsealed
        );
        lines.push(text);
    }
    match noted_row {
        Some(Some(row)) => lines.push(format!("the end that was noted is row {row}")),
        Some(None) => lines.push("the end that was noted is no longer in the chain".to_owned()),
        None => {}
    }
    if let Some(Head { id, hash }) = &verdict.head {
        lines.push(format!("the chain ends at row {id}: {}", secret::hexadecimal(hash)));
    }
    let mut told = json!(verdict);
    told["noted_row"] = json!(noted_row.flatten());
    told["holds"] = json!(verdict.broken.is_none() && !is_lost);
    paper.one(&told, &lines.join("\n"))?;
    Ok(if verdict.broken.is_none() && !is_lost { GOOD } else { NOT_SO })
}
