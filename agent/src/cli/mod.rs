//! The command line: what each verb is for, and its exit code.

mod check;
mod daemon;
mod enroll;
mod import;
mod judge;
mod log;
mod paper;
mod record;
mod scan;
mod service;
mod show;
mod signatures;
mod status;
mod strangers;
mod table;

use crate::config::Config;
use crate::config::Places;
use crate::form;
use crate::host::Platform;
use anyhow::anyhow;
use clap::CommandFactory;
use clap::Parser;
use clap::Subcommand;
use clap::error::ErrorKind;
use settings::Problem;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

/// Where packages put the configuration.
const CONFIG: &str = Places::of(Platform::OURS).config;

/// What was done but for what was told.
const DONE_BUT: u8 = 1;

/// What could not be done at all.
const CANNOT: u8 = 2;

/// The state folder is a newer version's: trying again changes nothing, so the unit
/// for systemd does not (`RestartPreventExitStatus=`).
const NEWER: u8 = 4;

/// Watches this laptop for signs that it is driven from elsewhere, and reports
/// only evidence.
#[derive(Parser)]
#[command(name = "moored", disable_version_flag = true, arg_required_else_help = true)]
#[command(max_term_width = 100)]
struct Arguments {
    /// The configuration file
    #[arg(long, global = true, value_name = "FILE", default_value = CONFIG)]
    config: PathBuf,
    /// Print the version
    #[arg(short = 'V', long)]
    version: bool,
    /// With the version, print what the program was built from, as JSON
    #[arg(long, requires = "version")]
    json: bool,
    /// As installers call us, where nobody reads what is printed: Windows' event log is told as
    /// well what is wrong, and the exit code is 0 instead of 1
    #[arg(long, global = true, hide = true)]
    unattended: bool,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    /// Watch this laptop and report to the collector, until stopped
    ///
    /// This is what the service runs. Events make it look at once; between them it sleeps.
    /// Exit code: 0 asked to stop, 2 could not run, 4 the state is a newer version's.
    Run,
    /// Look once and print what is found
    ///
    /// Nothing is sent. A lead, which is a single weak sign, is printed and alerts nobody.
    /// Exit code: 0 no alert, 1 alerts, 2 could not look.
    Scan(scan::Arguments),
    /// Tell everything that is wrong with the configuration and the signatures
    ///
    /// Exit code: 0 all is well, 1 there are problems.
    Check,
    /// Write a recording of this laptop, for a bug report
    ///
    /// Holds what the sensors read; serial numbers are blanked, homes are renamed, and of the
    /// processes and of what is installed only what a signature names is kept. Read it before
    /// you send it.
    Record(record::Arguments),
    /// Judge recordings instead of this laptop
    ///
    /// Exit code: 0 no alert (there may be leads), 1 alerts, 2 a recording could not be read.
    Judge(judge::Arguments),
    /// Make recordings of what other programs wrote down, for `moored judge --json -`
    ///
    /// Prints a line of JSON for each file. Of LOLRMM's descriptions of tools it makes drafts of
    /// signatures instead, for a person to read. Exit code: 0 all was read, 2 a file could not be.
    Import(import::Arguments),
    /// Enroll this laptop with a collector
    ///
    /// The key is made here and never leaves. If the collector cannot be reached, the agent
    /// enrolls when it can. Exit code: 0 enrolled, 1 to be done later, 2 refused,
    /// 4 the state is a newer version's.
    Enroll(enroll::Arguments),
    /// Tell how the agent fares
    ///
    /// Exit code: 0 healthy, 1 degraded, 2 not enrolled, 3 not running.
    Status(status::Arguments),
    /// Show what was sent from this laptop, byte for byte, and what is never collected
    Show(show::Arguments),
    /// List, explain or test signatures
    Signatures(signatures::Arguments),
    /// Make a service of this program, start or remove it (Windows)
    ///
    /// On Linux the package brings a unit for systemd, on macOS a job for launchd. Exit code: 0
    /// done, 1 done but for what is told, 2 not done.
    Service(service::Arguments),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the man pages into a folder
    Man {
        /// The folder
        folder: PathBuf,
    },
}

/// Runs the verb the arguments name.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let unattended = arguments.unattended;
    if unattended {
        paper::log_as_well();
    }
    match arguments.run() {
        Ok(DONE_BUT) if unattended => ExitCode::SUCCESS,
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            paper::complain(&format!("moored: {error:#}"));
            ExitCode::from(code(&error))
        }
    }
}

/// The exit code of what could not be done.
fn code(error: &anyhow::Error) -> u8 {
    if error.is::<form::Refused>() { NEWER } else { CANNOT }
}

impl Arguments {
    fn run(self) -> anyhow::Result<u8> {
        let config = &self.config;
        if self.version {
            let mut line = Vec::new();
            provenance::of("moored").write(self.json, &mut line)?;
            paper::print(&line)?;
            return Ok(0);
        }
        let Some(verb) = self.verb else {
            Self::command().error(ErrorKind::MissingSubcommand, "which verb?").exit();
        };
        match verb {
            Verb::Run => daemon::run(config),
            Verb::Scan(arguments) => scan::run(&read(config)?, &arguments),
            Verb::Check => check::run(config),
            Verb::Record(arguments) => record::run(&read(config)?, &arguments),
            Verb::Judge(arguments) => judge::run(&read(config)?, &arguments),
            Verb::Import(arguments) => import::run(&arguments),
            Verb::Enroll(arguments) => enroll::run(config, arguments),
            Verb::Status(arguments) => status::run(config, &arguments),
            Verb::Show(arguments) => show::run(&read(config)?, &arguments),
            Verb::Signatures(arguments) => signatures::run(config, &arguments),
            Verb::Service(arguments) => service::run(config, &arguments),
            Verb::Completions { shell } => {
                let mut script = Vec::new();
                clap_complete::generate(shell, &mut Self::command(), "moored", &mut script);
                paper::print(&script)?;
                Ok(0)
            }
            Verb::Man { folder } => {
                std::fs::create_dir_all(&folder)?;
                clap_mangen::generate_to(Self::command(), folder)?;
                Ok(0)
            }
        }
    }
}

/// Reads the configuration.
fn read(path: &Path) -> anyhow::Result<Config> {
    Config::read(path).map_err(|problems| tell(&problems))
}

/// All problems as one error, a line each.
fn tell(problems: &[Problem]) -> anyhow::Error {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    anyhow!("{}", lines.join("\n"))
}
