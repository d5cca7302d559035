//! What is to alert nobody for a time: who said so, why, and until when.

use super::audit;
use super::audit::Actor;
use super::read::parsed;
use jiff::Timestamp;
use model::Finding;
use rusqlite::Connection;
use rusqlite::Row;
use serde::Serialize;
use utoipa::ToSchema;

/// Which findings; what is `None` is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Which {
    /// Those about this remote tool.
    pub tool: Option<String>,
    /// Those of this signature, or of a family, written `kvm.*`.
    pub signature: Option<String>,
    /// Those of laptops of this group.
    pub group: Option<String>,
    /// Those of this laptop.
    pub laptop: Option<String>,
}

/// A suppression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Suppression {
    /// Its number.
    pub id: i64,
    /// What it is about.
    pub which: Which,
    /// Why.
    pub why: String,
    /// Who said so.
    pub actor: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it ends by itself.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
    /// When somebody ended it before that.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
}

impl Which {
    /// True if it asks for nothing, and would be about everything.
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// True if the finding, on this laptop of this group, is meant.
    pub fn meets(&self, finding: &Finding, laptop: &str, group: Option<&str>) -> bool {
        let tool = finding.tool.as_ref().map(|tool| tool.id.as_str());
        self.tool.as_deref().is_none_or(|asked| Some(asked) == tool)
            && self.signature.as_deref().is_none_or(|asked| is_of(&finding.signature, asked))
            && self.group.as_deref().is_none_or(|asked| Some(asked) == group)
            && self.laptop.as_deref().is_none_or(|asked| asked == laptop)
    }

    /// In words, such as `tool anydesk, group it`.
    pub fn words(&self) -> String {
        let said = [
            ("tool", &self.tool),
            ("signature", &self.signature),
            ("group", &self.group),
            ("laptop", &self.laptop),
        ];
        let said = said
            .iter()
            .filter_map(|(word, value)| value.as_deref().map(|value| format!("{word} {value}")));
        said.collect::<Vec<_>>().join(", ")
    }
}

fn is_of(signature: &str, asked: &str) -> bool {
    match asked.strip_suffix('*') {
        Some(family) => signature.starts_with(family),
        None => signature == asked,
    }
}

impl Suppression {
    /// True while it holds.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.until
    }
}

/// Whether such a one can be made, and if not, why.
pub fn fits(which: &Which, (why, until): (&str, Timestamp), now: Timestamp) -> Result<(), String> {
    if which.is_everything() {
        let text = "name a tool, a signature, a group or a laptop: this would silence everything";
        return Err(text.to_owned());
    }
    if why.trim().is_empty() {
        return Err("say why".to_owned());
    }
    if until <= now {
        return Err("its end must be in the future".to_owned());
    }
    Ok(())
}

/// Keeps a suppression, and gives its number.
pub fn add(
    connection: &Connection,
    which: &Which,
    (why, until): (&str, Timestamp),
    actor: &Actor,
    now: Timestamp,
) -> rusqlite::Result<i64> {
    connection.execute(
        "insert into suppression (tool, signature, team, laptop, why, actor, created_at, until)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (
            &which.tool,
            &which.signature,
            &which.group,
            &which.laptop,
            why,
            actor.to_string(),
            now.to_string(),
            until.to_string(),
        ),
    )?;
    let id = connection.last_insert_rowid();
    let subject = format!("suppression:{id} ({}) until {until}: {why}", which.words());
    audit::note(connection, actor, ("suppression.add", &subject), now)?;
    Ok(id)
}

/// Ends one before its time; false if there is none that holds.
pub fn end(
    connection: &Connection,
    id: i64,
    actor: &Actor,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let ended = connection.execute(
        "update suppression set ended_at = ?2 where id = ?1 and ended_at is null and until > ?2",
        (id, now.to_string()),
    )?;
    if ended == 1 {
        let subject = format!("suppression:{id}");
        audit::note(connection, actor, ("suppression.end", &subject), now)?;
    }
    Ok(ended == 1)
}

/// Those that hold.
pub fn holding(connection: &Connection, now: Timestamp) -> rusqlite::Result<Vec<Suppression>> {
    connection
        .prepare_cached(
            "select * from suppression where ended_at is null and until > ?1 order by until",
        )?
        .query_map([now.to_string()], suppression)?
        .collect()
}

/// All, the newest first.
pub fn all(connection: &Connection) -> rusqlite::Result<Vec<Suppression>> {
    connection
        .prepare_cached("select * from suppression order by id desc")?
        .query_map([], suppression)?
        .collect()
}

fn suppression(row: &Row) -> rusqlite::Result<Suppression> {
    let ended_at: Option<String> = row.get("ended_at")?;
    Ok(Suppression {
        id: row.get("id")?,
        which: Which {
            tool: row.get("tool")?,
            signature: row.get("signature")?,
            group: row.get("team")?,
            laptop: row.get("laptop")?,
        },
        why: row.get("why")?,
        actor: row.get("actor")?,
        created_at: parsed(row, "created_at")?,
        until: parsed(row, "until")?,
        ended_at: ended_at.and_then(|at| at.parse().ok()),
    })
}
