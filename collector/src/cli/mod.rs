//! The command line: what each verb is for, and its exit code.

mod run;
mod check;
mod token;
mod laptops;
mod incident;
mod suppress;
mod findings;
mod user;
mod api_token;
mod audit;
mod export;
mod assets;
mod geo;
mod place;
mod sink;
mod backup;
mod paper;
#[cfg(test)]
mod tests;

use crate::config::Config;
use crate::store;
use anyhow::anyhow;
use clap::CommandFactory;
use clap::Parser;
use clap::Subcommand;
use clap::error::ErrorKind;
use paper::Paper;
use rusqlite::Connection;
use std::error::Error;
use std::fs;
use std::io;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

/// Where packages put the configuration.
const CONFIG: &str = "/etc/moored/collector.toml";

/// All is well.
const GOOD: u8 = 0;
/// What was asked for is not there, or there are problems.
const NOT_SO: u8 = 1;
/// What could not be done at all.
const CANNOT: u8 = 2;

/// Hears the agents of many laptops, keeps what they find, and shows it to
/// people.
///
/// Exit code: 0 all is well, 1 not found or problems found, 2 wrong usage or
/// could not be done.
#[derive(Parser)]
#[command(name = "moored-collector", disable_version_flag = true)]
#[command(arg_required_else_help = true, max_term_width = 100)]
struct Arguments {
    /// The configuration file
    #[arg(long, global = true, value_name = "FILE", default_value = CONFIG)]
    config: PathBuf,
    /// Print JSON instead of text
    #[arg(long, global = true)]
    json: bool,
    /// Print the version; as JSON, what the program was built from
    #[arg(short = 'V', long)]
    version: bool,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    /// Hear agents and serve the console, until stopped
    ///
    /// This is what the service runs. The first start makes the database, the authority that
    /// certifies laptops, and the account `admin`, whose password is printed once.
    Run,
    /// Tell everything that is wrong with the configuration and the certificates
    ///
    /// Exit code: 0 all is well, 1 there are problems.
    Check,
    /// Make, list or revoke enrolment tokens
    ///
    /// Whoever has a token can enroll a laptop, until the token has expired, is used up or is
    /// revoked.
    #[command(subcommand)]
    Token(token::Verb),
    /// List laptops, or revoke one
    Laptops(laptops::Arguments),
    /// List incidents, show one, or do something about one
    Incidents(incident::Arguments),
    /// Make, list or end suppressions: what alerts nobody for a time
    #[command(subcommand)]
    Suppressions(suppress::Verb),
    /// List alerts, leads as well if asked for, or show one finding in full
    Findings(findings::Arguments),
    /// Take in or list where laptops are expected
    #[command(subcommand)]
    Assets(assets::Verb),
    /// List or make the databases that say where addresses are
    #[command(subcommand)]
    Geo(geo::Verb),
    /// Explain what can be said of a laptop's place
    #[command(subcommand)]
    Place(place::Verb),
    /// Write everything of a kind to the output, for another program
    Export(export::Arguments),
    /// Say who may use the console, and end their sessions
    #[command(subcommand)]
    User(user::Verb),
    /// Make, list or revoke tokens of the API, for programs
    #[command(subcommand)]
    ApiToken(api_token::Verb),
    /// List who did what, or tell whether anybody meddled with that
    #[command(subcommand)]
    Audit(audit::Verb),
    /// Write all of the state folder into one file, also while the collector runs
    ///
    /// The file holds the database, the authority and every key: keep it as you keep those. The
    /// configuration and certificates of your own lie elsewhere and are not in it.
    Backup(backup::Arguments),
    /// Put a backup into an empty state folder
    ///
    /// Nothing is put there before all of it has been checked. Laptops go on reporting to the
    /// restored collector; what was done after the backup is not in it.
    Restore {
        /// The file that `backup` wrote
        file: PathBuf,
    },
    /// List sinks, send a test event, or look after what was refused
    ///
    /// A sink is where events are sent, such as a SIEM.
    #[command(subcommand)]
    Sink(sink::Verb),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the man pages into a folder, or the first one to the output
    Man {
        /// The folder; made if it is not there
        folder: Option<PathBuf>,
    },
}

