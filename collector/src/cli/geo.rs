//! `moored-collector geo`: the databases that say where addresses are.

use super::GOOD;
use super::NOT_SO;
use super::paper::Paper;
use crate::clock;
use crate::config::Config;
use crate::place::geo::About;
use crate::place::geo::Databases;
use crate::place::geo::folder;
use crate::place::geo::published;
use crate::place::geo::published::Compiled;
use crate::place::geo::published::Published;
use crate::place::vote;
use anyhow::Context;
use anyhow::bail;
use clap::Subcommand;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;
use std::path::Path;
use std::path::PathBuf;

/// What to do with databases.
#[derive(Subcommand)]
pub enum Verb {
    /// List the databases that are asked: what each tells, its age, license and coverage
    ///
    /// Exit code: 0 all are fresh, 1 one is old or cannot be read, or there is none.
    Status,
    /// Make databases of lists that others publish
    ///
    /// Known are Tor's export of the IPFire database (Debian's package tor-geoipdb) and the
    /// lists dbip-country, geo-whois-asn-country and asn of ip-location-db, as comma-separated
    /// text. A running collector takes what is new within a minute.
    Update {
        /// The folders with the lists
        #[arg(default_value = "/usr/share/tor")]
        from: Vec<PathBuf>,
        /// Where to put the databases; else where this collector looks for them
        #[arg(long, value_name = "FOLDER")]
        to: Option<PathBuf>,
    },
}

/// Does what the verb says.
pub fn run(config: &Config, verb: Verb, paper: &mut Paper) -> anyhow::Result<u8> {
    match verb {
        Verb::Status => status(config, paper),
        Verb::Update { from, to } => update(config, &from, to, paper),
    }
}

/// The databases of the configuration, or of this folder.
pub fn databases(config: &Config, instead: Option<&Path>) -> anyhow::Result<Databases> {
    let files = match instead {
        Some(folder) => folder::files(&[folder.to_owned()], &[]),
        None => folder::files(&config.geo_folders(), &config.place.databases),
    };
    let (databases, problems) = folder::open(&files);
    if let Some(problem) = problems.first() {
        bail!("{problem}");
    }
    if files.is_empty() {
        bail!("there is no database of places: see `moored-collector geo update --help`");
    }
    Ok(databases)
}

fn status(config: &Config, paper: &mut Paper) -> anyhow::Result<u8> {
    let today = TimeZone::UTC.to_datetime(clock::now()).date();
    let (databases, problems) =
        folder::open(&folder::files(&config.geo_folders(), &config.place.databases));
    let all: Vec<&About> = databases.about().collect();
    let told: Vec<_> = all
        .iter()
        .map(|about| json!({"about": about, "age_days": about.age_days(today), "state": state(about, today)}))
        .collect();
    if paper.json {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        paper.one(&json!({"databases": told, "problems": problems}), "")?;
    } else {
        let head = ["NAME", "TELLS", "BUILT", "STATE", "NETWORKS", "LICENSE", "BY"];
        paper.list(&all, head, |about| {
            let built = about.built.map_or_else(|| "unknown".to_owned(), |day| day.to_string());
            [
                about.id.clone(),
                about.kind.to_string(),
                built,
                state(about, today).to_owned(),
                about.networks.to_string(),
                about.license.clone(),
                about.attribution.clone(),
            ]
        })?;
        for problem in &problems {
            writeln!(paper.out, "{problem}")?;
        }
    }
    let is_fresh = |about: &&About| about.age_days(today) <= vote::AGING_DAYS;
    let is_well = problems.is_empty() && !all.is_empty() && all.iter().all(is_fresh);
    Ok(if is_well { GOOD } else { NOT_SO })
}

fn state(about: &About, today: Date) -> &'static str {
    match about.age_days(today) {
        days if days <= vote::AGING_DAYS => "fresh",
        days if days <= vote::OLD_DAYS => "aging: counts half",
        _ => "old: not believed",
    }
}

fn update(
    config: &Config,
    from: &[PathBuf],
    to: Option<PathBuf>,
    paper: &mut Paper,
) -> anyhow::Result<u8> {
    let to = to.unwrap_or_else(|| config.geo_folder());
    let mut made = Vec::new();
    for folder in from {
        for published in &published::ALL {
            made.extend(make(published, folder, &to)?);
        }
    }
    let told: Vec<_> =
        made.iter().map(|made| json!({"about": made.about, "unread_lines": made.wrong})).collect();
    if made.is_empty() {
        let names: Vec<&str> = published::ALL.iter().flat_map(|list| list.files).collect();
        bail!("no list is there; looked for {}", names.join(", "));
    }
    let line = |made: &Compiled| {
        let About { id, networks, .. } = &made.about;
        format!("{id}: {networks} networks, {} lines not read", made.wrong)
    };
    let lines: Vec<String> = made.iter().map(line).collect();
    paper.one(&told, &format!("{}\nwritten to {}", lines.join("\n"), to.display()))?;
    Ok(GOOD)
}

fn make(published: &Published, from: &Path, to: &Path) -> anyhow::Result<Option<Compiled>> {
    let Some(compiled) = published.compile(from).map_err(anyhow::Error::msg)? else {
        return Ok(None);
    };
    let bytes = compiled.ranges.to_file(&compiled.about)?;
    folder::put(to, published.id, &bytes)
        .with_context(|| format!("cannot write into {}", to.display()))?;
    Ok(Some(compiled))
}
