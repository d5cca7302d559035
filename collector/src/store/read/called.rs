//! Findings that are called by a text, or whose laptop is.

use rusqlite::Connection;

/// Names with the text in them; names are few.
const NAMES: &str = "finding_name as name where instr(lower(
    name.title || char(10) || name.signature || char(10) || name.technique), ?) > 0";

/// Laptops with the text in their host name.
const LAPTOPS: &str = "laptop where instr(lower(host), ?) > 0";

/// Up to so many laptops, and findings, all that are meant are looked up; where
/// more are, the list is walked, for the next is never far.
const FEW: (usize, u32) = (4000, 10_000);

/// Which findings a text means, as conditions over `finding` with what stands
/// for their `?`.
pub(super) enum Called {
    /// Few: those of either condition.
    Few([(String, Vec<String>); 2]),
    /// Many: the condition holds for each.
    Many((String, Vec<String>)),
}

/// What a text means. Case does not matter in ASCII, as in SQLite's `lower`.
pub(super) fn of(connection: &Connection, text: &str) -> rusqlite::Result<Called> {
    let text = text.to_ascii_lowercase();
    let laptops: Vec<String> = connection
        .prepare_cached(&format!("select id from {LAPTOPS} limit {}", FEW.0 + 1))?
        .query_map([&text], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let findings: u32 = connection
        .prepare_cached(&format!(
            "select count(*) from (
                 select 1 from finding
                 where signature in (select name.signature from {NAMES}) limit {})",
            FEW.1 + 1
        ))?
        .query_row([&text], |row| row.get(0))?;
    if laptops.len() > FEW.0 || findings > FEW.1 {
        return Ok(Called::Many(each(&text)));
    }
    let ids = serde_json::Value::from(laptops).to_string();
    let own = "finding.laptop in (select value from json_each(?))".to_owned();
    Ok(Called::Few([(own, vec![ids]), (named(), vec![text.clone(), text])]))
}

/// A condition that holds for each finding the text means.
pub(super) fn each(text: &str) -> (String, Vec<String>) {
    let text = text.to_ascii_lowercase();
    let own = format!("exists (select 1 from {LAPTOPS} and laptop.id = finding.laptop)");
    (format!("({} or {own})", named()), vec![text; 3])
}

/// By its name. The second half holds for its own title alone; the first needs
/// no row of the table.
fn named() -> String {
    format!(
        "signature in (select name.signature from {NAMES}) and exists (
             select 1 from {NAMES} and name.signature = finding.signature
                 and name.title = finding.title)"
    )
}