/// Runs the verb the arguments name.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.run(&mut io::stdout()) {
        Ok(code) => ExitCode::from(code),
        // Whoever read us, such as `head`, has seen enough.
        Err(error) if is_closed(&error) => ExitCode::from(GOOD),
        Err(error) => {
            let _ = writeln!(io::stderr(), "moored-collector: {error:#}");
            ExitCode::from(CANNOT)
        }
    }
}

impl Arguments {
    fn run(self, out: &mut dyn Write) -> anyhow::Result<u8> {
        let config = &self.config;
        let mut paper = Paper { out, json: self.json };
        if self.version {
            provenance::of("moored-collector").write(paper.json, paper.out)?;
            return Ok(GOOD);
        }
        let Some(verb) = self.verb else {
            Self::command().error(ErrorKind::MissingSubcommand, "which verb?").exit();
        };
        match verb {
            Verb::Run => run::run(&read(config)?, &mut paper),
            Verb::Check => check::run(config, &mut paper),
            Verb::Token(verb) => token::run(&read(config)?, verb, &mut paper),
            Verb::Laptops(arguments) => laptops::run(&read(config)?, arguments, &mut paper),
            Verb::Incidents(arguments) => incident::run(&read(config)?, arguments, &mut paper),
            Verb::Suppressions(verb) => suppress::run(&read(config)?, verb, &mut paper),
            Verb::Findings(arguments) => findings::run(&read(config)?, arguments, &mut paper),
            Verb::Assets(verb) => assets::run(&read(config)?, verb, &mut paper),
            Verb::Geo(verb) => geo::run(&read(config)?, verb, &mut paper),
            Verb::Place(verb) => place::run(&read(config)?, verb, &mut paper),
            Verb::Export(arguments) => export::run(&read(config)?, &arguments, &mut paper),
            Verb::User(verb) => user::run(&read(config)?, verb, &mut paper),
            Verb::ApiToken(verb) => api_token::run(&read(config)?, verb, &mut paper),
            Verb::Audit(verb) => audit::run(&read(config)?, verb, &mut paper),
            Verb::Sink(verb) => sink::run(&read(config)?, verb, &mut paper),
            Verb::Backup(arguments) => backup::make(&read(config)?, &arguments, &mut paper),
            Verb::Restore { file } => backup::restore(&read(config)?, &file, &mut paper),
            Verb::Completions { shell } => {
                clap_complete::generate(
                    shell,
                    &mut Self::command(),
                    "moored-collector",
                    &mut paper.out,
                );
                Ok(GOOD)
            }
            Verb::Man { folder } => {
                man(folder.as_deref(), paper.out)?;
                Ok(GOOD)
            }
        }
    }
}

fn man(folder: Option<&Path>, out: &mut dyn Write) -> io::Result<()> {
    let command = Arguments::command();
    match folder {
        Some(folder) => {
            fs::create_dir_all(folder)?;
            clap_mangen::generate_to(command, folder)
        }
        None => clap_mangen::Man::new(command).render(&mut &mut *out),
    }
}

/// Reads the configuration; without a file at its usual place the defaults hold.
fn read(path: &Path) -> anyhow::Result<Config> {
    if path.as_os_str() == CONFIG && !path.exists() {
        return Ok(Config::default());
    }
    Config::read(path).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        anyhow!("{}", lines.join("\n"))
    })
}

/// The database of a collector that has been started before.
///
/// It is not made here: root's file would be closed to the service.
fn open(config: &Config) -> anyhow::Result<Connection> {
    Ok(store::open(&config.state)?)
}

/// The store as it is at this moment: what changes meanwhile is not mixed in.
fn look(config: &Config) -> anyhow::Result<Connection> {
    let store = open(config)?;
    store.execute_batch("begin")?;
    Ok(store)
}

fn is_closed(error: &anyhow::Error) -> bool {
    let is_closed = |cause: &(dyn Error + 'static)| {
        let error = cause.downcast_ref::<io::Error>();
        error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    };
    error.chain().any(is_closed)
}
